package isa

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
)

// trial is an instruction in a state, and what the table says about it.
type trial struct {
	code   []byte
	in     Inst
	s      state // after the run what the processor made of it
	before state
	m      *Machine // by the table, after the instruction
	fault  error    // of m
	sig    syscall.Signal
	err    error
}

// newTrial makes a state in which the instruction's memory operand lies in the window
// of its slot; nil where the bytes are no instruction.
func newTrial(rng *rand.Rand, e encoding, slot int) *trial {
	tr := &trial{code: e.code}
	tr.s.slot = slot
	tr.s.pc = slotPC(slot)
	target := tr.s.window() + 0x100 + uint64(rng.IntN(0x80))
	if rng.IntN(8) < 7 { // what must be aligned and is not runs alone, which is slow
		target &^= 15
	}
	if e.disp != 0 {
		putLittle(e.code[e.disp:e.disp+4], Value{Lo: target - tr.s.pc - uint64(len(e.code))})
	}
	in, err := Decode(e.code, tr.s.pc)
	if err != nil {
		return nil
	}
	if !in.hasForm() {
		panic(fmt.Sprintf("BUG: %s has operands that the operation does not take", in))
	}
	tr.in = in
	tr.code = e.code[:in.Len]
	tr.fill(rng)
	for _, o := range []Operand{in.Dst, in.Src} {
		if o.Kind == MemOperand && in.Op != LEA && !tr.aim(o.Mem, target) {
			return nil
		}
	}
	return tr
}

// fill makes registers, flags and memory random. The stack pointer is always one.
func (tr *trial) fill(rng *rand.Rand) {
	s := &tr.s
	for i := range s.regs {
		s.regs[i] = interesting(rng)
	}
	for i := range s.xmm {
		s.xmm[i] = Value{rng.Uint64(), rng.Uint64()}
		if rng.IntN(4) == 0 {
			s.xmm[i] = s.xmm[rng.IntN(i+1)] // equal lanes
		}
	}
	for i := range s.data {
		s.data[i] = byte(rng.Uint32())
	}
	s.flags = Flags(rng.Uint32()) & AllFlags
	s.regs[RSP] = s.window() + 0x40 + uint64(rng.IntN(0x20))
	switch tr.in.Op {
	case REPMOVSB:
		s.regs[RCX] = uint64(rng.IntN(20))
		s.regs[RSI] = s.window() + 0x80 + uint64(rng.IntN(40))
		s.regs[RDI] = s.window() + 0x80 + uint64(rng.IntN(40))
	case RET:
		off := s.regs[RSP] - s.window()
		putLittle(s.data[off:off+8], Value{Lo: hostText + uint64(rng.IntN(hostSize))})
	case SYSCALL:
		s.regs[RAX] = syscall.SYS_GETPID
	case DIV:
		s.regs[RDX] >>= rng.IntN(64)
	}
}

// aim sets the registers of an address so that it is the target, or some bytes on.
func (tr *trial) aim(a Mem, target uint64) bool {
	regs := &tr.s.regs
	if a.Base == NoReg {
		return uint64(a.Disp)-tr.s.window() < windowSize-16
	}
	rest := target - uint64(a.Disp)
	if a.Index == NoReg {
		regs[a.Base] = rest
		return true
	}
	if a.Index == a.Base {
		n := uint64(a.Scale) + 1
		regs[a.Base] = (rest + n - 1) / n
		return int64(rest) > 0
	}
	regs[a.Base] = rest - regs[a.Index]*uint64(a.Scale)
	if a.Index == RSP || a.Base == RSP {
		return regs[RSP]-tr.s.window() < windowSize && regs[RSP] <= target
	}
	return true
}

