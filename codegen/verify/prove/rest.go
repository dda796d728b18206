package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// The rest is what a client sent behind its last request: the input that waits for the
// next one, in the region where it was read.

// waits says whether a region waits for the next request, and which part of it: input
// between two registers, or a response as long as a variable says.
func (e *process) waits(s *state, i int, pc uint64) bool {
	base := s.regions[i].base
	if !e.isInput(s, i) {
		return e.countsTo(s, i, pc)
	}
	from := zone.Const(base)
	if s.rest && s.restOf == base {
		from = s.restPlace()
	}
	if s.zeros {
		last := zone.Of(zerosVar) // zeros stand behind what was read, in the region
		within := s.isBehind(zone.Of(endOf(i)), last.PlusConst(zeroBytes))
		if first, ok := e.cursor(s, from, last, pc); ok && within && e.isHeld(s, last, pc) {
			s.rest, s.restOf = true, base
			s.assign(restVar, term{lin: first.PlusConst(-base)})
			s.assign(endOf(i), term{value: value{Meaning: meaning.Of(meaning.Stack)}, lin: last.PlusConst(zeroBytes)})
			return true
		}
	}
	if s.rest && s.restOf == base {
		s.rest = false
		s.forget(restVar)
	}
	return false
}

// isInput: a region may have bytes of what was read from the client.
func (e *process) isInput(s *state, i int) bool {
	return e.input.hi > s.regions[i].base && s.zone.Max(zone.Of(endOf(i))) > e.input.lo
}

// cursor is the last place that a register says which is not in front of one place, and
// in front of another.
func (e *process) cursor(s *state, from, end zone.Lin, pc uint64) (last zone.Lin, found bool) {
	for at := range e.heldPlaces(s, pc) {
		if s.isBehind(at, from) && s.isBehind(end, at.PlusConst(1)) && (!found || s.isBehind(at, last)) {
			last, found = at, true
		}
	}
	return last, found
}

// isHeld says that a register says a place.
func (e *process) isHeld(s *state, place zone.Lin, pc uint64) bool {
	for at := range e.heldPlaces(s, pc) {
		if s.isBehind(at, place) && s.isBehind(place, at) {
			return true
		}
	}
	return false
}

// heldPlaces are those that registers say which are read behind pc.
func (e *process) heldPlaces(s *state, pc uint64) func(yield func(zone.Lin) bool) {
	return func(yield func(zone.Lin) bool) {
		now := e.aliveAt(s, pc)
		for r := range isa.Reg(16) {
			if at, ok := s.placeIn(regVar(r)); ok && now.regs>>r&1 == 1 && !yield(at) {
				return
			}
		}
	}
}

// restPlace is where the input begins that waits.
func (s *state) restPlace() zone.Lin { return zone.Of(restVar).PlusConst(s.restOf) }

// placeIn is the place on the stack that a register says: a pointer, or a number of bytes
// from rbp on.
func (s *state) placeIn(v zone.Var) (zone.Lin, bool) {
	rbp := regVar(isa.RBP)
	base := s.zone.Lo(rbp)
	switch val := &s.vals[v]; {
	case val.IsLow() || v == rbp || v == rspVar:
	case val.IsSome(meaning.Stack):
		return zone.Of(v), true
	case val.IsNumber() && s.vals[rbp].IsSome(meaning.Stack) && base == s.zone.Hi(rbp) && s.zone.Lo(v) >= 0 && s.zone.Hi(v) < maxStack:
		return zone.Of(v).PlusConst(base), true
	}
	return zone.Lin{}, false
}

// isBehind: a is not in front of b.
func (s *state) isBehind(a, b zone.Lin) bool {
	d, ok := b.Plus(a, -1)
	return ok && s.zone.Max(d) <= 0
}

// mayRead: a place in region i is not in front of the input that waits for this request.
func (s *state) mayRead(i int, addr zone.Lin) bool {
	if !s.rest || s.restOf != s.regions[i].base || s.isBehind(addr, s.restPlace()) {
		return true
	}
	s.zone.Close() // joins leave out what follows from two distances
	return s.isBehind(addr, s.restPlace())
}

