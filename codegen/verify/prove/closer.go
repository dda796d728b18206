package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// What is left of the buffer from a place on that is kept on the stack is counted with where the
// worst case is high without: then a product of what a lookup costs with how many requests are in
// the buffer may become a sum.

// looseRun is so many instructions that a server has more of them seldom.
const looseRun = 1 << 26

// loose: there is a run of more instructions.
func (a *account) loose() bool {
	for i, v := range a.vertices {
		if !v.gone && v.starts() && a.most(i) > looseRun {
			return true
		}
	}
	return false
}

// fromKept is what is left up to an end of the places on the stack in which the component
// keeps registers that it counts with.
func (r *ranking) fromKept(end isa.Reg, qs []quantity) []quantity {
	var out []quantity
	counts := func(q quantity) bool { return slices.Contains(qs, q) }
	for _, in := range r.seen {
		to, from := in.Dst, in.Src
		if in.Op != isa.MOV || to.Kind != isa.MemOperand || to.Mem.Index != isa.NoReg || from.Kind != isa.RegOperand || from.Reg == end || !counts(quantity{plus: place{reg: regVar(from.Reg)}}) {
			continue
		}
		base, ok := r.onStack(to.Mem.Base)
		p := place{slot: slot{off: base + to.Mem.Disp, size: uint8(to.Width)}}
		if q := (quantity{plus: place{reg: regVar(end)}, minus: p}); ok && counts(quantity{plus: p}) && !slices.Contains(out, q) {
			out = append(out, q)
		}
	}
	slices.SortFunc(out, func(a, b quantity) int { return comparePlaces(a.minus, b.minus) })
	return out
}

// onStack is where a register points to on the stack, if that is one place in the component.
func (r *ranking) onStack(reg isa.Reg) (off int64, ok bool) {
	if reg == isa.NoReg {
		return 0, false
	}
	s, v := r.flow.vertices[r.vertices[0]].state, regVar(reg)
	lo := s.zone.Lo(v)
	return lo, s.vals[v].IsSome(meaning.Stack) && lo == s.zone.Hi(v) && lo > -zone.Inf
}
