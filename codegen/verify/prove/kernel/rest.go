package kernel

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// The rest is what a client sent behind its last request: the input that waits for the
// next one, in the region where it was read.

// waits says whether a region waits for the next request, and which part of it: input
// between two registers, or a response as long as a variable says.
func (e *Process) waits(s *domain.State, i int, pc uint64) bool {
	base := s.Regions[i].Base
	if !e.isInput(s, i) {
		return e.countsTo(s, i, pc)
	}
	from := zone.Const(base)
	if s.Rest && s.RestOf == base {
		from = s.RestPlace()
	}
	if s.Zeros {
		last := zone.Of(value.ZerosVar) // zeros stand behind what was read, in the region
		within := s.IsBehind(zone.Of(domain.EndOf(i)), last.PlusConst(code.ZeroBytes))
		if first, ok := e.cursor(s, from, last, pc); ok && within && e.isHeld(s, last, pc) {
			s.Rest, s.RestOf = true, base
			s.Assign(value.RestVar, value.Term{Lin: first.PlusConst(-base)})
			s.Assign(domain.EndOf(i), value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Stack)}, Lin: last.PlusConst(code.ZeroBytes)})
			return true
		}
	}
	if s.Rest && s.RestOf == base {
		s.Rest = false
		s.Forget(value.RestVar)
	}
	return false
}

// isInput: a region may have bytes of what was read from the client.
func (e *Process) isInput(s *domain.State, i int) bool {
	return e.Input.Hi > s.Regions[i].Base && s.Zone.Max(zone.Of(domain.EndOf(i))) > e.Input.Lo
}

// cursor is the last place that a register says which is not in front of one place, and
// in front of another.
func (e *Process) cursor(s *domain.State, from, end zone.Lin, pc uint64) (last zone.Lin, found bool) {
	for at := range e.heldPlaces(s, pc) {
		if s.IsBehind(at, from) && s.IsBehind(end, at.PlusConst(1)) && (!found || s.IsBehind(at, last)) {
			last, found = at, true
		}
	}
	return last, found
}

// isHeld says that a register says a place.
func (e *Process) isHeld(s *domain.State, place zone.Lin, pc uint64) bool {
	for at := range e.heldPlaces(s, pc) {
		if s.IsBehind(at, place) && s.IsBehind(place, at) {
			return true
		}
	}
	return false
}

// heldPlaces are those that registers say which are read behind pc.
func (e *Process) heldPlaces(s *domain.State, pc uint64) func(yield func(zone.Lin) bool) {
	return func(yield func(zone.Lin) bool) {
		now := s.AliveAt(e.Program, pc)
		for r := range isa.Reg(16) {
			if at, ok := placeIn(s, value.RegVar(r)); ok && now.Regs>>r&1 == 1 && !yield(at) {
				return
			}
		}
	}
}

// placeIn is the place on the stack that a register says: a pointer, or a number of bytes
// from rbp on.
func placeIn(s *domain.State, v zone.Var) (zone.Lin, bool) {
	rbp := value.RegVar(isa.RBP)
	base := s.Zone.Lo(rbp)
	switch val := &s.Vals[v]; {
	case val.IsLow() || v == rbp || v == value.RspVar:
	case val.IsSome(meaning.Stack):
		return zone.Of(v), true
	case val.IsNumber() && s.Vals[rbp].IsSome(meaning.Stack) && base == s.Zone.Hi(rbp) && s.Zone.Lo(v) >= 0 && s.Zone.Hi(v) < domain.MaxStack:
		return zone.Of(v).PlusConst(base), true
	}
	return zone.Lin{}, false
}

// countsTo: a variable says how much of region i waits. Of several that say of bytes of it it is
// the one that says the most; where their order is not known, the one that may say the most. In a
// process that serves many connections, or its child, descriptors, how many events there are, what counts something else, and what is set
// before it is read behind pc are none. Whichever it is, no more is kept than was written.
func (e *Process) countsTo(s *domain.State, i int, pc uint64) bool {
	last, found := zone.Lin{}, false
	for j, sl := range s.Slots {
		v := value.FirstSlot + zone.Var(j)
		at := zone.Of(v).PlusConst(s.Regions[i].Base)
		if s.Loop != domain.NoLoop && (s.Vals[v].FD != value.NoFD || isEvents(s, v) || e.Stepped[sl.Off-s.Zone.Lo(value.RegVar(isa.RBP))] || s.IsDead(e.Program, sl.Off, s.AliveAt(e.Program, pc))) {
			continue
		}
		if sl.Size == 0 || !s.Vals[v].IsNumber() || s.Zone.Lo(v) < 0 || !s.IsBehind(zone.Of(domain.EndOf(i)), at) {
			continue
		}
		if !found || s.IsBehind(at, last) || !s.IsBehind(last, at) && s.Zone.Max(at) > s.Zone.Max(last) {
			last, found = at, true
		}
	}
	if found {
		s.Assign(domain.EndOf(i), value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Stack)}, Lin: last})
	}
	return found
}

// isEvents: a variable is how many events there are.
func isEvents(s *domain.State, v zone.Var) bool {
	_, equal := s.Zone.Equal(v, domain.ReportedVar)
	return equal
}

// forgetBehind is what read(2) leaves of what was written from addr to end: of the bytes
// behind those that it stores nobody may read what they were.
func forgetBehind(s *domain.State, addr, end zone.Lin) {
	all := value.Span{Lo: s.Zone.Min(addr), Hi: s.Zone.Max(end)}
	s.Written = value.Subtract(s.Written, []value.Span{all})
	s.Guards = slices.DeleteFunc(s.Guards, func(g domain.Guard) bool { return g.Lo < all.Hi && all.Lo < g.Hi })
	s.Flags.Guards = nil // what a bit said before the read
	for i, r := range s.Regions {
		base, last := zone.Const(r.Base), zone.Of(domain.EndOf(i))
		switch {
		case !r.Live || s.IsBehind(base, end) || s.IsBehind(addr, last):
		case s.IsBehind(addr, base) && s.IsBehind(last, addr):
			s.Assign(domain.EndOf(i), value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Stack)}, Lin: addr})
		default:
			s.Regions[i] = domain.Region{}
			s.Forget(domain.EndOf(i))
		}
	}
	s.Unmark()
}
