package prove

import (
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// Where and clears a bit that is clear, the register keeps what its other bits guard: "8 bytes at
// stack[-49128] are not known to have been written", of Content-Length behind an If-Modified-Since,
// of which the bit is cleared that it was no date.
func TestClearBitIsCleared(t *testing.T) {
	e := &executor{program: newProgram(Image{})}
	s := e.entry()
	r9 := regVar(isa.R9)
	s.assign(r9, bitsOnly(4, 1<<22, 0))
	s.zone.Forget(r9) // as bitsAlone does
	g := guard{r9, 2, true, span{-8, 0}}
	s.addGuard(g)
	a := s.narrow(s.reg(isa.R9), 4)
	s.assign(r9, s.logic(&isa.Step{Op: isa.And, Width: 4, B: isa.Val{Imm: 1}}, a, constant(0xffffffff&^(1<<22))))
	if !slices.Contains(s.guards, g) {
		t.Error("what a bit guards is forgotten as another one is cleared, which was clear")
	}
}
