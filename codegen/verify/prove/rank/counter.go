package rank

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/prove/flow"
	"github.com/verbosel/verbosel/codegen/verify/prove/graph"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// counter is a potential.
type counter struct {
	falling bool    // what counts is how far the quantities fall
	lo, hi  []int64 // its range at each vertex
	gain    []int64 // its least change along each edge
	rate    int64
	through flow.Quantity // that it counts where it was found
	inner   bool          // it was found for a part of the component
	what    tally         // what it stands for
}

// maxWorth bounds what a counter stands for: a worst case beyond it is none.
const maxWorth = 1 << 53

// affords says that with a rate the counter stands for no more.
func (c *counter) affords(rate int64) bool {
	most := max(slices.Max(c.hi), -slices.Min(c.lo), 1)
	return rate <= maxWorth/most
}

// along is about what the counter gains along a cycle: by that it is chosen.
func (c *counter) along(cycle []int) int64 {
	gain := int64(0)
	for _, i := range cycle {
		gain = graph.Sum(gain, c.gain[i])
	}
	return gain
}

// span is how far the counter can go.
func (c *counter) span() int64 { return slices.Max(c.hi) - slices.Min(c.lo) }

// loss is by how much the counter goes back at worst along an edge.
func (c *counter) loss() int64 { return max(0, -slices.Min(c.gain)) }

// extend chooses what stands for a counter at the other vertices: where it can, so that
// it never goes back, or only by a little. Otherwise it is constant there, or wherever a
// loop does not go on with it, if that loses less.
func (r *ranking) extend(at map[int]int, q int, falling bool) *counter {
	var best *counter
	for _, slack := range []int64{0, 2, 16} {
		x := r.start(at, falling)
		x.slack, x.fits = slack, r.fitting(fitKey{falling, slack})
		x.prune(slices.Clone(r.all)...)
		x.spread()
		if c := r.newCounter(x.sets, q, falling); best == nil || r.better(c, best) {
			best = c
		}
		if best.loss() == 0 {
			return best
		}
	}
	for _, sets := range [][]uint64{r.around(at, q, falling), r.start(at, falling).alone(at)} {
		if c := r.newCounter(sets, q, falling); r.better(c, best) {
			best = c
		}
	}
	return best
}

// better: a counter goes back along less of the cycles that are kept, by less, or along
// less edges.
func (r *ranking) better(c, other *counter) bool {
	edges := func(c *counter) (n int) {
		for _, g := range c.gain {
			if g < 0 {
				n++
			}
		}
		return n
	}
	return cmp.Or(cmp.Compare(r.backs(c), r.backs(other)), cmp.Compare(c.loss(), other.loss()), cmp.Compare(edges(c), edges(other))) < 0
}

// backs is along how many of the cycles that are kept a counter goes back.
func (r *ranking) backs(c *counter) (n int) {
	if c.loss() == 0 {
		return 0
	}
	for _, cycle := range r.cycles {
		if c.along(cycle) < 0 {
			n++
		}
	}
	return n
}

// start knows what stands for the counter at a few vertices.
func (r *ranking) start(at map[int]int, falling bool) *extension {
	x := &extension{ranking: r, falling: falling, fixed: make([]bool, r.graph.N), sets: make([]uint64, r.graph.N)}
	for v := range x.sets {
		for i, known := range r.ranges[v] {
			if known.Known() {
				x.sets[v] |= 1 << i
			}
		}
		if u, ok := at[v]; ok {
			x.sets[v], x.fixed[v] = 1<<u, true
		}
	}
	return x
}

// around has a quantity wherever a loop goes on with it without going back.
func (r *ranking) around(at map[int]int, q int, falling bool) []uint64 {
	g := &graph.Digraph{N: r.graph.N}
	for i, a := range r.graph.Arcs {
		if r.fitting(fitKey{falling, 0})[i][q]>>q&1 == 1 {
			g.Arcs = append(g.Arcs, a)
		}
	}
	part, _ := g.Components()
	sets := make([]uint64, r.graph.N)
	for v, u := range at {
		for w := range part {
			if u == q && part[w] == part[v] {
				sets[w] = 1 << q
			}
		}
	}
	for v, u := range at {
		sets[v] = 1 << u
	}
	return sets
}

// alone are sets where all other vertices are constant.
func (x *extension) alone(at map[int]int) []uint64 {
	out := make([]uint64, len(x.sets))
	for v := range at {
		out[v] = x.sets[v]
	}
	return out
}

// newCounter is the greatest of the quantities that stand at each vertex.
func (r *ranking) newCounter(sets []uint64, q int, falling bool) *counter {
	level := int64(zone.Inf)
	c := &counter{falling: falling, through: r.qs[q], what: tally{falling: falling, sets: sets, plus: make([]int64, len(sets))}}
	for v, s := range sets {
		known := value.Interval{}
		if s != 0 {
			known = r.greatest(v, s, falling)
			level = min(level, known.Lo)
		}
		c.lo, c.hi = append(c.lo, known.Lo), append(c.hi, known.Hi)
	}
	for v, s := range sets {
		if s == 0 {
			c.lo[v], c.hi[v] = level, level
			c.what.plus[v] = level
		}
	}
	for i, a := range r.graph.Arcs {
		from, to := sets[a.From], sets[a.To]
		if from == 0 || to == 0 {
			c.gain = append(c.gain, c.lo[a.To]-c.hi[a.From])
		} else {
			c.gain = append(c.gain, r.gain(i, from, to, falling))
		}
	}
	c.level(&r.graph)
	return c
}

// greatest is the range of the greatest of some quantities at a vertex.
func (r *ranking) greatest(v int, set uint64, falling bool) value.Interval {
	out := value.Everything
	out.Hi = -zone.Inf
	for ; set != 0; set &= set - 1 {
		known := r.ranges[v][bits.TrailingZeros64(set)]
		if falling {
			known = value.Interval{Lo: -known.Hi, Hi: -known.Lo}
		}
		out = value.Interval{Lo: max(out.Lo, known.Lo), Hi: max(out.Hi, known.Hi)}
	}
	return out
}

// gain is the least change along an edge of the greatest of some quantities: whichever it
// was, there is one at the end to compare it with.
func (r *ranking) gain(edge int, from, to uint64, falling bool) int64 {
	least := int64(zone.Inf)
	for ; from != 0; from &= from - 1 {
		best := int64(never)
		for s := to; s != 0; s &= s - 1 {
			best = max(best, r.change(edge, bits.TrailingZeros64(from), bits.TrailingZeros64(s), falling))
		}
		least = min(least, best)
	}
	return least
}

// What a counter goes back by may be mended, if it is not much.
const (
	maxLevel = 16 // along an edge
	maxMoves = 64 // how often the vertices are looked at
)

// level moves the counter at each vertex by a constant, so that it goes back nowhere, if
// that can be.
func (c *counter) level(g *graph.Digraph) {
	if loss := c.loss(); loss == 0 || loss > maxLevel {
		return
	}
	by := make([]int64, g.N)
	for range min(g.N, maxMoves) + 1 {
		changed := false
		for i, a := range g.Arcs {
			if n := by[a.From] + c.gain[i]; n < by[a.To] {
				by[a.To], changed = n, true
			}
		}
		if !changed {
			break
		}
	}
	gain := slices.Clone(c.gain)
	for i, a := range g.Arcs {
		if gain[i] += by[a.From] - by[a.To]; gain[i] < 0 {
			return // a cycle goes back
		}
	}
	c.gain = gain
	for v, n := range by {
		c.lo[v] -= n
		c.hi[v] -= n
		c.what.plus[v] -= n
	}
}
