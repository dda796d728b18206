package farkas

import (
	"math"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// one finds a fact that is enough, where it takes all that there is of some variable.
func one(facts []linear.Sum, goal linear.Sum, of func(linear.Var) linear.Bounds) ([]linear.Premise, bool) {
	for i := range facts {
		f, last := &facts[i], int64(0)
		for _, t := range goal.Terms {
			c := coef(f, t.Var)
			if c == 0 || (c < 0) != (t.Coef < 0) {
				continue
			}
			k := t.Coef / c
			if k != last && k <= MaxFactor && k*c == t.Coef && leaves(&goal, f, k, of) <= 0 {
				return []linear.Premise{{Fact: i, Factor: k}}, true
			}
			last = k
		}
	}
	return nil, false
}

// touched says that a fact takes something away of what a sum has; else facts are of no use, unless
// they contradict each other.
func touched(facts []linear.Sum, sum linear.Sum) bool {
	for i := range facts {
		for _, t := range sum.Terms {
			if c := coef(&facts[i], t.Var); c != 0 && (c < 0) == (t.Coef < 0) {
				return true
			}
		}
	}
	return sum.IsConst()
}

// coef is the factor of v: faster for a few terms than a sum's own.
func coef(s *linear.Sum, v linear.Var) int64 {
	for i := range s.Terms {
		if s.Terms[i].Var == v {
			return s.Terms[i].Coef
		}
	}
	return 0
}

// leaves bounds goal - k*f, as its Range does, but makes no sum; linear.NoBound where a number is
// large.
func leaves(goal, f *linear.Sum, k int64, of func(linear.Var) linear.Bounds) int64 {
	most := wideOf(goal.C).minus(product(f.C, k))
	for a, b := goal.Terms, f.Terms; len(a) > 0 || len(b) > 0; {
		var t linear.Term
		if len(b) == 0 || len(a) > 0 && a[0].Var <= b[0].Var {
			t, a = a[0], a[1:]
		} else {
			t.Var = b[0].Var
		}
		if len(b) > 0 && b[0].Var == t.Var {
			c := b[0].Coef
			b = b[1:]
			if c > MaxFactor || c < -MaxFactor || t.Coef > math.MaxInt64/2 || t.Coef < -math.MaxInt64/2 {
				return linear.NoBound
			}
			t.Coef -= k * c
		}
		if t.Coef == 0 {
			continue
		}
		bound := of(t.Var).Hi
		if t.Coef < 0 {
			bound = of(t.Var).Lo
		}
		if bound == linear.NoBound || bound == -linear.NoBound {
			return linear.NoBound
		}
		most = most.plus(product(bound, t.Coef))
	}
	if n, ok := most.over(1); ok {
		return n
	}
	return linear.NoBound
}
