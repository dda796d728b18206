package prove

import (
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// A loop may end because a bit of a register is set on its way round, and the way goes
// out of it where the bit is set. The fixpoint joins states in which it is set with
// others; refine tells them apart again, within a component alone.

// refine replaces each vertex of a component by two: in one a bit is set, in the other it
// is not.
func (f *flow) refine(c *component, sp split) error {
	first := len(f.vertices)
	f.refined = true
	for _, i := range c.vertices {
		v := f.vertices[i]
		v.gone = true
		f.drop(v)
		if v.node == nil {
			continue // the walks find another one for it
		}
		f.index[v.node.key] = slices.DeleteFunc(f.index[v.node.key], func(j int) bool { return i == j })
		for _, set := range []bool{false, true} {
			k := v.with(fact{sp, set})
			if !k.state.zone.Empty() {
				f.addVertex(k)
			}
		}
	}
	for i := range first {
		if v := f.vertices[i]; !v.gone && f.leadsToGone(v) {
			f.drop(v)
			w := walk{flow: f, from: i}
			w.run()
		}
	}
	return f.follow(first)
}

func (f *flow) leadsToGone(v *vertex) bool {
	return slices.ContainsFunc(v.out, func(i int) bool { return f.edges[i].to != none && f.vertices[f.edges[i].to].gone })
}

// drop forgets the ways that leave a vertex, with the system calls on them.
func (f *flow) drop(v *vertex) {
	for _, i := range v.out {
		if e := f.edges[i]; e.to != none && f.vertices[e.to].node == nil {
			f.vertices[e.to].gone = true
			f.drop(f.vertices[e.to])
		}
	}
	v.out = nil
}

// with is the vertex where one more fact is known.
func (v *vertex) with(k fact) *vertex {
	w := &vertex{pc: v.pc, node: v.node, state: v.state.clone(), kind: append(slices.Clone(v.kind), k)}
	t := w.state.reg(isa.Reg(k.v - firstReg))
	b := w.state.knownBits(&t)
	if k.set && b.zeros>>k.bit&1 == 1 || !k.set && b.ones>>k.bit&1 == 1 {
		w.state.zone.Require(zone.Const(1))
		return w
	}
	w.state.learnBits(&t, 1<<k.bit, k.set)
	return w
}

// latches are bits that are set and asked for in a loop, by the instructions in it: those
// that are asked for without being set first.
func (r *ranking) latches() []split {
	var out, more []split
	set := r.setBits()
	for _, addr := range slices.Sorted(maps.Keys(r.seen)) {
		in := r.seen[addr]
		if in.Dst.Kind != isa.RegOperand || in.Src.Kind != isa.ImmOperand {
			continue
		}
		for bit := range uint8(64) {
			sp := split{regVar(in.Dst.Reg), bit}
			known := set[sp.v]>>bit&1 == 1 && !r.apart(sp)
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
	for _, c := range a.components(a.cut) {
		if len(c.vertices) > maxToldApart || !a.costs(c) {
			continue
		}
		r := &ranking{flow: a.flow, vertices: c.vertices, seen: map[uint64]*decoded{}}
		for _, i := range c.edges {
			r.edges = append(r.edges, a.edges[i])
		}
		r.look()
		for _, sp := range r.latches() {
			if !r.endsAt(sp) {
				continue
			}
			if err := a.refine(c, sp); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

// endsAt: at some place where a bit is asked for and set, the way leads out of the loop.
func (r *ranking) endsAt(sp split) bool {
	for _, in := range r.seen {
		if !tests(in, sp) || in.Src.Imm != 1<<sp.bit {
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
		switch v := regVar(in.Dst.Reg); in.Op {
		case isa.OR:
			set[v] |= in.Src.Imm & r.flagBits[v]
		case isa.BTS:
			set[v] |= 1 << (in.Src.Imm & 63) & r.flagBits[v]
		}
	}
	return set
}

// apart says that the component's vertices are told apart by a bit already.
func (r *ranking) apart(sp split) bool {
	return slices.ContainsFunc(r.vertices, func(i int) bool {
		return slices.ContainsFunc(r.flow.vertices[i].kind, func(k fact) bool { return k.split == sp })
	})
}
