package rank

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/flow"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// What is left of the buffer from a place on that is kept on the stack is counted with where the
// worst case is high without: then a product of what a lookup costs with how many requests are in
// the buffer may become a sum.

// looseRun is so many instructions that a server has more of them seldom.
const looseRun = 1 << 26

// loose: there is a run of more instructions.
func (a *account) loose() bool {
	for i, v := range a.Vertices {
		if !v.Gone && v.Starts() && a.most(i) > looseRun {
			return true
		}
	}
	return false
}

// fromKept is what is left up to an end of the places on the stack in which the component
// keeps registers that it counts with.
func (r *ranking) fromKept(end isa.Reg, qs []flow.Quantity) []flow.Quantity {
	var out []flow.Quantity
	counts := func(q flow.Quantity) bool { return slices.Contains(qs, q) }
	for _, in := range r.seen {
		to, from := in.Dst, in.Src
		if in.Op != isa.MOV || to.Kind != isa.MemOperand || to.Mem.Index != isa.NoReg || from.Kind != isa.RegOperand || from.Reg == end || !counts(flow.Quantity{Plus: flow.Place{Reg: value.RegVar(from.Reg)}}) {
			continue
		}
		base, ok := r.onStack(to.Mem.Base)
		p := flow.Place{Slot: domain.Slot{Off: base + to.Mem.Disp, Size: uint8(to.Width)}}
		if q := (flow.Quantity{Plus: flow.Place{Reg: value.RegVar(end)}, Minus: p}); ok && counts(flow.Quantity{Plus: p}) && !slices.Contains(out, q) {
			out = append(out, q)
		}
	}
	slices.SortFunc(out, func(a, b flow.Quantity) int { return flow.ComparePlaces(a.Minus, b.Minus) })
	return out
}

// onStack is where a register points to on the stack, if that is one place in the component.
func (r *ranking) onStack(reg isa.Reg) (off int64, ok bool) {
	if reg == isa.NoReg {
		return 0, false
	}
	s, v := r.Flow.Vertices[r.vertices[0]].State, value.RegVar(reg)
	lo := s.Zone.Lo(v)
	return lo, s.Vals[v].IsSome(meaning.Stack) && lo == s.Zone.Hi(v) && lo > -zone.Inf
}
