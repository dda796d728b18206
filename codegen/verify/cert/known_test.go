package cert

import (
	"math/rand/v2"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
)

// What a sum that is at most 0 says of the bounds of its variables, where the others have bounds.
func TestKnowBounds(t *testing.T) {
	const none = linear.NoBound
	v, w := FirstVar, FirstVar+1
	for _, c := range []struct {
		name       string
		sum        linear.Sum
		from, want [2]linear.Bounds
		impossible bool
	}{
		{"one variable", linear.Sum{C: -7, Terms: []linear.Term{{Var: v, Coef: 2}}}, [2]linear.Bounds{{Lo: 0, Hi: 9}, {}}, [2]linear.Bounds{{Lo: 0, Hi: 3}, {}}, false},
		{"one that is negative", linear.Sum{C: 7, Terms: []linear.Term{{Var: v, Coef: -2}}}, [2]linear.Bounds{{Lo: 0, Hi: 9}, {}}, [2]linear.Bounds{{Lo: 4, Hi: 9}, {}}, false},
		{"less than another", linear.Sum{C: 1, Terms: []linear.Term{{Var: v, Coef: 1}, {Var: w, Coef: -1}}}, [2]linear.Bounds{{Lo: 3, Hi: 9}, {Lo: 0, Hi: 6}}, [2]linear.Bounds{{Lo: 3, Hi: 5}, {Lo: 4, Hi: 6}}, false},
		{"less than one without a bound", linear.Sum{C: 1, Terms: []linear.Term{{Var: v, Coef: 1}, {Var: w, Coef: -1}}}, [2]linear.Bounds{{Lo: 3, Hi: 9}, {Lo: 0, Hi: none}}, [2]linear.Bounds{{Lo: 3, Hi: 9}, {Lo: 4, Hi: none}}, false},
		{"three times it", linear.Sum{C: -2, Terms: []linear.Term{{Var: v, Coef: 3}, {Var: w, Coef: 1}}}, [2]linear.Bounds{{Lo: -9, Hi: 9}, {Lo: 1, Hi: 6}}, [2]linear.Bounds{{Lo: -9, Hi: 0}, {Lo: 1, Hi: 6}}, false},
		{"beside an address", linear.Sum{C: 1, Terms: []linear.Term{{Var: StackBase, Coef: 1}, {Var: w, Coef: -1}}}, [2]linear.Bounds{{Lo: 3, Hi: 9}, {Lo: 0, Hi: 6}}, [2]linear.Bounds{{Lo: 3, Hi: 9}, {Lo: 0, Hi: 6}}, false},
		{"impossible", linear.Sum{C: 1, Terms: []linear.Term{{Var: v, Coef: 1}, {Var: w, Coef: -1}}}, [2]linear.Bounds{{Lo: 6, Hi: 9}, {Lo: 0, Hi: 6}}, [2]linear.Bounds{}, true},
		{"the least number", linear.Sum{C: -none - 1, Terms: []linear.Term{{Var: v, Coef: -1}}}, [2]linear.Bounds{{Lo: 0, Hi: 9}, {}}, [2]linear.Bounds{{Lo: 0, Hi: 9}, {}}, false},
	} {
		checker := &checker{}
		s := &State{check: checker, vars: checker.variables([]Variable{{Bounds: c.from[0]}, {Bounds: c.from[1]}})}
		base := s.vars[StackBase]
		possible := s.know(c.sum)
		if possible == c.impossible || possible && (s.Bounds(v) != c.want[0] || s.Bounds(w) != c.want[1]) || s.vars[StackBase] != base {
			t.Errorf("%s: %v, bounds are %v", c.name, possible, s.vars)
		}
	}
}

