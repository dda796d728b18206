package route_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/lower"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/plan"
	"github.com/verbosel/verbosel/codegen/spec"
	"github.com/verbosel/verbosel/codegen/x64"
)

// hashedSpec is a spec with so many routes that they are hashed: each has content of
// its own, but two that share it and one that is large.
func hashedSpec() string {
	s := "routes:\n"
	for i := range 40 {
		s += fmt.Sprintf("  - { path: /own/%d, body: \"%d\" }\n", i, i)
	}
	s += "  - { path: /one, body: same }\n  - { path: /two, body: same }\n"
	return s + fmt.Sprintf("  - { path: /large, body: %q }\n", strings.Repeat("x", layout.PageSize))
}

func program(t *testing.T, text string) *x64.Program {
	t.Helper()
	fsys := fstest.MapFS{"routes.yaml": {Data: []byte(text)}}
	s, err := spec.Parse(fsys, "routes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Build(fsys, s)
	if err != nil {
		t.Fatal(err)
	}
	return lower.Lower(p)
}

// What a look-up touches stands side by side: the table of buckets behind the class
// table, then what several routes answer, then each bucket with its routes, and each
// route with what it alone answers, unless that is large.
func TestHashLayout(t *testing.T) {
	order := map[string]int{}
	data := program(t, hashedSpec()).Data
	var bodies []string
	for i, d := range data {
		order[d.Label] = i
		bodies = append(bodies, string(slices.Concat(literal(d)...)))
	}
	at := func(content string) int {
		return slices.IndexFunc(bodies, func(b string) bool { return strings.HasSuffix(b, "\r\n\r\n"+content) })
	}
	if order["buckets"] != order["classes"]+1 {
		t.Errorf("classes is datum %d, buckets %d", order["classes"], order["buckets"])
	}
	if size := len(bodies[order["classes"]]); size != emit.ClassTableSize {
		t.Errorf("the class table has %d bytes", size)
	}
	first, last := order["bucket_1"], order["bucket_4"]
	if shared := at("same"); shared < 0 || shared > first {
		t.Errorf("the shared response is datum %d, the first bucket %d", shared, first)
	}
	if large := at(strings.Repeat("x", layout.PageSize)); large < last || large < order["route_own_7"] {
		t.Errorf("the large response is datum %d, the last bucket %d", large, last)
	}
	for i := range 40 {
		route := order[fmt.Sprintf("route_own_%d", i)]
		if own := at(fmt.Sprint(i)); own != route+1 || route < first {
			t.Errorf("route %d is datum %d, its response %d", i, route, own)
		}
	}
}

// literal are the bytes that stand in a datum as they are.
func literal(d x64.Datum) [][]byte {
	var out [][]byte
	for _, f := range d.Fields {
		if b, ok := f.(x64.Bytes); ok {
			out = append(out, b.B)
		}
	}
	return out
}

// Each bucket is followed by the routes that its slots name, and by no other.
func TestBucketsAndTheirRoutes(t *testing.T) {
	var want, got []string
	check := func() {
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			t.Errorf("a bucket names %q, and %q follow it", want, got)
		}
		want, got = nil, nil
	}
	for _, d := range program(t, hashedSpec()).Data {
		if strings.HasPrefix(d.Label, "bucket_") {
			check()
			for _, f := range d.Fields {
				if o, ok := f.(x64.Offset); ok && o.To != "no_route" {
					want = append(want, o.To)
				}
			}
		}
		if strings.HasPrefix(d.Label, "route_") {
			got = append(got, d.Label)
		}
	}
	check()
}
