package rank

import (
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/flow"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
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
			ways[i] = r.bitsAlong(e, isa.Reg(v-value.FirstReg))
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
	c := &counter{lo: make([]int64, r.graph.N), hi: slices.Repeat([]int64{1}, r.graph.N), through: flow.Quantity{Plus: flow.Place{Reg: v}}}
	c.what = tally{bit: &code.Split{Var: v, Bit: bit}, sets: slices.Repeat([]uint64{1}, r.graph.N), plus: make([]int64, r.graph.N)}
	for i := range ways {
		c.gain = append(c.gain, int64(ways[i].raised()>>bit&1))
	}
	return c
}
