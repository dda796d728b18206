package prove

import (
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// flow is the fixpoint as a graph: its vertices are where states are joined, and where
// a system call has returned; its edges are the ways between them, which have no loop.
type flow struct {
	*engine
	vertices []*vertex
	index    map[nodeKey][]int // of the vertices of a node: one, or one for each kind of it
	edges    []*edge
	searches int // for counters, in all loops
	budget   int // of pairs of quantities that may yet be compared
}

// maxCompared bounds how many pairs of quantities are compared: servers need 6 million.
const maxCompared = 40_000_000

// vertex is a point of the flow.
type vertex struct {
	pc    uint64
	node  *node // nil behind a system call, and at the beginning
	state *state
	call  call   // that has returned, for such a vertex
	kind  []fact // what is known here beside the node's state
	out   []int  // edges
	part  int    // its component's number
	gone  bool   // others stand for it
	first bool   // a process begins here, or a signal's handler
}

// fact says whether a bit of a register is set.
type fact struct {
	split
	set bool
}

// call is a system call that has returned.
type call struct {
	addr   uint64 // of the instruction
	number int64
}

// none is the vertex of an edge's end at which the process exits.
const none = -1

// edge is a way between two vertices.
type edge struct {
	from, to int
	toll

	interrupted bool // it comes from a system call that failed with EINTR, and did nothing
	moves       bool // it comes from one that read or wrote a byte
	drift       *drift
}

// newFlow follows the ways between the nodes once more.
func (e *engine) newFlow() (*flow, error) {
	f := &flow{engine: e, index: map[nodeKey][]int{}, budget: maxCompared}
	e.work = 0
	byOrder := func(a, b *node) int { return a.order - b.order }
	for _, n := range slices.SortedFunc(maps.Values(e.nodes), byOrder) {
		f.addVertex(&vertex{pc: n.key.pc, node: n, state: e.settled(n)})
	}
	f.addVertex(&vertex{pc: e.Entry, state: entry(), first: true})
	for addr := range e.handlers {
		f.addVertex(&vertex{pc: addr, state: &state{zone: zone.New(), phase: interrupted}, first: true})
	}
	return f, f.follow(0)
}

// addVertex adds a vertex, its edges excepted.
func (f *flow) addVertex(v *vertex) int {
	i := len(f.vertices)
	f.vertices = append(f.vertices, v)
	if v.node != nil {
		f.index[v.node.key] = append(f.index[v.node.key], i)
	}
	return i
}

// follow finds the ways that leave the vertices from a number on; more vertices come
// with them.
func (f *flow) follow(first int) error {
	for i := first; i < len(f.vertices); i++ {
		if f.vertices[i].gone || len(f.vertices[i].out) > 0 {
			continue
		}
		w := walk{flow: f, from: i}
		w.run()
		if f.failure != nil {
			return f.failure
		}
	}
	return nil
}

// settled is a node's state as it is worked with. Nothing comes to the node any more.
func (e *engine) settled(n *node) *state {
	s := n.state
	if n.widened {
		s.zone.Close()
	}
	for v := firstReg; v < zone.Vars; v++ {
		e.link(s, v)
	}
	return s
}

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
	clock  bool   // the clock is looked at
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
			t.clock = t.clock || s.Op == isa.TimeStamp
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
	w.divert = func(s *state, key nodeKey) {
		for _, to := range w.nodesAt(key) {
			if w.vertices[to].allows(s) {
				w.ends(before, t.toll, to)
			}
		}
	}
	w.arrive(t.s, t.pc, false)
	w.divert = nil
	w.done(t.s)
	if before != t.s {
		w.done(before)
	}
}

// nodesAt are the vertices of a node. A state of which more is known than in the fixpoint
// may have a key that no node has: it belongs to one of those at its place then.
func (w *walk) nodesAt(key nodeKey) []int {
	if all := w.index[key]; len(all) > 0 {
		return all
	}
	var all []int
	for i, v := range w.vertices {
		if n := v.node; n != nil && !v.gone && n.key.pc == key.pc && n.key.phase == key.phase && n.key.frames == key.frames {
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
			e.moves = result.hi < 0 && (v.call.number == sysRead || v.call.number == sysWrite)
		}
		v.out = append(v.out, len(w.flow.edges))
		w.flow.edges = append(w.flow.edges, e)
		return
	}
	if w.budget -= len(w.past) * len(w.past); w.budget < 0 {
		w.fail(rules.Bounds, "the loops are too large to be shown to end")
		return
	}
	e := w.flow.edges[v.out[w.edges]]
	w.edges++
	if to != none && w.vertices[to].part == v.part {
		e.drift = newDrift(w.past, v.state.values(w.past), &end{s, w.vertices[to].state})
	}
}
