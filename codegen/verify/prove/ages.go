package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// A process that serves many connections may remember of each client an age: a byte of the stack
// at a base + its descriptor. They are zeros before the first wait, and whatever is stored there
// since is a constant, at base + a client, and 0 where the client was read from: else what it sent
// might be there. So an index whose byte is not 0 is a client's
// descriptor, or was one, and is nobody's now: behind the boot accept4 alone opens any. That is
// what a sweep may close, where nothing is left of any client. A store of anything else, or
// anywhere else in them, ends the ages.

// leastAges is more than the zeros that a process writes behind each other for another reason.
const leastAges = 17

// agesBehind are the ages behind a store, if it keeps them although it is among them.
func (s *state) agesBehind(addr *term, width uint8, t *term, v *vector) (span, bool) {
	if s.zeroing {
		off, exact := s.exact(addr, meaning.Stack)
		return s.moreZeros(span{off, off + int64(width)}, exact && s.isZero(t, v))
	}
	age, constant := s.exact(t, meaning.Number)
	return s.ages, s.loop == looping && s.ages != (span{}) && width == 1 && v == nil && constant && (age == 0 || !s.served) && s.isAgeOfClient(addr)
}

// isZero: what is stored, a vector or else a number, is 0.
func (s *state) isZero(t *term, v *vector) bool {
	if v != nil {
		return v.whole() && v.b == 0
	}
	c, ok := s.exact(t, meaning.Number)
	return ok && c == 0
}

// moreZeros are the ages of a boot behind a store of zeros, or of something else.
func (s *state) moreZeros(at span, zero bool) (span, bool) {
	switch {
	case !zero:
		return span{}, false
	case s.ages.lo < s.ages.hi && at.lo == s.ages.hi:
		return span{s.ages.lo, at.hi}, true
	case s.ages.hi-s.ages.lo < leastAges:
		return at, true
	}
	return span{}, false
}

// agesOf are the ages with which a wait begins.
func (s *state) agesOf() span {
	if s.ages.hi-s.ages.lo < leastAges {
		return span{}
	}
	return s.ages
}

// isAgeOfClient: an address is base + a client.
func (s *state) isAgeOfClient(addr *term) bool {
	for v := firstReg; addr.lo == 0 && addr.hi == 0 && v < firstSlot+slots; v++ {
		if s.vals[v].fd == client && s.isAgeOf(addr.lin, v) {
			return true
		}
	}
	return false
}

// isAgeOf: an address is among the ages, at base + a variable.
func (s *state) isAgeOf(addr zone.Lin, v zone.Var) bool {
	d, ok := addr.PlusConst(-s.ages.lo).Plus(zone.Of(v), -1)
	return ok && s.vals[v].IsNumber() && s.zone.Min(d) == 0 && s.zone.Max(d) == 0 && s.zone.Min(addr) >= s.ages.lo && s.zone.Max(addr) < s.ages.hi
}

// isAged: the byte at an address is not 0. If it is an age, its index is a client; between two
// events alone, where no other one is known that it could be taken for.
func (s *state) isAged(addr zone.Lin) {
	if s.ages == (span{}) || s.loop != looping || s.phase != waiting || s.served {
		return
	}
	for v := firstReg; v < firstSlot+slots; v++ {
		if s.vals[v].fd == noFD && s.isAgeOf(addr, v) {
			s.vals[v].fd = client
		}
	}
}
