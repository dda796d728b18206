package domain

import (
	"maps"
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// TestLiveBehindCalls: what a routine leaves alone is alive in it where it returns to who reads it, and nothing is behind
// the end of the process.
func TestLiveBehindCalls(t *testing.T) {
	o, err := Assemble(&Program{Items: []Item{
		Inst{Op: CALL, Dst: Target("routine")}, // reads ebx behind it
		Inst{Op: MOV, Dst: ECX, Src: EBX},
		Inst{Op: CALL, Dst: Target("routine")}, // sets it
		Inst{Op: MOV, Dst: EBX, Src: Imm(1)},
		Inst{Op: MOV, Dst: EDI, Src: EBX},
		Inst{Op: MOV, Dst: EAX, Src: Imm(code.SysEpollPwait)}, Inst{Op: SYSCALL},
		Label{Name: "exit"}, Inst{Op: MOV, Dst: EAX, Src: Imm(code.SysExit)}, Inst{Op: SYSCALL},
		Label{Name: "routine"}, Inst{Op: TEST, Dst: ESI, Src: ESI}, Inst{Op: JNE, Dst: Target("exit")}, Inst{Op: RET},
	}})
	if err != nil {
		t.Fatal(err)
	}
	p := code.NewProgram(data.Image{Entry: 0x1000, TextAddr: 0x1000, Text: o.Text})
	if err := p.Scan(); err != nil {
		t.Fatal(err)
	}
	var calls []*code.Decoded
	for _, addr := range slices.Sorted(maps.Keys(p.Insts)) {
		if in := p.Insts[addr]; in.Op == isa.CALL {
			calls = append(calls, in)
		}
	}
	routine := calls[0].Target
	for i, read := range []bool{true, false} {
		now := looped([]Frame{{Off: -8, To: calls[i].Next()}, {Off: -16, Saved: true}}).AliveAt(p, routine)
		if got := now.Regs>>isa.RBX&1 == 1; got != read {
			t.Errorf("call %d: rbx is alive: %v", i, got)
		}
		if now.Regs>>isa.RSI&1 == 0 || now.Regs>>isa.R12&1 == 1 {
			t.Errorf("call %d: %b is alive", i, now.Regs)
		}
	}
	if now := looped([]Frame{{Off: -8}}).AliveAt(p, routine); now.Regs>>isa.RBX&1 == 1 {
		t.Error("what no return is reached from is alive")
	}
	exit := calls[1].Next() // and what follows it returns nowhere
	if p.Returns[exit] || !p.Returns[routine] {
		t.Errorf("the way to the end returns: %v, the routine: %v", p.Returns[exit], p.Returns[routine])
	}
}

// looped is a state of a loop that serves many clients.
func looped(frames []Frame) *State {
	s := &State{Frames: frames}
	s.Loop = Looping
	return s
}
