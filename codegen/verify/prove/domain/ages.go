package domain

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
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
// its descriptor. They are read behind a read from that client alone, up to the next turn: what was noted of one between two clients,
// or decided by it, would reach others. Whatever else reads these, has not written them; so does the client that has the
// descriptor next, until it has written its own, in front of the next turn, or the counts end.

// leastAges is more than the zeros that a process writes behind each other for another reason.
const leastAges = 17

// AgesBehind are ages and counts behind a store, if it keeps them although it is among them.
func (s *State) AgesBehind(addr *value.Term, width uint8, t *value.Term, v *value.Vector) (ages, counts value.Span, keeps bool) {
	switch {
	case s.Zeroing:
		off, exact := s.Exact(addr, meaning.Stack)
		return s.moreZeros(value.Span{Lo: off, Hi: off + int64(width)}, exact && s.isZero(t, v))
	case s.Loop == NoLoop:
		return value.Span{}, value.Span{}, false
	case s.IsCountOfClient(addr, width):
		return s.Ages, s.Counts, true
	}
	age, constant := s.Exact(t, meaning.Number)
	keeps = s.Loop == Looping && s.Ages != (value.Span{}) && width == 1 && v == nil && constant && (age == 0 || !s.Served) && s.isAgeOfClient(addr)
	return s.Ages, s.Counts, keeps
}

// isZero: what is stored, a vector or else a number, is 0.
func (s *State) isZero(t *value.Term, v *value.Vector) bool {
	if v != nil {
		return v.Whole() && v.Byte == 0
	}
	c, ok := s.Exact(t, meaning.Number)
	return ok && c == 0
}

// moreZeros are ages and counts of a boot behind a store of zeros, or of something else: the first
// zeros that are many enough, and the next ones.
func (s *State) moreZeros(at value.Span, zero bool) (ages, counts value.Span, keeps bool) {
	ages, counts = s.Ages, s.Counts
	switch {
	case !zero:
		return value.Span{}, value.Span{}, false
	case ages.Lo < ages.Hi && at.Lo == ages.Hi && counts == (value.Span{}):
		ages.Hi = at.Hi
	case ages.Hi-ages.Lo < leastAges:
		ages = at
	case at.Lo < ages.Hi && ages.Lo < at.Hi:
		return value.Span{}, value.Span{}, false
	case counts.Lo < counts.Hi && at.Lo == counts.Hi:
		counts.Hi = at.Hi
	case counts.Hi-counts.Lo < leastAges:
		counts = at
	default:
		return value.Span{}, value.Span{}, false
	}
	return ages, counts, true
}

// EnoughZeros are zeros, if they are enough.
func EnoughZeros(zeros value.Span) value.Span {
	if zeros.Hi-zeros.Lo < leastAges {
		return value.Span{}
	}
	return zeros
}

// isAgeOfClient: an address is base + a client.
func (s *State) isAgeOfClient(addr *value.Term) bool {
	for v := value.FirstReg; addr.Lo == 0 && addr.Hi == 0 && v < value.FirstSlot+value.Slots; v++ {
		if s.Vals[v].FD == value.Client && s.isOf(s.Ages, addr.Lin, v, 1) {
			return true
		}
	}
	return false
}

// IsCountOfClient: an address is that of the client's counts.
func (s *State) IsCountOfClient(addr *value.Term, width uint8) bool {
	for v := value.FirstReg; addr.Lo == 0 && addr.Hi == 0 && width == 4 && v < value.FirstSlot+value.Slots; v++ {
		if s.Vals[v].FD == value.Client && s.isOf(s.Counts, addr.Lin, v, 4) {
			return true
		}
	}
	return false
}

// isOf: an address is in a table, at its base + a variable times a size.
func (s *State) isOf(table value.Span, addr zone.Lin, v zone.Var, size int32) bool {
	d, ok := addr.PlusConst(-table.Lo).Plus(zone.Of(v), -size)
	return ok && s.Vals[v].IsNumber() && s.Zone.Min(d) == 0 && s.Zone.Max(d) == 0 && s.Zone.Min(addr) >= table.Lo && s.Zone.Max(addr) <= table.Hi-int64(size)
}

// isAged: the byte at an address is not 0. If it is an age, its index is a client: between two
// events, where no other one is known that it could be taken for, or in a child, for which it is one
// of many.
func (s *State) isAged(addr zone.Lin) {
	who := value.Client
	switch {
	case s.Ages == (value.Span{}):
		return
	case s.Loop == Looping && s.Phase == Waiting && !s.Served:
		s.Closed(value.Client)
	case s.Loop == HandedOver && s.Phase == Forked:
		who = value.Aged
		s.Closed(value.Aged)
		s.Closed(value.Sibling)
	default:
		return
	}
	for v := value.FirstReg; v < value.FirstSlot+value.Slots; v++ {
		if s.Vals[v].FD == value.NoFD && s.isOf(s.Ages, addr, v, 1) {
			s.Vals[v].FD = who
		}
	}
}

// IsSibling: what was compared is not the same. If it was a client of many, and the child's, the former
// is another one's.
func (s *State) IsSibling() {
	a, b := s.Flags.A.FD, s.Flags.B.FD
	if s.Flags.Width != 4 || !(a == value.Aged && b == value.Client || a == value.Client && b == value.Aged) {
		return
	}
	for v := range s.Vals {
		if s.Vals[v].FD == value.Aged {
			s.Vals[v].FD = value.Sibling
		}
	}
}

// LeaveUnset ends the counts where a client was accepted that has those of another one.
func (s *State) LeaveUnset() {
	if s.Unset {
		s.Counts, s.Unset = value.Span{}, false
	}
}
