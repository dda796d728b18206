package rank

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/flow"
	"github.com/verbosel/verbosel/codegen/verify/prove/graph"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
)

// ranking bounds what the ways through a component cost. Its potentials are counters: at
// each vertex one of the quantities (or a constant), whose least change along each edge
// is known. With a rate for each of them, an edge costs less by rate times change: the
// ways through the component then cost at most the longest simple one, if no cycle costs
// more than 0, and beside that rate times the range of each counter. Nested loops come
// out as products, loops that share a cursor as sums (F. Zuleger et al., "Bound analysis
// of imperative programs with the size-change abstraction", 2011, and M. Sinn et al.,
// "Complexity and resource bound analysis by difference constraints", 2017, are near).
type ranking struct {
	*flow.Flow
	vertices []int       // of the flow
	local    map[int]int // their places
	edges    []*flow.Edge
	numbers  []int // of the edges in the flow
	drifts   []*flow.Drift
	cost     []int64 // of each edge, in parts of it
	qs       []flow.Quantity
	ranges   [][]value.Interval // of each vertex and quantity
	graph    graph.Digraph
	counters []*counter
	cycles   [][]int // that were looked at, each once, if counters are chosen with care
	careful  bool
	closer   bool
	all      []int   // the vertices' places
	near     [][]int // of each vertex, the edges that it is an end of
	fits     map[fitKey][][]uint64
	seen     map[uint64]*code.Decoded // the instructions in it
	open     []int                    // a cycle that nothing bounds, if there is one
	most     []int64                  // of each vertex, what is to come, with the counters at 0; see counted
	huge     bool                     // it ends, beyond what can be counted
	bad      *ranking                 // the part with that cycle, if it is not the whole
}

// rateParts is the unit of rates: they are whole numbers of it.
const rateParts = 64

func (a *account) newRanking(c *flow.Component) *ranking {
	f, cost := a.Flow, a.cost
	r := &ranking{Flow: f, closer: a.closer, vertices: c.Vertices, local: map[int]int{}, seen: map[uint64]*code.Decoded{}}
	for i, v := range c.Vertices {
		r.local[v] = i
	}
	r.graph.N = len(c.Vertices)
	for _, i := range c.Edges {
		e := f.Edges[i]
		r.edges, r.numbers = append(r.edges, e), append(r.numbers, i)
		r.cost = append(r.cost, graph.Product(cost(e), rateParts))
		r.graph.Arcs = append(r.graph.Arcs, graph.Arc{From: r.local[e.From], To: r.local[e.To], Weight: 0})
	}
	r.look()
	r.neighbours()
	qs := f.Countable(c)
	if len(c.Vertices) > small && !a.plain {
		qs = r.more(qs)
	}
	r.compare(qs)
	return r
}

// look finds the instructions in the component.
func (r *ranking) look() {
	for _, e := range r.edges {
		for p := e.Passed; p != nil; p = p.Before {
			r.seen[p.Addr] = p.Decoded
		}
	}
}

// neighbours finds the edges at each vertex.
func (r *ranking) neighbours() {
	r.near = make([][]int, r.graph.N)
	for i, a := range r.graph.Arcs {
		r.near[a.From] = append(r.near[a.From], i)
		if a.To != a.From {
			r.near[a.To] = append(r.near[a.To], i)
		}
	}
	for i := range r.near {
		r.all = append(r.all, i)
	}
}

// small is the size of a component that counts with what is there as it is, in vertices.
const small = 12

// solve finds counters until no cycle costs more than they gain. What is left is a cycle
// that nothing bounds. A component that ends, but not within what can be counted, is huge.
func (r *ranking) solve() []int {
	r.counters = r.raised()
	left := r.rank(maxRounds)
	switch {
	case left == nil:
		return left
	case len(r.vertices) <= maxRefined && len(r.latches()) > 0:
		return left // told apart further, it may be simpler
	case r.carefully():
		return nil
	}
	if r.bad = r.divide(); r.bad != nil {
		return r.bad.left()
	}
	r.huge = r.rank(maxRounds) != nil
	return nil
}

// carefully begins anew, with counters of which none is to go back where another one pays:
// two that each pay for one cycle and go back along the other's are raised in turn for
// good. That takes longer, and is seldom needed.
func (r *ranking) carefully() bool {
	before := r.counters
	r.counters, r.cycles, r.careful = r.raised(), nil, true
	done := r.rank(maxRounds) == nil
	if r.careful = false; !done {
		r.counters, r.cycles = before, nil
	}
	return done
}

// maxRefined bounds the size of a component that is told apart further, in vertices.
const maxRefined = 150

// left is a cycle of the component, which nothing bounds.
func (r *ranking) left() []int {
	if r.open == nil {
		r.open = r.through(0)
	}
	return r.open
}
