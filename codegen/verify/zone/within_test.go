package zone

import "testing"

// What a Zone says is within itself however far from 0 it is: bounds are not computed with such
// numbers (Inf/64 and on), and a bound of 1<<56 was not found in a copy. One less is not, but of
// a fact, which is not kept where it is that far.
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
			if _, found := a.Within(b, &same); found != (name != "fact" || c <= far) {
				t.Errorf("%s of %d: found %t that it is not %d", name, c, found, c-1)
			}
		}
	}
}

// What an assignment makes of a bound that is not computed with is no fact: r10 was at most 1<<56, rep
// movsb made of it that rdi and r10 are at most that, and a state that has bounds of both could not show it.
func TestFarFact(t *testing.T) {
	var same [Vars]Lin
	for v := range same {
		same[v] = Of(Var(v))
	}
	for _, c := range []int64{far, far + 1, 1 << 56} {
		made, apart := New(), New()
		made.Require(Of(2).PlusConst(-c))
		less, _ := Of(2).Plus(Of(1), -1)
		made.Assign(2, less, 0, 0)
		if kept := len(made.Facts()) == 1; kept != (c <= far) {
			t.Errorf("of a bound of %d: facts %v", c, made.Facts())
		}
		apart.Require(Of(1).PlusConst(-5))
		apart.Require(Of(2).PlusConst(5 - c))
		if missing, found := made.Within(apart, &same); found {
			t.Errorf("of a bound of %d: %v is not found", c, missing)
		}
	}
}

// minus is -v.
func minus(v Var) Lin {
	l, _ := Lin{}.Plus(Of(v), -1)
	return l
}
