package certify

import (
	"cmp"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// counter has one quantity at each node of a loop.
type counter struct {
	at   []int
	span float64 // of these
	loss float64 // by how much it goes back along a way at most
	in   []moves // along ways to the loop
	ways []moves // along its ways
	ends []moves // at nodes: what it still is
}

// moves is by how much a counter falls along a way at least, where that is not 0.
type moves struct {
	way int
	by  float64
}

// unit is that of what a counter's rate is for.
func (c *counter) unit() float64 { return max(1, min(c.span, 1<<14)) }

// cost is what is paid for a unit of a counter's rate: it had better not go back.
func (c *counter) cost() float64 { return 1e-4 + c.loss/c.unit() }

// falls is by how much a counter falls along a way at least.
func (l *loop) falls(c *counter, p *passage) int64 {
	if p.a < 0 {
		return l.fall(p, 0, c.at[p.b]).least
	}
	return l.fall(p, c.at[p.a], c.at[p.b]).least
}

// weights say what it is worth that a counter falls along each way, in and to a loop, and what it still is at each
// node.
type weights struct{ ways, in, ends []float64 }

// worth is what a counter's falls are worth.
func (c *counter) worth(y *weights) (sum float64) {
	for _, m := range c.ways {
		sum += y.ways[m.way] * m.by
	}
	for _, m := range c.in {
		sum += y.in[m.way] * m.by
	}
	for _, m := range c.ends {
		sum += y.ends[m.way] * m.by
	}
	return sum
}

// spread has a counter that is known at some nodes be at others what changes the least from there, if it does not
// change too much.
func (l *loop) spread(c *counter, known []bool, most int64) {
	best := make([]nearby, len(l.part)) // of each node that is a neighbour of one that is known
	var open []int                      // these
	reach := func(v int) {
		for _, i := range l.near[v] {
			p := l.ways[i]
			u := p.b
			if u == v {
				u = p.a
			}
			if known[u] {
				continue
			}
			x := l.nearby(p, p.a == v, c.at[v])
			switch old := best[u]; {
			case x.bad >= most:
			case old == (nearby{}): // what is nothing there is not as near
				best[u], open = x, append(open, u)
			case x.bad < old.bad:
				best[u] = x
			}
		}
	}
	for v := range known {
		if known[v] && c.at[v] > 0 {
			reach(v)
		}
	}
	for len(open) > 0 {
		i := 0
		for k, u := range open {
			if cmp.Or(cmp.Compare(best[u].bad, best[open[i]].bad), cmp.Compare(u, open[i])) < 0 {
				i = k
			}
		}
		at := open[i]
		open = slices.Delete(open, i, i+1)
		if c.at[at], known[at] = best[at].q, true; c.at[at] > 0 {
			reach(at)
		}
	}
}

// nearby is the quantity at the other end of a way that is the nearest to one at its beginning, or at its end.
type nearby struct {
	q   int
	bad int64
}

func (l *loop) nearby(p *passage, begins bool, q int) nearby {
	v, u, list := p.a, p.b, &p.after
	if !begins {
		v, u, list = p.b, p.a, &p.before
	}
	if *list == nil {
		*list = make([]nearby, len(l.quantities[v]))
		for i := range *list {
			(*list)[i].bad = -1
		}
	}
	best := &(*list)[q]
	if best.bad >= 0 {
		return *best
	}
	for k := range l.quantities[u] {
		var bad int64
		if begins {
			bad = l.bad(p, q, k)
		} else {
			bad = l.bad(p, k, q)
		}
		if bad += l.unlike(v, q, u, k); best.bad < 0 || bad < best.bad {
			*best = nearby{k, bad}
		}
	}
	return *best
}

// bad says how far a quantity at a way's end is from being the one at its beginning.
func (l *loop) bad(p *passage, i, j int) int64 {
	d := l.fall(p, i, j)
	open := 2 * min(d.most-d.least, 500)
	if d.least < 0 {
		return min(4000-2*d.least, 1<<40) + open
	}
	return 2*d.least + open
}

// measure says how far a counter goes: it is nothing at most nodes, and does not fall from nothing to nothing.
func (l *loop) measure(c *counter) {
	for v, q := range c.at {
		if q == 0 {
			continue
		}
		b := l.quantities[v][q].Bounds
		c.span = max(c.span, float64(b.Hi-b.Lo))
		if b.Lo != 0 {
			c.ends = append(c.ends, moves{v, float64(b.Lo)})
		}
		for _, i := range l.near[v] {
			p := l.ways[i]
			if n := l.falls(c, p); n != 0 && (p.a == v || c.at[p.a] == 0) {
				c.loss = max(c.loss, -float64(n))
				c.ways = append(c.ways, moves{i, float64(n)})
			}
		}
	}
	slices.SortFunc(c.ways, func(a, b moves) int { return a.way - b.way })
	for i, p := range l.in {
		if n := l.falls(c, p); n != 0 {
			c.in = append(c.in, moves{i, float64(n)})
		}
	}
}

// unlike says how far two nodes' quantities are from standing at the same places.
func (l *loop) unlike(v, q, u, k int) int64 {
	if q == 0 || k == 0 {
		return 2
	}
	a, b := &l.quantities[v][q], &l.quantities[u][k]
	for _, x := range a.names {
		for _, y := range b.names {
			if a.rises == b.rises && x == y {
				return 0
			}
		}
	}
	if x, y := a.names[0], b.names[0]; x[0] == y[0] && x[1] != (place{}) && y[1] != (place{}) {
		return 1
	}
	return 3
}

// grantOf is what counters with rates are at a node of the loop.
func (l *loop) grantOf(v int, counters []*counter, rates []int64) (sum linear.Sum, ok bool) {
	ok = true
	for i, c := range counters {
		if ok {
			sum, ok = sum.Plus(l.quantities[v][c.at[v]].is, rates[i])
		}
	}
	return sum, ok
}

// key tells counters apart.
func (c *counter) key() string {
	var key []byte
	for _, q := range c.at {
		key = append(key, byte(q))
	}
	return string(key)
}

// nearest are how much a counter may change at most where it is to be found again.
var nearest = []int64{0, 100, 2000}

// complete has the counter of some ways be at other nodes what changes the least from there, or nothing.
func (l *loop) complete(c *counter, ways []int) (out []*counter) {
	known := make([]bool, len(l.part))
	for _, w := range ways {
		known[l.ways[w].a], known[l.ways[w].b] = true, true
	}
	for _, bad := range append(nearest, 1<<20) {
		c := &counter{at: slices.Clone(c.at)}
		l.spread(c, slices.Clone(known), bad)
		if l.measure(c); !slices.ContainsFunc(out, func(x *counter) bool { return slices.Equal(x.at, c.at) }) {
			out = append(out, c)
		}
	}
	return out
}
