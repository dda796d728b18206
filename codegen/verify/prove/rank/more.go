package rank

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/flow"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
)

// more adds what is left of registers up to an end, and the like. There may be
// too many.
func (r *ranking) more(qs []flow.Quantity) []flow.Quantity {
	end := r.end()
	out := slices.Clone(qs)
	for _, q := range qs {
		if p := (flow.Place{Reg: value.RegVar(end)}); end != isa.NoReg && q.Plus.Reg != 0 && q.Plus != p {
			out = append(out, flow.Quantity{Plus: p, Minus: q.Plus})
		}
	}
	if r.closer && end != isa.NoReg {
		out = append(out, r.fromKept(end, qs)...)
	}
	out = append(out, r.distances(end)...)
	return out[:min(len(out), flow.MaxQuantities)]
}

// end is the register that others are compared with and that is written the least: a
// buffer's contents may be moved with all that points into it, and what is left of it is
// the same.
func (r *ranking) end() isa.Reg {
	end, least := isa.NoReg, 0
	for reg := range isa.Reg(16) {
		if len(r.comparedWith(reg)) < 2 {
			continue
		}
		n := 0
		for _, e := range r.edges {
			if e.Writes>>reg&1 == 1 {
				n++
			}
		}
		if end == isa.NoReg || n < least {
			end, least = reg, n
		}
	}
	return end
}

// comparedWith are the registers that are compared with one.
func (r *ranking) comparedWith(reg isa.Reg) []isa.Reg {
	var out []isa.Reg
	for _, in := range r.seen {
		if in.Op == isa.CMP && in.Dst.Kind == isa.RegOperand && in.Src.Kind == isa.RegOperand && in.Src.Reg == reg && !slices.Contains(out, in.Dst.Reg) {
			out = append(out, in.Dst.Reg)
		}
	}
	return out
}

// distances are for loops that run back over what another one came along, and are left
// for what lies behind: together they go from where the first one began to its end once.
// What runs back falls in a loop of one edge; it was set to where it begins, and is
// compared with where it ends.
func (r *ranking) distances(end isa.Reg) []flow.Quantity {
	var out []flow.Quantity
	add := func(q flow.Quantity) {
		if !slices.Contains(out, q) {
			out = append(out, q)
		}
	}
	for _, back := range r.back() {
		x := flow.Place{Reg: value.RegVar(back)}
		for _, from := range r.operands(isa.MOV, back) {
			for _, to := range r.operands(isa.CMP, back) {
				p, q := flow.Place{Reg: value.RegVar(from)}, flow.Place{Reg: value.RegVar(to)}
				if from == to {
					continue
				}
				add(flow.Quantity{Plus: p, Minus: x, More: q})
				if e := (flow.Place{Reg: value.RegVar(end)}); end != isa.NoReg && p != e && q != e {
					add(flow.Quantity{Plus: e, Minus: p, More: x, Less: q})
				}
			}
		}
	}
	return out
}

// back are the registers that are made less in a loop of one edge.
func (r *ranking) back() []isa.Reg {
	var out []isa.Reg
	for i, a := range r.graph.Arcs {
		if a.From != a.To {
			continue
		}
		for p := r.edges[i].Passed; p != nil; p = p.Before {
			if p.Op == isa.DEC && p.Dst.Kind == isa.RegOperand && !slices.Contains(out, p.Dst.Reg) {
				out = append(out, p.Dst.Reg)
			}
		}
	}
	return out
}

// operands are the registers with which an instruction is applied to one.
func (r *ranking) operands(op isa.Op, to isa.Reg) []isa.Reg {
	var out []isa.Reg
	for _, in := range r.seen {
		if in.Op == op && in.Dst.Kind == isa.RegOperand && in.Src.Kind == isa.RegOperand && in.Dst.Reg == to && !slices.Contains(out, in.Src.Reg) {
			out = append(out, in.Src.Reg)
		}
	}
	slices.Sort(out)
	return out
}
