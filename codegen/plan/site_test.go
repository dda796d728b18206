package plan

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/site"
	"github.com/verbosel/verbosel/codegen/spec"
)

// buildSite plans a spec with one folder, public.
func buildSite(t *testing.T, text string, files map[string]string) *Plan {
	t.Helper()
	fsys := fstest.MapFS{"routes.yaml": {Data: []byte(text)}}
	for name, content := range files {
		fsys["public/"+name] = &fstest.MapFile{Data: []byte(content)}
	}
	s, err := spec.Parse(fsys, "routes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	folder, err := site.Build(t.Context(), fsys, s.Routes[0], site.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := Build(fsys, s, folder)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A rule for all files must not make caches keep what is not there.
func TestNotFoundIsNotKept(t *testing.T) {
	p := buildSite(t, "routes: [{ path: /, dir: public, cache: { \"**\": immutable } }]",
		map[string]string{"404.html": "none", "a.txt": "a"})
	if len(p.Prefixes) != 1 {
		t.Fatalf("prefixes %v", p.Prefixes)
	}
	head := string(p.Responses[p.Prefixes[0].NotFound].Head)
	if !strings.Contains(head, "\r\nCache-Control: no-cache\r\n") || strings.Contains(head, "immutable") {
		t.Errorf("%q", head)
	}
}

// A route that answers GET wins over a file; one that does not stands beside it.
func TestRouteAndFile(t *testing.T) {
	p := buildSite(t, "routes: [{ path: /, dir: public }, { path: /a, body: x }, { path: /b, method: POST, body: y }]",
		map[string]string{"a": "file", "b": "file"})
	for _, r := range p.Routes {
		switch r.Path {
		case "/a":
			if r.Resource >= 0 {
				t.Error("the file wins over the route /a")
			}
		case "/b":
			allow := string(p.Responses[r.Responses[ColumnOf(p.Columns, "OPTIONS")]].Head)
			if r.Resource < 0 || !strings.Contains(allow, "Allow: GET, HEAD, POST, OPTIONS\r\n") {
				t.Errorf("/b: resource %d, %q", r.Resource, allow)
			}
		}
	}
}
