package isa

import (
	"math/bits"

	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// control executes a step of the stack or of the flow of control.
func (m *Machine) control(s *Step) error {
	switch s.Op {
	case Push:
		return m.push(m.value(&s.A).Lo, false)
	case Pop:
		return m.pop(s)
	case Jump:
		if Holds(s.Cond, m.Flags) {
			m.PC = s.Target
		}
		return nil
	case Call:
		m.PC = s.Target
		return m.push(s.Next, true)
	case Ret:
		return m.ret()
	case Syscall:
		return m.syscall(s.Next)
	case TimeStamp:
		now := m.Kernel.TimeStamp()
		m.Regs[RAX], m.Regs[RDX] = now&mask(4), now>>32
		return nil
	case RepMoveB:
		return m.moveBytes()
	}
	return m.Fail(rules.Decode, "ud2 stops the process")
}

// moveStack sets rsp.
func (m *Machine) moveStack(rsp uint64) error {
	old := m.Regs[RSP]
	if rsp > m.stack.top() {
		return m.Fail(rules.Writes, "the stack pointer leaves the frame: %#x, behind its end %#x", rsp, m.stack.top())
	}
	if rsp < m.stack.Addr {
		return m.Fail(rules.Bounds, "the stack pointer leaves the stack: %#x, below its limit %#x", rsp, m.stack.Addr)
	}
	m.stack.drop(old, rsp)
	m.Regs[RSP] = rsp
	return nil
}

func (m *Machine) push(v uint64, isCall bool) error {
	if err := m.moveStack(m.Regs[RSP] - 8); err != nil {
		return err
	}
	rsp := m.Regs[RSP]
	putLittle(m.stack.at(rsp, 8), Value{Lo: v})
	m.Written(rsp, 8, true)
	m.stack.slots = append(m.stack.slots, slot{rsp, isCall})
	return nil
}

// pull takes the lowest 8 bytes off the stack.
func (m *Machine) pull() (uint64, error) {
	rsp := m.Regs[RSP]
	b, fault := m.Readable(rsp, 8)
	if fault != nil {
		return 0, fault
	}
	v := little(b).Lo
	return v, m.moveStack(rsp + 8)
}

func (m *Machine) pop(s *Step) error {
	v, err := m.pull()
	if err != nil {
		return err
	}
	return m.set(s.Dst.Reg, 8, Value{Lo: v})
}

// ret goes where the last call wants it, and nowhere else.
func (m *Machine) ret() error {
	slots := m.stack.slots
	if len(slots) == 0 || !slots[len(slots)-1].isCall || slots[len(slots)-1].addr != m.Regs[RSP] {
		return m.Fail(rules.Decode, "a return without its call: rsp is not where the return address lies")
	}
	to, err := m.pull()
	m.PC = to
	return err
}

// syscall: the kernel keeps all registers but rax, rcx and r11 (AMD64 psABI, A.2.1).
func (m *Machine) syscall(next uint64) error {
	result, err := m.Kernel.Syscall(m)
	if err != nil {
		return err
	}
	const reserved, interrupts = 1 << 1, 1 << 9
	m.Regs[RCX], m.Regs[R11] = next, uint64(m.Flags)|reserved|interrupts
	m.Regs[RAX] = result
	return nil
}

// moveBytes is rep movsb with the direction flag clear, as the psABI promises at entry
// and no instruction of the table changes.
func (m *Machine) moveBytes() error {
	from, to, n := m.Regs[RSI], m.Regs[RDI], m.Regs[RCX]
	if n == 0 {
		return nil
	}
	step := n
	if from < to && to-from < n {
		step = to - from // forwards over itself: what is copied is copied again
	}
	for done := uint64(0); done < n; done += step {
		if err := m.moveBlock(from+done, to+done, min(step, n-done)); err != nil {
			return err
		}
	}
	m.Regs[RSI], m.Regs[RDI], m.Regs[RCX] = from+n, to+n, 0
	return nil
}

// moveBlock copies bytes forwards.
func (m *Machine) moveBlock(from, to, n uint64) error {
	src, fault := m.Readable(from, n)
	if fault != nil {
		return fault
	}
	dst, fault := m.Writable(to, n)
	if fault != nil {
		return fault
	}
	copy(dst, src)
	m.Written(to, n, true)
	return nil
}

// divide traps where the divisor is 0 or the quotient does not fit.
func (m *Machine) divide(s *Step, high, low uint64) (Value, error) {
	by := m.value(&s.C).Lo & mask(s.Width)
	high, low = high&mask(s.Width), low&mask(s.Width)
	if by <= high {
		return Value{}, m.Fail(rules.Decode, "a division that stops the process: %#x:%#x by %#x", high, low, by)
	}
	if s.Width < 8 {
		high, low = 0, high<<(8*s.Width)|low
	}
	quotient, rest := bits.Div64(high, low, by)
	if s.Op == DivRem {
		return Value{Lo: rest}, nil
	}
	return Value{Lo: quotient}, nil
}
