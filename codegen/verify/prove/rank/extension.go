package rank

import (
	"math/bits"

	"github.com/verbosel/verbosel/codegen/verify/prove/flow"
	"github.com/verbosel/verbosel/codegen/verify/prove/graph"
)

// extension is a search for what stands for a counter. A set of none is a constant.
type extension struct {
	*ranking
	falling bool
	slack   int64 // it may go back by that
	fits    [][]uint64
	fixed   []bool
	sets    []uint64
}

// fitKey says how a counter may go along an edge.
type fitKey struct {
	falling bool
	slack   int64
}

// fitting says for each edge and quantity at its beginning, which ones at its end do not
// go back by more than slack.
func (r *ranking) fitting(key fitKey) [][]uint64 {
	if f := r.fits[key]; f != nil {
		return f
	}
	out := make([][]uint64, len(r.edges))
	for i, a := range r.graph.Arcs {
		out[i] = make([]uint64, len(r.qs))
		least := -key.slack
		if a.From == a.To {
			least = 0 // no move mends that
		}
		for u := range r.qs {
			for w := range r.qs {
				if r.change(i, u, w, key.falling) >= least {
					out[i][u] |= 1 << w
				}
			}
		}
	}
	r.fits[key] = out
	return out
}

// prune drops what would go back along an edge, whatever stands at its end: of the edges
// that lead to the given vertices, and where that changes something. A vertex with nothing
// left is constant.
func (x *extension) prune(todo ...int) {
	for len(todo) > 0 {
		v := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, i := range x.near[v] {
			a := x.graph.Arcs[i]
			if a.To != v || x.fixed[a.From] || x.sets[a.From] == 0 || x.sets[v] == 0 {
				continue
			}
			if left := x.going(i, a); left != x.sets[a.From] {
				x.sets[a.From] = left
				todo = append(todo, a.From)
			}
		}
	}
}

// going is what does not go back along an edge, of what may stand at its beginning.
func (x *extension) going(i int, a graph.Arc) uint64 {
	out := uint64(0)
	for s := x.sets[a.From]; s != 0; s &= s - 1 {
		if u := bits.TrailingZeros64(s); x.fits[i][u]&x.sets[a.To] != 0 {
			out |= 1 << u
		}
	}
	return out
}

// spread leaves of what may stand at a vertex what is needed: from the fixed ones on, one
// that does not go back for each that leads there. (That there is one was seen to before.)
func (x *extension) spread() {
	type standing struct{ v, q int }
	chosen := make([]uint64, len(x.sets))
	var todo []standing
	add := func(v, q int) {
		if chosen[v]>>q&1 == 0 {
			chosen[v] |= 1 << q
			todo = append(todo, standing{v, q})
		}
	}
	for v, fixed := range x.fixed {
		if fixed {
			add(v, bits.TrailingZeros64(x.sets[v]))
		}
	}
	for len(todo) > 0 {
		top := todo[0]
		todo = todo[1:]
		for _, i := range x.near[top.v] {
			a := x.graph.Arcs[i]
			fit := x.fits[i][top.q] & x.sets[a.To]
			if a.From == top.v && fit != 0 && fit&chosen[a.To] == 0 {
				add(a.To, x.nearest(i, top.q, fit))
			}
		}
	}
	x.sets = chosen
}

// nearest is the one of some quantities that changes the least along an edge.
func (x *extension) nearest(edge, q int, set uint64) int {
	if set>>q&1 == 1 {
		return q
	}
	best, least := flow.None, int64(0)
	for ; set != 0; set &= set - 1 {
		w := bits.TrailingZeros64(set)
		if n := x.change(edge, q, w, x.falling); best == flow.None || n < least {
			best, least = w, n
		}
	}
	return best
}
