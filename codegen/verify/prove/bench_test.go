package prove_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// BenchmarkProve proves each example. Beside the time it reports how many instructions
// are interpreted, which no load on the machine changes.
func BenchmarkProve(b *testing.B) {
	specs, err := filepath.Glob(filepath.Join(examples, "*", "routes.yaml"))
	if err != nil || len(specs) == 0 {
		b.Fatalf("no examples: %v", err)
	}
	for _, spec := range specs {
		dir := filepath.Dir(spec)
		b.Run(filepath.Base(dir), func(b *testing.B) {
			img, work := image(b, compile(b, os.DirFS(dir))), 0
			b.ReportAllocs()
			for b.Loop() {
				r, err := prove.Prove(img)
				if err != nil {
					b.Fatal(err)
				}
				work = r.Work
			}
			b.ReportMetric(float64(work), "instructions")
		})
	}
}
