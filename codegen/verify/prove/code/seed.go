package code

import (
	"math/bits"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
)

// FirstSplits are those that a server which answers several requests always wants: whether
// there is input, and whether the bit is set without which the last byte of it is looked
// at. To begin with them saves proofs that fail; where they are not wanted they cost a
// little time.
func (p *Program) FirstSplits() []Split {
	if len(p.Requests) == 0 {
		return nil
	}
	ends := p.inputEnds()
	var out []Split
	for r := range isa.Reg(16) {
		if ends>>r&1 == 1 {
			out = append(out, Split{value.RegVar(r), IsZero})
		}
	}
	for _, addr := range p.roots()[1:] {
		in := p.Insts[addr]
		if in.Op != isa.TEST || in.Dst.Kind != isa.RegOperand || in.Src.Kind != isa.ImmOperand || !p.readsInput(in, ends) {
			continue
		}
		if flags := p.FlagBits[value.RegVar(in.Dst.Reg)] & in.Src.Imm; flags != 0 {
			out = append(out, Split{value.RegVar(in.Dst.Reg), uint8(bits.Len64(flags) - 1)})
		}
	}
	return out[:min(len(out), MaxSplits/2)]
}

// inputEnds are the registers that say where the 16 zeros behind the input are stored.
func (p *Program) inputEnds() RegSet {
	var found RegSet
	for _, in := range p.Insts {
		for _, s := range in.Steps {
			if s.Op == isa.Store && s.Width == 16 && s.Mem.Scale == 1 {
				found.Add(s.Mem.Index)
			}
		}
	}
	return found
}

// readsInput: one of the next few instructions loads a byte in front of the input's end.
func (p *Program) readsInput(in *Decoded, ends RegSet) bool {
	for range shortBlock + 2 {
		if in = p.Insts[in.Next()]; in == nil {
			return false
		}
		for _, s := range in.Steps {
			if s.Op == isa.Load && s.Width == 1 && s.Mem.Index < isa.XMM0 && ends>>s.Mem.Index&1 == 1 {
				return true
			}
		}
	}
	return false
}
