package rank

import (
	"cmp"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/prove/graph"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
)

// maxSearches bounds either. Servers need a few hundred searches.
const maxSearches = 2_000

// search says whether a counter may be looked for once more.
func (r *ranking) search() bool {
	n := &r.Searches.Quick
	if r.careful {
		n = &r.Searches.Careful
	}
	*n++
	return *n <= maxSearches
}

// found is a new counter that gains along a cycle: of the quantities with which it can
// begin the first that never goes back, in the order of how often they let the cycle go
// round; if there is none, the one that goes back the least.
func (r *ranking) found(cycle []int) *counter {
	var best *counter
	for _, s := range r.starts(cycle) {
		if !r.search() {
			break
		}
		c := r.extend(s.at, s.q, s.falling)
		if best == nil || r.better(c, best) {
			best = c
		}
		if best.loss() == 0 {
			break
		}
	}
	return best
}

// start is a quantity that gains along a cycle: at says what stands for it on the way.
type start struct {
	q       int
	falling bool
	at      map[int]int
	rounds  float64
}

// maxStarts bounds how many quantities are tried for a cycle.
const maxStarts = 12

// starts are those that gain along a cycle. Where the worst case is high without, those that do so by themselves come
// first: a chain of several gains the most, but some of that by what its quantities happen to be, and goes back by as
// much elsewhere.
func (r *ranking) starts(cycle []int) []start {
	out := r.gaining(cycle, r.chain)
	if r.closer {
		out = append(r.gaining(cycle, r.alone), out...)
	}
	return out[:min(len(out), maxStarts)]
}

// gaining are the quantities that gain along a cycle in some way, the one that goes round the least often first.
func (r *ranking) gaining(cycle []int, along func(cycle []int, q int, falling bool) (at map[int]int, gain int64)) []start {
	var out []start
	for _, falling := range []bool{false, true} {
		for q := range r.qs {
			at, gain := along(cycle, q, falling)
			if gain > 0 {
				k := r.ranges[r.graph.Arcs[cycle[0]].From][q]
				out = append(out, start{q, falling, at, float64(k.Hi-k.Lo) / float64(gain)})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b start) int { return cmp.Compare(a.rounds, b.rounds) })
	return out
}

const never = -1 << 60

// chain follows quantity q along a cycle and back to itself, with the greatest gain: it
// says which quantity stands for it at each vertex on the way.
func (r *ranking) chain(cycle []int, q int, falling bool) (map[int]int, int64) {
	if !r.ranges[r.graph.Arcs[cycle[0]].From][q].Known() {
		return nil, never
	}
	best := make([]int64, len(r.qs))
	for i := range best {
		best[i] = never
	}
	best[q] = 0
	var by [][]int
	for _, i := range cycle {
		next, from := make([]int64, len(r.qs)), make([]int, len(r.qs))
		for w := range next {
			next[w] = never
			if !r.ranges[r.graph.Arcs[i].To][w].Known() {
				continue
			}
			for u, b := range best {
				if b == never || r.drifts[i].Of(u, w) == value.Everything {
					continue
				}
				g := min(-never, b+r.change(i, u, w, falling)) // by that it is chosen
				if g > next[w] || g == next[w] && u == w {
					next[w], from[w] = g, u
				}
			}
		}
		best, by = next, append(by, from)
	}
	at := map[int]int{}
	if best[q] == never {
		return nil, never
	}
	for k, w := len(cycle)-1, q; k >= 0; k-- {
		w = by[k][w]
		at[r.graph.Arcs[cycle[k]].From] = w
	}
	return at, best[q]
}

// alone is chain with nothing but the quantity itself on the way.
func (r *ranking) alone(cycle []int, q int, falling bool) (at map[int]int, gain int64) {
	at = map[int]int{}
	for _, i := range cycle {
		gain = graph.Sum(gain, r.change(i, q, q, falling)) // by that it is chosen
		at[r.graph.Arcs[i].From] = q
	}
	return at, gain
}
