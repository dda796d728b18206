package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Where a request's path is looked up once more, as a field behind it says what the path
// means, a cursor goes back to where the request began. That it does so once for a request is
// what a bit says that the field sets, and what is left of the buffer from there on is what the
// second way round counts with. Both are looked at where the worst case is high without: then
// a product of what a lookup costs with how many requests are in the buffer becomes a sum.

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

// lookCloser tells components apart by what is done once, if there is such a thing, and
// counts with more.
func (a *account) lookCloser() error {
	a.closer = true
	return a.tellApartBy((*ranking).skips)
}

// skips: where a bit was set before, the way goes on in the loop behind what is done once.
func (r *ranking) skips(sp split) bool {
	for _, in := range r.seen {
		if in.Op != isa.BTS || !in.ofBits(isa.Reg(sp.v-firstReg)) || in.bit() != 1<<sp.bit {
			continue
		}
		if jump := r.seen[in.Next()]; jump != nil && jump.Op == isa.JCC && jump.Cond == isa.CondB && r.seen[jump.Target] != nil {
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
