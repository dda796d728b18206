package flow

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/contain"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/kernel"
	"github.com/verbosel/verbosel/codegen/verify/prove/step"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Walk follows the ways that leave a vertex.
type Walk struct {
	*Flow
	From  int
	Past  []Quantity // unless nil, what is to be compared at the ends
	edges int        // that were found so far
}

// strand is a state on its way.
type strand struct {
	s  *domain.State
	pc uint64
	Toll
}

// Toll is what a way makes of instructions.
type Toll struct {
	Count  int64
	Writes code.RegSet // registers that are written
	stores bool        // to memory
	Passed *passed
}

// passed is an instruction on a way, with those before it.
type passed struct {
	*code.Decoded
	Before *passed
}

// Pass adds an instruction.
func (t *Toll) Pass(in *code.Decoded) {
	t.Count++
	t.Passed = &passed{in, t.Passed}
	for _, s := range in.Steps {
		switch s.Op {
		case isa.Set, isa.Pop:
			t.Writes.Add(s.Dst.Reg)
		case isa.Store, isa.Push:
			t.stores = true
		case isa.RepMoveB:
			t.stores = true
			for _, r := range []isa.Reg{isa.RCX, isa.RSI, isa.RDI} {
				t.Writes.Add(r)
			}
		case isa.TimeStamp, isa.Syscall:
			for _, r := range []isa.Reg{isa.RAX, isa.RCX, isa.RDX, isa.R11} {
				t.Writes.Add(r)
			}
		}
	}
}

// Run follows the ways up to where they end.
func (w *Walk) Run() {
	v := w.Vertices[w.From]
	s := w.Free.Clone(v.State)
	switch {
	case w.Past != nil:
		w.Free.Follow(s, values(v.State, w.Past))
	case v.Node == nil:
		w.Free.Follow(s, []zone.Lin{zone.Of(value.RegVar(isa.RAX))}) // the call's result
	}
	todo := []strand{{s: s, pc: v.PC}}
	for first := v.Node != nil; len(todo) > 0 && w.Failure == nil; first = false {
		next := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !first && w.Joins[next.pc] {
			w.arrives(next)
			continue
		}
		todo = append(todo, w.step(next)...)
		if len(todo) > kernel.MaxWays {
			w.Fail(rules.Bounds, "more than %d ways lead from one place: a loop is not known to end", kernel.MaxWays)
		}
	}
}

// step executes an instruction.
func (w *Walk) step(t strand) []strand {
	in := w.Insts[t.pc]
	number, _ := step.Argument(t.s, isa.RAX)
	t.Pass(in)
	next := w.Execute(t.s, t.pc)
	if in.Op == isa.SYSCALL {
		w.returned(t, call{addr: t.pc, number: number}, next)
		return nil
	}
	out := make([]strand, 0, 2)
	for _, n := range next {
		out = append(out, strand{n.State, n.PC, t.Toll})
	}
	return out
}

// arrives ends a way at a node. Some states are divided before they come there.
func (w *Walk) arrives(t strand) {
	before := t.s
	if w.Past != nil {
		before = w.Free.Clone(t.s) // what is dead at the node may tell how values changed
	}
	for _, s := range w.ByCarry(t.s, t.pc) {
		for _, to := range w.ofState(s, t.pc) {
			if w.Vertices[to].allows(s) {
				w.ends(before, t.Toll, to)
			}
		}
		if s != t.s {
			w.Free.Put(s)
		}
	}
	w.Free.Put(t.s)
	if before != t.s {
		w.Free.Put(before)
	}
}

// ofState are the vertices of the node where a state arrives, which it simplifies. The node
// must contain the state. In a flow that was refined more is known of that than in the fixpoint,
// and it may not be shown: what it stands for came to some node at its place before.
func (w *Walk) ofState(s *domain.State, pc uint64) []int {
	s.Simplify(w.Program, pc)
	all := w.Index[w.Key(s, pc)]
	switch {
	case len(all) == 0 && !w.Refined:
		w.Fail(rules.Bounds, "the way does not lead where the proof found one")
	case w.Past != nil && !w.Refined: // it is a way that was followed before
	case len(all) > 0:
		n := w.Vertices[all[0]].Node
		why, ok := contain.InNode(w.Program, &w.Free, n.State, s)
		switch {
		case !ok && !w.Refined:
			w.PC = pc
			w.Fail(rules.Bounds, "what the proof says of this place is not shown where execution comes from %#x: %s", w.Vertices[w.From].PC, why)
		case !ok:
			return w.atPlace(s, pc)
		}
	default:
		return w.atPlace(s, pc)
	}
	return all
}

// atPlace are the vertices at a place to which a state may belong.
func (w *Walk) atPlace(s *domain.State, pc uint64) []int {
	var all []int
	for i, v := range w.Vertices {
		if v.Node != nil && !v.Gone && v.PC == pc && v.State.Phase == s.Phase && v.State.Loop == s.Loop && v.State.Began == s.Began {
			all = append(all, i)
		}
	}
	if len(all) == 0 {
		w.Fail(rules.Bounds, "the way does not lead where the proof found one")
	}
	return all
}

// allows says that a state may be of the vertex's kind.
func (v *Vertex) allows(s *domain.State) bool {
	for _, k := range v.Kind {
		t := value.Term{Value: s.Vals[k.Var], Lin: zone.Of(k.Var)}
		if b := s.KnownBits(&t); k.Set && b.Zeros>>k.Bit&1 == 1 || !k.Set && b.Ones>>k.Bit&1 == 1 {
			return false
		}
	}
	return true
}

// returned ends a way behind a system call, unless the process exited.
func (w *Walk) returned(t strand, c call, next []step.Waypoint) {
	if len(next) == 0 {
		w.ends(nil, t.Toll, None)
		return
	}
	s := next[0].State
	if w.Past != nil { // the vertex is there already
		w.ends(s, t.Toll, w.Flow.Edges[w.Vertices[w.From].Out[w.edges]].To)
		w.Free.Put(s)
		return
	}
	w.ends(s, t.Toll, w.AddVertex(&Vertex{PC: next[0].PC, State: s, call: c}))
	w.Free.DropPast(s)
}

// errIntr is EINTR (Linux, asm-generic/errno-base.h): what a call returns is 0 less that.
const errIntr = 4

// ends adds an edge, or in a second walk compares the values at its ends: s is the state
// at the end.
func (w *Walk) ends(s *domain.State, t Toll, to int) {
	v := w.Vertices[w.From]
	if w.Past == nil {
		e := &Edge{From: w.From, To: to, Toll: t}
		if to != None && s.Past != nil {
			result := s.Past.Rows[0].Change(s.Zone, zone.Zero) // 0 less what the call returned
			e.interrupted = result == value.Interval{Lo: errIntr, Hi: errIntr}
		}
		e.Crosses = to != None && t.Passed != nil && kernel.Crosses(w.Program, t.Passed.Addr, w.Vertices[to].PC)
		v.Out = append(v.Out, len(w.Flow.Edges))
		w.Flow.Edges = append(w.Flow.Edges, e)
		w.Hold(edgeBytes + int(t.Count)*passedBytes)
		return
	}
	if w.Spend(len(w.Past) * len(w.Past)); w.Overspent() {
		return
	}
	e := w.Flow.Edges[v.Out[w.edges]]
	w.edges++
	if to != None && w.Vertices[to].Part == v.Part {
		e.Drift = newDrift(w.Past, values(v.State, w.Past), &end{s, w.Vertices[to].State})
		w.compared(e.Drift.held())
		w.Overspent()
	}
}
