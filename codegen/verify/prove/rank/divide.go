package rank

import (
	"math/bits"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/flow"
	"github.com/verbosel/verbosel/codegen/verify/prove/graph"
)

// A component is bounded from the outside to the inside: counters that never go back in
// it, taken together, go forward along some edges; what is left without these edges are
// smaller components, which are bounded by themselves (C. Alias et al., "Multi-dimensional
// rankings, program termination, and complexity bounds of flowchart programs", 2010).

// divide finds the counters of a component and of the components in it. It returns the
// part that has none, if there is one.
func (r *ranking) divide() *ranking {
	steady := r.steady()
	if len(steady) == 0 {
		steady = r.farthest()
	}
	r.counters = append(r.raised(), steady...)
	left := make([]bool, len(r.graph.Arcs))
	for i := range left {
		left[i] = !slices.ContainsFunc(r.counters, func(c *counter) bool { return c.gain[i] > 0 })
	}
	if len(r.counters) == 0 {
		return r
	}
	return r.inner(r.parts(left))
}

// steady are counters that never go back in the component, and go forward somewhere.
func (r *ranking) steady() []*counter {
	var out []*counter
	for _, falling := range []bool{false, true} {
		x := r.start(nil, falling)
		x.slack, x.fits = offset, r.fitting(fitKey{falling, offset})
		x.prune(slices.Clone(r.all)...)
		at := x.narrowest()
		if at == flow.None {
			continue
		}
		for s := x.sets[at]; s != 0; s &= s - 1 {
			q := bits.TrailingZeros64(s)
			y := *x
			y.sets, y.fixed = slices.Clone(x.sets), slices.Clone(x.fixed)
			y.sets[at] = 1 << q
			y.fixed[at] = true
			y.prune(at)
			y.spread()
			if c := r.newCounter(y.sets, q, falling); c.loss() == 0 && slices.Max(c.gain) > 0 {
				out = append(out, c)
			}
		}
	}
	return out
}

// farthest are such counters again, that are found along cycles: the longest first, as
// these are likely to be the outermost.
func (r *ranking) farthest() []*counter {
	var cycles [][]int
	for k := range maxCycles {
		v := k * r.graph.N / maxCycles
		if c := r.through(v); c != nil && (k == 0 || v != (k-1)*r.graph.N/maxCycles) {
			cycles = append(cycles, c)
		}
	}
	slices.SortStableFunc(cycles, func(a, b []int) int { return len(b) - len(a) })
	for _, cycle := range cycles {
		if c := r.found(cycle); c != nil && c.loss() == 0 {
			return []*counter{c}
		}
	}
	return nil
}

// maxCycles bounds how many cycles of a component are looked at.
const maxCycles = 32

// through is a shortest cycle through a vertex.
func (r *ranking) through(start int) []int {
	by := slices.Repeat([]int{flow.None}, r.graph.N)
	todo := []int{start}
	for len(todo) > 0 && by[start] == flow.None {
		v := todo[0]
		todo = todo[1:]
		for _, i := range r.near[v] {
			if a := r.graph.Arcs[i]; a.From == v && by[a.To] == flow.None {
				by[a.To] = i
				todo = append(todo, a.To)
			}
		}
	}
	var cycle []int
	for v := start; by[v] != flow.None; {
		cycle = append(cycle, by[v])
		if v = r.graph.Arcs[by[v]].From; v == start {
			slices.Reverse(cycle)
			return cycle
		}
	}
	return nil
}

// offset is by how much a counter may go back along an edge, to be moved by that.
const offset = 2

// narrowest is the vertex with the least choice of what may stand at it, if there is any.
func (x *extension) narrowest() int {
	best := flow.None
	for v, s := range x.sets {
		if s != 0 && (best == flow.None || bits.OnesCount64(s) < bits.OnesCount64(x.sets[best])) {
			best = v
		}
	}
	return best
}

// parts are the components that some of the edges make.
func (r *ranking) parts(left []bool) []*ranking {
	g := &graph.Digraph{N: r.graph.N}
	var arcs []int
	for i, a := range r.graph.Arcs {
		if left[i] {
			g.Arcs = append(g.Arcs, a)
			arcs = append(arcs, i)
		}
	}
	part, n := g.Components()
	inside := make([][]int, n)
	for i, a := range g.Arcs {
		if p := part[a.From]; p == part[a.To] {
			inside[p] = append(inside[p], arcs[i])
		}
	}
	var out []*ranking
	for _, arcs := range inside {
		if len(arcs) > 0 {
			out = append(out, r.part(arcs))
		}
	}
	return out
}

// part is a ranking of some of the edges.
func (r *ranking) part(arcs []int) *ranking {
	p := &ranking{Flow: r.Flow, qs: r.qs, fits: map[fitKey][][]uint64{}, seen: map[uint64]*code.Decoded{}, local: map[int]int{}}
	place := func(v int) int {
		n := r.vertices[v]
		at, ok := p.local[n]
		if !ok {
			at = len(p.vertices)
			p.local[n] = at
			p.vertices, p.ranges = append(p.vertices, n), append(p.ranges, r.ranges[v])
		}
		return at
	}
	for _, i := range arcs {
		a := r.graph.Arcs[i]
		p.graph.Arcs = append(p.graph.Arcs, graph.Arc{From: place(a.From), To: place(a.To), Weight: 0})
		p.edges, p.numbers = append(p.edges, r.edges[i]), append(p.numbers, i)
		p.cost, p.drifts = append(p.cost, r.cost[i]), append(p.drifts, r.drifts[i])
	}
	p.graph.N = len(p.vertices)
	p.look()
	p.neighbours()
	return p
}

// inner bounds the parts of a component.
func (r *ranking) inner(parts []*ranking) *ranking {
	for _, p := range parts {
		if p.rank(fewRounds) != nil {
			if bad := p.divide(); bad != nil {
				return bad
			}
			r.huge = p.rank(maxRounds) != nil || p.huge || r.huge
		}
		for _, c := range p.counters {
			r.counters = append(r.counters, r.adopt(p, c))
		}
	}
	return nil
}

// adopt is a counter of a part of the component as one of the whole: it is constant
// outside.
func (r *ranking) adopt(part *ranking, c *counter) *counter {
	level := slices.Min(c.lo)
	out := &counter{falling: c.falling, through: c.through, rate: c.rate, inner: true}
	out.lo = slices.Repeat([]int64{level}, r.graph.N)
	out.hi = slices.Repeat([]int64{level}, r.graph.N)
	out.what = tally{falling: c.falling, bit: c.what.bit, sets: make([]uint64, r.graph.N), plus: slices.Clone(out.lo)}
	for i, v := range part.vertices {
		at := r.local[v]
		out.lo[at], out.hi[at] = c.lo[i], c.hi[i]
		out.what.sets[at], out.what.plus[at] = c.what.sets[i], c.what.plus[i]
	}
	for _, a := range r.graph.Arcs {
		out.gain = append(out.gain, out.lo[a.To]-out.hi[a.From])
	}
	for i, n := range part.numbers {
		out.gain[n] = c.gain[i]
	}
	return out
}
