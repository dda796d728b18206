package zone

import "testing"

// What a Zone says is within itself however far from 0 it is: bounds are not computed with such
// numbers (Inf/64 and on), and a bound of 1<<56 was not found in a copy. One less is not.
func TestWithinFar(t *testing.T) {
	var same [Vars]Lin
	for v := range same {
		same[v] = Of(Var(v))
	}
	apart, _ := Of(1).Plus(Of(2), -1)
	three, _ := apart.Plus(Of(3), -1)
	for name, l := range map[string]Lin{"bound": Of(1), "lower bound": minus(1), "distance": apart, "fact": three} {
		for _, c := range []int64{Inf/maxCoef - 1, 1 << 56, Inf - 1} {
			b, a := New(), New()
			b.Require(l.PlusConst(-c))
			if missing, found := b.Clone().Within(b, &same); found {
				t.Errorf("%s of %d: %v is not found in a copy", name, c, missing)
			}
			a.Require(l.PlusConst(-(c - 1)))
			if _, found := a.Within(b, &same); !found {
				t.Errorf("%s of %d: it is taken for %d", name, c, c-1)
			}
		}
	}
}

// minus is -v.
func minus(v Var) Lin {
	l, _ := Lin{}.Plus(Of(v), -1)
	return l
}
