package step

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Leak notes that an address may come out: the proof goes on without it, and fails at its
// end.
func (e *Executor) Leak(s *domain.State, format string, args ...any) {
	if e.Leaked == nil && e.Failure == nil {
		e.Leaked = e.without(s, format, args...)
	}
}

// without is the failure with which the proof would end here.
func (e *Executor) without(s *domain.State, format string, args ...any) *data.Failure {
	e.Fail(rules.Reads, format, args...)
	f := e.Failure
	e.Failure = nil
	f.Path = s.Path()
	return f
}

// decides demands that the flags by which a branch goes say nothing of an address.
func (e *Executor) decides(s *domain.State, c isa.Cond) {
	if s.AskedFlags(isa.Asks(c))&value.OfAddress != 0 {
		e.Leak(s, "what was made of an address decides where execution goes")
	}
}

// IsPublic demands that what write(2) sends has nothing of an address, and notes what it may
// have of the environment where the boot is done.
func (e *Executor) IsPublic(s *domain.State, n zone.Lin) {
	at := s.Narrow(s.Reg(isa.RSI), 8)
	e.IsPublicAt(s, &at, n, s.TakenReg(isa.RSI, 8).Trace|s.TakenReg(isa.RDX, 8).Trace)
}

// IsPublicAt is IsPublic of n bytes at an address; where says what these two are made of.
func (e *Executor) IsPublicAt(s *domain.State, at *value.Term, n zone.Lin, where value.Made) {
	end, ok := at.Lin.Plus(n, 1)
	what := value.OfNothing
	if at.IsSome(meaning.Stack) {
		what = value.OfAnything
		if ok {
			what = s.Marks(at.Lin, end)
		}
	}
	switch {
	case where&value.OfAddress != 0:
		e.Leak(s, "where or how many bytes are written is made of an address")
	case what&value.OfAddress != 0:
		e.Leak(s, "what is written from %s to %s may have an address, or what was made of one", e.Describe(s, at), BoundText(s.Zone.Max(end)))
	case s.Phase.HasEnvironment():
	case where&value.OfEnvironment != 0:
		e.Leak(s, "where or how many bytes are written is made of the environment")
	case what&value.OfEnvironment != 0:
		e.shows(s, what&value.OfEnvironment, at, end)
	}
}
