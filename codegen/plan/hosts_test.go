package plan

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/spec"
)

// TestHostsShare: what is the same for two hosts is stored once.
func TestHostsShare(t *testing.T) {
	fsys := fstest.MapFS{"routes.yaml": {Data: []byte(`routes: []
hosts:
  a.example: { routes: [{ path: /, body: same }, { path: "/{x}", body: other }] }
  b.example: { routes: [{ path: /, body: same }, { path: "/{x}", body: other }] }
`)}}
	s, err := spec.Parse(fsys, "routes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := Build(fsys, s)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, r := range p.Responses {
		seen[string(r.Body.Bytes)]++
	}
	if seen["same"] != 1 || seen["other"] != 1 {
		t.Errorf("%v", seen)
	}
	if x := p.Match.Index; x == nil || len(x.Blocks) != 3 || x.Wildcards {
		t.Errorf("%+v", p.Match)
	}
}

// TestManyStates: patterns that begin alike in too many ways are refused, in bounded time.
func TestManyStates(t *testing.T) {
	var text strings.Builder
	text.WriteString("routes:\n")
	const n = 20
	for i := range n {
		text.WriteString("  - { body: x, path: '/")
		for j := range n {
			if j == i {
				text.WriteString("x/")
			} else {
				text.WriteString("{a" + string(rune('a'+j)) + "}/")
			}
		}
		text.WriteString(string(rune('a'+i)) + "' }\n")
	}
	fsys := fstest.MapFS{"routes.yaml": {Data: []byte(text.String())}}
	s, err := spec.Parse(fsys, "routes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Build(fsys, s); err == nil || !strings.Contains(err.Error(), "begin alike in too many ways") {
		t.Errorf("%v", err)
	}
}

// TestHostsNotProved: what cannot be proved is refused with its place and a remedy.
func TestHostsNotProved(t *testing.T) {
	for want, text := range map[string]string{
		"hosts beside dir or file":            "server: { isolation: connection }\nhosts: { a.example: { routes: [{ path: /, file: f }] } }\n",
		"hosts with a wildcard beside access": "server: { isolation: connection, access_log: json }\nhosts: { '*.example': { routes: [{ path: /, body: x }] } }\n",
	} {
		fsys := fstest.MapFS{"routes.yaml": {Data: []byte(text)}, "f": {Data: []byte("f")}}
		s, err := spec.Parse(fsys, "routes.yaml")
		if err != nil {
			t.Fatal(err)
		}
		b := newBuilder(fsys, s, nil)
		if len(s.Hosts[0].Routes) == 1 && s.Hosts[0].Routes[0].File != nil {
			b.resources = []Resource{{}}
		}
		if b.checkHosts(&Index{Wildcards: strings.HasPrefix(s.Hosts[0].Name, "*")}); len(b.errs) != 1 || !strings.Contains(b.errs.Error(), want) {
			t.Errorf("%v, want %s", b.errs, want)
		}
	}
}
