package rank

import (
	"fmt"
	"math/big"
	"math/bits"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/flow"
	"github.com/verbosel/verbosel/codegen/verify/prove/graph"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// What a ranking says is checked apart from how it was found. At a vertex v with the counters'
// values x, no more is to come than most(v) - sum(rate*x): along each edge that becomes less
// by what the edge costs at least, as a counter grows by its gain at least; where a way goes out
// of the component it is enough for what follows. So the ways end, at the cost of what it is in
// the beginning at most. All of that is an inequality for each edge, and needs no search.

// tally is what a counter is at each vertex of a component: the greatest of some quantities
// plus a constant, or without any the constant alone. With falling a quantity counts less the
// further it goes; with a bit it is that bit, 0 or 1, of a register.
type tally struct {
	falling bool
	bit     *code.Split
	sets    []uint64
	plus    []int64
}

// compare finds out how quantities change along the edges.
func (r *ranking) compare(qs []flow.Quantity) {
	r.qs, r.ranges, r.counters, r.fits = qs, nil, nil, map[fitKey][][]uint64{}
	for _, v := range r.vertices {
		row := make([]value.Interval, len(r.qs))
		for i, q := range r.qs {
			row[i] = q.Of(r.Flow.Vertices[v].State)
		}
		r.ranges = append(r.ranges, row)
		w := flow.Walk{Flow: r.Flow, From: v, Past: r.qs}
		w.Run()
	}
	r.drifts = make([]*flow.Drift, len(r.edges))
	for i, e := range r.edges {
		r.drifts[i] = e.Drift
	}
}

// change is the least change along an edge from one quantity to another one.
func (r *ranking) change(edge, from, to int, falling bool) int64 {
	d := r.drifts[edge].Of(from, to)
	a := r.graph.Arcs[edge]
	u, w := r.ranges[a.From][from], r.ranges[a.To][to]
	if falling {
		return max(-d.Hi, u.Lo-w.Hi)
	}
	return max(d.Lo, w.Lo-u.Hi)
}

// counted checks an account that was measured.
func (a *account) counted() error {
	inside := make([]bool, len(a.Flow.Edges))
	for part, r := range a.ranks {
		if r != nil && r.open == nil && !r.huge {
			if err := a.countedLoop(part, r, inside); err != nil {
				return err
			}
		}
	}
	for v := range a.Vertices {
		if a.Vertices[v].Gone || a.ahead[v] >= graph.Beyond {
			continue
		}
		for _, i := range a.Vertices[v].Out {
			if !inside[i] && !a.enough(v, i, big.NewInt(a.ahead[v])) {
				return a.notCounted(v, "what follows it")
			}
		}
	}
	return nil
}

// enough: an amount at a vertex is enough for an edge and what is ahead of that. An edge in a
// component must be one that costs nothing, or lead to one that is behind.
func (a *account) enough(v, i int, amount *big.Int) bool {
	e := a.Flow.Edges[i]
	n := big.NewInt(a.cost(e))
	n.Mul(n, big.NewInt(rateParts))
	if e.To != flow.None && !a.cut(e) {
		from, to := a.Vertices[v].Part, a.Vertices[e.To].Part
		if a.Vertices[e.To].Gone || a.ahead[e.To] >= graph.Beyond || to > from || to == from && n.Sign() != 0 {
			return false
		}
		n.Add(n, big.NewInt(a.ahead[e.To]))
	}
	return n.Cmp(amount) <= 0
}

// notCounted is the failure of a check.
func (a *account) notCounted(v int, what string) error {
	return &data.Failure{Rule: rules.Bounds, Addr: a.Vertices[v].PC, Msg: fmt.Sprintf("that the ways from here end as the proof says is not shown by %s", what)}
}

// countedLoop checks a component with a ranking, and notes the edges in it.
func (a *account) countedLoop(part int, r *ranking, inside []bool) error {
	for _, c := range r.counters {
		if c.rate < 0 || len(c.what.sets) != len(r.vertices) || len(c.what.plus) != len(r.vertices) {
			return a.notCounted(r.vertices[0], "a counter")
		}
	}
	for k, i := range r.numbers {
		e := a.Flow.Edges[i]
		from, to := r.graph.Arcs[k].From, r.graph.Arcs[k].To
		if r.edges[k] != e || r.vertices[from] != e.From || r.vertices[to] != e.To || a.cut(e) || a.Vertices[e.From].Part != part || a.Vertices[e.To].Part != part {
			return a.notCounted(e.From, "an edge")
		}
		inside[i] = true
		if r.most[from] >= graph.Beyond {
			continue
		}
		need := big.NewInt(a.cost(e))
		need.Mul(need, big.NewInt(rateParts))
		for _, c := range r.counters {
			need.Sub(need, times(c.rate, c.what.gain(r, k)))
		}
		if need.Add(need, big.NewInt(r.most[to])); r.most[to] >= graph.Beyond || need.Cmp(big.NewInt(r.most[from])) > 0 {
			return a.notCounted(e.From, "what its counters gain")
		}
	}
	for i, v := range r.vertices {
		if err := a.countedVertex(r, i, v, inside); err != nil {
			return err
		}
	}
	return nil
}

// countedVertex checks that where a way goes out of a component at a vertex, what is left is
// enough, and that what is ahead of the vertex is no less than what the counters leave.
func (a *account) countedVertex(r *ranking, i, v int, inside []bool) error {
	if r.most[i] >= graph.Beyond {
		if a.ahead[v] < graph.Beyond {
			return a.notCounted(v, "what is ahead")
		}
		return nil
	}
	least, most := big.NewInt(r.most[i]), big.NewInt(r.most[i])
	for _, c := range r.counters {
		at := c.what.at(r, i)
		least.Sub(least, times(c.rate, at.Hi))
		most.Sub(most, times(c.rate, at.Lo))
	}
	if r.most[i] <= graph.Unreached || most.Cmp(big.NewInt(a.ahead[v])) > 0 {
		return a.notCounted(v, "what is ahead")
	}
	for _, e := range a.Vertices[v].Out {
		if !inside[e] && !a.enough(v, e, least) {
			return a.notCounted(v, "what is left behind the loop")
		}
	}
	return nil
}

func times(a, b int64) *big.Int { return new(big.Int).Mul(big.NewInt(a), big.NewInt(b)) }

// at is the range of a counter at a vertex.
func (t *tally) at(r *ranking, v int) value.Interval {
	out := value.Interval{Lo: -zone.Inf, Hi: -zone.Inf}
	switch {
	case t.sets[v] == 0:
		return value.Interval{Lo: t.plus[v], Hi: t.plus[v]}
	case t.bit != nil:
		return value.Interval{Lo: t.plus[v], Hi: t.plus[v] + 1}
	}
	for s := t.sets[v]; s != 0; s &= s - 1 {
		known := r.qs[bits.TrailingZeros64(s)].Of(r.Flow.Vertices[r.vertices[v]].State)
		if t.falling {
			known = value.Interval{Lo: -known.Hi, Hi: -known.Lo}
		}
		out = value.Interval{Lo: max(out.Lo, known.Lo), Hi: max(out.Hi, known.Hi)}
	}
	return value.Interval{Lo: out.Lo + t.plus[v], Hi: out.Hi + t.plus[v]}
}

// gain is the least change of a counter along an edge: whichever of the quantities it was, there
// is one at the end to compare it with.
func (t *tally) gain(r *ranking, edge int) int64 {
	a := r.graph.Arcs[edge]
	from, to, moved := t.sets[a.From], t.sets[a.To], t.plus[a.To]-t.plus[a.From]
	switch {
	case from == 0 || to == 0:
		return t.at(r, a.To).Lo - t.at(r, a.From).Hi
	case t.bit != nil:
		return moved + change(t.bit, r, edge)
	}
	least := int64(zone.Inf)
	for ; from != 0; from &= from - 1 {
		best := int64(-zone.Inf)
		for s := to; s != 0; s &= s - 1 {
			best = max(best, r.change(edge, bits.TrailingZeros64(from), bits.TrailingZeros64(s), t.falling))
		}
		least = min(least, best)
	}
	return least + moved
}

// change is the least change of a bit along an edge.
func change(sp *code.Split, r *ranking, edge int) int64 {
	way := r.bitsAlong(r.edges[edge], isa.Reg(sp.Var-value.FirstReg))
	switch {
	case way.falls>>sp.Bit&1 == 1:
		return -1
	case way.raised()>>sp.Bit&1 == 1:
		return 1
	}
	return 0
}
