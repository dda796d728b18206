package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// covers: joined, which contains a, is no more than a.
func (p *program) covers(a, joined *state) bool {
	if a.rest != joined.rest || a.restOf != joined.restOf || a.later != joined.later || a.answered != joined.answered || !slices.Equal(a.first, joined.first) || !slices.Equal(a.own, joined.own) || a.traces != joined.traces || a.unasked != joined.unasked || a.stale != joined.stale || a.fixed != joined.fixed || !slices.EqualFunc(a.marked[:], joined.marked[:], slices.Equal[[]span]) || len(a.written) != len(joined.written) || a.zeros != joined.zeros || a.line != joined.line ||
		!keepsRegions(a, joined) || a.incoming != joined.incoming || a.turn != joined.turn || a.nonBlocking != joined.nonBlocking || a.family != joined.family || a.peer != joined.peer || a.env != joined.env {
		return false
	}
	for i := range a.written {
		if a.written[i] != joined.written[i] {
			return false
		}
	}
	for i := range a.prefers {
		if !p.satisfiesPreference(joined, &a.prefers[i]) {
			return false
		}
	}
	for _, g := range a.guards {
		if !joined.satisfies(g) {
			return false
		}
	}
	for v := firstReg; v < zone.Vars; v++ {
		if !a.deadRegion(v) && !sameValue(a, joined, v) {
			return false
		}
	}
	for i := range a.vecs {
		if !sameVector(&a.vecs[i], &joined.vecs[i]) {
			return false
		}
	}
	return a.zone.Holds(joined.zone)
}

// keepsRegions: b has the regions that a has.
func keepsRegions(a, b *state) bool {
	for i, r := range a.regions {
		if r.live && r != b.regions[i] {
			return false
		}
	}
	return true
}

func sameValue(a, b *state, v zone.Var) bool {
	x, y := a.vals[v], b.vals[v]
	if x.org.sym != 0 && y.org.sym != 0 {
		sx, sy := a.syms[x.org.sym-1], b.syms[y.org.sym-1]
		if sx != sy {
			return false
		}
		x.org.sym, y.org.sym = 0, 0
	}
	if x.IsNumber() {
		c, zeros, ones := a.zone.Lo(v), x.zeros&^y.zeros, x.ones&^y.ones
		// bits follow from a constant, unless that is one modulo 1<<32, or they contradict it
		if c == a.zone.Hi(v) && !x.IsLow() && zeros&uint64(c) == 0 && ones&^uint64(c) == 0 {
			zeros, ones = 0, 0
		}
		x.zeros, x.ones, y.zeros, y.ones = zeros, ones, 0, 0
	}
	if !sameAttached(a, b, v) {
		return false
	}
	return x == y
}

// sameAttached compares what a register was loaded from.
func sameAttached(a, b *state, v zone.Var) bool {
	p, q := a.prov[v], b.prov[v]
	m, n := a.mask[v], b.mask[v]
	if (p == nil) != (q == nil) || (m == nil) != (n == nil) {
		return false
	}
	return (p == nil || p.addr == q.addr) && (m == nil || m.addr == n.addr)
}
