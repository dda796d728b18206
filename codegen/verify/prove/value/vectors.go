package value

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Vector is what is known of a vector register: the same constant in all bytes, or
// bytes of the stack, each put through the same function.
type Vector struct {
	IsByte bool
	Byte   byte
	Quad   uint8 // how many low bytes are b, where not all are
	Lanes  *Lanes
	Stale  bool // it has what an earlier request left, or an earlier client
}

// Lanes: byte i is fn of the stack's byte at addr+i.
type Lanes struct {
	Addr zone.Lin
	Fn   *[256]byte
}

// LaneMask: bit i of a number is set where set has the byte at addr+i, for the low 16
// bits; above them the bits are high.
type LaneMask struct {
	Addr zone.Lin
	Set  *ByteSet
}

// Replace puts by in v's place; without a replacement nothing is left.
func (l *Lanes) Replace(v zone.Var, by zone.Lin, ok bool) *Lanes {
	if !ok {
		return nil
	}
	a, ok := l.Addr.Replace(v, by)
	if !ok {
		return nil
	}
	return &Lanes{a, l.Fn}
}

// Replace puts by in v's place; without a replacement nothing is left.
func (m *LaneMask) Replace(v zone.Var, by zone.Lin, ok bool) *LaneMask {
	if !ok {
		return nil
	}
	a, ok := m.Addr.Replace(v, by)
	if !ok {
		return nil
	}
	return &LaneMask{a, m.Set}
}

// LaneOps are the operations that work on each byte by itself.
var LaneOps = map[isa.StepOp]func(a, b byte) byte{
	isa.VAnd:    func(a, b byte) byte { return a & b },
	isa.VAndNot: func(a, b byte) byte { return ^a & b },
	isa.VOr:     func(a, b byte) byte { return a | b },
	isa.VXor:    func(a, b byte) byte { return a ^ b },
	isa.VAddB:   func(a, b byte) byte { return a + b },
	isa.VSubB:   func(a, b byte) byte { return a - b },
	isa.VSubUSB: func(a, b byte) byte { return a - min(a, b) },
	isa.VMinUB:  func(a, b byte) byte { return min(a, b) },
	isa.VMaxUB:  func(a, b byte) byte { return max(a, b) },
	isa.VEqB: func(a, b byte) byte {
		if a == b {
			return 0xff
		}
		return 0
	},
}

// Combine works on two vectors, byte by byte.
func Combine(fn func(a, b byte) byte, a, b Vector) Vector {
	switch {
	case a.Whole() && b.Whole():
		return Vector{IsByte: true, Byte: fn(a.Byte, b.Byte)}
	case a.Lanes != nil && b.Whole():
		return Mapped(a.Lanes.Addr, func(v byte) byte { return fn(a.Lanes.Fn[v], b.Byte) })
	case a.Whole() && b.Lanes != nil:
		return Mapped(b.Lanes.Addr, func(v byte) byte { return fn(a.Byte, b.Lanes.Fn[v]) })
	case a.Lanes != nil && b.Lanes != nil && a.Lanes.Addr == b.Lanes.Addr:
		return Mapped(a.Lanes.Addr, func(v byte) byte { return fn(a.Lanes.Fn[v], b.Lanes.Fn[v]) })
	}
	return Vector{}
}

// Whole says that all of it is one byte.
func (v *Vector) Whole() bool { return v.IsByte && v.Quad == 0 }

// Mapped is a vector of fn of the stack's bytes from addr on.
func Mapped(addr zone.Lin, fn func(byte) byte) Vector {
	var t [256]byte
	for i := range t {
		t[i] = fn(byte(i))
	}
	return Vector{Lanes: &Lanes{addr, &t}}
}

// Unpack is the low n bytes of a vector, twice: what is the same in them is so in
// twice as many.
func Unpack(a, b Vector, n uint8) Vector {
	if a != b || !a.IsByte || a.Quad != 0 && a.Quad < n {
		return Vector{}
	}
	if a.Quad == 0 || n == 8 {
		return Vector{IsByte: true, Byte: a.Byte}
	}
	return Vector{IsByte: true, Byte: a.Byte, Quad: 2 * n}
}

// MoveMask is the top bit of each byte.
func MoveMask(v Vector) Term {
	t := Between(0, 1<<16-1)
	if v.Lanes == nil {
		return t
	}
	var in ByteSet
	for i := range in {
		in[i] = v.Lanes.Fn[i]&0x80 != 0
	}
	t.Mask = &LaneMask{v.Lanes.Addr, &in}
	return t
}

// Complement is a mask with its bits turned over.
func (m *LaneMask) Complement() *LaneMask {
	var in ByteSet
	for i := range in {
		in[i] = !m.Set[i]
	}
	return &LaneMask{m.Addr, &in}
}
