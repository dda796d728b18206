package code

import (
	"math/bits"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// A server keeps what it knows of a request as bits of a register, and makes use of a
// variable, or of a kind of record, only where a bit says so. Where states meet that
// differ in that and in such a bit, they are kept apart by the bit from then on, in the
// whole program: a split.

// Split is a bit of a register that tells states apart, or isZero: whether the register
// is known to be 0.
type Split struct {
	Var zone.Var
	Bit uint8
}

// IsZero is the bit of a split by whether the register is known to be 0.
const IsZero = 64

// MaxSplits bounds into how many kinds states are told apart.
const MaxSplits = 6

// findFlagBits collects the bits of registers that are set and tested one by one.
func (p *Program) findFlagBits() {
	set, tested := map[isa.Reg]uint64{}, map[isa.Reg]uint64{}
	for _, in := range p.Insts {
		if in.Dst.Kind != isa.RegOperand || in.Src.Kind != isa.ImmOperand {
			continue
		}
		switch in.Op {
		case isa.OR:
			set[in.Dst.Reg] |= in.Src.Imm
		case isa.BTS:
			set[in.Dst.Reg] |= 1 << (in.Src.Imm & 63)
			tested[in.Dst.Reg] |= 1 << (in.Src.Imm & 63)
		case isa.TEST:
			tested[in.Dst.Reg] |= in.Src.Imm
		}
	}
	for _, in := range p.Insts {
		if in.Op == isa.TEST && in.Dst == in.Src && in.Dst.Width == 8 {
			p.Nullable.Add(in.Dst.Reg)
		}
	}
	for r, m := range set {
		p.FlagBits[value.RegVar(r)] = m & tested[r]
		if bits.OnesCount64(m&tested[r]) >= manyFlags {
			p.FlagRegs.Add(r)
		}
	}
}

// manyFlags is how many bits make a register one of flags.
const manyFlags = 6

// TestsBit: an instruction tests a split's bit.
func TestsBit(in *Decoded, sp Split) bool {
	return in.Op == isa.TEST && in.Dst.Kind == isa.RegOperand && value.RegVar(in.Dst.Reg) == sp.Var &&
		in.Src.Kind == isa.ImmOperand && in.Src.Imm>>sp.Bit&1 == 1
}
