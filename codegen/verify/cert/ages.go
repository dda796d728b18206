package cert

import (
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// A process that serves many clients may remember of each an age: a byte at a place + its descriptor. These bytes are zeros where it
// waits first, and what is stored there since is a constant, at the place of a client, and 0 where that was read from. So a number
// whose byte is not 0 is a client's, or was one, and is nobody's then: accept4 alone opens any.
//
// It may remember four bytes more, its count, at another place + 4 times the descriptor. They are read behind a read from the client
// alone, and a new one has to store its own before anything else.

// entry is the client of which a place is remembered, in a table with size bytes for each.
func (s *State) entry(table Span, off linear.Sum, size int64) (linear.Var, bool) {
	d, ok := off.Plus(linear.Const(table.Lo), -1)
	if !ok || table == (Span{}) || d.C != 0 || len(d.Terms) != 1 || d.Terms[0].Coef != size {
		return 0, false
	}
	v := d.Terms[0].Var
	return v, s.vars[v].Lo >= 0 && s.atMost(linear.Of(v), linear.Const((table.Hi-table.Lo)/size-1))
}

// isOwn: it is the client's own entry.
func (s *State) isOwn(table Span, off linear.Sum, size int64) bool {
	v, ok := s.entry(table, off, size)
	return ok && s.vars[v].Result == Client
}

// isEntry: a load of what is remembered, which is written from the first wait on: of an age, or of the client's count, which its
// child has, too.
func (s *State) isEntry(off linear.Sum, width uint8) bool {
	if width == 1 && s.phase >= Waiting && !s.phase.Booting() {
		_, ok := s.entry(s.check.proof.Ages, off, 1)
		return ok
	}
	return width == 4 && (s.heard() || s.phase == Reading && s.booted.Mode == NonBlocking) && s.isOwn(s.check.proof.Counts, off, 4)
}

// demandEntries demands of what is remembered that what is stored over it is due there.
func (s *State) demandEntries(off, n linear.Sum, at Span, a *linear.Sum) {
	p := s.check.proof
	zero := a != nil && a.Is(0)
	due := func(table Span, size int64, is bool) bool {
		return !at.meets(table) || s.phase.Booting() && zero || is && n.Is(size) && s.isOwn(table, off, size)
	}
	inLoop := s.phase >= Waiting && s.phase < Handed || s.phase == Unset || s.phase == Shut
	s.demand(due(p.Ages, 1, a != nil && inLoop && a.IsConst() && (zero || !s.heard())) && due(p.Counts, 4, a != nil), rules.Writes, "what is remembered of clients may be written")
	if s.phase == Unset && at.meets(p.Counts) {
		s.phase = Taken
	}
}

// aged: a number whose age is known not to be 0 is a client; in a child one of many.
func (s *State) aged() {
	is := Client
	if s.phase == Handed {
		is = Aged
	} else if s.phase != Waiting && s.phase != Shut {
		return
	}
	for _, l := range s.loads {
		if l.width != 1 || !l.isWhole() || s.vars[l.is].Lo < 1 {
			continue
		}
		if v, ok := s.entry(s.check.proof.Ages, l.at, 1); ok && s.vars[v].Result == noResult {
			s.closed(is)
			s.closed(Sibling)
			s.vars[v].Result = is
		}
	}
}

// differ: two numbers that were compared are not the same. If one is the child's client, the other is none of its own.
func (s *State) differ() {
	a, b := s.ResultOf(s.flags.a), s.ResultOf(s.flags.b)
	if s.flags.width == 4 && (a == Aged && b == Client || a == Client && b == Aged) {
		for i := range s.vars {
			if s.vars[i].Result == Aged {
				s.vars[i].Result = Sibling
			}
		}
	}
}
