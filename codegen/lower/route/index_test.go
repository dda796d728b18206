package route_test

import (
	"bytes"
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/lower"
	"github.com/verbosel/verbosel/codegen/plan"
	"github.com/verbosel/verbosel/codegen/spec"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/x64"
)

// TestSegmentsAreProved: a server that keeps the places of a path's segments is safe, for
// every number of them, less than the longest pattern has and more.
func TestSegmentsAreProved(t *testing.T) {
	for _, isolation := range []string{"request", "connection"} {
		for _, segments := range []int{1, 2, 3, 5} {
			t.Run(fmt.Sprintf("%s/%d", isolation, segments), func(t *testing.T) {
				fsys := fstest.MapFS{"routes.yaml": {Data: fmt.Appendf(nil,
					"server: { isolation: %s }\nroutes: [{ path: '/a/{b}/c/{d...}', body: x }, { path: /e, body: y }]\n", isolation)}}
				s, err := spec.Parse(fsys, "routes.yaml")
				if err != nil {
					t.Fatal(err)
				}
				p, err := plan.Build(fsys, s)
				if err != nil {
					t.Fatal(err)
				}
				if p.Match.Index.Depth < segments {
					p.Match.Index.Depth = segments
				}
				p.Match.Index.Segments = segments
				obj, err := x64.Assemble(lower.Lower(p))
				if err != nil {
					t.Fatal(err)
				}
				image, err := elf64.Link(obj, elf64.Options{})
				if err != nil {
					t.Fatal(err)
				}
				var elf bytes.Buffer
				if err := image.Encode(&elf, fsys); err != nil {
					t.Fatal(err)
				}
				if _, err := verify.Check(bytes.NewReader(elf.Bytes()), int64(elf.Len()), verify.Hardened()); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
