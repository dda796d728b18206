package graph

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// faraway are numbers at which sums and products of costs may go wrong.
var faraway = []int64{
	0, 1, -1, 63, -63, 1 << 53, -(1 << 53), 1 << 31, -(1 << 31), Beyond / 64, Beyond/64 + 1, Beyond/2 - 1, Beyond / 2,
	Beyond - 1, Beyond, Beyond + 1, Unreached + 1, Unreached, Unreached - 1, math.MaxInt64, math.MinInt64 + 1, math.MinInt64,
}

// TestBeyond: sums and products are upper bounds, exact where they can be counted.
func TestBeyond(t *testing.T) {
	check := func(what string, a, b, got int64, want *big.Int) {
		counted := want.CmpAbs(big.NewInt(Beyond)) < 0
		if got < Unreached+1 || got > Beyond || counted && want.Cmp(big.NewInt(got)) != 0 || !counted && want.Sign() > 0 && got != Beyond ||
			!counted && want.Sign() < 0 && got >= 0 {
			t.Errorf("%d %s %d is %d, want %v", a, what, b, got, want)
		}
	}
	for _, a := range faraway {
		for _, b := range faraway {
			check("times", a, b, Product(a, b), new(big.Int).Mul(big.NewInt(a), big.NewInt(b)))
			if min(a, b) > Unreached && max(a, b) < Beyond {
				check("plus", a, b, Sum(a, b), new(big.Int).Add(big.NewInt(a), big.NewInt(b)))
			}
			if max(a, b) >= Beyond && Sum(a, b) != Beyond {
				t.Errorf("%d plus %d is %d, though one is beyond", a, b, Sum(a, b))
			}
		}
	}
}

// TestFarCycles: a cycle of numbers that do not fit together is found to be positive, or far;
// where it is not positive, it may be no worse than far.
func TestFarCycles(t *testing.T) {
	fars, found := 0, 0
	for seed := range uint64(4000) {
		rng := rand.New(rand.NewPCG(seed, 6))
		g := &Digraph{N: 2 + rng.IntN(12)}
		weight := new(big.Int)
		for v := range g.N {
			w := max(Unreached+1, min(Beyond, faraway[rng.IntN(len(faraway))]))
			g.Arcs = append(g.Arcs, Arc{v, (v + 1) % g.N, w})
			weight.Add(weight, big.NewInt(w))
		}
		c, far := g.Positive()
		switch {
		case far:
			fars++
		case c != nil:
			found++
		}
		if is := weight.Sign() > 0; is && c == nil && !far || !is && c != nil && !far && len(c) == g.N && exactly(g) {
			t.Fatalf("seed %d: the cycle weighs %v, found %v, far %v in %+v", seed, weight, c, far, g)
		}
	}
	if fars < 100 || found < 100 {
		t.Errorf("%d are far, and %d found", fars, found)
	}
}

// exactly: no sum along the cycle can have been saturated.
func exactly(g *Digraph) bool {
	most := new(big.Int)
	for _, a := range g.Arcs {
		most.Add(most, new(big.Int).Abs(big.NewInt(a.Weight)))
	}
	return most.Cmp(big.NewInt(Beyond)) < 0
}
