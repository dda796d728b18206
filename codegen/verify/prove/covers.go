package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// contains: everything that a says holds in b, as it stands: with the same variables at
// the same places. It may miss that; then a join of the two finds out.
func (p *program) contains(a, b *state) bool {
	if a.rest != b.rest || a.restOf != b.restOf || b.later && !a.later || b.answered && !a.answered || a.zeros && !b.zeros || a.line && !b.line || a.incoming.live && a.incoming != b.incoming ||
		a.env.loading && !b.env.loading || a.family != 0 && a.family != b.family || a.peer != (span{}) && a.peer != b.peer || !keepsRegions(a, b) {
		return false
	}
	if a.turn.or(b.turn) != a.turn || a.nonBlocking && !b.nonBlocking || a.traces.or(b.traces) != a.traces || b.unasked&^a.unasked != 0 || b.stale&^a.stale|a.fixed&^b.fixed != 0 || !marksWithin(b, a) || subtract(a.first, b.first) != nil || subtract(b.own, a.own) != nil {
		return false
	}
	for _, w := range a.written {
		if !slices.ContainsFunc(b.written, func(x span) bool { return x.lo <= w.lo && w.hi <= x.hi }) {
			return false
		}
	}
	for i := range a.prefers {
		if !p.satisfiesPreference(b, &a.prefers[i]) {
			return false
		}
	}
	for _, g := range a.guards {
		if !b.satisfies(g) {
			return false
		}
	}
	for i, sl := range a.slots {
		if sl.size != 0 && sl != b.slots[i] {
			return false
		}
	}
	for i := range a.vecs {
		if v := &a.vecs[i]; (*v != vector{} || b.vecs[i].stale) && !sameVector(v, &b.vecs[i]) {
			return false
		}
	}
	var syms [maxSyms]uint8
	for v := firstReg; v < zone.Vars; v++ {
		if !a.deadRegion(v) && !p.containsValue(a, b, v, &syms) {
			return false
		}
	}
	return a.zone.Holds(b.zone)
}

// containsValue is contains for one variable. syms maps a's choices to those of b.
func (p *program) containsValue(a, b *state, v zone.Var, syms *[maxSyms]uint8) bool {
	x, y := &a.vals[v], &b.vals[v]
	if *x == (value{}) && a.prov[v] == nil && a.mask[v] == nil && !a.zone.Knows(v) {
		return true
	}
	if !x.Like(y.Meaning) || x.IsLow() != y.IsLow() || x.fd != noFD && x.fd != y.fd || y.MayBeNull() && !x.MayBeNull() ||
		x.array != notReadable && x.array != y.array {
		return false
	}
	if x.IsNumber() && x.zeros|x.ones != 0 {
		if k := b.bitsOf(v); x.zeros&^k.zeros|x.ones&^k.ones != 0 {
			return false
		}
	}
	if x.org.sym != 0 && !p.containsOrigin(a, b, v, syms) {
		return false
	}
	from, q := a.prov[v], b.prov[v]
	m, n := a.mask[v], b.mask[v]
	return (from == nil || q != nil && *from == *q) && (m == nil || n != nil && m.addr == n.addr && *m.set == *n.set)
}

// containsOrigin: b's variable is computed as a's is, from a choice among no more.
func (p *program) containsOrigin(a, b *state, v zone.Var, syms *[maxSyms]uint8) bool {
	x, y := a.vals[v].org, b.vals[v].org
	if y.sym == 0 {
		return false
	}
	sa, sb := a.syms[x.sym-1], b.syms[y.sym-1]
	to := &syms[x.sym-1]
	if *to == 0 {
		*to = y.sym
	}
	if *to != y.sym || p.union(sa, sb, 0) != sa {
		return false
	}
	x.sym, y.sym = 0, 0
	return x == y
}

// marksWithin: every mark of a is one of b.
func marksWithin(a, b *state) bool {
	for k := range a.marked {
		if len(a.marked[k]) > 0 && subtract(a.marked[k], b.marked[k]) != nil {
			return false
		}
	}
	return true
}
