package step

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// equal: d is 0 modulo the width.
func equal(s *domain.State, d *value.Term, width uint8) {
	m, ok := s.OnlyMultiple(d, width)
	switch {
	case ok:
		atMost(s, *d, m)
		atLeast(s, *d, m)
	case s.NoMultiple(d, width):
		s.Zone.Require(zone.Const(1))
	}
}

// unequal: d is not 0 modulo the width.
func unequal(s *domain.State, d *value.Term, width uint8) {
	lo, hi := s.Bounds(d)
	m, ok := s.OnlyMultiple(d, width)
	if !ok {
		return
	}
	if lo == m {
		atLeast(s, *d, m+1)
	}
	if hi == m {
		atMost(s, *d, m-1)
	}
}

// atMost notes that some value of the term is at most c: with a free part, that the
// rest is at most c less the least of it.
func atMost(s *domain.State, t value.Term, c int64) {
	if t.Lo <= -zone.Inf {
		return
	}
	s.Require(t.Lin.PlusConst(t.Lo - c))
}

func atLeast(s *domain.State, t value.Term, c int64) {
	if t.Hi >= zone.Inf {
		return
	}
	if neg, ok := (zone.Lin{}).Plus(t.Lin, -1); ok {
		s.Require(neg.PlusConst(c - t.Hi))
	}
}

// sign: bit 31 (or the width's) of d is set, or not.
func sign(s *domain.State, d *value.Term, width uint8, negative bool) {
	lo, hi := s.Bounds(d)
	if m := domain.Modulus(width); m != 0 && (lo < -m/2 || hi >= m/2) || m == 0 && (lo <= -data.Far || hi >= data.Far) {
		return
	}
	if negative {
		atMost(s, *d, -1)
	} else {
		atLeast(s, *d, 0)
	}
}

// unsigned: b, ae, be, a.
func unsigned(s *domain.State, c isa.Cond) {
	a, b, m := s.Flags.A, s.Flags.B, domain.Modulus(s.Flags.Width)
	if c == isa.CondB || c == isa.CondBE {
		less := int64(0)
		if c == isa.CondB {
			less = 1
		}
		below(s, a, b, m, less)
		return
	}
	// a >= b + less is not (a < b): b is below or equal a
	less := int64(0)
	if c == isa.CondA {
		less = 1
	}
	below(s, b, a, m, less)
}

// below narrows by a + less <= b, unsigned. Where b is a plain number, a can be no other
// one than its variable says, unless that is so far below 0 that it comes out small.
func below(s *domain.State, a, b value.Term, m, less int64) {
	alo, ahi := s.Bounds(&a)
	blo, bhi := s.Bounds(&b)
	if !a.IsNumber() || !b.IsNumber() || blo < 0 || bhi >= zone.Inf || m != 0 && bhi >= m {
		return
	}
	if m == 0 || alo > bhi-m && ahi < m {
		atLeast(s, a, 0)
		atMostTerm(s, a, b, less)
	}
}

// atMostTerm notes a + less <= b.
func atMostTerm(s *domain.State, a, b value.Term, less int64) {
	if !a.Like(b.Meaning) {
		return
	}
	d := s.Add(a, b, -1)
	atMost(s, d, -less)
}

// signed: l, ge, le, g.
func signed(s *domain.State, c isa.Cond) {
	a, okA := asSigned(s, s.Flags.A)
	b, okB := asSigned(s, s.Flags.B)
	if !okA || !okB {
		return
	}
	switch c {
	case isa.CondL:
		atMostTerm(s, a, b, 1)
	case isa.CondLE:
		atMostTerm(s, a, b, 0)
	case isa.CondG:
		atMostTerm(s, b, a, 1)
	case isa.CondGE:
		atMostTerm(s, b, a, 0)
	}
}

// asSigned is a term as the signed number that its bits are.
func asSigned(s *domain.State, t value.Term) (value.Term, bool) {
	lo, hi := s.Bounds(&t)
	m := domain.Modulus(s.Flags.Width)
	switch {
	case !t.IsNumber():
		return t, false
	case m == 0:
		return t, lo > -data.Far && hi < data.Far
	case lo >= -m/2 && hi < m/2:
		return t, true
	case lo >= m/2 && hi < m:
		t.Lin = t.Lin.PlusConst(-m)
		return t, true
	}
	return t, false
}
