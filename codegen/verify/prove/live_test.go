package prove

import (
	"maps"
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// TestNumberSlots: variables that are stored alone take no numbers away from those that are
// read. Where more than 64 were named, some, others with each proof, were none, and what they
// held was forgotten behind a request.
func TestNumberSlots(t *testing.T) {
	p := &program{insts: map[uint64]*decoded{}, slotNumbers: map[int64]int{}, stepped: map[int64]bool{}, slotSizes: map[int64]uint8{}}
	at := func(op isa.StepOp, disp int64, width uint8) isa.Step {
		return isa.Step{Op: op, Mem: isa.Mem{Base: isa.RBP, Index: isa.NoReg, Disp: disp}, Width: width}
	}
	for i := range int64(100) {
		p.insts[uint64(i)] = &decoded{steps: []isa.Step{at(isa.Store, -16*i, 16)}}
	}
	for i := range int64(64) {
		p.insts[uint64(100+i)] = &decoded{steps: []isa.Step{at(isa.Load, -16*i, 8)}}
	}
	p.numberSlots()
	var all uint64
	for i := range int64(100) {
		all |= p.slotBit(-16 * i)
		if bit := p.slotBit(-16 * i); bit == 0 != (i >= 64) {
			t.Errorf("%d has the bit %#x", -16*i, bit)
		}
	}
	if all != 1<<64-1 || p.slotSizes[0] != 16 {
		t.Errorf("the bits are %#x, the first one's size %d", all, p.slotSizes[0])
	}
}

// TestLiveBehindCalls: what a routine leaves alone is alive in it where it returns to who reads it, and nothing is behind
// the end of the process.
func TestLiveBehindCalls(t *testing.T) {
	o, err := Assemble(&Program{Items: []Item{
		Inst{Op: CALL, Dst: Target("routine")}, // reads ebx behind it
		Inst{Op: MOV, Dst: ECX, Src: EBX},
		Inst{Op: CALL, Dst: Target("routine")}, // sets it
		Inst{Op: MOV, Dst: EBX, Src: Imm(1)},
		Inst{Op: MOV, Dst: EDI, Src: EBX},
		Inst{Op: MOV, Dst: EAX, Src: Imm(sysEpollPwait)}, Inst{Op: SYSCALL},
		Label{Name: "exit"}, Inst{Op: MOV, Dst: EAX, Src: Imm(sysExit)}, Inst{Op: SYSCALL},
		Label{Name: "routine"}, Inst{Op: TEST, Dst: ESI, Src: ESI}, Inst{Op: JNE, Dst: Target("exit")}, Inst{Op: RET},
	}})
	if err != nil {
		t.Fatal(err)
	}
	p := newProgram(Image{Entry: 0x1000, TextAddr: 0x1000, Text: o.Text})
	if err := p.scan(); err != nil {
		t.Fatal(err)
	}
	var calls []*decoded
	for _, addr := range slices.Sorted(maps.Keys(p.insts)) {
		if in := p.insts[addr]; in.Op == isa.CALL {
			calls = append(calls, in)
		}
	}
	routine := calls[0].Target
	for i, read := range []bool{true, false} {
		now := p.aliveAt(looped([]frame{{off: -8, to: calls[i].Next()}, {off: -16, saved: true}}), routine)
		if got := now.regs>>isa.RBX&1 == 1; got != read {
			t.Errorf("call %d: rbx is alive: %v", i, got)
		}
		if now.regs>>isa.RSI&1 == 0 || now.regs>>isa.R12&1 == 1 {
			t.Errorf("call %d: %b is alive", i, now.regs)
		}
	}
	if now := p.aliveAt(looped([]frame{{off: -8}}), routine); now.regs>>isa.RBX&1 == 1 {
		t.Error("what no return is reached from is alive")
	}
	exit := calls[1].Next() // and what follows it returns nowhere
	if p.returns[exit] || !p.returns[routine] {
		t.Errorf("the way to the end returns: %v, the routine: %v", p.returns[exit], p.returns[routine])
	}
}

// looped is a state of a loop that serves many clients.
func looped(frames []frame) *state {
	s := &state{frames: frames}
	s.loop = looping
	return s
}
