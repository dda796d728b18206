package isa

import "strings"

// Form names what an instruction is, its registers, numbers and addresses apart: the
// operation with its condition, and of each operand the kind and the width in bits, such
// as "cmovb r32, m32". A place is lea's address.
func (in *Inst) Form() string {
	name := in.Op.String()
	if in.Op == JCC || in.Op == CMOVCC || in.Op == SETCC {
		name += in.Cond.String()
	}
	var operands []string
	for _, o := range []Operand{in.Dst, in.Src, in.Third} {
		if o.Kind != NoOperand {
			operands = append(operands, shapeNames[shapeOf(o)&^cl])
		}
	}
	return strings.TrimSpace(name + " " + strings.Join(operands, ", "))
}

var shapeNames = map[shape]string{
	r8: "r8", r16: "r16", r32: "r32", r64: "r64", xmm: "xmm",
	m8: "m8", m16: "m16", m32: "m32", m64: "m64", m128: "m128", imm: "imm", place: "place",
}
