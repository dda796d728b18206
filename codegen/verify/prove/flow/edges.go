package flow

import (
	"cmp"
	"maps"
	"slices"
	"unsafe"

	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/search"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Flow is the fixpoint as a graph: its vertices are where states are joined, and where
// a system call has returned; its edges are the ways between them, which have no loop.
type Flow struct {
	*search.Engine
	Vertices []*Vertex
	Index    map[search.NodeKey][]int // of the vertices of a node: one, or one for each kind of it
	Edges    []*Edge
	Searches searches
	Own      int  // bytes of it that are kept
	drifts   int  // of these, what is compared along edges
	Refined  bool // vertices are told apart further
}

// Vertex is a point of the flow.
type Vertex struct {
	PC    uint64
	Node  *search.Node // nil behind a system call, and at the beginning
	State *domain.State
	call  call   // that has returned, for such a vertex
	Kind  []Fact // what is known here beside the node's state
	Out   []int  // edges
	Part  int    // its component's number
	Gone  bool   // others stand for it
	First bool   // a process begins here, or a signal's handler
}

// Fact says whether a bit of a register is set.
type Fact struct {
	code.Split
	Set bool
}

// call is a system call that has returned.
type call struct {
	addr   uint64 // of the instruction
	number int64
}

// None is the vertex of an edge's end at which the process exits.
const None = -1

// Edge is a way between two vertices.
type Edge struct {
	From, To int
	Toll

	interrupted bool // it comes from a system call that failed with EINTR, and did nothing
	Crosses     bool // from one request to the next
	Drift       *Drift
}

// How many bytes an edge of a flow holds, and each instruction on it.
const (
	edgeBytes   = int(unsafe.Sizeof(Edge{}))
	passedBytes = int(unsafe.Sizeof(passed{}))
)

// NewFlow follows the ways between the nodes once more. As all that comes to a node must be
// contained in it, and nothing is assumed at the beginnings, what is known at the nodes holds.
func NewFlow(e *search.Engine) (*Flow, error) {
	f := &Flow{Engine: e, Index: map[search.NodeKey][]int{}}
	byOrder := func(a, b *search.Node) int { return cmp.Or(a.Order-b.Order, a.Number-b.Number) }
	for _, n := range slices.SortedFunc(maps.Values(e.Nodes), byOrder) {
		f.AddVertex(&Vertex{PC: n.Key.PC, Node: n, State: settled(e, n)})
	}
	f.AddVertex(&Vertex{PC: e.Entry, State: e.AtEntry(), First: true})
	for addr := range e.Handlers {
		f.AddVertex(&Vertex{PC: addr, State: &domain.State{Zone: zone.New(), Phase: domain.Interrupted}, First: true})
	}
	input, deepest, handlers := e.Input, e.Deepest, len(e.Handlers)
	if err := f.Follow(0); err != nil {
		return nil, err
	}
	if e.Input != input || e.Deepest != deepest || len(e.Handlers) != handlers {
		e.PC = e.Entry
		e.Fail(rules.Bounds, "where input is stored, how deep the stack is or what handles signals is not what the proof found")
		return nil, e.Failure
	}
	return f, nil
}

// Hold counts bytes that are kept of the flow.
func (f *Flow) Hold(n int) {
	f.Own += n
	f.Engine.Hold(n)
}

// compared counts bytes of what is compared along edges, for an account.
func (f *Flow) compared(n int) {
	f.drifts += n
	f.Hold(n)
}

// Forget drops what was compared along edges: the next account counts something else.
func (f *Flow) Forget() {
	for _, e := range f.Edges {
		e.Drift = nil
	}
	f.Hold(-f.drifts)
	f.drifts = 0
}

// AddVertex adds a vertex, its edges excepted.
func (f *Flow) AddVertex(v *Vertex) int {
	i := len(f.Vertices)
	f.Vertices = append(f.Vertices, v)
	if v.Node == nil {
		f.Hold(domain.StateBytes)
	}
	if v.Node != nil {
		f.Index[v.Node.Key] = append(f.Index[v.Node.Key], i)
	}
	return i
}

// Follow finds the ways that leave the vertices from a number on; more vertices come
// with them.
func (f *Flow) Follow(first int) error {
	for i := first; i < len(f.Vertices); i++ {
		if f.Vertices[i].Gone || len(f.Vertices[i].Out) > 0 {
			continue
		}
		w := Walk{Flow: f, From: i}
		w.Run()
		if f.Failure != nil {
			return f.Failure
		}
	}
	return nil
}

// settled is a node's state as it is worked with. Nothing comes to the node any more.
func settled(e *search.Engine, n *search.Node) *domain.State {
	s := n.State
	if n.Widened {
		s.Zone.Close()
	}
	forgetUnused(s)
	s.LinkAll(e.Records)
	return s
}

// forgetUnused drops what the variables mean that stand for nothing: as numbers they may
// still stand between others.
func forgetUnused(s *domain.State) {
	for v := value.FirstRegion; v < value.FirstTemp; v++ {
		if s.DeadRegion(v) || value.IsGhost(v) && s.Vals[v].Origin.Sym == 0 {
			s.Vals[v] = value.Value{}
		}
	}
}

// searches is how often counters were looked for, in all loops: it is what takes the time.
type searches struct{ Quick, Careful int }
