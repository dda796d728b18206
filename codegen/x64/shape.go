package x64

import "fmt"

// A shape is what one slot of a form takes.
type shape uint8

const (
	none shape = iota
	r8
	r16
	r32
	r64
	xmm
	cl     // the register CL, a shift's count
	m0     // an address that is not accessed: LEA
	m8     // memory, by the width of the access
	m16    //
	m32    //
	m64    //
	m128   //
	imm8   // either reading: -128 to 255
	imm16  // -32768 to 65535
	imm32  // -2^31 to 2^32-1
	simm32 // sign-extended to 64 bits: -2^31 to 2^31-1
	neg32  // sign-extended, negative: MOV r64 has a better form for the others
	imm64  // what needs all 64 bits
	count8 // a shift's count or a bit's number: 1, or 0, to the width less one
	count16
	count32
	count64
	bit16
	bit32
	bit64
	label
	numShapes
)

var shapeNames = [numShapes]string{
	none: "", r8: "r8", r16: "r16", r32: "r32", r64: "r64", xmm: "xmm", cl: "cl",
	m0: "m", m8: "m8", m16: "m16", m32: "m32", m64: "m64", m128: "m128",
	imm8: "imm8", imm16: "imm16", imm32: "imm32", simm32: "simm32",
	neg32: "negative simm32", imm64: "imm64",
	count8: "1..7", count16: "1..15", count32: "1..31", count64: "1..63",
	bit16: "0..15", bit32: "0..31", bit64: "0..63",
	label: "label",
}

func (s shape) String() string { return shapeNames[s] }

// shapeOf gives the shape of an operand that is no immediate.
func shapeOf(o Operand) shape {
	switch o := o.(type) {
	case Reg:
		return shapeOfWidth(o.Width(), [5]shape{r8, r16, r32, r64, xmm})
	case Mem:
		if o.Width == 0 {
			return m0
		}
		return shapeOfWidth(o.Width, [5]shape{m8, m16, m32, m64, m128})
	case Target:
		return label
	}
	return none
}

func shapeOfWidth(width uint8, shapes [5]shape) shape {
	switch width {
	case 1:
		return shapes[0]
	case 2:
		return shapes[1]
	case 4:
		return shapes[2]
	case 8:
		return shapes[3]
	case 16:
		return shapes[4]
	}
	return none
}

// takes says whether an operand belongs to the shape's kind; an immediate's value is
// looked at by inRange, so that an error can tell the two apart.
func (s shape) takes(o Operand) bool {
	switch o := o.(type) {
	case nil:
		return s == none
	case Imm:
		return imm8 <= s && s <= bit64
	case Reg:
		return s != none && (s == shapeOf(o) || s == cl && o == CL)
	}
	return s != none && s == shapeOf(o)
}

// limits are the least and the greatest immediate of a shape.
func (s shape) limits() (least, most int64) {
	switch s {
	case imm8:
		return -1 << 7, 1<<8 - 1
	case imm16:
		return -1 << 15, 1<<16 - 1
	case imm32:
		return -1 << 31, 1<<32 - 1
	case simm32:
		return -1 << 31, 1<<31 - 1
	case neg32:
		return -1 << 31, -1
	case imm64:
		return -1 << 63, 1<<63 - 1
	case count8, count16, count32, count64:
		return 1, 8<<(s-count8) - 1
	case bit16, bit32, bit64:
		return 0, 16<<(s-bit16) - 1
	}
	panic(fmt.Sprintf("BUG: shape %v has no limits", s))
}

// inRange says whether a shape holds an immediate; true for other operands.
func (s shape) inRange(o Operand) bool {
	v, ok := o.(Imm)
	if !ok {
		return true
	}
	if s == imm64 { // MOV r64: what fits 32 bits has shorter forms
		return int64(v) < -1<<31 || int64(v) >= 1<<32
	}
	least, most := s.limits()
	return least <= int64(v) && int64(v) <= most
}

// bits is the size of the field that holds an immediate of the shape.
func (s shape) bits() uint {
	switch s {
	case imm16:
		return 16
	case imm32, simm32, neg32:
		return 32
	case imm64:
		return 64
	}
	return 8
}

// normal is the immediate's value as the processor sign-extends it: 0xffffffff for a
// 32-bit instruction is -1, so that the short form is found.
func (s shape) normal(v Imm) int64 {
	unused := 64 - s.bits()
	return int64(v) << unused >> unused
}
