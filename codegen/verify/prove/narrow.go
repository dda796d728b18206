package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// modulus is how many numbers the width has, 0 where that is beyond bounds.
func modulus(width uint8) int64 {
	if width >= 8 {
		return 0
	}
	return int64(limit(width))
}

// equal: d is 0 modulo the width.
func (s *state) equal(d *term, width uint8) {
	m, ok := s.onlyMultiple(d, width)
	switch {
	case ok:
		s.atMost(*d, m)
		s.atLeast(*d, m)
	case s.noMultiple(d, width):
		s.zone.Require(zone.Const(1))
	}
}

// unequal: d is not 0 modulo the width.
func (s *state) unequal(d *term, width uint8) {
	lo, hi := s.bounds(d)
	m, ok := s.onlyMultiple(d, width)
	if !ok {
		return
	}
	if lo == m {
		s.atLeast(*d, m+1)
	}
	if hi == m {
		s.atMost(*d, m-1)
	}
}

// onlyMultiple is the one multiple of the modulus that d can be.
func (s *state) onlyMultiple(d *term, width uint8) (int64, bool) {
	lo, hi := s.bounds(d)
	m := modulus(width)
	if m == 0 {
		return 0, lo > -far && hi < far && lo <= 0 && hi >= 0
	}
	if lo <= -zone.Inf || hi >= zone.Inf {
		return 0, false
	}
	first := -((-lo) / m) * m
	if lo > 0 {
		first = (lo + m - 1) / m * m
	}
	return first, first <= hi && first+m > hi
}

func (s *state) noMultiple(d *term, width uint8) bool {
	lo, hi := s.bounds(d)
	m := modulus(width)
	if m == 0 {
		return lo > 0 || hi < 0
	}
	return lo > 0 && hi < m || hi < 0 && lo > -m
}

// atMost notes that some value of the term is at most c: with a free part, that the
// rest is at most c less the least of it.
func (s *state) atMost(t term, c int64) {
	if t.lo <= -zone.Inf {
		return
	}
	s.require(t.lin.PlusConst(t.lo - c))
}

func (s *state) atLeast(t term, c int64) {
	if t.hi >= zone.Inf {
		return
	}
	if neg, ok := (zone.Lin{}).Plus(t.lin, -1); ok {
		s.require(neg.PlusConst(c - t.hi))
	}
}

// sign: bit 31 (or the width's) of d is set, or not.
func (s *state) sign(d *term, width uint8, negative bool) {
	lo, hi := s.bounds(d)
	if m := modulus(width); m != 0 && (lo < -m/2 || hi >= m/2) || m == 0 && (lo <= -far || hi >= far) {
		return
	}
	if negative {
		s.atMost(*d, -1)
	} else {
		s.atLeast(*d, 0)
	}
}

// unsigned: b, ae, be, a.
func (s *state) unsigned(c isa.Cond) {
	a, b, m := s.cmp.a, s.cmp.b, modulus(s.cmp.width)
	if c == isa.CondB || c == isa.CondBE {
		less := int64(0)
		if c == isa.CondB {
			less = 1
		}
		s.below(a, b, m, less)
		return
	}
	// a >= b + less is not (a < b): b is below or equal a
	less := int64(0)
	if c == isa.CondA {
		less = 1
	}
	s.below(b, a, m, less)
}

// below narrows by a + less <= b, unsigned. Where b is a plain number, a can be no other
// one than its variable says, unless that is so far below 0 that it comes out small.
func (s *state) below(a, b term, m, less int64) {
	alo, ahi := s.bounds(&a)
	blo, bhi := s.bounds(&b)
	if !a.IsNumber() || !b.IsNumber() || blo < 0 || bhi >= zone.Inf || m != 0 && bhi >= m {
		return
	}
	if m == 0 || alo > bhi-m && ahi < m {
		s.atLeast(a, 0)
		s.atMostTerm(a, b, less)
	}
}

// atMostTerm notes a + less <= b.
func (s *state) atMostTerm(a, b term, less int64) {
	if !a.Like(b.Meaning) {
		return
	}
	d := s.sum(a, b, -1)
	s.atMost(d, -less)
}

// signed: l, ge, le, g.
func (s *state) signed(c isa.Cond) {
	a, okA := s.asSigned(s.cmp.a)
	b, okB := s.asSigned(s.cmp.b)
	if !okA || !okB {
		return
	}
	switch c {
	case isa.CondL:
		s.atMostTerm(a, b, 1)
	case isa.CondLE:
		s.atMostTerm(a, b, 0)
	case isa.CondG:
		s.atMostTerm(b, a, 1)
	case isa.CondGE:
		s.atMostTerm(b, a, 0)
	}
}

// asSigned is a term as the signed number that its bits are.
func (s *state) asSigned(t term) (term, bool) {
	lo, hi := s.bounds(&t)
	m := modulus(s.cmp.width)
	switch {
	case !t.IsNumber():
		return t, false
	case m == 0:
		return t, lo > -far && hi < far
	case lo >= -m/2 && hi < m/2:
		return t, true
	case lo >= m/2 && hi < m:
		t.lin = t.lin.PlusConst(-m)
		return t, true
	}
	return t, false
}

// learnBits notes bits of the register that a term is.
func (s *state) learnBits(t *term, bits uint64, set bool) {
	v := t.reg
	if v == 0 || !s.vals[v].IsNumber() {
		return
	}
	for w := firstReg; w < firstSlot; w++ {
		if d, ok := s.zone.Equal(v, w); w != v && (!ok || d != 0 || !s.vals[w].IsNumber() || s.vals[v].IsLow() != s.vals[w].IsLow()) {
			continue
		}
		if set {
			s.vals[w].ones |= bits
		} else {
			s.vals[w].zeros |= bits
		}
		if s.vals[w].ones&s.vals[w].zeros != 0 {
			s.zone.Require(zone.Const(1))
		}
	}
}
