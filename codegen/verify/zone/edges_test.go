package zone

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// edges are numbers at which the arithmetic of bounds may go wrong.
var edges = func() []int64 {
	out := []int64{0, math.MaxInt64, math.MinInt64}
	for _, at := range []int64{Inf / maxCoef, Inf / 4, Inf / 2, Inf, 2 * Inf, lost} {
		out = append(out, at-1, at, at+1, -at-1, -at, -at+1)
	}
	return out
}()

func anEdge(rng *rand.Rand) int64 {
	c := edges[rng.IntN(len(edges))]
	if d := int64(rng.IntN(5) - 2); (c > 0) != (d > 0) {
		c += d
	}
	return c
}

// bigPoint is a value of each variable, which has no end.
type bigPoint [5]*big.Int

// exact is an expression with its constant, wherever that lies.
type exact struct {
	Lin
	c *big.Int
}

func (x exact) at(p *bigPoint) *big.Int {
	sum := new(big.Int).Set(x.c)
	for _, t := range x.Terms() {
		sum.Add(sum, new(big.Int).Mul(big.NewInt(int64(t.Coef)), p[t.Var]))
	}
	return sum
}

func plusConst(x exact, c int64) exact {
	return exact{x.PlusConst(c), new(big.Int).Add(x.c, big.NewInt(c))}
}

// anExact is a random expression, whose constant may lie beyond what its Lin can say.
func anExact(rng *rand.Rand, terms int) exact {
	x := exact{c: new(big.Int)}
	for range terms {
		if m, ok := x.Plus(Of(Var(1+rng.IntN(len(bigPoint{})-1))), []int32{1, -1, 1, -1, 2, -8}[rng.IntN(6)]); ok {
			x.Lin = m
		}
	}
	for range rng.IntN(4) {
		x = plusConst(x, anEdge(rng))
	}
	return x
}

// TestEdges: whatever is done to a zone with numbers at the edges of what bounds can say, and
// beyond, the variables stay within what it says. They are integers without an end.
func TestEdges(t *testing.T) {
	for seed := range uint64(3000) {
		rng := rand.New(rand.NewPCG(seed, 4))
		z, p := New(), new(bigPoint)
		for v := range p {
			p[v] = new(big.Int)
			if v > 0 {
				p[v].SetInt64(anEdge(rng))
			}
		}
		for step := range 12 {
			switch rng.IntN(3) {
			case 0:
				requireExact(rng, z, p)
			default:
				assignExact(rng, z, p)
			}
			if z.Empty() {
				t.Fatalf("seed %d, step %d: the zone is empty", seed, step)
			}
			for range 20 {
				x := anExact(rng, rng.IntN(4))
				most, least := z.Max(x.Lin), z.Min(x.Lin)
				lo, hi := z.Range(&x.Lin)
				most, least = min(most, z.MaxDeep(x.Lin), hi), max(least, lo)
				if is := x.at(p); beyond(is, least, most) {
					t.Fatalf("seed %d, step %d: %v + %v is %v, not from %d to %d", seed, step, x.Terms(), x.c, is, least, most)
				}
			}
		}
	}
}

func beyond(is *big.Int, least, most int64) bool {
	return least > -Inf && is.Cmp(big.NewInt(least)) < 0 || most < Inf && is.Cmp(big.NewInt(most)) > 0
}

// requireExact notes something that is so.
func requireExact(rng *rand.Rand, z *Zone, p *bigPoint) {
	x := anExact(rng, 1+rng.IntN(3))
	for x.at(p).Sign() > 0 {
		less := int64(-Inf)
		if is := x.at(p); is.IsInt64() && rng.IntN(2) == 0 {
			less = -is.Int64()
		}
		x = plusConst(x, less)
	}
	z.Require(x.Lin)
}

// assignExact sets a variable to an expression, with something added.
func assignExact(rng *rand.Rand, z *Zone, p *bigPoint) {
	x, v := anExact(rng, rng.IntN(3)), 1+rng.IntN(len(p)-1)
	lo, hi := int64(0), int64(0)
	switch rng.IntN(4) {
	case 0:
		lo, hi = -Inf, Inf
	case 1:
		lo, hi = -Inf, max(-Inf+1, min(anEdge(rng), Inf-1))
	case 2:
		if lo, hi = max(-Inf+1, min(anEdge(rng), Inf-1)), max(-Inf+1, min(anEdge(rng), Inf-1)); lo > hi {
			lo, hi = hi, lo
		}
	}
	by := []int64{lo, hi}[rng.IntN(2)]
	is := new(big.Int).Add(x.at(p), big.NewInt(by))
	switch {
	case by == -Inf:
		is.Sub(is, big.NewInt(rng.Int64()))
	case by == Inf:
		is.Add(is, big.NewInt(rng.Int64()))
	}
	z.Assign(Var(v), x.Lin, lo, hi)
	p[v] = is
}

// TestChecked: a constant that would lie beyond what one can be is lost, and stays so.
func TestChecked(t *testing.T) {
	for _, a := range edges {
		for _, b := range edges {
			x, y := big.NewInt(a), big.NewInt(b)
			sum, want := new(big.Int).Add(x, y), int64(lost)
			if limit := big.NewInt(lost); x.CmpAbs(limit) < 0 && y.CmpAbs(limit) < 0 && sum.CmpAbs(limit) < 0 {
				want = sum.Int64()
			}
			if got := checked(a, b); got != want {
				t.Errorf("%d + %d is %d, want %d", a, b, got, want)
			}
		}
	}
	l := Of(1).PlusConst(lost - 1)
	if l.isLost() || !l.PlusConst(1).isLost() || l.PlusConst(1).PlusConst(-1) != (Lin{C: lost}) {
		t.Errorf("%v + 1 is %v, and less 1 %v", l, l.PlusConst(1), l.PlusConst(1).PlusConst(-1))
	}
}

// TestFarConstant: a constant beyond all bounds is none of the greatest of them.
func TestFarConstant(t *testing.T) {
	z, l := New(), Of(1)
	for v := Var(1); v <= 3; v++ {
		z.Assign(v, Const(-Inf/maxCoef+1), 0, 0)
	}
	l, _ = l.Plus(Of(2), -1)
	l, _ = l.Plus(Of(3), 1)
	if got := z.Max(l.PlusConst(2 * Inf)); got < Inf {
		t.Errorf("%d and more is at most %d", int64(2*Inf-Inf/maxCoef), got)
	}
}
