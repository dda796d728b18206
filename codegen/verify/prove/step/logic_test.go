package step

import (
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
)

// Where and clears a bit that is clear, the register keeps what its other bits guard: "8 bytes at
// stack[-49128] are not known to have been written", of Content-Length behind an If-Modified-Since,
// of which the bit is cleared that it was no date.
func TestClearBitIsCleared(t *testing.T) {
	e := &Executor{Program: code.NewProgram(data.Image{})}
	s := e.AtEntry()
	r9 := value.RegVar(isa.R9)
	s.Assign(r9, value.BitsOnly(4, 1<<22, 0))
	s.Zone.Forget(r9) // as bitsAlone does
	g := domain.Guard{Var: r9, Bit: 2, Set: true, Span: value.Span{Lo: -8, Hi: 0}}
	s.AddGuard(g)
	a := s.Narrow(s.Reg(isa.R9), 4)
	s.Assign(r9, logic(s, &isa.Step{Op: isa.And, Width: 4, B: isa.Val{Imm: 1}}, a, value.Constant(0xffffffff&^(1<<22))))
	if !slices.Contains(s.Guards, g) {
		t.Error("what a bit guards is forgotten as another one is cleared, which was clear")
	}
}
