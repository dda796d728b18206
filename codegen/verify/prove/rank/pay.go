package rank

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/prove/graph"
)

// rank raises rates until no cycle costs more than the counters gain, or as often as it
// may; it adds counters where it needs some.
func (r *ranking) rank(rounds int) []int {
	for range rounds {
		c := r.costly()
		if c == nil {
			r.tighten()
			return nil
		}
		r.note(c)
		if !r.pay(c) {
			return c
		}
	}
	return r.costly()
}

// note keeps a cycle, if counters are chosen with care.
func (r *ranking) note(cycle []int) {
	if r.careful && !slices.ContainsFunc(r.cycles, func(c []int) bool { return slices.Equal(c, cycle) }) {
		r.cycles = append(r.cycles, cycle)
	}
}

// costly is a cycle that costs more than the counters gain, or any where that is more than
// can be counted.
func (r *ranking) costly() []int {
	r.weigh()
	c, far := r.graph.Positive()
	if far {
		return r.through(0)
	}
	return c
}

// maxRounds bounds how many cycles are looked at in a component, and fewRounds in a part
// of one.
const (
	maxRounds = 300
	fewRounds = 40
)

// weigh puts on each edge what it costs at most more than the counters gain.
func (r *ranking) weigh() {
	for i := range r.graph.Arcs {
		w := r.cost[i]
		for _, c := range r.counters {
			w = graph.Sum(w, graph.Product(c.rate, -c.gain[i]))
		}
		r.graph.Arcs[i].Weight = w
	}
}

// pay raises the rate of the counter that pays for a cycle at the least price: one
// that is there, or a new one.
func (r *ranking) pay(cycle []int) bool {
	owed := int64(0)
	for _, i := range cycle {
		owed = graph.Sum(owed, r.graph.Arcs[i].Weight)
	}
	if owed <= 0 {
		return false // it stands for a way that costs more than can be counted
	}
	best, more := r.cheapest(cycle, owed)
	if best == nil || best.loss() > 0 {
		if c := r.found(cycle); c != nil && (best == nil || c.loss() < best.loss()) {
			r.counters = append(r.counters, c)
			best, more = c, ceilDiv(owed, c.along(cycle))
		}
	}
	if best == nil || !best.affords(best.rate+more) {
		return false
	}
	best.rate += more
	return true
}

func ceilDiv(a, b int64) int64 { return (a + b - 1) / b }

// cheapest is the counter that pays what a cycle owes, and by how much its rate rises for
// that: of those that lose the least the one with the least price.
func (r *ranking) cheapest(cycle []int, owed int64) (best *counter, more int64) {
	price := int64(0)
	for _, c := range r.counters {
		gain := c.along(cycle)
		if gain <= 0 {
			continue
		}
		n := ceilDiv(owed, gain)
		if p := graph.Product(n, c.span()); best == nil || c.loss() < best.loss() || c.loss() == best.loss() && p < price {
			best, more, price = c, n, p
		}
	}
	return best, more
}

// tighten lowers each rate as far as it goes, the last one first.
func (r *ranking) tighten() {
	for _, c := range slices.Backward(r.counters) {
		if c.inner {
			continue
		}
		lo, hi := int64(-1), c.rate // hi is enough
		for lo+1 < hi {
			c.rate = (lo + hi) / 2
			if r.costly() == nil {
				hi = c.rate
			} else {
				lo = c.rate
			}
		}
		c.rate = hi
	}
	r.weigh()
}
