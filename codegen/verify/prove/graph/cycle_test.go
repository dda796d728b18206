package graph

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
		c, far := g.Positive()
		if (c != nil) != g.hasPositive() || far {
			t.Fatalf("seed %d: the cycle %v in %+v", seed, c, g)
		}
		if c == nil {
			continue
		}
		found++
		sum := int64(0)
		for k, i := range c {
			sum += g.Arcs[i].Weight
			if next := c[(k+1)%len(c)]; g.Arcs[i].To != g.Arcs[next].From {
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

func randomGraph(rng *rand.Rand) *Digraph {
	g := &Digraph{N: 1 + rng.IntN(7)}
	for range rng.IntN(3 * g.N) {
		g.Arcs = append(g.Arcs, Arc{rng.IntN(g.N), rng.IntN(g.N), int64(rng.IntN(12) - 8)})
	}
	return g
}

func (g *Digraph) hasPositive() bool {
	const none = math.MinInt64 / 4
	far := make([][]int64, g.N)
	for i := range far {
		far[i] = slices.Repeat([]int64{none}, g.N)
	}
	for _, a := range g.Arcs {
		far[a.From][a.To] = max(far[a.From][a.To], a.Weight)
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
		part, n := g.Components()
		reach := make([][]bool, g.N)
		for i := range reach {
			reach[i] = make([]bool, g.N)
			reach[i][i] = true
		}
		for range g.N {
			for _, a := range g.Arcs {
				for i := range reach {
					reach[i][a.To] = reach[i][a.To] || reach[i][a.From]
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
