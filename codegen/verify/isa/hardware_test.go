package isa

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/arch/x86/x86asm"
)

// trials is how many random states each row is tried on.
const trials = 3000

// TestHardware runs every row of the table on the processor: random encodings, random
// registers, flags and memory. What the table says and what the processor did must be
// the same, but for what both leave undefined.
func TestHardware(t *testing.T) {
	h := newHost(t)
	for op := MOV; op < numOps; op++ {
		if len(templates[op]) == 0 {
			t.Errorf("%s: a row without a template", op)
			continue
		}
		rng := rand.New(rand.NewPCG(uint64(op), 1))
		t.Run(op.String(), func(t *testing.T) { tryRow(t, h, op, rng) })
	}
}

// tryRow tries a row until it has had its trials, and demands that each of its forms
// had some.
func tryRow(t *testing.T, h *host, op Op, rng *rand.Rand) {
	seen := map[string]int{}
	tryMany(t, h, trials, func(slot int) *trial {
		e := encode(rng, templates[op][rng.IntN(len(templates[op]))])
		tr := newTrial(rng, e, slot)
		if tr == nil || tr.in.Op != op {
			return nil
		}
		seen[tr.kind()]++
		return tr
	})
	for _, kind := range kinds(op) {
		if seen[kind] == 0 {
			t.Errorf("%s: no instruction was tried; those that were: %v", kind, seen)
		}
	}
}

// TestHardwareRandomBytes runs whatever random bytes decode to: Decode must not
// accept what the processor reads otherwise.
func TestHardwareRandomBytes(t *testing.T) {
	h := newHost(t)
	rng := rand.New(rand.NewPCG(1, 2))
	tryMany(t, h, 30*trials, func(slot int) *trial {
		return newTrial(rng, encoding{code: randomBytes(rng)}, slot)
	})
}

// tryMany runs n trials of those that next makes for a slot.
func tryMany(t *testing.T, h *host, n int, next func(slot int) *trial) {
	for done, attempts := 0, 0; done < n; {
		var together []*trial
		for ; len(together) < batchSize && done < n; attempts++ {
			if attempts > 1000*n {
				t.Fatalf("only %d of %d random instructions could be tried", done, attempts)
			}
			tr := next(len(together))
			if tr == nil || !tr.predict() {
				continue
			}
			done++
			if tr.alone() {
				tr.sig, tr.err = h.run(tr)
				tr.check(t)
				continue
			}
			together = append(together, tr)
		}
		if err := h.batch(together); err != nil {
			t.Fatal(err)
		}
		for _, tr := range together {
			tr.check(t)
		}
	}
}

// randomBytes are as long as an instruction can be, with prefixes more often than by chance.
func randomBytes(rng *rand.Rand) []byte {
	b := make([]byte, maxLen)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	prefixes := []byte{0x66, 0xf3, 0xf2, 0x67, 0x2e, 0xf0, 0x40, 0x48, 0x4f, 0x0f}
	for i := 0; i < 3 && rng.IntN(2) == 0; i++ {
		b[i] = prefixes[rng.IntN(len(prefixes))]
	}
	return b
}

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
	if rng.IntN(2) == 0 {
		target &^= 15
	}
	if e.disp != 0 {
		putLittle(e.code[e.disp:e.disp+4], Value{Lo: target - tr.s.pc - uint64(len(e.code))})
	}
	in, err := Decode(e.code, tr.s.pc)
	if err != nil {
		return nil
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
	return tr.fault == nil || !strings.Contains(tr.fault.Error(), "rsp") && !strings.Contains(tr.fault.Error(), "stack pointer")
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
	case (tr.in.Op == BSF || tr.in.Op == BSR) && r == tr.in.Dst.Reg && m.Flags&ZF != 0:
		return 0, 0
	}
	return hardware, table
}

func (tr *trial) text() string {
	x, err := x86asm.Decode(tr.code, 64)
	if err != nil {
		return err.Error()
	}
	return x86asm.IntelSyntax(x, tr.s.pc, nil)
}

// kind names the shapes of the operands.
func (tr *trial) kind() string {
	return kindOf(shapeOf(tr.in.Dst)&^cl, tr.in.Src.Kind, tr.in.Third.Kind)
}

func kindOf(dst shape, src, third OperandKind) string {
	return fmt.Sprintf("first %#x, others %d %d", dst, src, third)
}

// kinds are all that the forms of a row allow.
func kinds(op Op) (list []string) {
	for _, f := range rows[op].forms {
		for dst := none; dst <= place; dst <<= 1 {
			if f.dst&dst == 0 {
				continue
			}
			for _, src := range sourceKinds(f.src) {
				third := NoOperand
				if f.third != 0 {
					third = ImmOperand
				}
				list = append(list, kindOf(dst, src, third))
			}
		}
	}
	return list
}

func sourceKinds(s shape) (list []OperandKind) {
	for kind, shapes := range map[OperandKind]shape{
		NoOperand: none, ImmOperand: imm, RegOperand: regs | xmm | cl, MemOperand: mems | m128 | place,
	} {
		if s&shapes != 0 {
			list = append(list, kind)
		}
	}
	return list
}
