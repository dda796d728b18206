package prove

import (
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// A bit of a register that a component sets, and clears nowhere, is a counter of its own:
// the ways on which it was 0 and becomes 1 are gone once. What is done for one field of a
// request alone costs its sum with the other fields, and not a product.

// raised are these counters.
func (r *ranking) raised() []*counter {
	var out []*counter
	set := r.setBits()
	for _, v := range slices.Sorted(maps.Keys(set)) {
		ways := make([]bitWay, len(r.edges))
		often, falls := uint64(0), uint64(0)
		for i, e := range r.edges {
			ways[i] = r.bitsAlong(e, isa.Reg(v-firstReg))
			often, falls = often|ways[i].raised(), falls|ways[i].falls
		}
		for bit := range uint8(64) {
			if set[v]&often&^falls>>bit&1 == 1 {
				out = append(out, r.newBit(ways, v, bit))
			}
		}
	}
	return out
}

// newBit is the counter of a bit.
func (r *ranking) newBit(ways []bitWay, v zone.Var, bit uint8) *counter {
	c := &counter{lo: make([]int64, r.graph.n), hi: slices.Repeat([]int64{1}, r.graph.n), through: quantity{plus: place{reg: v}}}
	for i := range ways {
		c.gain = append(c.gain, int64(ways[i].raised()>>bit&1))
	}
	return c
}

// bitWay is what a way makes of the bits of a register: which ones were found to be 0
// before anything set them, were set, and may have been cleared.
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
	var w bitWay
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
