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

// A loop may end because a bit of a register is set on its way round, and the way goes
// out of it where the bit is set. The fixpoint joins states in which it is set with
// others; refine tells them apart again, within a component alone.

// refine replaces each vertex of a component by two: in one a bit is set, in the other it
// is not.
func refine(f *flow.Flow, c *flow.Component, sp code.Split) error {
	first := len(f.Vertices)
	f.Refined = true
	for _, i := range c.Vertices {
		v := f.Vertices[i]
		v.Gone = true
		drop(f, v)
		if v.Node == nil {
			continue // the walks find another one for it
		}
		f.Index[v.Node.Key] = slices.DeleteFunc(f.Index[v.Node.Key], func(j int) bool { return i == j })
		for _, set := range []bool{false, true} {
			k := with(v, flow.Fact{Split: sp, Set: set})
			if !k.State.Zone.Empty() {
				f.AddVertex(k)
			}
		}
	}
	for i := range first {
		if v := f.Vertices[i]; !v.Gone && leadsToGone(f, v) {
			drop(f, v)
			w := flow.Walk{Flow: f, From: i}
			w.Run()
		}
	}
	return f.Follow(first)
}

func leadsToGone(f *flow.Flow, v *flow.Vertex) bool {
	return slices.ContainsFunc(v.Out, func(i int) bool { return f.Edges[i].To != flow.None && f.Vertices[f.Edges[i].To].Gone })
}

// drop forgets the ways that leave a vertex, with the system calls on them.
func drop(f *flow.Flow, v *flow.Vertex) {
	for _, i := range v.Out {
		if e := f.Edges[i]; e.To != flow.None && f.Vertices[e.To].Node == nil {
			f.Vertices[e.To].Gone = true
			drop(f, f.Vertices[e.To])
		}
	}
	v.Out = nil
}

// with is the vertex where one more fact is known.
func with(v *flow.Vertex, k flow.Fact) *flow.Vertex {
	w := &flow.Vertex{PC: v.PC, Node: v.Node, State: v.State.Clone(), Kind: append(slices.Clone(v.Kind), k)}
	t := w.State.Reg(isa.Reg(k.Var - value.FirstReg))
	b := w.State.KnownBits(&t)
	if k.Set && b.Zeros>>k.Bit&1 == 1 || !k.Set && b.Ones>>k.Bit&1 == 1 {
		w.State.Zone.Require(zone.Const(1))
		return w
	}
	w.State.LearnBits(&t, 1<<k.Bit, k.Set)
	return w
}

// latches are bits that are set and asked for in a loop, by the instructions in it: those
// that are asked for without being set first.
func (r *ranking) latches() []code.Split {
	var out, more []code.Split
	set := r.setBits()
	for _, addr := range slices.Sorted(maps.Keys(r.seen)) {
		in := r.seen[addr]
		if in.Dst.Kind != isa.RegOperand || in.Src.Kind != isa.ImmOperand {
			continue
		}
		for bit := range uint8(64) {
			sp := code.Split{Var: value.RegVar(in.Dst.Reg), Bit: bit}
			known := set[sp.Var]>>bit&1 == 1 && !r.apart(sp)
			switch {
			case known && in.Op == isa.TEST && in.Src.Imm>>bit == 1 && !slices.Contains(out, sp):
				out = append(out, sp)
			case known && in.Op == isa.BTS && in.Src.Imm&63 == uint64(bit) && !slices.Contains(more, sp):
				more = append(more, sp)
			}
		}
	}
	return append(out, more...)
}

// tellApart refines components by a bit of what is known of a request: that it came so far
// then is no way back. The bounds are tighter for it.
func (a *account) tellApart() error {
	for _, c := range a.Components(a.cut) {
		if len(c.Vertices) > maxToldApart || !a.costs(c) {
			continue
		}
		r := &ranking{Flow: a.Flow, vertices: c.Vertices, seen: map[uint64]*code.Decoded{}}
		for _, i := range c.Edges {
			r.edges = append(r.edges, a.Edges[i])
		}
		r.look()
		for _, sp := range r.latches() {
			if !r.endsAt(sp) {
				continue
			}
			if err := refine(a.Flow, c, sp); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

// endsAt: at some place where a bit is asked for and set, the way leads out of the loop.
func (r *ranking) endsAt(sp code.Split) bool {
	for _, in := range r.seen {
		if !code.TestsBit(in, sp) || in.Src.Imm != 1<<sp.Bit {
			continue
		}
		jump := r.seen[in.Next()]
		if jump == nil || jump.Op != isa.JCC {
			continue
		}
		out := map[isa.Cond]uint64{isa.CondNE: jump.Target, isa.CondE: jump.Next()}
		if to, ok := out[jump.Cond]; ok && r.seen[to] == nil {
			return true
		}
	}
	return false
}

// maxToldApart bounds the size of a component that is refined so, in vertices.
const maxToldApart = 800

// setBits are the bits of registers that are set in the loop.
func (r *ranking) setBits() map[zone.Var]uint64 {
	set := map[zone.Var]uint64{}
	for _, in := range r.seen {
		if in.Dst.Kind != isa.RegOperand || in.Src.Kind != isa.ImmOperand {
			continue
		}
		switch v := value.RegVar(in.Dst.Reg); in.Op {
		case isa.OR:
			set[v] |= in.Src.Imm & r.FlagBits[v]
		case isa.BTS:
			set[v] |= 1 << (in.Src.Imm & 63) & r.FlagBits[v]
		}
	}
	return set
}

// apart says that the component's vertices are told apart by a bit already.
func (r *ranking) apart(sp code.Split) bool {
	return slices.ContainsFunc(r.vertices, func(i int) bool {
		return slices.ContainsFunc(r.Flow.Vertices[i].Kind, func(k flow.Fact) bool { return k.Split == sp })
	})
}
