package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// mark notes of the bytes from addr to end what they may be of, or made of; what they are
// not made of is only known where all of them are written.
func (s *state) mark(addr, end zone.Lin, m made, all bool) {
	for k := range s.marked {
		switch {
		case m.has(k):
			at := span{s.zone.Min(addr), s.zone.Max(end)}
			if subtract([]span{at}, s.marked[k]) != nil {
				s.marked[k] = addTo(s.marked[k], at)
			}
		case all && len(s.marked[k]) > 0:
			if at := (span{s.zone.Max(addr), s.zone.Min(end)}); at.lo < at.hi && common(s.marked[k], []span{at}) != nil {
				s.marked[k] = subtract(s.marked[k], []span{at})
			}
		}
	}
}

// unmark forgets the marks of bytes that nobody may read before they are written again.
func (s *state) unmark() {
	if !s.isMarked() {
		return
	}
	may := slices.Clone(s.written)
	for i, r := range s.regions {
		if end := s.zone.Max(zone.Of(endOf(i))); r.live && end > r.base {
			may = addTo(may, span{r.base, end})
		}
	}
	for _, g := range s.guards {
		may = addTo(may, g.span)
	}
	for k := range s.marked {
		s.marked[k] = common(s.marked[k], may)
	}
}

// isMarked: some bytes may be of something, or made of it.
func (s *state) isMarked() bool {
	return slices.ContainsFunc(s.marked[:], func(m []span) bool { return len(m) > 0 })
}

// marks is what the bytes from addr to end may be of, or made of.
func (s *state) marks(addr, end zone.Lin) made {
	m := ofNothing
	for k := range s.marked {
		if len(s.marked[k]) > 0 && common(s.marked[k], []span{{s.zone.Min(addr), s.zone.Max(end)}}) != nil {
			m |= 1 << k
		}
	}
	return m
}

// leak notes that an address may come out: the proof goes on without it, and fails at its
// end.
func (e *executor) leak(s *state, format string, args ...any) {
	if e.leaked == nil && e.failure == nil {
		e.leaked = e.without(s, format, args...)
	}
}

// without is the failure with which the proof would end here.
func (e *executor) without(s *state, format string, args ...any) *Failure {
	e.fail(rules.Reads, format, args...)
	f := e.failure
	e.failure = nil
	f.Path = s.path()
	return f
}

// decides demands that the flags by which a branch goes say nothing of an address.
func (e *executor) decides(s *state, c isa.Cond) {
	if s.askedFlags(c.Reads())&ofAddress != 0 {
		e.leak(s, "what was made of an address decides where execution goes")
	}
}

// isPublic demands that what write(2) sends has nothing of an address, and notes what it may
// have of the environment where the boot is done.
func (e *executor) isPublic(s *state, n zone.Lin) {
	at := s.narrow(s.reg(isa.RSI), 8)
	e.isPublicAt(s, &at, n, s.takenReg(isa.RSI, 8).trace|s.takenReg(isa.RDX, 8).trace)
}

// isPublicAt is isPublic of n bytes at an address; where says what these two are made of.
func (e *executor) isPublicAt(s *state, at *term, n zone.Lin, where made) {
	end, ok := at.lin.Plus(n, 1)
	what := ofNothing
	if at.IsSome(meaning.Stack) {
		what = ofAnything
		if ok {
			what = s.marks(at.lin, end)
		}
	}
	switch {
	case where&ofAddress != 0:
		e.leak(s, "where or how many bytes are written is made of an address")
	case what&ofAddress != 0:
		e.leak(s, "what is written from %s to %s may have an address, or what was made of one", e.describe(s, at), bound(s.zone.Max(end)))
	case s.phase.hasEnvironment():
	case where&ofEnvironment != 0:
		e.leak(s, "where or how many bytes are written is made of the environment")
	case what&ofEnvironment != 0:
		e.shows(s, what&ofEnvironment, at, end)
	}
}
