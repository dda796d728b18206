package isa

import (
	"fmt"
	"strings"
)

// Form names what an instruction is, its registers, numbers and addresses apart: the
// operation with its condition, and of each operand the kind and the width in bits, such
// as "cmovb r32, m32". A place is lea's address.
func (in *Inst) Form() string {
	var operands []string
	for _, o := range []Operand{in.Dst, in.Src, in.Third} {
		if o.Kind != NoOperand {
			operands = append(operands, shapeName(o))
		}
	}
	return strings.TrimSpace(in.Name() + " " + strings.Join(operands, ", "))
}

func shapeName(o Operand) string {
	switch {
	case o.Kind == ImmOperand:
		return "imm"
	case o.Kind == RegOperand && o.Reg.IsVector():
		return "xmm"
	case o.Kind == RegOperand:
		return fmt.Sprintf("r%d", 8*o.Width)
	case o.Width == 0:
		return "place"
	}
	return fmt.Sprintf("m%d", 8*o.Width)
}
