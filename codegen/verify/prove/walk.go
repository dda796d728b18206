package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// walk follows the ways that leave a vertex.
type walk struct {
	*flow
	from  int
	past  []quantity // unless nil, what is to be compared at the ends
	edges int        // that were found so far
}

// strand is a state on its way.
type strand struct {
	s  *state
	pc uint64
	toll
}

// toll is what a way makes of instructions.
type toll struct {
	count  int64
	writes regSet // registers that are written
	stores bool   // to memory
	passed *passed
}

// passed is an instruction on a way, with those before it.
type passed struct {
	*decoded
	before *passed
}

// pass adds an instruction.
func (t *toll) pass(in *decoded) {
	t.count++
	t.passed = &passed{in, t.passed}
	for _, s := range in.steps {
		switch s.Op {
		case isa.Set, isa.Pop:
			t.writes.add(s.Dst.Reg)
		case isa.Store, isa.Push:
			t.stores = true
		case isa.RepMoveB:
			t.stores = true
			for _, r := range []isa.Reg{isa.RCX, isa.RSI, isa.RDI} {
				t.writes.add(r)
			}
		case isa.TimeStamp, isa.Syscall:
			for _, r := range []isa.Reg{isa.RAX, isa.RCX, isa.RDX, isa.R11} {
				t.writes.add(r)
			}
		}
	}
}

func (w *walk) run() {
	v := w.vertices[w.from]
	s := w.free.clone(v.state)
	switch {
	case w.past != nil:
		s.past = newPast(v.state.values(w.past))
	case v.node == nil:
		s.past = newPast([]zone.Lin{zone.Of(regVar(isa.RAX))}) // the call's result
	}
	todo := []strand{{s: s, pc: v.pc}}
	for first := v.node != nil; len(todo) > 0 && w.failure == nil; first = false {
		next := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !first && w.joins[next.pc] {
			w.arrives(next)
			continue
		}
		todo = append(todo, w.step(next)...)
		if len(todo) > maxWays {
			w.fail(rules.Bounds, "more than %d ways lead from one place: a loop is not known to end", maxWays)
		}
	}
}

// step executes an instruction.
func (w *walk) step(t strand) []strand {
	in := w.insts[t.pc]
	number, _ := t.s.argument(isa.RAX)
	t.pass(in)
	next := w.execute(t.s, t.pc)
	if in.Op == isa.SYSCALL {
		w.returned(t, call{addr: t.pc, number: number}, next)
		return nil
	}
	out := make([]strand, 0, 2)
	for _, n := range next {
		out = append(out, strand{n.s, n.pc, t.toll})
	}
	return out
}

// arrives ends a way at a node. Some states are divided before they come there.
func (w *walk) arrives(t strand) {
	before := t.s
	if w.past != nil {
		before = w.free.clone(t.s) // what is dead at the node may tell how values changed
	}
	for _, s := range w.byCarry(t.s, t.pc) {
		for _, to := range w.ofState(s, t.pc) {
			if w.vertices[to].allows(s) {
				w.ends(before, t.toll, to)
			}
		}
		if s != t.s {
			w.done(s)
		}
	}
	w.done(t.s)
	if before != t.s {
		w.done(before)
	}
}

// ofState are the vertices of the node where a state arrives, which it simplifies. The node
// must contain the state. In a flow that was refined more is known of that than in the fixpoint,
// and it may not be shown: what it stands for came to some node at its place before.
func (w *walk) ofState(s *state, pc uint64) []int {
	w.simplify(s, pc)
	all := w.index[w.key(s, pc)]
	switch {
	case len(all) == 0 && !w.refined:
		w.fail(rules.Bounds, "the way does not lead where the proof found one")
	case w.past != nil && !w.refined: // it is a way that was followed before
	case len(all) > 0:
		n := w.vertices[all[0]].node
		why, ok := w.inNode(&w.free, n.state, s)
		switch {
		case !ok && !w.refined:
			w.pc = pc
			w.fail(rules.Bounds, "what the proof says of this place is not shown where execution comes from %#x: %s", w.vertices[w.from].pc, why)
		case !ok:
			return w.atPlace(s, pc)
		}
	default:
		return w.atPlace(s, pc)
	}
	return all
}

// atPlace are the vertices at a place to which a state may belong.
func (w *walk) atPlace(s *state, pc uint64) []int {
	var all []int
	for i, v := range w.vertices {
		if v.node != nil && !v.gone && v.pc == pc && v.state.phase == s.phase && v.state.loop == s.loop && v.state.began == s.began {
			all = append(all, i)
		}
	}
	if len(all) == 0 {
		w.fail(rules.Bounds, "the way does not lead where the proof found one")
	}
	return all
}

// allows says that a state may be of the vertex's kind.
func (v *vertex) allows(s *state) bool {
	for _, k := range v.kind {
		t := term{value: s.vals[k.v], lin: zone.Of(k.v)}
		if b := s.knownBits(&t); k.set && b.zeros>>k.bit&1 == 1 || !k.set && b.ones>>k.bit&1 == 1 {
			return false
		}
	}
	return true
}

// returned ends a way behind a system call, unless the process exited.
func (w *walk) returned(t strand, c call, next []waypoint) {
	if len(next) == 0 {
		w.ends(nil, t.toll, none)
		return
	}
	s := next[0].s
	if w.past != nil { // the vertex is there already
		w.ends(s, t.toll, w.flow.edges[w.vertices[w.from].out[w.edges]].to)
		w.done(s)
		return
	}
	w.ends(s, t.toll, w.addVertex(&vertex{pc: next[0].pc, state: s, call: c}))
	s.past = nil
}

// done gives back a state that is at its end.
func (w *walk) done(s *state) {
	s.past = nil
	w.free.put(s)
}

// errIntr is EINTR (Linux, asm-generic/errno-base.h): what a call returns is 0 less that.
const errIntr = 4

// ends adds an edge, or in a second walk compares the values at its ends: s is the state
// at the end.
func (w *walk) ends(s *state, t toll, to int) {
	v := w.vertices[w.from]
	if w.past == nil {
		e := &edge{from: w.from, to: to, toll: t}
		if to != none && s.past != nil {
			result := s.past.rows[0].change(s.zone, zone.Zero) // 0 less what the call returned
			e.interrupted = result == interval{errIntr, errIntr}
		}
		e.crosses = to != none && t.passed != nil && w.crosses(t.passed.Addr, w.vertices[to].pc)
		v.out = append(v.out, len(w.flow.edges))
		w.flow.edges = append(w.flow.edges, e)
		w.hold(edgeBytes + int(t.count)*passedBytes)
		return
	}
	if w.spend(len(w.past) * len(w.past)); w.overspent() {
		return
	}
	e := w.flow.edges[v.out[w.edges]]
	w.edges++
	if to != none && w.vertices[to].part == v.part {
		e.drift = newDrift(w.past, v.state.values(w.past), &end{s, w.vertices[to].state})
		w.compared(e.drift.held())
		w.overspent()
	}
}