// machine is the state as a Machine.
func (tr *trial) machine() *Machine {
	s := &tr.s
	m := &Machine{
		Regs: s.regs, XMM: s.xmm, Flags: s.flags, PC: s.pc, Kernel: getpid{},
		text: NewText(s.pc, tr.code), stack: newStack(s.window()+windowSize, windowSize),
	}
	m.SetNoise(s.regs[RAX])
	copy(m.stack.Bytes, s.data[:])
	m.stack.mark(s.window(), windowSize, true)
	if tr.in.Op == RET {
		m.stack.slots = []slot{{addr: s.regs[RSP], isCall: true}}
	}
	return m
}

// getpid answers the only system call that is tried.
type getpid struct{}

func (getpid) Syscall(*Machine) (uint64, error) { return 0, nil }
func (getpid) TimeStamp() uint64                { return 0 }

// predict runs the trial by the table. It reports false where it cannot be compared:
// the instruction moves the stack pointer out of the window or uses what is below it,
// which a Machine calls a fault and the processor does not.
func (tr *trial) predict() bool {
	tr.before = tr.s
	tr.m = tr.machine()
	tr.fault = tr.m.Step()
	if tr.fault == nil {
		return true
	}
	msg := tr.fault.Error()
	return strings.Contains(msg, "aligned") || !strings.Contains(msg, "rsp") && !strings.Contains(msg, "stack pointer")
}

// alone reports whether the trial cannot run with others.
func (tr *trial) alone() bool {
	return tr.fault != nil || tr.m.PC != tr.in.Next()
}

// check compares the processor with the table.
func (tr *trial) check(t *testing.T) {
	t.Helper()
	err := tr.err
	switch {
	case err != nil:
	case tr.sig != 0 && tr.fault != nil:
	case tr.sig != 0 || tr.fault != nil:
		err = fmt.Errorf("the processor: %v; the table: %v", tr.sig, tr.fault)
	default:
		err = tr.difference(tr.m, &tr.before)
	}
	if err != nil {
		t.Fatalf("% x, %s\n%v", tr.code, tr.text(), err)
	}
}

// difference compares what the processor did with what the table says.
func (tr *trial) difference(m *Machine, before *state) error {
	var list []string
	got := &tr.s
	differ := func(what string, hardware, table, start any) {
		list = append(list, fmt.Sprintf("%s: %#x, by the table %#x, before %#x", what, hardware, table, start))
	}
	for r := RAX; r <= R15; r++ {
		hardware, table := tr.defined(r, m, before)
		if hardware != table {
			differ(r.String(), hardware, table, before.regs[r])
		}
	}
	for i := range got.xmm {
		if got.xmm[i] != m.XMM[i] {
			differ(fmt.Sprintf("xmm%d", i), got.xmm[i], m.XMM[i], before.xmm[i])
		}
	}
	if (got.flags^m.Flags)&^m.undefined != 0 {
		differ("flags", got.flags&^m.undefined, m.Flags&^m.undefined, before.flags)
	}
	if got.pc != m.PC {
		differ("rip", got.pc, m.PC, before.pc)
	}
	for i := range got.data {
		if got.data[i] != m.stack.Bytes[i] {
			differ(fmt.Sprintf("byte %#x", i), got.data[i], m.stack.Bytes[i], before.data[i])
		}
	}
	if list == nil {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(list, "\n"))
}

// defined are the two values of a register after the instruction, made equal where
// they may differ.
func (tr *trial) defined(r Reg, m *Machine, before *state) (hardware, table uint64) {
	hardware, table = tr.s.regs[r], m.Regs[r]
	switch {
	case tr.in.Op == SYSCALL && r == RAX:
		return 0, 0
	case tr.in.Op == SYSCALL && r == R11: // the kernel's own flags are in it
		return hardware & uint64(AllFlags), table & uint64(AllFlags)
	case tr.in.Op == RDTSC && (r == RAX || r == RDX):
		return hardware >> 32, table >> 32
	}
	return hardware &^ m.anyBits[r], table &^ m.anyBits[r]
}

func (tr *trial) text() string { return tr.in.String() }
