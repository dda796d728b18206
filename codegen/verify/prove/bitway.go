package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// bitWay is what a way makes of the bits of a register: which ones were known or found to be
// 0 before anything set them, were set, and may have been cleared.
type bitWay struct{ zero, set, falls uint64 }

// raised are the bits that are 0 where the way begins and 1 where it ends.
func (w *bitWay) raised() uint64 { return w.zero & w.set &^ w.falls }

// bitsAlong follows the bits of a register along an edge.
func (r *ranking) bitsAlong(e *edge, reg isa.Reg) bitWay {
	var way []*decoded
	var to []uint64 // where each leads
	next := uint64(0)
	if e.to != none {
		next = r.flow.vertices[e.to].pc
	}
	for p := e.passed; p != nil; p = p.before {
		way, to = append(way, p.decoded), append(to, next)
		next = p.Addr
	}
	w := bitWay{zero: r.flow.vertices[e.from].state.bitsOf(regVar(reg)).zeros}
	for i, in := range slices.Backward(way) {
		if bits, clear := in.asksFor(reg); i > 0 && way[i-1].holdsOn(to[i-1], clear) {
			w.zero |= bits &^ w.set
		}
		w.change(in, reg)
	}
	return w
}

// asksFor are bits of a register that are all 0 if a condition holds behind the instruction,
// in front of it.
func (d *decoded) asksFor(reg isa.Reg) (bits uint64, clear isa.Cond) {
	if !d.ofBits(reg) {
		return 0, isa.CondE
	}
	switch d.Op {
	case isa.TEST:
		return d.Src.Imm, isa.CondE
	case isa.BT, isa.BTS:
		return d.bit(), isa.CondAE
	}
	return 0, isa.CondE
}

// ofBits: a register, or its low part, and a constant are the operands.
func (d *decoded) ofBits(reg isa.Reg) bool {
	return d.Dst.Kind == isa.RegOperand && d.Dst.Reg == reg && d.Dst.Width <= 8 && d.Src.Kind == isa.ImmOperand
}

// bit is the one that bt or bts is about.
func (d *decoded) bit() uint64 { return 1 << (d.Src.Imm & uint64(8*d.Dst.Width-1)) }

// holdsOn: the instruction is a branch, and a condition holds where it leads to an address.
func (d *decoded) holdsOn(to uint64, c isa.Cond) bool {
	if d.Op != isa.JCC || d.Target == d.Next() {
		return false
	}
	return d.Cond == c && to == d.Target || d.Cond.Not() == c && to == d.Next()
}

// change is what an instruction makes of the bits.
func (w *bitWay) change(d *decoded, reg isa.Reg) {
	var t toll
	if t.pass(d); t.writes>>reg&1 == 0 {
		return
	}
	switch {
	case !d.ofBits(reg):
		w.falls = ^uint64(0)
	case d.Op == isa.OR:
		w.set |= d.Src.Imm
	case d.Op == isa.BTS:
		w.set |= d.bit()
	case d.Op == isa.AND:
		w.falls |= d.within() &^ d.Src.Imm
	default:
		w.falls = ^uint64(0)
	}
	if d.Dst.Width == 4 {
		w.falls |= ^d.within() // the upper half becomes 0
	}
}

// within are the bits that the operand has.
func (d *decoded) within() uint64 { return ^uint64(0) >> (64 - 8*d.Dst.Width) }
