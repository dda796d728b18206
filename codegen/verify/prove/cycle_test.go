package prove

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestPositive compares the search for a cycle of positive weight with Floyd and
// Warshall's longest ways, on random graphs.
func TestPositive(t *testing.T) {
	found := 0
	for seed := range uint64(2000) {
		g := randomGraph(rand.New(rand.NewPCG(seed, 4)))
		c, far := g.positive()
		if (c != nil) != g.hasPositive() || far {
			t.Fatalf("seed %d: the cycle %v in %+v", seed, c, g)
		}
		if c == nil {
			continue
		}
		found++
		sum := int64(0)
		for k, i := range c {
			sum += g.arcs[i].weight
			if next := c[(k+1)%len(c)]; g.arcs[i].to != g.arcs[next].from {
				t.Fatalf("seed %d: %v is no cycle in %+v", seed, c, g)
			}
		}
		if sum <= 0 {
			t.Fatalf("seed %d: the cycle %v weighs %d in %+v", seed, c, sum, g)
		}
	}
	if found < 200 || found > 1800 {
		t.Errorf("%d of 2000 graphs have such a cycle", found)
	}
}

func randomGraph(rng *rand.Rand) *digraph {
	g := &digraph{n: 1 + rng.IntN(7)}
	for range rng.IntN(3 * g.n) {
		g.arcs = append(g.arcs, arc{rng.IntN(g.n), rng.IntN(g.n), int64(rng.IntN(12) - 8)})
	}
	return g
}

func (g *digraph) hasPositive() bool {
	const none = math.MinInt64 / 4
	far := make([][]int64, g.n)
	for i := range far {
		far[i] = slices.Repeat([]int64{none}, g.n)
	}
	for _, a := range g.arcs {
		far[a.from][a.to] = max(far[a.from][a.to], a.weight)
	}
	for k := range far {
		for i := range far {
			for j := range far {
				if far[i][k] > none/2 && far[k][j] > none/2 {
					far[i][j] = min(1000, max(far[i][j], far[i][k]+far[k][j]))
				}
			}
		}
	}
	for i := range far {
		if far[i][i] > 0 {
			return true
		}
	}
	return false
}

// TestComponents compares the components with what reaches what, on random graphs.
func TestComponents(t *testing.T) {
	for seed := range uint64(500) {
		g := randomGraph(rand.New(rand.NewPCG(seed, 5)))
		part, n := g.components()
		reach := make([][]bool, g.n)
		for i := range reach {
			reach[i] = make([]bool, g.n)
			reach[i][i] = true
		}
		for range g.n {
			for _, a := range g.arcs {
				for i := range reach {
					reach[i][a.to] = reach[i][a.to] || reach[i][a.from]
				}
			}
		}
		for i := range reach {
			for j := range reach {
				together := reach[i][j] && reach[j][i]
				if together != (part[i] == part[j]) || reach[i][j] && part[j] > part[i] || part[i] >= n {
					t.Fatalf("seed %d: %v of %+v", seed, part, g)
				}
			}
		}
	}
}
