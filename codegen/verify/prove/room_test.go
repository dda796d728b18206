package prove

import (
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/prove/assemble"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/search"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// A proof that fails where facts were dropped for want of room is tried again with more of
// it, once; one that fails without that is not.
func TestProofWithRoom(t *testing.T) {
	regs := []Reg{RBX, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15}
	var known []Item // of each two registers their sum is not above a third
	for _, r := range regs {
		known = append(known, Inst{Op: RDTSC}, Inst{Op: AND, Dst: EAX, Src: Imm(1 << 20)}, Inst{Op: MOV, Dst: r, Src: RAX})
	}
	for i, a := range regs {
		for j, b := range regs[:i] {
			third := regs[(i+j+1)%len(regs)]
			known = append(known, Inst{Op: LEA, Dst: RAX, Src: Mem{Base: a, Index: b, Scale: 1}},
				Inst{Op: CMP, Dst: RAX, Src: third}, Inst{Op: JA, Dst: Target("exit")})
		}
	}
	exit := []Item{Label{Name: "exit"}, Inst{Op: XOR, Dst: EDI, Src: EDI}, Inst{Op: MOV, Dst: EAX, Src: Imm(code.SysExit)}, Inst{Op: SYSCALL},
		Inst{Op: JMP, Dst: Target("exit")}}
	fault := []Item{Inst{Op: MOV, Dst: Mem{Base: RBX, Width: 1}, Src: Imm(0)}}
	for name, c := range map[string]struct {
		items []Item
		want  []bool // whether there is room
	}{
		"crowded": {slices.Concat(known, fault, exit), []bool{false, true}},
		"simple":  {slices.Concat(known[:3], fault, exit), []bool{false}},
	} {
		t.Run(name, func(t *testing.T) {
			p := code.NewProgram(assemble.Image(t, assemble.ELF(t, c.items)))
			if err := p.Scan(); err != nil {
				t.Fatal(err)
			}
			var tries []bool
			_, err := prove(p, func(e *search.Engine) func(*domain.State, uint64) {
				tries = append(tries, e.Roomy)
				return func(*domain.State, uint64) {}
			})
			if err == nil || !slices.Equal(tries, c.want) {
				t.Errorf("tried with room: %v, want %v; %v", tries, c.want, err)
			}
		})
	}
}
