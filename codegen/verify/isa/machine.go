package isa

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Kernel is what a Machine asks for what is outside of it.
type Kernel interface {
	// Syscall makes the call that the registers describe, and gives its result. An
	// error ends the Step, and is returned by it.
	Syscall(m *Machine) (rax uint64, err error)
	// TimeStamp is the time stamp counter.
	TimeStamp() uint64
}

// Machine executes instructions, one Step at a time, by the table, and watches the
// rules of memory: a step that breaks one returns a *Fault. It is not safe for
// concurrent use; clones share only what is constant.
type Machine struct {
	Regs  [16]uint64
	XMM   [16]Value
	Flags Flags
	PC    uint64 // rip
	Count uint64 // instructions executed; rep movsb is one

	Kernel Kernel

	text      *Text
	constant  []Region
	stack     Stack
	at        uint64 // address of the instruction in execution
	temps     [MaxTemps]Value
	undefined Flags      // of the last instruction
	anyTemps  uint8      // its temporaries that hold an undefined value, as bits
	anyBits   [16]uint64 // bits of registers to which it gave one
	noise     uint64     // where undefined values come from
}

// Clone copies a machine as it is, with depth bytes of stack below its stack pointer.
func (m *Machine) Clone(depth uint64) *Machine {
	c := *m
	c.stack = m.stack.clone(m.Regs[RSP] - depth)
	return &c
}

// SetNoise chooses the undefined values that follow.
func (m *Machine) SetNoise(seed uint64) { m.noise = seed | 1 }

// random is an undefined value (xorshift: G. Marsaglia, Journal of Statistical Software 8, 2003).
func (m *Machine) random() uint64 {
	m.noise ^= m.noise << 13
	m.noise ^= m.noise >> 7
	m.noise ^= m.noise << 17
	return m.noise
}

// Step executes one instruction. A *Fault is a broken rule; other errors are the
// Kernel's.
func (m *Machine) Step() error {
	m.at = m.PC
	in, err := m.text.at(m.PC)
	if err != nil {
		return m.Fail(rules.Decode, "%v", err)
	}
	m.Count++
	m.PC += uint64(in.len)
	m.undefined, m.anyTemps, m.anyBits = 0, 0, [16]uint64{}
	for i := range in.steps {
		if err := m.execute(&in.steps[i]); err != nil {
			return err
		}
	}
	return nil
}

// execute applies one step.
func (m *Machine) execute(s *Step) (err error) {
	var v Value
	switch s.Op {
	case Set:
		if s.A.Kind == TempVal && m.anyTemps>>s.A.Temp&1 == 1 {
			m.anyBits[s.Dst.Reg] = mask(s.Width)
		}
		return m.set(s.Dst.Reg, s.Width, m.value(&s.A))
	case SetFlags:
		m.setFlags(s)
		return nil
	case Store:
		return m.store(s)
	case Push, Pop, Jump, Call, Ret, Syscall, TimeStamp, RepMoveB, Trap:
		return m.control(s)
	case Load:
		v, err = m.load(s)
	default:
		v, err = m.compute(s)
	}
	m.temps[s.Dst.Temp] = v
	return err
}

// compute evaluates what sets a temporary.
func (m *Machine) compute(s *Step) (Value, error) {
	a, b := m.value(&s.A), m.value(&s.B)
	switch s.Op {
	case Addr:
		return Value{Lo: m.address(s.Mem) & mask(s.Width)}, nil
	case CondBit:
		return Value{Lo: uint64(flag(1, Holds(s.Cond, m.Flags)))}, nil
	case Select:
		if Holds(s.Cond, m.Flags) {
			b = a
		}
		return Value{Lo: b.Lo & mask(s.Width)}, nil
	case DivQuo, DivRem:
		return m.divide(s, a.Lo, b.Lo)
	}
	if lo, ok := s.Compute(a.Lo, b.Lo, m.Flags&CF != 0); ok {
		return Value{Lo: lo}, nil
	}
	if v, ok := s.ComputeVector(a, b); ok {
		return v, nil
	}
	m.anyTemps |= 1 << s.Dst.Temp
	return Value{Lo: m.random()}, nil // bsf of 0
}

// value reads an operand, whole: a step takes the bytes of its width.
func (m *Machine) value(v *Val) Value {
	switch v.Kind {
	case RegVal:
		if v.Reg.IsVector() {
			return m.XMM[v.Reg-XMM0]
		}
		return Value{Lo: m.Regs[v.Reg]}
	case TempVal:
		return m.temps[v.Temp]
	case ImmVal:
		return Value{Lo: v.Imm}
	}
	return Value{}
}

// set writes a register.
func (m *Machine) set(reg Reg, width uint8, v Value) error {
	if reg.IsVector() {
		m.XMM[reg-XMM0] = v
		return nil
	}
	old := m.Regs[reg]
	switch width {
	case 1, 2:
		v.Lo = old&^mask(width) | v.Lo&mask(width)
	case 4:
		v.Lo &= mask(4)
	}
	if reg == RSP {
		return m.moveStack(v.Lo)
	}
	m.Regs[reg] = v.Lo
	return nil
}

func (m *Machine) setFlags(s *Step) {
	out, undefined := s.statusFlags(m.Flags, m.value(&s.A).Lo, m.value(&s.B).Lo, m.value(&s.C).Lo)
	if undefined != 0 {
		out |= Flags(m.random()) & undefined
	}
	m.Flags, m.undefined = out, undefined
}

// address evaluates an address.
func (m *Machine) address(a Mem) uint64 {
	addr := uint64(a.Disp)
	if a.Base != NoReg {
		addr += m.Regs[a.Base]
	}
	if a.Index != NoReg {
		addr += m.Regs[a.Index] * uint64(a.Scale)
	}
	return addr
}

// name shows an address as the rules see it.
func (m *Machine) name(addr uint64) string {
	if addr >= m.stack.Addr && addr < m.stack.top() {
		return fmt.Sprintf("[rsp%+d]", int64(addr-m.Regs[RSP]))
	}
	for _, r := range m.constant {
		if r.at(addr, 1) != nil {
			return fmt.Sprintf("%s+%#x", r.Name, addr-r.Addr)
		}
	}
	return fmt.Sprintf("%#x", addr)
}
