package prove_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// BenchmarkProve proves each example. Beside the time it reports how many instructions
// are interpreted, which no load on the machine changes.
func BenchmarkProve(b *testing.B) {
	for _, dir := range emitted.Examples(b, examples) {
		b.Run(filepath.Base(dir), func(b *testing.B) {
			img, work := prove.ImageOf(b, compile(b, os.DirFS(dir))), 0
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
