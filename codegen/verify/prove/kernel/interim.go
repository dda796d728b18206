package kernel

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// isInterim says that write(2) sends an interim response, or what is left of one.
func (e *Process) isInterim(s *domain.State) bool {
	at := s.Reg(isa.RSI)
	lo, hi := s.Bounds(&at)
	if !at.Is(meaning.Image) || hi-lo >= code.MaxInterim {
		return false
	}
	end, ok := at.Lin.Plus(zone.Of(value.RegVar(isa.RDX)), 1)
	return ok && s.Vals[value.RegVar(isa.RDX)].Is(meaning.Number) && s.Zone.MaxDeep(end) <= e.InterimEnd(lo)
}

// isWaiting says that write(2) sends nothing but responses that waited when this request
// began.
func (e *Process) isWaiting(s *domain.State) bool {
	at := s.Reg(isa.RSI)
	end, ok := at.Lin.Plus(zone.Of(value.RegVar(isa.RDX)), 1)
	return ok && at.Is(meaning.Stack) && s.Vals[value.RegVar(isa.RDX)].Is(meaning.Number) &&
		value.Common(s.Own, []value.Span{{Lo: s.Zone.Min(at.Lin), Hi: s.Zone.Max(end)}}) == nil
}
