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
