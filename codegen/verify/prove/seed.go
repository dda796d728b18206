package prove

import (
	"math/bits"

	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// firstSplits are those that a server which answers several requests always wants: whether
// there is input, and whether the bit is set without which the last byte of it is looked
// at. To begin with them saves proofs that fail; where they are not wanted they cost a
// little time.
func (p *program) firstSplits() []split {
	if len(p.requests) == 0 {
		return nil
	}
	ends := p.inputEnds()
	var out []split
	for r := range isa.Reg(16) {
		if ends>>r&1 == 1 {
			out = append(out, split{regVar(r), isZero})
		}
	}
	for _, addr := range p.roots()[1:] {
		in := p.insts[addr]
		if in.Op != isa.TEST || in.Dst.Kind != isa.RegOperand || in.Src.Kind != isa.ImmOperand || !p.readsInput(in, ends) {
			continue
		}
		if flags := p.flagBits[regVar(in.Dst.Reg)] & in.Src.Imm; flags != 0 {
			out = append(out, split{regVar(in.Dst.Reg), uint8(bits.Len64(flags) - 1)})
		}
	}
	return out[:min(len(out), maxSplits/2)]
}

// inputEnds are the registers that say where the 16 zeros behind the input are stored.
func (p *program) inputEnds() regSet {
	var found regSet
	for _, in := range p.insts {
		for _, s := range in.steps {
			if s.Op == isa.Store && s.Width == 16 && s.Mem.Scale == 1 {
				found.add(s.Mem.Index)
			}
		}
	}
	return found
}

// readsInput: one of the next few instructions loads a byte in front of the input's end.
func (p *program) readsInput(in *decoded, ends regSet) bool {
	for range shortBlock + 2 {
		if in = p.insts[in.Next()]; in == nil {
			return false
		}
		for _, s := range in.steps {
			if s.Op == isa.Load && s.Width == 1 && s.Mem.Index < isa.XMM0 && ends>>s.Mem.Index&1 == 1 {
				return true
			}
		}
	}
	return false
}