// Numbers for which sums are at most 0 are within the bounds that are left.
func TestKnowLosesNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	narrowed := 0
	for range 2_000 {
		var numbers [3]int64
		vars := make([]Variable, len(numbers))
		for i := range numbers {
			numbers[i] = rng.Int64N(41) - 20
			vars[i].Bounds = linear.Bounds{Lo: numbers[i] - rng.Int64N(9), Hi: numbers[i] + rng.Int64N(9)}
			if rng.IntN(4) == 0 {
				vars[i].Hi = linear.NoBound
			}
		}
		checker := &checker{}
		s := &State{check: checker, vars: append([]Variable{}, checker.variables(vars)...)}
		for range 3 {
			sum, at := linear.Sum{}, int64(0)
			for i, x := range numbers {
				k := rng.Int64N(9) - 4
				sum = s.plus(sum, linear.Of(FirstVar+linear.Var(i)), k)
				at += k * x
			}
			if !s.know(s.plusConst(sum, -at-rng.Int64N(5))) {
				t.Fatalf("%v at most %d is said to be impossible for %v", sum, at, numbers)
			}
		}
		for i, x := range numbers {
			b := s.Bounds(FirstVar + linear.Var(i))
			if x < b.Lo || x > b.Hi {
				t.Fatalf("%d is not within %v", x, b)
			}
			if b != vars[i].Bounds {
				narrowed++
			}
		}
	}
	if narrowed == 0 {
		t.Error("no bounds became narrower")
	}
}

// What is below a number, as numbers of 8 bytes without a sign, is not below 0 if both are near 0; what is above one may be.
func TestBelowIsNotNegative(t *testing.T) {
	const near = 1 << 62
	for _, c := range []struct {
		name    string
		a       linear.Bounds
		b       int64
		cond    x86.Cond
		want    linear.Bounds
		another bool // that is compared, without bounds
	}{
		{"below", linear.Bounds{Lo: -10, Hi: 10}, 5, x86.CondB, linear.Bounds{Lo: 0, Hi: 4}, false},
		{"at most", linear.Bounds{Lo: -10, Hi: 10}, 5, x86.CondBE, linear.Bounds{Lo: 0, Hi: 5}, false},
		{"at least", linear.Bounds{Lo: -10, Hi: 10}, 5, x86.CondB.Not(), linear.Bounds{Lo: -10, Hi: 10}, false},
		{"above", linear.Bounds{Lo: -10, Hi: 10}, 5, x86.CondBE.Not(), linear.Bounds{Lo: -10, Hi: 10}, false},
		{"as far as can be", linear.Bounds{Lo: -near, Hi: near}, near, x86.CondB, linear.Bounds{Lo: 0, Hi: near - 1}, false},
		{"too far below", linear.Bounds{Lo: -near - 1, Hi: 10}, 5, x86.CondB, linear.Bounds{Lo: -near - 1, Hi: 10}, false},
		{"too far above", linear.Bounds{Lo: -10, Hi: near + 1}, 5, x86.CondB, linear.Bounds{Lo: -10, Hi: near + 1}, false},
		{"below what is too far above", linear.Bounds{Lo: -10, Hi: 10}, near + 1, x86.CondB, linear.Bounds{Lo: -10, Hi: 10}, false},
		{"below a negative number", linear.Bounds{Lo: -10, Hi: 10}, -5, x86.CondB, linear.Bounds{Lo: -10, Hi: 10}, false},
		{"below anything", linear.Bounds{Lo: -10, Hi: 10}, 0, x86.CondB, linear.Bounds{Lo: -10, Hi: 10}, true},
	} {
		checker := &checker{server: new(server), guide: oneFact{}}
		s := &State{check: checker, vars: checker.variables([]Variable{{Bounds: c.a}, {Bounds: linear.Bounds{Lo: 0, Hi: linear.NoBound}, Word: true}})}
		with := linear.Const(c.b)
		if c.another {
			with = linear.Of(FirstVar + 1)
		}
		s.compares(linear.Of(FirstVar), with, 8)
		if !s.holds(c.cond) || s.Bounds(FirstVar) != c.want {
			t.Errorf("%s: it is within %v", c.name, s.Bounds(FirstVar))
		}
	}
}
