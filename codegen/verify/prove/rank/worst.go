package rank

import (
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/flow"
	"github.com/verbosel/verbosel/codegen/verify/prove/graph"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// account is a way to count what happens along the edges of a flow: instructions between
// two system calls, or system calls.
type account struct {
	*flow.Flow
	cost   func(*flow.Edge) int64
	cut    func(*flow.Edge) bool // the way ends with such an edge
	parts  []*flow.Component
	ranks  []*ranking // of components with a loop
	ahead  []int64    // of each vertex, the most that is to come, in parts; see reach
	loops  []*loop    // that are not known to end
	plain  bool       // what counts are single quantities
	closer bool       // more of them count; see tighten

	kept map[int]*ranking // by their first vertex
}

// loop is a cycle that nothing bounds.
type loop struct {
	addr  uint64   // where it begins
	tried []string // what it might count with
}

// settle bounds every component of the flow, which it may refine for that. What was compared
// for another account is not needed any more.
func (a *account) settle() error {
	a.kept = map[int]*ranking{}
	a.Forget()
	for {
		bad, err := a.rankAll()
		if bad == nil || err != nil {
			return err
		}
		if err := refine(a.Flow, &flow.Component{Vertices: bad.vertices}, bad.latches()[0]); err != nil {
			return err
		}
	}
}

// ended settles, measures and checks an account, or says which loop has no end.
func (a *account) ended(endless string) error {
	if err := a.settle(); err != nil {
		return err
	}
	if err := a.errEndless(endless); err != nil {
		return err
	}
	a.measure()
	return a.counted()
}

// rankAll ranks the components, and gives the first one that has no bound and may be
// told apart further.
func (a *account) rankAll() (*ranking, error) {
	a.parts, a.loops = a.Components(a.cut), nil
	a.ranks = make([]*ranking, len(a.parts))
	var bad *ranking
	for i, c := range a.parts {
		if !a.costs(c) {
			continue
		}
		key := slices.Min(c.Vertices)
		r := a.kept[key]
		if r == nil || !slices.Equal(r.numbers, c.Edges) {
			if r = a.newRanking(c); a.Failure != nil {
				return nil, a.Failure // how its quantities change is not known
			}
			r.open = r.solve()
			a.kept[key] = r
		}
		a.ranks[i] = r
		if r.open == nil {
			continue
		}
		a.loops = append(a.loops, r.worst().loop())
		if w := r.worst(); bad == nil && len(w.vertices) <= maxRefined && len(w.latches()) > 0 {
			bad = w
		}
	}
	return bad, nil
}

// costs says that something in a component does.
func (a *account) costs(c *flow.Component) bool {
	return slices.ContainsFunc(c.Edges, func(e int) bool { return a.cost(a.Edges[e]) > 0 })
}

// loop describes the cycle that is left.
func (r *ranking) loop() *loop {
	l := &loop{addr: r.Flow.Vertices[r.edges[r.left()[0]].From].PC}
	for _, i := range r.left() {
		l.addr = min(l.addr, r.Flow.Vertices[r.edges[i].From].PC)
	}
	for q, what := range r.qs {
		if what.Single() && r.ranges[r.graph.Arcs[r.left()[0]].From][q].Known() {
			l.tried = append(l.tried, what.String())
		}
	}
	return l
}

// measure finds the most that is to come behind each vertex.
func (a *account) measure() {
	a.ahead = make([]int64, len(a.Vertices))
	for i, c := range a.parts { // what can be reached from it was measured
		if a.ranks[i] == nil {
			a.measureFree(i, c)
			continue
		}
		a.measureLoop(i, a.ranks[i])
	}
}

// leaving is the most that follows where a way goes from a vertex out of its component;
// unreached where none does.
func (a *account) leaving(v, part int) int64 {
	most := int64(graph.Unreached)
	for _, i := range a.Vertices[v].Out {
		e := a.Edges[i]
		n := graph.Product(a.cost(e), rateParts)
		if e.To == flow.None || a.cut(e) {
			most = max(most, n)
		} else if a.Vertices[e.To].Part != part {
			most = max(most, graph.Sum(n, a.ahead[e.To]))
		}
	}
	return most
}

// measureFree is measure for a component in which nothing costs.
func (a *account) measureFree(part int, c *flow.Component) {
	most := int64(0)
	for _, v := range c.Vertices {
		most = max(most, a.leaving(v, part))
	}
	for _, v := range c.Vertices {
		a.ahead[v] = most
	}
}

// measureLoop is measure for a component with a loop: the longest way where each edge
// costs what the counters do not gain, with these at their highest in the end, and less
// what they had in the beginning.
func (a *account) measureLoop(part int, r *ranking) {
	if r.open != nil || r.huge {
		for _, v := range r.vertices {
			a.ahead[v] = graph.Beyond
		}
		return
	}
	left := make([]int64, len(r.vertices))
	for i, v := range r.vertices {
		left[i] = a.leaving(v, part)
		if left[i] != graph.Unreached {
			left[i] = graph.Sum(left[i], r.credit(i, true))
		}
	}
	for changed := true; changed; {
		changed = false
		for _, arc := range r.graph.Arcs {
			if left[arc.To] == graph.Unreached {
				continue
			}
			if n := graph.Sum(left[arc.To], arc.Weight); n > left[arc.From] && left[arc.From] < graph.Beyond {
				left[arc.From], changed = n, true
			}
		}
	}
	r.most = left
	for i, v := range r.vertices {
		if a.ahead[v] = left[i]; left[i] < graph.Beyond {
			a.ahead[v] = max(0, graph.Sum(left[i], -r.credit(i, false)))
		}
	}
}

// credit is what the counters stand for at a vertex, at most or at least.
func (r *ranking) credit(v int, most bool) int64 {
	n := int64(0)
	for _, c := range r.counters {
		if most {
			n = graph.Sum(n, graph.Product(c.rate, c.hi[v]))
		} else {
			n = graph.Sum(n, graph.Product(c.rate, -c.lo[v]))
		}
	}
	if most {
		return n
	}
	return -n
}

// most is what is ahead of a vertex, rounded up.
func (a *account) most(v int) int64 {
	if a.ahead[v] >= graph.Beyond {
		return zone.Inf
	}
	return (a.ahead[v] + rateParts - 1) / rateParts
}

// errEndless is the failure of a loop.
func (a *account) errEndless(what string) error {
	if len(a.loops) == 0 {
		return nil
	}
	l := a.loops[0]
	tried := "nothing in it has known bounds"
	if len(l.tried) > 0 {
		tried = "none of " + strings.Join(l.tried, ", ") + " goes one way on each way round"
	}
	return &data.Failure{Rule: rules.Bounds, Addr: l.addr, Msg: what + ": " + tried}
}

// worst is the innermost part that has no bound.
func (r *ranking) worst() *ranking {
	if r.bad != nil {
		return r.bad
	}
	return r
}
