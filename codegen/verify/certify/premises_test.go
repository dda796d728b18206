package certify

import (
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// A part of a content ends where the content does: at is below its length, and where the content begins and how long it is are of one
// choice, of which each row ends at 100.
func TestByRows(t *testing.T) {
	const begin, length, at = linear.Var(2), linear.Var(3), linear.Var(4)
	sum := func(c int64, terms ...linear.Term) linear.Sum { return linear.Sum{C: c, Terms: terms} }
	of := func(linear.Var) linear.Bounds { return linear.Bounds{Lo: 0, Hi: 90} }
	within := func(a linear.Sum) linear.Bounds {
		b := a.Range(of)
		if k := a.Coef(begin); len(a.Terms) == 2 && k > 0 && k == a.Coef(length) {
			b.Hi = 100*k + a.C
		}
		return b
	}
	below := sum(1, linear.Term{Var: length, Coef: -1}, linear.Term{Var: at, Coef: 1})
	other := sum(0, linear.Term{Var: begin, Coef: 1}, linear.Term{Var: length, Coef: -1})
	for _, c := range []struct {
		name  string
		facts []linear.Sum
		sum   linear.Sum
		want  int64
		by    []linear.Premise
	}{
		{"one", []linear.Sum{other, below}, sum(0, linear.Term{Var: begin, Coef: 1}, linear.Term{Var: at, Coef: 1}), 99, []linear.Premise{{Fact: 1, Factor: 1}}},
		{"twice", []linear.Sum{below}, sum(7, linear.Term{Var: begin, Coef: 2}, linear.Term{Var: at, Coef: 2}), 205, []linear.Premise{{Fact: 0, Factor: 2}}},
		{"no multiple", []linear.Sum{below}, sum(0, linear.Term{Var: begin, Coef: 1}, linear.Term{Var: at, Coef: -1}), linear.NoBound, nil},
		{"not of one choice", []linear.Sum{below}, sum(0, linear.Term{Var: begin, Coef: 2}, linear.Term{Var: at, Coef: 1}), linear.NoBound, nil},
		{"nothing is known", nil, sum(0, linear.Term{Var: begin, Coef: 1}, linear.Term{Var: at, Coef: 1}), linear.NoBound, nil},
	} {
		n, by := byRows(c.facts, c.sum, within, of)
		if n != c.want || !slices.Equal(by, c.by) {
			t.Errorf("%s: at most %d by %v", c.name, n, by)
		}
		if by != nil && !linear.Follows(c.facts, by, mustPlus(t, c.sum, -n), func(v linear.Var) linear.Bounds {
			return linear.Bounds{Lo: 0, Hi: 50} // so that begin and length are 100 together at most
		}) {
			t.Errorf("%s: it does not follow", c.name)
		}
	}
}

func mustPlus(t *testing.T, a linear.Sum, c int64) linear.Sum {
	t.Helper()
	out, ok := a.PlusConst(c)
	if !ok {
		t.Fatal(a)
	}
	return out
}
