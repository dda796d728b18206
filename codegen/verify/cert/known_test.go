package cert

import (
	"math/rand/v2"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
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
