package meet

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Contains: everything that a says holds in b, as it stands: with the same variables at
// the same places. It may miss that; then a join of the two finds out.
func Contains(p *code.Program, a, b *domain.State) bool {
	if a.Rest != b.Rest || a.RestOf != b.RestOf || b.Later && !a.Later || b.Answered && !a.Answered || a.Zeros && !b.Zeros || a.Line && !b.Line || a.Incoming.Live && a.Incoming != b.Incoming ||
		a.Env.Loading && !b.Env.Loading || a.Family != 0 && a.Family != b.Family || a.Peer != (value.Span{}) && a.Peer != b.Peer || !keepsRegions(a, b) {
		return false
	}
	if a.Turn.Or(b.Turn) != a.Turn || a.NonBlocking && !b.NonBlocking || a.Traces.Or(b.Traces) != a.Traces || b.Unasked&^a.Unasked != 0 || b.Stale&^a.Stale|a.Fixed&^b.Fixed != 0 || !marksWithin(b, a) || value.Subtract(a.First, b.First) != nil || value.Subtract(b.Own, a.Own) != nil {
		return false
	}
	for _, w := range a.Written {
		if !slices.ContainsFunc(b.Written, func(x value.Span) bool { return x.Lo <= w.Lo && w.Hi <= x.Hi }) {
			return false
		}
	}
	for i := range a.Prefers {
		if !satisfiesPreference(p, b, &a.Prefers[i]) {
			return false
		}
	}
	for _, g := range a.Guards {
		if !b.Satisfies(g) {
			return false
		}
	}
	for i, sl := range a.Slots {
		if sl.Size != 0 && sl != b.Slots[i] {
			return false
		}
	}
	for i := range a.Vecs {
		if v := &a.Vecs[i]; (*v != value.Vector{} || b.Vecs[i].Stale) && !sameVector(v, &b.Vecs[i]) {
			return false
		}
	}
	var syms [data.MaxSyms]uint8
	for v := value.FirstReg; v < zone.Vars; v++ {
		if !a.DeadRegion(v) && !containsValue(p, a, b, v, &syms) {
			return false
		}
	}
	return a.Zone.Holds(b.Zone)
}

// containsValue is contains for one variable. syms maps a's choices to those of b.
func containsValue(p *code.Program, a, b *domain.State, v zone.Var, syms *[data.MaxSyms]uint8) bool {
	x, y := &a.Vals[v], &b.Vals[v]
	if *x == (value.Value{}) && a.Prov[v] == nil && a.Mask[v] == nil && !a.Zone.Knows(v) {
		return true
	}
	if !x.Like(y.Meaning) || x.IsLow() != y.IsLow() || x.FD != value.NoFD && x.FD != y.FD || y.MayBeNull() && !x.MayBeNull() ||
		x.Array != value.NotReadable && x.Array != y.Array {
		return false
	}
	if x.IsNumber() && x.Zeros|x.Ones != 0 {
		if k := b.BitsOf(v); x.Zeros&^k.Zeros|x.Ones&^k.Ones != 0 {
			return false
		}
	}
	if x.Origin.Sym != 0 && !containsOrigin(p, a, b, v, syms) {
		return false
	}
	from, q := a.Prov[v], b.Prov[v]
	m, n := a.Mask[v], b.Mask[v]
	return (from == nil || q != nil && *from == *q) && (m == nil || n != nil && m.Addr == n.Addr && *m.Set == *n.Set)
}

// containsOrigin: b's variable is computed as a's is, from a choice among no more.
func containsOrigin(p *code.Program, a, b *domain.State, v zone.Var, syms *[data.MaxSyms]uint8) bool {
	x, y := a.Vals[v].Origin, b.Vals[v].Origin
	if y.Sym == 0 {
		return false
	}
	sa, sb := a.Syms[x.Sym-1], b.Syms[y.Sym-1]
	to := &syms[x.Sym-1]
	if *to == 0 {
		*to = y.Sym
	}
	if *to != y.Sym || p.Union(sa, sb, 0) != sa {
		return false
	}
	x.Sym, y.Sym = 0, 0
	return x == y
}

// marksWithin: every mark of a is one of b.
func marksWithin(a, b *domain.State) bool {
	for k := range a.Marked {
		if len(a.Marked[k]) > 0 && value.Subtract(a.Marked[k], b.Marked[k]) != nil {
			return false
		}
	}
	return true
}
