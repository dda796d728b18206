package mutants

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// The kinds that change where execution goes, or in which order.

// senses gives conditional instructions every other condition, the opposite one twice:
// it stands for the mistake that is made most often.
func senses(in *inst) (out [][]byte) {
	if in.Cond >= isa.Always {
		if in.Op == isa.JMP && len(in.code) == 2 {
			return [][]byte{in.with(0, 0x74), in.with(0, 0x75)}
		}
		return nil
	}
	at := in.enc.opcode
	if in.enc.twoBytes {
		at++
	}
	for other := range byte(16) {
		out = append(out, in.with(at, in.code[at]&0xf0|other))
	}
	if in.Op == isa.JCC && len(in.code) == 2 {
		out = append(out, in.with(at, 0xeb))
	}
	return out
}

// targets sends branches to other instructions, those nearby most often, and into the
// middle of some.
func targets(p *program, rng *rand.Rand) (out []patch) {
	for i := range p.insts {
		in := &p.insts[i]
		if in.Target == 0 {
			continue
		}
		to := p.at(p.start + int(in.Target-p.base))
		for _, j := range []int{to - 1, to + 1, to + 2, i + 1, i - 1, rng.IntN(len(p.insts)), rng.IntN(len(p.insts))} {
			if j >= 0 && j < len(p.insts) {
				out = append(out, in.goTo(p.insts[j].Addr)...)
			}
		}
		out = append(out, in.goTo(in.Target+1)...)
	}
	return out
}

// goTo is a branch with another target, none where that is out of its reach.
func (in *inst) goTo(addr uint64) []patch {
	rel := int64(addr - in.Next())
	if in.enc.immSize == 1 && rel != int64(int8(rel)) {
		return nil
	}
	b := binary.LittleEndian.AppendUint64(nil, uint64(rel))
	return []patch{{in.off, in.with(in.enc.imm, b[:in.enc.immSize]...)}}
}

// exchanges puts an instruction behind the next one, where neither says where it is.
func exchanges(p *program, _ *rand.Rand) (out []patch) {
	for i := range p.insts[1:] {
		a, b := &p.insts[i], &p.insts[i+1]
		if a.Next() == b.Addr && a.moves() && b.moves() {
			out = append(out, patch{a.off, slices.Concat(b.code, a.code)})
		}
	}
	return out
}

// moves: the instruction means the same elsewhere, and the next one follows it.
func (in *inst) moves() bool {
	return in.Target == 0 && !in.nearby() && in.Op != isa.RET && in.Op != isa.UD2
}
