package plan

import (
	"slices"
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

// Below a path that begins with two slashes no redirect leads to another host.
func TestRedirectStaysHere(t *testing.T) {
	p := buildSite(t, "routes: [{ path: //example.org/, dir: public }]", map[string]string{"docs/index.html": "docs"})
	for _, r := range p.Routes {
		if r.Path != "//example.org/docs" {
			continue
		}
		to := p.Responses[r.Responses[0]]
		if !strings.Contains(string(to.Head), "\r\nLocation: /.//example.org/docs/\r\n") ||
			!strings.Contains(string(to.Body.Bytes), `href="/.//example.org/docs/"`) {
			t.Errorf("%q %q", to.Head, to.Body.Bytes)
		}
		return
	}
	t.Error("//example.org/docs is no route")
}

// A redirect to a page may be kept as long as the page: with it goes the rule for the
// page, whichever key it comes from, and whatever the route says of others. Where there is
// none, caches ask again.
func TestRedirectIsKeptLikeItsPage(t *testing.T) {
	for rules, want := range map[string][]string{
		"":                                    {"Cache-Control: no-cache"},
		"cache: { \"*.html\": 1h }":           {"Cache-Control: public, max-age=3600"},
		"cache: { \"docs/**\": none }":        {"Cache-Control: no-cache"}, // or browsers keep it for ever
		"headers: { Cache-Control: private }": {"Cache-Control: private"},
		"headers: { X: y }, headers_for: { \"*.html\": { CDN-Cache-Control: max-age=9, Z: z } }": {"X: y", "CDN-Cache-Control: max-age=9", "Cache-Control: no-cache"},
		"cache: none, headers: { CDN-Cache-Control: max-age=9 }":                                 {"CDN-Cache-Control: max-age=9", "Cache-Control: no-cache"},
		"cache: none, headers: { Expires: \"0\" }":                                               {"Expires: 0"},
	} {
		p := buildSite(t, "routes: [{ path: /, dir: public, clean_urls: true, "+rules+" }]",
			map[string]string{"docs/index.html": "docs"})
		for _, path := range []string{"/docs", "/docs/index.html"} {
			i := slices.IndexFunc(p.Routes, func(r Route) bool { return r.Path == path })
			_, fields, _ := strings.Cut(string(p.Responses[p.Routes[i].Responses[0]].Head), "\r\n")
			got := strings.Split(strings.TrimSuffix(fields, "\r\n\r\n"), "\r\n")
			got = slices.DeleteFunc(got, func(line string) bool {
				name, _, _ := strings.Cut(line, ":")
				return slices.Contains([]string{"Location", "Content-Type", "Content-Length", "Connection"}, name)
			})
			if !slices.Equal(got, want) {
				t.Errorf("%s with %q: %q, want %q", path, rules, got, want)
			}
		}
	}
}

// A file that is encoded, and that pages name as it is, says so in what has its bytes, and
// does not vary: nothing is negotiated.
func TestEncodedFile(t *testing.T) {
	p := buildSite(t, "routes: [{ path: /, dir: public, headers_for: { \"*.wasm.br\": { Content-Encoding: br, X-A: b } } }]",
		map[string]string{"app.wasm.br": strings.Repeat("wasm", 1000), "b.svgz": "svg"})
	for path, want := range map[string]string{
		"/app.wasm.br": "Content-Type: application/wasm\r\nContent-Encoding: br\r\nAccept-Ranges: bytes\r\n",
		"/b.svgz":      "Content-Type: image/svg+xml; charset=utf-8\r\nContent-Encoding: gzip\r\nAccept-Ranges: bytes\r\n",
	} {
		i := slices.IndexFunc(p.Routes, func(r Route) bool { return r.Path == path })
		r := p.Responses[p.Routes[i].Responses[0]]
		if got := string(r.Head[r.Fields206:r.Fields304]); got != want {
			t.Errorf("%s: %q", path, got)
		}
		if rest := string(r.Head[r.Fields304:]); strings.Contains(rest, "Vary") || strings.Contains(rest, "Content-Encoding") {
			t.Errorf("%s: %q", path, rest)
		}
		if variants := p.Resources[p.Routes[i].Resource].Variants; variants[0] >= 0 || variants[1] >= 0 || variants[2] >= 0 {
			t.Errorf("%s is encoded once more: %v", path, variants)
		}
	}
}

// Beside a folder a 404 has a text, or the one that the spec has.
func TestNotFoundHasText(t *testing.T) {
	files := map[string]string{"a": "a"}
	for text, want := range map[string]string{
		"routes: [{ path: /, dir: public }]":                                 "Not found\n",
		"routes: [{ path: /, dir: public }]\nerrors: { 404: { body: own } }": "own",
	} {
		p := buildSite(t, text, files)
		if got := string(p.Responses[p.Fallbacks.NotFound].Body.Bytes); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
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

// A file below a pattern with auth is for those alone whom that lets, whatever its folder says,
// and one below a pattern without for everybody.
func TestFileBelowPattern(t *testing.T) {
	const auth = "auth: { realm: R, users: { a: \"${A}\" } }"
	for folder, want := range map[string]map[string]bool{
		"":             {"/a": false, "/in/b": true, "/in/out/c": false},
		", " + auth:    {"/a": true, "/in/b": true, "/in/out/c": false},
		", auth: none": {"/a": false, "/in/b": true, "/in/out/c": false},
	} {
		p := buildSite(t, "routes: [{ path: /, dir: public"+folder+" }, { path: \"/in/{rest...}\", body: x, "+auth+" }, { path: \"/in/out/{rest...}\", body: y, auth: none }]",
			map[string]string{"a": "a", "in/b": "b", "in/out/c": "c"})
		for path, guarded := range want {
			i := slices.IndexFunc(p.Routes, func(r Route) bool { return r.Path == path })
			if i < 0 || (p.Routes[i].Guards[0] != Guard{}) != guarded {
				t.Errorf("folder%s: %s is route %d; want it guarded: %t", folder, path, i, guarded)
			}
		}
	}
}
