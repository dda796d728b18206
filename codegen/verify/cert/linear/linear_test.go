package linear_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// edges are numbers beside which something may not fit.
var edges = []int64{0, 1, -1, 2, -3, 1 << 31, -1 << 32, math.MaxInt64, math.MinInt64, math.MaxInt64 - 1, math.MinInt64 + 1, 1 << 62, -1 << 62, 3037000500}

func number(r *rand.Rand) int64 {
	if r.IntN(2) == 0 {
		return edges[r.IntN(len(edges))]
	}
	return int64(r.IntN(41) - 20)
}

func sum(r *rand.Rand) linear.Sum {
	s := linear.Const(number(r))
	for v := range linear.Var(4) {
		if k := number(r); k != 0 && r.IntN(2) == 0 {
			s.Terms = append(s.Terms, linear.Term{Var: v, Coef: k})
		}
	}
	return s
}

// value is what a sum is where the variables have these values.
func value(s linear.Sum, at []int64) *big.Int {
	v := big.NewInt(s.C)
	for _, t := range s.Terms {
		v.Add(v, new(big.Int).Mul(big.NewInt(t.Coef), big.NewInt(at[t.Var])))
	}
	return v
}

// A sum of sums has the value that it should, or is none because a number does not fit.
func TestPlusIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	at := []int64{3, -5, 1 << 40, math.MinInt64}
	none := 0
	for range 200_000 {
		a, b, k := sum(r), sum(r), number(r)
		got, ok := a.Plus(b, k)
		want := value(b, at)
		want.Add(want.Mul(want, big.NewInt(k)), value(a, at))
		if !ok {
			none++
			if fits(a, b, k) {
				t.Fatalf("%v + %d*%v: no sum, though it fits", a, k, b)
			}
			continue
		}
		if value(got, at).Cmp(want) != 0 {
			t.Fatalf("%v + %d*%v = %v", a, k, b, got)
		}
		for i, term := range got.Terms {
			if term.Coef == 0 || i > 0 && got.Terms[i-1].Var >= term.Var {
				t.Fatalf("%v + %d*%v = %v: terms out of order", a, k, b, got)
			}
		}
	}
	if none < 1000 {
		t.Errorf("%d sums did not fit: too few to say anything", none)
	}
}

// fits: all numbers of a + k*b are in 64 bits, and the products but for the least one, which
// has no counterpart.
func fits(a, b linear.Sum, k int64) bool {
	one := func(x, y int64) bool {
		p := new(big.Int).Mul(big.NewInt(y), big.NewInt(k))
		if !p.IsInt64() || p.Int64() == math.MinInt64 {
			return false
		}
		return p.Add(p, big.NewInt(x)).IsInt64()
	}
	for v := range linear.Var(4) {
		if !one(a.Coef(v), b.Coef(v)) {
			return false
		}
	}
	return one(a.C, b.C)
}

// No value of the variables is outside a sum's range, and what follows holds wherever the
// premises hold.
func TestRangeAndFollows(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	ranged, followed := 0, 0
	for range 300_000 {
		bounds := make([]linear.Bounds, 4)
		at := make([]int64, 4)
		for i := range at {
			at[i] = number(r)
			lo, hi := number(r), number(r)
			bounds[i] = linear.Bounds{Lo: min(lo, at[i]), Hi: max(hi, at[i])}
			if bounds[i].Lo == math.MinInt64 || r.IntN(4) == 0 {
				bounds[i].Lo = -linear.NoBound
			}
			if r.IntN(4) == 0 {
				bounds[i].Hi = linear.NoBound
			}
			at[i] = max(at[i], -linear.NoBound+1)
		}
		of := func(v linear.Var) linear.Bounds { return bounds[v] }
		s := sum(r)
		b, v := s.Range(of), value(s, at)
		if b.Lo != -linear.NoBound && v.Cmp(big.NewInt(b.Lo)) < 0 || b.Hi != linear.NoBound && v.Cmp(big.NewInt(b.Hi)) > 0 {
			t.Fatalf("%v at %v is %v, outside %v; bounds %v", s, at, v, b, bounds)
		}
		if b.Hi != linear.NoBound {
			ranged++
		}
		facts := []linear.Sum{sum(r), sum(r)}
		premises := []linear.Premise{{Fact: r.IntN(2), Factor: number(r)}, {Fact: r.IntN(4), Factor: number(r)}}[:r.IntN(3)]
		goal := s
		if r.IntN(2) == 0 { // one that has a chance
			goal, _ = facts[0].PlusConst(-int64(r.IntN(3)))
		}
		if linear.Follows(facts, premises, goal, of) && value(facts[0], at).Sign() <= 0 && value(facts[1], at).Sign() <= 0 {
			followed++
			if value(goal, at).Sign() > 0 {
				t.Fatalf("%v does not follow from %v by %v: bounds %v, at %v", goal, facts, premises, bounds, at)
			}
		}
	}
	if ranged < 10_000 || followed < 3_000 {
		t.Errorf("%d ranges, %d conclusions: too few to say anything", ranged, followed)
	}
}

// A goal that follows only by a multiple of it, and only because numbers are whole, follows with
// its contrary as a premise, as often as it takes and not less often.
func TestFollowsByContrary(t *testing.T) {
	of := func(linear.Var) linear.Bounds { return linear.Bounds{Lo: -linear.NoBound, Hi: linear.NoBound} }
	difference := func(k, c int64) linear.Sum { // k*(x-y) + c
		return linear.Sum{C: c, Terms: []linear.Term{{Var: 0, Coef: k}, {Var: 1, Coef: -k}}}
	}
	for _, c := range []struct {
		fact, goal linear.Sum
		contrary   int64
		want       bool
	}{
		{difference(3, -2), difference(1, 0), 2, true},  // 3x-3y <= 2: x-y <= 0
		{difference(3, -3), difference(1, 0), 2, false}, // 3x-3y <= 3: x-y may be 1
		{difference(3, -3), difference(1, -1), 2, true},
		{difference(3, -2), difference(1, 0), 1, false}, // variables stay
		{difference(3, -2), difference(1, 0), 3, false},
	} {
		premises := []linear.Premise{{Fact: 0, Factor: 1}, {Fact: 1, Factor: c.contrary}}
		for range 2 {
			if got := linear.Follows([]linear.Sum{c.fact}, premises, c.goal, of); got != c.want {
				t.Errorf("%v from %v by %v: %v", c.goal, c.fact, premises, got)
			}
			premises[0], premises[1] = premises[1], premises[0]
		}
	}
	if linear.Follows(nil, []linear.Premise{{Fact: 1, Factor: 1}}, linear.Const(1), of) || linear.Follows(nil, []linear.Premise{{Fact: 0, Factor: 5}}, linear.Const(1), of) {
		t.Error("1 <= 0 follows from nothing")
	}
}
