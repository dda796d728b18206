package codegen

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkCompile is the whole way from spec to verified ELF, by number of routes.
func BenchmarkCompile(b *testing.B) {
	for _, n := range []int{1, 100, 10_000} {
		b.Run(fmt.Sprintf("routes=%d", n), func(b *testing.B) {
			fsys := testSite(manyRoutes(n))
			b.ReportAllocs()
			for b.Loop() {
				r, err := Compile(fsys, name, Options{})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(r.Size()), "ELF-bytes")
			}
		})
	}
}

func manyRoutes(n int) string {
	var s strings.Builder
	s.WriteString("routes:\n")
	for i := range n {
		fmt.Fprintf(&s, "  - path: /items/%d\n    json: { id: %d }\n", i, i)
	}
	return s.String()
}
