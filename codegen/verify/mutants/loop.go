package mutants

import (
	"math/rand/v2"

	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// The kinds that are about a process of many connections: whom a call is about, whether it waits, and what is
// remembered of whom. Other servers have few such mutants, or none.

// descriptors are loads of variables, into registers of which calls take descriptors, with those of other ones.
func descriptors(p *program, _ *rand.Rand) (out []patch) {
	var loads []*inst
	for i := range p.insts {
		if p.insts[i].loadsDescriptor() {
			loads = append(loads, &p.insts[i])
		}
	}
	for _, in := range loads {
		for _, other := range loads {
			if v := other.Src.Mem.Disp; v != in.Src.Mem.Disp && in.enc.dispSize == other.enc.dispSize {
				for _, code := range in.values(in.enc.disp, in.enc.dispSize, v) {
					out = append(out, patch{in.off, code})
				}
			}
		}
	}
	return out
}

// loadsDescriptor: it loads edi or edx, the first or third argument of a call, from a place of the frame.
func (in *inst) loadsDescriptor() bool {
	to := in.Dst.Reg
	return in.Op == isa.MOV && in.Dst.Kind == isa.RegOperand && in.Dst.Width == 4 && (to == isa.RDI || to == isa.RDX) &&
		in.Src.Kind == isa.MemOperand && (in.Src.Mem.Base == isa.RBP || in.Src.Mem.Base == isa.RSP) && in.Src.Mem.Index == isa.NoReg && in.enc.disp >= 0
}

// flags takes bits from constants that are a call's second or fourth argument: what epoll_ctl does, and whether recvfrom and
// sendto wait; and makes 1 of 2, and 2 of 1.
func flags(in *inst) (out [][]byte) {
	if in.Dst.Kind != isa.RegOperand || in.Dst.Reg != isa.RSI && in.Dst.Reg != isa.R10 {
		return nil
	}
	switch v, ok := in.immediate(); {
	case in.Op == isa.MOV && ok:
		for bit := int64(1); bit <= v; bit <<= 1 {
			if v&bit != 0 {
				out = append(out, in.values(in.enc.imm, in.enc.immSize, v&^bit, v^bit^bit<<1)...)
			}
		}
	case in.Op == isa.LEA && in.enc.dispSize == 1: // of a register that is 0
		v := in.field(in.enc.disp, 1)
		out = in.values(in.enc.disp, 1, v^3, 0)
	}
	return out
}

// tables changes what is stored, or compared, at a place + a descriptor: the place, the descriptor, the value.
func tables(in *inst) (out [][]byte) {
	at := in.Dst
	if at.Kind != isa.MemOperand || at.Mem.Base != isa.RBP || at.Mem.Index == isa.NoReg || in.enc.sib < 0 || in.enc.disp < 0 || in.Op != isa.MOV && in.Op != isa.CMP {
		return nil
	}
	v := in.field(in.enc.disp, in.enc.dispSize)
	out = in.values(in.enc.disp, in.enc.dispSize, v+1, v-1, v+int64(in.Dst.Width), v-int64(in.Dst.Width), v+1024, v-1024, v+16, v-16)
	for bits := range byte(7) { // SIB.index, and its scale
		out = append(out, in.flip(in.enc.sib, (bits+1)<<3))
	}
	out = append(out, in.flip(in.enc.sib, 0x40), in.flip(in.enc.sib, 0x80), in.flip(in.enc.sib, 0xc0))
	if c, ok := in.immediate(); ok {
		out = append(out, in.values(in.enc.imm, in.enc.immSize, c^1, c^2, c^3, c+1)...)
	}
	return out
}
