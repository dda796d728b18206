package prove

import (
	"cmp"
	"maps"
	"slices"
	"unsafe"

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
	searches searches
	own      int  // bytes of it that are kept
	drifts   int  // of these, what is compared along edges
	refined  bool // vertices are told apart further
}

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
	crosses     bool // from one request to the next
	drift       *drift
}

// How many bytes an edge of a flow holds, and each instruction on it.
const (
	edgeBytes   = int(unsafe.Sizeof(edge{}))
	passedBytes = int(unsafe.Sizeof(passed{}))
)

// newFlow follows the ways between the nodes once more. As all that comes to a node must be
// contained in it, and nothing is assumed at the beginnings, what is known at the nodes holds.
func (e *engine) newFlow() (*flow, error) {
	f := &flow{engine: e, index: map[nodeKey][]int{}}
	byOrder := func(a, b *node) int { return cmp.Or(a.order-b.order, a.number-b.number) }
	for _, n := range slices.SortedFunc(maps.Values(e.nodes), byOrder) {
		f.addVertex(&vertex{pc: n.key.pc, node: n, state: e.settled(n)})
	}
	f.addVertex(&vertex{pc: e.Entry, state: e.entry(), first: true})
	for addr := range e.handlers {
		f.addVertex(&vertex{pc: addr, state: &state{zone: zone.New(), phase: interrupted}, first: true})
	}
	input, deepest, handlers := e.input, e.deepest, len(e.handlers)
	if err := f.follow(0); err != nil {
		return nil, err
	}
	if e.input != input || e.deepest != deepest || len(e.handlers) != handlers {
		e.pc = e.Entry
		e.fail(rules.Bounds, "where input is stored, how deep the stack is or what handles signals is not what the proof found")
		return nil, e.failure
	}
	return f, nil
}

// hold counts bytes that are kept of the flow.
func (f *flow) hold(n int) {
	f.own += n
	f.engine.hold(n)
}

// compared counts bytes of what is compared along edges, for an account.
func (f *flow) compared(n int) {
	f.drifts += n
	f.hold(n)
}

// forget drops what was compared along edges: the next account counts something else.
func (f *flow) forget() {
	for _, e := range f.edges {
		e.drift = nil
	}
	f.hold(-f.drifts)
	f.drifts = 0
}

// addVertex adds a vertex, its edges excepted.
func (f *flow) addVertex(v *vertex) int {
	i := len(f.vertices)
	f.vertices = append(f.vertices, v)
	if v.node == nil {
		f.hold(stateBytes)
	}
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
	s.forgetUnused()
	e.linkAll(s)
	return s
}

// forgetUnused drops what the variables mean that stand for nothing: as numbers they may
// still stand between others.
func (s *state) forgetUnused() {
	for v := firstRegion; v < firstTemp; v++ {
		if s.deadRegion(v) || isGhost(v) && s.vals[v].org.sym == 0 {
			s.vals[v] = value{}
		}
	}
}

// linkAll notes how all variables that have an origin relate to each other.
func (r *records) linkAll(s *state) {
	for v := firstReg; v < zone.Vars; v++ {
		r.link(s, v)
	}
}
