// Package linear has sums of variables with factors, what bounds them, and the check that one
// inequality follows from others. All of it is exact: what does not fit in 64 bits is no result.
// A part of what a proof trusts, it imports next to nothing.
package linear

import (
	"math"
	"math/bits"
	"slices"
)

// Var is a variable: an integer of any size.
type Var uint32

// Term is a variable times a factor.
type Term struct {
	Var  Var
	Coef int64 // not 0
}

// Sum is C plus its terms, whose variables ascend. It is never changed in place.
type Sum struct {
	C     int64
	Terms []Term
}

// Const is the sum of a constant.
func Const(c int64) Sum { return Sum{C: c} }

// Of is the sum of one variable.
func Of(v Var) Sum {
	if int(v) < len(plain) {
		return Sum{Terms: plain[v : v+1 : v+1]}
	}
	return Sum{Terms: []Term{{v, 1}}}
}

// plain has the terms of Of, of the variables that there are on a way.
var plain = func() (terms [1 << 9]Term) {
	for v := range terms {
		terms[v] = Term{Var(v), 1}
	}
	return terms
}()

// IsConst says that the sum has no variable.
func (s Sum) IsConst() bool { return len(s.Terms) == 0 }

// Is says that the sum is a constant.
func (s Sum) Is(c int64) bool { return s.C == c && len(s.Terms) == 0 }

// Coef is the factor of v, 0 where v is not in the sum.
func (s Sum) Coef(v Var) int64 {
	if i, ok := slices.BinarySearchFunc(s.Terms, v, func(t Term, v Var) int { return int(t.Var) - int(v) }); ok {
		return s.Terms[i].Coef
	}
	return 0
}

// Equal says that a and b are the same sum.
func Equal(a, b Sum) bool { return a.C == b.C && slices.Equal(a.Terms, b.Terms) }

// Plus is a + k*b; false where a number of it does not fit.
func (a Sum) Plus(b Sum, k int64) (Sum, bool) { return a.PlusIn(nil, b, k) }

// PlusIn is Plus with the terms in a buffer, as far as it is long enough.
func (a Sum) PlusIn(buf []Term, b Sum, k int64) (Sum, bool) {
	var out Sum
	var ok bool
	if out.C, ok = MultiplyAdd(a.C, b.C, k); !ok {
		return Sum{}, false
	}
	switch { // nobody changes terms in place
	case len(b.Terms) == 0:
		out.Terms = a.Terms
		return out, true
	case len(a.Terms) == 0 && k == 1:
		out.Terms = b.Terms
		return out, true
	}
	if out.Terms = buf[:0]; cap(buf) < len(a.Terms)+len(b.Terms) {
		out.Terms = make([]Term, 0, len(a.Terms)+len(b.Terms))
	}
	for i, j := 0, 0; i < len(a.Terms) || j < len(b.Terms); {
		var t Term
		switch {
		case j == len(b.Terms) || i < len(a.Terms) && a.Terms[i].Var < b.Terms[j].Var:
			t = a.Terms[i]
			i++
		case i == len(a.Terms) || b.Terms[j].Var < a.Terms[i].Var:
			t.Var = b.Terms[j].Var
			t.Coef, ok = MultiplyAdd(0, b.Terms[j].Coef, k)
			j++
		default:
			t.Var = a.Terms[i].Var
			t.Coef, ok = MultiplyAdd(a.Terms[i].Coef, b.Terms[j].Coef, k)
			i, j = i+1, j+1
		}
		if !ok {
			return Sum{}, false
		}
		if t.Coef != 0 {
			out.Terms = append(out.Terms, t)
		}
	}
	return out, true
}

// PlusConst is a + c; false where that does not fit.
func (a Sum) PlusConst(c int64) (Sum, bool) {
	c, ok := MultiplyAdd(a.C, c, 1)
	return Sum{c, a.Terms}, ok
}

// Times is k*a; false where a number of it does not fit.
func (a Sum) Times(k int64) (Sum, bool) { return Sum{}.Plus(a, k) }

// MultiplyAdd is a + b*k; false where that does not fit, or the product is below -NoBound.
func MultiplyAdd(a, b, k int64) (int64, bool) {
	hi, lo := bits.Mul64(uint64(b), uint64(k))
	high, p := int64(hi)-b>>63&k-k>>63&b, int64(lo) // of the product of signed numbers
	return a + p, high == p>>63 && p != math.MinInt64 && (a+p > a) == (p > 0)
}

// NoBound is above and -NoBound below what bounds a variable.
const NoBound = math.MaxInt64

// Bounds are the least and the greatest value of a variable, -NoBound and NoBound where there
// is none.
type Bounds struct{ Lo, Hi int64 }

// Range bounds the sum, as its variables are bounded.
func (s Sum) Range(of func(Var) Bounds) Bounds {
	out := Bounds{s.C, s.C}
	for _, t := range s.Terms {
		b := of(t.Var)
		if t.Coef < 0 {
			b.Lo, b.Hi = b.Hi, b.Lo
		}
		out.Lo = addBound(out.Lo, b.Lo, t.Coef, -NoBound)
		out.Hi = addBound(out.Hi, b.Hi, t.Coef, NoBound)
	}
	return out
}

// addBound is sum + k*bound, and none where one of them is, or where it does not fit.
func addBound(sum, bound, k, none int64) int64 {
	if sum == none || bound == NoBound || bound == -NoBound {
		return none
	}
	if s, ok := MultiplyAdd(sum, bound, k); ok {
		return s
	}
	return none
}

// Premise is an inequality, by its number, and how many times it is taken. The number behind those
// of the facts is what holds if the goal does not: 1 - goal <= 0, as all numbers are whole.
type Premise struct {
	Fact   int
	Factor int64 // above 0
}

// Follows says whether goal <= 0 follows from facts, each of which is at most 0, by the sum that
// premises say: what it leaves of the goal must be at most 0 by the bounds of variables alone
// (Farkas' lemma: each inequality that follows, over the rationals, does so by some such sum,
// maybe from a multiple of the goal, which is what its contrary is for).
func Follows(facts []Sum, premises []Premise, goal Sum, of func(Var) Bounds) bool {
	rest, ok := Rest(facts, premises, goal, nil, nil)
	return ok && rest.Range(of).Hi <= 0
}

// Rest is what premises leave of a goal: if it is at most 0, so is the goal. False where
// something does not fit, or is no premise. Sums have their terms in the buffers in turn.
func Rest(facts []Sum, premises []Premise, goal Sum, buf, other []Term) (rest Sum, ok bool) {
	rest, ok = goal, true
	for _, p := range premises {
		if p.Factor <= 0 || p.Fact < 0 || p.Fact > len(facts) {
			return Sum{}, false
		}
		var fact Sum
		if p.Fact == len(facts) {
			fact, ok = Const(1).Plus(goal, -1)
		} else {
			fact = facts[p.Fact]
		}
		if !ok {
			return Sum{}, false
		}
		if rest, ok = rest.PlusIn(buf, fact, -p.Factor); !ok {
			return Sum{}, false
		}
		buf, other = other, buf
	}
	return rest, true
}