// countsTo: a variable says how much of region i waits. Of several that say of bytes of it it is
// the one that says the most; where their order is not known, the one that may say the most. In a
// process that serves many connections, or its child, descriptors, how many events there are, what counts something else, and what is set
// before it is read behind pc are none. Whichever it is, no more is kept than was written.
func (e *process) countsTo(s *state, i int, pc uint64) bool {
	last, found := zone.Lin{}, false
	for j, sl := range s.slots {
		v := firstSlot + zone.Var(j)
		at := zone.Of(v).PlusConst(s.regions[i].base)
		if s.loop != noLoop && (s.vals[v].fd != noFD || s.isEvents(v) || e.stepped[sl.off-s.zone.Lo(regVar(isa.RBP))] || e.isDead(s, sl.off, e.aliveAt(s, pc))) {
			continue
		}
		if sl.size == 0 || !s.vals[v].IsNumber() || s.zone.Lo(v) < 0 || !s.isBehind(zone.Of(endOf(i)), at) {
			continue
		}
		if !found || s.isBehind(at, last) || !s.isBehind(last, at) && s.zone.Max(at) > s.zone.Max(last) {
			last, found = at, true
		}
	}
	if found {
		s.assign(endOf(i), term{value: value{Meaning: meaning.Of(meaning.Stack)}, lin: last})
	}
	return found
}

// isEvents: a variable is how many events there are.
func (s *state) isEvents(v zone.Var) bool {
	_, equal := s.zone.Equal(v, reportedVar)
	return equal
}

// afresh: bytes from lo to end were written in front of the input that waits, in the
// region that it is in: they are the input now.
func (s *state) afresh(i int, addr zone.Lin, lo int64, end zone.Lin) bool {
	if !s.rest || s.restOf != s.regions[i].base || s.isBehind(addr, s.restPlace()) {
		return false
	}
	s.rest = false
	s.regions[i].base = lo
	s.assign(endOf(i), term{value: value{Meaning: meaning.Of(meaning.Stack)}, lin: end})
	return true
}

// alignRest gives two states that differ in whether input waits the same: where none does
// all of the region may be read.
func alignRest(a, b *state) {
	switch {
	case a.rest && b.rest && a.restOf != b.restOf:
		a.forgetRest()
		b.forgetRest()
	case a.rest && !b.rest:
		b.startRest(a.restOf)
	case b.rest && !a.rest:
		a.startRest(b.restOf)
	}
}

func (s *state) startRest(base int64) {
	s.rest, s.restOf = true, base
	s.assign(restVar, constant(0))
}

// forgetRest drops the region in which input waits.
func (s *state) forgetRest() {
	for i, r := range s.regions {
		if r.live && r.base == s.restOf {
			s.regions[i] = region{}
			s.forget(endOf(i))
		}
	}
	s.rest = false
	s.forget(restVar)
}

// forgetBehind is what read(2) leaves of what was written from addr to end: of the bytes
// behind those that it stores nobody may read what they were.
func (s *state) forgetBehind(addr, end zone.Lin) {
	all := span{s.zone.Min(addr), s.zone.Max(end)}
	s.written = subtract(s.written, []span{all})
	s.guards = slices.DeleteFunc(s.guards, func(g guard) bool { return g.lo < all.hi && all.lo < g.hi })
	s.cmp.guards = nil // what a bit said before the read
	for i, r := range s.regions {
		base, last := zone.Const(r.base), zone.Of(endOf(i))
		switch {
		case !r.live || s.isBehind(base, end) || s.isBehind(addr, last):
		case s.isBehind(addr, base) && s.isBehind(last, addr):
			s.assign(endOf(i), term{value: value{Meaning: meaning.Of(meaning.Stack)}, lin: addr})
		default:
			s.regions[i] = region{}
			s.forget(endOf(i))
		}
	}
	s.unmark()
}
