package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// A process that serves many connections may remember of each client an age: a byte of the stack
// at a base + its descriptor. They are zeros before the first wait, and whatever is stored there
// since is a constant, at base + a client, and 0 where the client was read from: else what it sent
// might be there. So an index whose byte is not 0 is a client's descriptor, or was one, and is
// nobody's now: behind the boot accept4 alone opens any. That is what a sweep may close, where
// nothing is left of any client, and a child. A store of anything else, or anywhere else in them,
// ends the ages.
//
// It may remember four bytes more, of what a client has done: its counts, at another base + 4 times
// its descriptor. Whatever else reads these, has not written them; so does the client that has the
// descriptor next, until it has written its own, in front of the next turn, or the counts end. Between two clients a count may
// be compared, and no more: what is noted of one would reach others.

// leastAges is more than the zeros that a process writes behind each other for another reason.
const leastAges = 17

// agesBehind are ages and counts behind a store, if it keeps them although it is among them.
func (s *state) agesBehind(addr *term, width uint8, t *term, v *vector) (ages, counts span, keeps bool) {
	switch {
	case s.zeroing:
		off, exact := s.exact(addr, meaning.Stack)
		return s.moreZeros(span{off, off + int64(width)}, exact && s.isZero(t, v))
	case s.loop == noLoop:
		return span{}, span{}, false
	case s.isCountOfClient(addr, width):
		return s.ages, s.counts, true
	}
	age, constant := s.exact(t, meaning.Number)
	keeps = s.loop == looping && s.ages != (span{}) && width == 1 && v == nil && constant && (age == 0 || !s.served) && s.isAgeOfClient(addr)
	return s.ages, s.counts, keeps
}

// isZero: what is stored, a vector or else a number, is 0.
func (s *state) isZero(t *term, v *vector) bool {
	if v != nil {
		return v.whole() && v.b == 0
	}
	c, ok := s.exact(t, meaning.Number)
	return ok && c == 0
}

// moreZeros are ages and counts of a boot behind a store of zeros, or of something else: the first
// zeros that are many enough, and the next ones.
func (s *state) moreZeros(at span, zero bool) (ages, counts span, keeps bool) {
	ages, counts = s.ages, s.counts
	switch {
	case !zero:
		return span{}, span{}, false
	case ages.lo < ages.hi && at.lo == ages.hi && counts == (span{}):
		ages.hi = at.hi
	case ages.hi-ages.lo < leastAges:
		ages = at
	case at.lo < ages.hi && ages.lo < at.hi:
		return span{}, span{}, false
	case counts.lo < counts.hi && at.lo == counts.hi:
		counts.hi = at.hi
	case counts.hi-counts.lo < leastAges:
		counts = at
	default:
		return span{}, span{}, false
	}
	return ages, counts, true
}

// many are zeros, if they are enough.
func many(zeros span) span {
	if zeros.hi-zeros.lo < leastAges {
		return span{}
	}
	return zeros
}

// isAgeOfClient: an address is base + a client.
func (s *state) isAgeOfClient(addr *term) bool {
	for v := firstReg; addr.lo == 0 && addr.hi == 0 && v < firstSlot+slots; v++ {
		if s.vals[v].fd == client && s.isOf(s.ages, addr.lin, v, 1) {
			return true
		}
	}
	return false
}

// isCountOfClient: an address is that of the client's counts.
func (s *state) isCountOfClient(addr *term, width uint8) bool {
	for v := firstReg; addr.lo == 0 && addr.hi == 0 && width == 4 && v < firstSlot+slots; v++ {
		if s.vals[v].fd == client && s.isOf(s.counts, addr.lin, v, 4) {
			return true
		}
	}
	return false
}

// isOf: an address is in a table, at its base + a variable times a size.
func (s *state) isOf(table span, addr zone.Lin, v zone.Var, size int32) bool {
	d, ok := addr.PlusConst(-table.lo).Plus(zone.Of(v), -size)
	return ok && s.vals[v].IsNumber() && s.zone.Min(d) == 0 && s.zone.Max(d) == 0 && s.zone.Min(addr) >= table.lo && s.zone.Max(addr) <= table.hi-int64(size)
}

// isAged: the byte at an address is not 0. If it is an age, its index is a client: between two
// events, where no other one is known that it could be taken for, or in a child, for which it is one
// of many.
func (s *state) isAged(addr zone.Lin) {
	who := client
	switch {
	case s.ages == (span{}):
		return
	case s.loop == looping && s.phase == waiting && !s.served:
		s.closed(client)
	case s.loop == handedOver && s.phase == forked:
		who = aged
		s.closed(aged)
		s.closed(sibling)
	default:
		return
	}
	for v := firstReg; v < firstSlot+slots; v++ {
		if s.vals[v].fd == noFD && s.isOf(s.ages, addr, v, 1) {
			s.vals[v].fd = who
		}
	}
}

// isSibling: what was compared is not the same. If it was a client of many, and the child's, the former
// is another one's.
func (s *state) isSibling() {
	a, b := s.cmp.a.fd, s.cmp.b.fd
	if s.cmp.width != 4 || !(a == aged && b == client || a == client && b == aged) {
		return
	}
	for v := range s.vals {
		if s.vals[v].fd == aged {
			s.vals[v].fd = sibling
		}
	}
}

// leaveUnset ends the counts where a client was accepted that has those of another one.
func (s *state) leaveUnset() {
	if s.unset {
		s.counts, s.unset = span{}, false
	}
}
