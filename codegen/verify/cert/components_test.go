package cert

import (
	"math/rand/v2"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// TestComponents compares the parts of random graphs with what reaches what.
func TestComponents(t *testing.T) {
	random := rand.New(rand.NewPCG(testtool.Seed(t), 0))
	for range 2_000 {
		n := 1 + random.IntN(7)
		next, reach := make([][]int, n), make([][]bool, n)
		for v := range next {
			reach[v] = make([]bool, n)
			reach[v][v] = true
		}
		for range random.IntN(2 * n) {
			v, w := random.IntN(n), random.IntN(n)
			next[v] = append(next[v], w)
			reach[v][w] = true
		}
		for m := range n {
			for v := range n {
				for w := range n {
					reach[v][w] = reach[v][w] || reach[v][m] && reach[m][w]
				}
			}
		}
		part := Components(next)
		for v := range n {
			for w := range n {
				if together := reach[v][w] && reach[w][v]; (part[v] == part[w]) != together || reach[v][w] && part[w] > part[v] {
					t.Fatalf("%v has the parts %v", next, part)
				}
			}
		}
	}
}
