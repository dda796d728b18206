package isa

import (
	"encoding/binary"

	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Region is a range of constant memory.
type Region struct {
	Name  string
	Addr  uint64
	Bytes []byte
}

// at is the n bytes at addr, nil where they are not all in the region.
func (r *Region) at(addr, n uint64) []byte {
	off := addr - r.Addr
	if off > uint64(len(r.Bytes)) || n > uint64(len(r.Bytes))-off {
		return nil
	}
	return r.Bytes[off : off+n]
}

// Stack is the only memory that can be written: from rsp to where rsp was at the
// entry. A byte that was not written since it was last below rsp cannot be read.
type Stack struct {
	Region
	written []uint64 // a bit for each byte
	slots   []slot   // what push and call have put there, the last one lowest
}

// slot is 8 bytes on the stack that only pop and ret may take away.
type slot struct {
	addr   uint64
	isCall bool // a return address, not a pushed value
}

// newStack has size bytes (a multiple of 64) below top.
func newStack(top, size uint64) Stack {
	return Stack{
		Region:  Region{Name: "stack", Addr: top - size, Bytes: make([]byte, size)},
		written: make([]uint64, size/64),
	}
}

// top is the address behind the stack: rsp at the entry.
func (s *Stack) top() uint64 { return s.Addr + uint64(len(s.Bytes)) }

// mark sets whether the n bytes at addr, all in the stack, count as written.
func (s *Stack) mark(addr, n uint64, written bool) {
	for off, end := addr-s.Addr, addr-s.Addr+n; off < end; {
		if !written && off%64 == 0 && end-off >= 64 {
			whole := (end - off) / 64
			clear(s.written[off/64 : off/64+whole])
			off += 64 * whole
			continue
		}
		off += s.markWord(off, min(64-off%64, end-off), written)
	}
}

// markWord marks n bytes of one word, and returns n.
func (s *Stack) markWord(off, n uint64, written bool) uint64 {
	bits := ^uint64(0) >> (64 - n) << (off % 64)
	if written {
		s.written[off/64] |= bits
	} else {
		s.written[off/64] &^= bits
	}
	return n
}

// unwritten is the first address of the n bytes at addr, all in the stack, that was
// not written.
func (s *Stack) unwritten(addr, n uint64) (uint64, bool) {
	for off, end := addr-s.Addr, addr-s.Addr+n; off < end; off++ {
		if s.written[off/64]>>(off%64)&1 == 0 {
			return s.Addr + off, true
		}
		if off%64 == 0 && end-off >= 64 && s.written[off/64] == ^uint64(0) {
			off += 63
		}
	}
	return 0, false
}

// drop forgets what lies below the new stack pointer.
func (s *Stack) drop(old, rsp uint64) {
	if rsp > old {
		s.mark(old, rsp-old, false)
	}
	for len(s.slots) > 0 && s.slots[len(s.slots)-1].addr < rsp {
		s.slots = s.slots[:len(s.slots)-1]
	}
}

// clone copies what lies above low, which becomes the stack's limit.
func (s *Stack) clone(low uint64) Stack {
	cut := (max(low, s.Addr) - s.Addr) &^ 63
	c := *s
	c.Addr += cut
	c.Bytes = append([]byte(nil), s.Bytes[cut:]...)
	c.written = append([]uint64(nil), s.written[cut/64:]...)
	c.slots = append([]slot(nil), s.slots...)
	return c
}

// Readable gives the n bytes at addr, if the rules let the server read them.
func (m *Machine) Readable(addr, n uint64) ([]byte, *Fault) {
	if b := m.stack.at(addr, n); b != nil && addr >= m.Regs[RSP] {
		if at, ok := m.stack.unwritten(addr, n); ok {
			return nil, m.Fail(rules.Reads, "reads %d bytes at %s, and %s was not written before", n, m.name(addr), m.name(at))
		}
		return b, nil
	}
	for i := range m.constant {
		if b := m.constant[i].at(addr, n); b != nil {
			return b, nil
		}
	}
	return nil, m.Fail(rules.Reads, "reads %d bytes at %s, neither in the frame nor in the data", n, m.name(addr))
}

// Writable gives the n bytes at addr, if the rules let the server write them. What is
// not changed there is as if it were: see Written.
func (m *Machine) Writable(addr, n uint64) ([]byte, *Fault) {
	b := m.stack.at(addr, n)
	if b == nil || addr < m.Regs[RSP] {
		return nil, m.Fail(rules.Writes, "writes %d bytes at %s, not in the frame", n, m.name(addr))
	}
	for _, s := range m.stack.slots {
		if addr < s.addr+8 && s.addr < addr+n {
			return nil, m.Fail(rules.Writes, "writes %d bytes at %s, over %s", n, m.name(addr), s)
		}
	}
	return b, nil
}

// Written notes that the n bytes at addr, which are Writable, were written, or that
// their old values are gone and no new ones are there.
func (m *Machine) Written(addr, n uint64, written bool) { m.stack.mark(addr, n, written) }

func (s slot) String() string {
	if s.isCall {
		return "a return address"
	}
	return "a pushed register"
}

func (m *Machine) load(s *Step) (Value, error) {
	addr := m.address(s.Mem)
	if s.Aligned && addr%16 != 0 {
		return Value{}, m.Fail(rules.Reads, "reads %s, which must be aligned", m.name(addr))
	}
	b, fault := m.Readable(addr, uint64(s.Width))
	if fault != nil {
		return Value{}, fault
	}
	return little(b), nil
}

func (m *Machine) store(s *Step) error {
	addr, v := m.address(s.Mem), m.value(&s.A)
	if s.Aligned && addr%16 != 0 {
		return m.Fail(rules.Writes, "writes %s, which must be aligned", m.name(addr))
	}
	b, fault := m.Writable(addr, uint64(s.Width))
	if fault != nil {
		return fault
	}
	putLittle(b, v)
	m.Written(addr, uint64(s.Width), true)
	return nil
}

func little(b []byte) Value {
	switch len(b) {
	case 1:
		return Value{Lo: uint64(b[0])}
	case 2:
		return Value{Lo: uint64(binary.LittleEndian.Uint16(b))}
	case 4:
		return Value{Lo: uint64(binary.LittleEndian.Uint32(b))}
	case 8:
		return Value{Lo: binary.LittleEndian.Uint64(b)}
	}
	return Value{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])}
}

func putLittle(b []byte, v Value) {
	switch len(b) {
	case 1:
		b[0] = byte(v.Lo)
	case 2:
		binary.LittleEndian.PutUint16(b, uint16(v.Lo))
	case 4:
		binary.LittleEndian.PutUint32(b, uint32(v.Lo))
	case 8:
		binary.LittleEndian.PutUint64(b, v.Lo)
	default:
		binary.LittleEndian.PutUint64(b, v.Lo)
		binary.LittleEndian.PutUint64(b[8:], v.Hi)
	}
}
