package code

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// AsksFor are bits of a register that are all 0 if a condition holds behind the instruction,
// in front of it.
func (d *Decoded) AsksFor(reg isa.Reg) (bits uint64, clear isa.Cond) {
	if !d.OfBits(reg) {
		return 0, isa.CondE
	}
	switch d.Op {
	case isa.TEST:
		return d.Src.Imm, isa.CondE
	case isa.BT, isa.BTS:
		return d.Bit(), isa.CondAE
	}
	return 0, isa.CondE
}

// OfBits: a register, or its low part, and a constant are the operands.
func (d *Decoded) OfBits(reg isa.Reg) bool {
	return d.Dst.Kind == isa.RegOperand && d.Dst.Reg == reg && d.Dst.Width <= 8 && d.Src.Kind == isa.ImmOperand
}

// Bit is the one that bt or bts is about.
func (d *Decoded) Bit() uint64 { return 1 << (d.Src.Imm & uint64(8*d.Dst.Width-1)) }

// HoldsOn: the instruction is a branch, and a condition holds where it leads to an address.
func (d *Decoded) HoldsOn(to uint64, c isa.Cond) bool {
	if d.Op != isa.JCC || d.Target == d.Next() {
		return false
	}
	return d.Cond == c && to == d.Target || d.Cond.Not() == c && to == d.Next()
}

// Within are the bits that the operand has.
func (d *Decoded) Within() uint64 { return ^uint64(0) >> (64 - 8*d.Dst.Width) }
