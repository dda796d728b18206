package prove

import (
	"fmt"
	"math/big"
	"math/bits"

	"github.com/verbosel/verbosel/codegen/verify/isa"
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
	bit     *split
	sets    []uint64
	plus    []int64
}

// compare finds out how quantities change along the edges.
func (r *ranking) compare(qs []quantity) {
	r.qs, r.ranges, r.counters, r.fits = qs, nil, nil, map[fitKey][][]uint64{}
	for _, v := range r.vertices {
		row := make([]interval, len(r.qs))
		for i, q := range r.qs {
			row[i] = q.of(r.flow.vertices[v].state)
		}
		r.ranges = append(r.ranges, row)
		w := walk{flow: r.flow, from: v, past: r.qs}
		w.run()
	}
	r.drifts = make([]*drift, len(r.edges))
	for i, e := range r.edges {
		r.drifts[i] = e.drift
	}
}

// change is the least change along an edge from one quantity to another one.
func (r *ranking) change(edge, from, to int, falling bool) int64 {
	d := r.drifts[edge].of(from, to)
	a := r.graph.arcs[edge]
	u, w := r.ranges[a.from][from], r.ranges[a.to][to]
	if falling {
		return max(-d.hi, u.lo-w.hi)
	}
	return max(d.lo, w.lo-u.hi)
}

// counted checks an account that was measured.
func (a *account) counted() error {
	inside := make([]bool, len(a.flow.edges))
	for part, r := range a.ranks {
		if r != nil && r.open == nil && !r.huge {
			if err := a.countedLoop(part, r, inside); err != nil {
				return err
			}
		}
	}
	for v := range a.vertices {
		if a.vertices[v].gone || a.ahead[v] >= beyond {
			continue
		}
		for _, i := range a.vertices[v].out {
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
	e := a.flow.edges[i]
	n := big.NewInt(a.cost(e))
	n.Mul(n, big.NewInt(rateParts))
	if e.to != none && !a.cut(e) {
		from, to := a.vertices[v].part, a.vertices[e.to].part
		if a.vertices[e.to].gone || a.ahead[e.to] >= beyond || to > from || to == from && n.Sign() != 0 {
			return false
		}
		n.Add(n, big.NewInt(a.ahead[e.to]))
	}
	return n.Cmp(amount) <= 0
}

// notCounted is the failure of a check.
func (a *account) notCounted(v int, what string) error {
	return &Failure{Rule: rules.Bounds, Addr: a.vertices[v].pc, Msg: fmt.Sprintf("that the ways from here end as the proof says is not shown by %s", what)}
}

// countedLoop checks a component with a ranking, and notes the edges in it.
func (a *account) countedLoop(part int, r *ranking, inside []bool) error {
	for _, c := range r.counters {
		if c.rate < 0 || len(c.what.sets) != len(r.vertices) || len(c.what.plus) != len(r.vertices) {
			return a.notCounted(r.vertices[0], "a counter")
		}
	}
	for k, i := range r.numbers {
		e := a.flow.edges[i]
		from, to := r.graph.arcs[k].from, r.graph.arcs[k].to
		if r.edges[k] != e || r.vertices[from] != e.from || r.vertices[to] != e.to || a.cut(e) || a.vertices[e.from].part != part || a.vertices[e.to].part != part {
			return a.notCounted(e.from, "an edge")
		}
		inside[i] = true
		if r.most[from] >= beyond {
			continue
		}
		need := big.NewInt(a.cost(e))
		need.Mul(need, big.NewInt(rateParts))
		for _, c := range r.counters {
			need.Sub(need, times(c.rate, c.what.gain(r, k)))
		}
		if need.Add(need, big.NewInt(r.most[to])); r.most[to] >= beyond || need.Cmp(big.NewInt(r.most[from])) > 0 {
			return a.notCounted(e.from, "what its counters gain")
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
	if r.most[i] >= beyond {
		if a.ahead[v] < beyond {
			return a.notCounted(v, "what is ahead")
		}
		return nil
	}
	least, most := big.NewInt(r.most[i]), big.NewInt(r.most[i])
	for _, c := range r.counters {
		at := c.what.at(r, i)
		least.Sub(least, times(c.rate, at.hi))
		most.Sub(most, times(c.rate, at.lo))
	}
	if r.most[i] <= unreached || most.Cmp(big.NewInt(a.ahead[v])) > 0 {
		return a.notCounted(v, "what is ahead")
	}
	for _, e := range a.vertices[v].out {
		if !inside[e] && !a.enough(v, e, least) {
			return a.notCounted(v, "what is left behind the loop")
		}
	}
	return nil
}

func times(a, b int64) *big.Int { return new(big.Int).Mul(big.NewInt(a), big.NewInt(b)) }

// at is the range of a counter at a vertex.
func (t *tally) at(r *ranking, v int) interval {
	out := interval{-zone.Inf, -zone.Inf}
	switch {
	case t.sets[v] == 0:
		return interval{t.plus[v], t.plus[v]}
	case t.bit != nil:
		return interval{t.plus[v], t.plus[v] + 1}
	}
	for s := t.sets[v]; s != 0; s &= s - 1 {
		known := r.qs[bits.TrailingZeros64(s)].of(r.flow.vertices[r.vertices[v]].state)
		if t.falling {
			known = interval{-known.hi, -known.lo}
		}
		out = interval{max(out.lo, known.lo), max(out.hi, known.hi)}
	}
	return interval{out.lo + t.plus[v], out.hi + t.plus[v]}
}

// gain is the least change of a counter along an edge: whichever of the quantities it was, there
// is one at the end to compare it with.
func (t *tally) gain(r *ranking, edge int) int64 {
	a := r.graph.arcs[edge]
	from, to, moved := t.sets[a.from], t.sets[a.to], t.plus[a.to]-t.plus[a.from]
	switch {
	case from == 0 || to == 0:
		return t.at(r, a.to).lo - t.at(r, a.from).hi
	case t.bit != nil:
		return moved + t.bit.change(r, edge)
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
func (sp *split) change(r *ranking, edge int) int64 {
	way := r.bitsAlong(r.edges[edge], isa.Reg(sp.v-firstReg))
	switch {
	case way.falls>>sp.bit&1 == 1:
		return -1
	case way.raised()>>sp.bit&1 == 1:
		return 1
	}
	return 0
}
