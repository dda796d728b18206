package zone

import "math/bits"

// fact says that lin is at most 0.
type fact struct {
	lin      Lin
	pos, neg VarSet // the variables with a positive factor, and with a negative one
}

// restOf is how many variables are left at least of an expression less the fact: pos and
// neg are those with a positive and a negative factor in it.
func (f *fact) restOf(pos, neg VarSet) int {
	return bits.OnesCount64(uint64(f.pos|f.neg|pos|neg)) - bits.OnesCount64(uint64(f.pos&pos|f.neg&neg))
}

// What a Zone remembers beside the matrix is bounded, as it is most of what a proof takes;
// the oldest facts go first. maxFacts is for one that was given room.
const (
	fewFacts = 88
	maxFacts = 176
)

// GiveRoom lets z, and what is made of it, remember more facts.
func (z *Zone) GiveRoom() { z.roomy = true }

// Crowded says that facts were dropped for want of room.
func (z *Zone) Crowded() bool { return z.crowded }

// inherit takes over from a and b how much room there is, and was.
func (z *Zone) inherit(a, b *Zone) {
	z.roomy, z.crowded = a.roomy || b.roomy, a.crowded || b.crowded
}

// names says that v is in the fact.
func (f *fact) names(v Var) bool { return (f.pos | f.neg).has(v) }

// Require notes that l is at most 0.
func (z *Zone) Require(l Lin) {
	if z.empty {
		return
	}
	z.addFact(l)
	z.spread(l)
}

// RequireEqual notes that l is 0.
func (z *Zone) RequireEqual(l Lin) {
	z.Require(l)
	if neg, ok := l.negated(); ok {
		z.Require(neg)
	}
}

// addFact files l <= 0 where it belongs: in the matrix, or among the facts.
func (z *Zone) addFact(l Lin) {
	t := l.Terms()
	switch {
	case l.isLost():
	case len(t) == 0:
		z.empty = z.empty || l.C > 0
	case len(t) == 1:
		z.boundOne(t[0], -l.C)
	case len(t) == 2 && t[0].Coef == 1 && t[1].Coef == -1:
		z.bound(t[0].Var, t[1].Var, -l.C)
	case len(t) == 2 && t[0].Coef == -1 && t[1].Coef == 1:
		z.bound(t[1].Var, t[0].Var, -l.C)
	default:
		z.store(&l)
	}
}

// boundOne notes that a term is at most c.
func (z *Zone) boundOne(t Term, c int64) {
	if t.Coef > 0 {
		z.bound(t.Var, Zero, floorDiv(c, int64(t.Coef)))
	} else {
		z.bound(Zero, t.Var, floorDiv(c, -int64(t.Coef)))
	}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && a < 0 {
		q--
	}
	return q
}

// store keeps a fact of several variables, and the stronger of two that differ in
// their constant alone. One that is further than far bounds nothing, and could not be
// shown where it follows from such bounds of its variables.
func (z *Zone) store(l *Lin) {
	if l.n > factTerms || l.C < -far || l.C > far || z.matrixMax(l) <= 0 {
		return
	}
	if f := z.like(l); f != nil {
		f.lin.C = max(f.lin.C, l.C)
		return
	}
	if n := len(z.facts); n == maxFacts || n == fewFacts && !z.roomy {
		copy(z.facts, z.facts[1:])
		z.facts, z.crowded = z.facts[:n-1], true
	}
	pos, neg := l.signs()
	z.facts = append(z.facts, fact{*l, pos, neg})
}

// like is the fact that differs from l in its constant at most, nil where there is none.
func (z *Zone) like(l *Lin) *fact {
	pos, neg := l.signs()
	for i := range z.facts {
		if f := &z.facts[i]; f.pos == pos && f.neg == neg && f.lin.t == l.t {
			return f
		}
	}
	return nil
}

// spread bounds each variable of l <= 0 by the bounds of the others.
func (z *Zone) spread(l Lin) {
	if l.n < 2 {
		return
	}
	for _, t := range l.Terms() {
		if t.Coef != 1 && t.Coef != -1 {
			continue
		}
		neg, ok := l.without(t.Var).negated()
		if !ok {
			continue
		}
		if hi := z.Max(neg); hi < Inf { // t <= -rest
			z.boundOne(t, hi)
		}
	}
}

// Settle puts into the matrix what facts say of two variables, their others being
// constants: where these are joined with other constants, that would be lost.
func (z *Zone) Settle() {
	if len(z.facts) == 0 {
		return
	}
	constant := VarSet(0)
	for s := z.known; s != 0; s &= s - 1 {
		if v := s.first(); z.Lo(v) == z.Hi(v) {
			constant |= 1 << v
		}
	}
	var buf [maxFacts]fact
	for i := range append(buf[:0], z.facts...) {
		f := &buf[i]
		if (f.pos|f.neg)&constant == 0 {
			continue
		}
		l := f.lin
		for _, t := range f.lin.Terms() {
			if c := z.Lo(t.Var); c == z.Hi(t.Var) {
				if r, ok := l.Replace(t.Var, Const(c)); ok {
					l = r
				}
			}
		}
		if l.n != f.lin.n && l.n <= 2 {
			z.addFact(l)
		}
	}
}
