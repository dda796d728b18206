package certify

import (
	"math"

	"github.com/verbosel/verbosel/codegen/verify/certify/lp"
)

// rates finds how much each of some counters stands for, as few as it can for what a loop costs: the dearest ways
// through it are found one by one, a row of a linear program each, and where these show that the counters cannot
// pay, or that they might pay with less, others are looked for that can.
type rates struct {
	*loop
	counters []*counter // that have rates
	steadies []*counter // that may have, and
	locals   *locals    // these
	rows     []path
	prices   *lp.Program
	times    float64   // by what costs are multiplied in it
	leaves   []float64 // of each node, what ways out cost at most
}

// path is a cycle, or a way to a node: how often it goes along each way.
type path struct {
	in   int // -1 for a cycle
	ways []int
	cost float64 // beside the counters
	end  int
}

// row is a path as one of the program: the most of all paths, and then each counter's rate, in its unit.
func (x *rates) row(p path) []float64 {
	row := make([]float64, len(x.counters)+1)
	if p.in >= 0 {
		row[0] = scale
	}
	for i, c := range x.counters {
		sum := int64(0)
		if p.in >= 0 {
			sum += x.falls(c, x.in[p.in]) + x.quantities[p.end][c.at[p.end]].Lo
		}
		for _, w := range p.ways {
			sum += x.falls(c, x.ways[w])
		}
		row[i+1] = float64(sum) / c.unit()
	}
	return row
}

// scale is the unit of the most.
const scale = 1 << 10

// begin makes a program of the rows that were found, with a multiple of what they cost.
func (x *rates) begin(times float64) {
	x.times = times
	x.prices = lp.New(x.costs())
	for _, p := range x.rows {
		x.prices.Add(x.row(p), times*p.cost)
	}
}

// costs are those of the most, and of each rate: of two counters that pay as well it is better if one does not go
// back, as rates become whole numbers.
func (x *rates) costs() []float64 {
	costs := []float64{scale}
	for _, c := range x.counters {
		costs = append(costs, c.cost())
	}
	return costs
}

// weights are what rows cost, of each way.
func (x *rates) weights(y []float64) *weights {
	w := &weights{make([]float64, len(x.ways)), make([]float64, len(x.in)), make([]float64, len(x.part))}
	for i, p := range x.rows {
		if y[i] <= 0 {
			continue
		}
		if p.in >= 0 {
			w.in[p.in] += y[i]
			w.ends[p.end] += y[i]
		}
		for _, k := range p.ways {
			w.ways[k] += y[i]
		}
	}
	return w
}

// dear is what each way in, and each of the loop, costs by some rates.
func (x *rates) dear(rate []float64) (in, ways []float64) {
	in, ways = make([]float64, len(x.in)), make([]float64, len(x.ways))
	for i, p := range x.ways {
		ways[i] = x.times * float64(p.Spent)
	}
	for k, c := range x.counters {
		if rate[k] == 0 {
			continue
		}
		for _, m := range c.in {
			in[m.way] -= rate[k] * m.by
		}
		for _, m := range c.ways {
			ways[m.way] -= rate[k] * m.by
		}
	}
	return in, ways
}

// worst are dearest ways by some rates: cycles that cost anything, or a way to where it costs the most, and how much
// that is (Bellman and Ford). Of what they cost a part is not looked at, as it may be lost in computing.
func (x *rates) worst(rate []float64, lost float64) (out []path, most float64) {
	dist, by := make([]float64, len(x.part)), make([]int, len(x.part))
	for v := range dist {
		dist[v], by[v] = math.Inf(-1), -1
	}
	in, costs := x.dear(rate)
	for i, d := range in {
		if p := x.in[i]; d > dist[p.b] {
			dist[p.b], by[p.b] = d, -2-i
		}
	}
	for round, changed := 0, true; changed && round < len(x.part)+2; round++ {
		changed = false
		for i, p := range x.ways {
			if d := dist[p.a] + costs[i]; d > dist[p.b]+lost*max(1, math.Abs(d)*1e-3) {
				dist[p.b], by[p.b], changed = d, i, true
			}
		}
		if out = x.cycles(by); len(out) > 0 {
			return out, math.Inf(1)
		}
	}
	at, most := 0, math.Inf(-1)
	for v := range dist {
		left := dist[v] + x.times*x.leaves[v]
		for k, c := range x.counters {
			left -= rate[k] * float64(x.quantities[v][c.at[v]].Lo)
		}
		if left > most {
			at, most = v, left
		}
	}
	p := path{end: at, cost: x.leaves[at]}
	v := at
	for ; by[v] >= 0; v = x.ways[by[v]].a {
		p.ways = append(p.ways, by[v])
		p.cost += float64(x.ways[by[v]].Spent)
	}
	p.in = -2 - by[v]
	return []path{p}, most
}

// lost is what is lost where rates are not whole.
const lost = 1e-7

// cycles are those among the ways by which nodes are reached.
func (x *rates) cycles(by []int) (out []path) {
	seen := make([]int, len(by))
	for v := range by {
		u := v
		for ; u >= 0 && seen[u] == 0; u = x.before(by, u) {
			seen[u] = v + 1
		}
		if u < 0 || seen[u] != v+1 {
			continue
		}
		p := path{in: -1}
		for w := u; ; {
			p.ways = append(p.ways, by[w])
			p.cost += float64(x.ways[by[w]].Spent)
			if w = x.before(by, w); w == u {
				break
			}
		}
		out = append(out, p)
	}
	return out
}

func (x *rates) before(by []int, v int) int {
	if by[v] < 0 {
		return -1
	}
	return x.ways[by[v]].a
}
