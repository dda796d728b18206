package rank

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/flow"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
)

// bitWay is what a way makes of the bits of a register: which ones were known or found to be
// 0 before anything set them, were set, and may have been cleared.
type bitWay struct{ zero, set, falls uint64 }

// raised are the bits that are 0 where the way begins and 1 where it ends.
func (w *bitWay) raised() uint64 { return w.zero & w.set &^ w.falls }

// bitsAlong follows the bits of a register along an edge.
func (r *ranking) bitsAlong(e *flow.Edge, reg isa.Reg) bitWay {
	var way []*code.Decoded
	var to []uint64 // where each leads
	next := uint64(0)
	if e.To != flow.None {
		next = r.Flow.Vertices[e.To].PC
	}
	for p := e.Passed; p != nil; p = p.Before {
		way, to = append(way, p.Decoded), append(to, next)
		next = p.Addr
	}
	w := bitWay{zero: r.Flow.Vertices[e.From].State.BitsOf(value.RegVar(reg)).Zeros}
	for i, in := range slices.Backward(way) {
		if bits, clear := in.AsksFor(reg); i > 0 && way[i-1].HoldsOn(to[i-1], clear) {
			w.zero |= bits &^ w.set
		}
		w.change(in, reg)
	}
	return w
}

// change is what an instruction makes of the bits.
func (w *bitWay) change(d *code.Decoded, reg isa.Reg) {
	var t flow.Toll
	if t.Pass(d); t.Writes>>reg&1 == 0 {
		return
	}
	switch {
	case !d.OfBits(reg):
		w.falls = ^uint64(0)
	case d.Op == isa.OR:
		w.set |= d.Src.Imm
	case d.Op == isa.BTS:
		w.set |= d.Bit()
	case d.Op == isa.AND:
		w.falls |= d.Within() &^ d.Src.Imm
	default:
		w.falls = ^uint64(0)
	}
	if d.Dst.Width == 4 {
		w.falls |= ^d.Within() // the upper half becomes 0
	}
}
