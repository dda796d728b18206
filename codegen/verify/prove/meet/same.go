package meet

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Covers: joined, which contains a, is no more than a.
func Covers(p *code.Program, a, joined *domain.State) bool {
	if a.Rest != joined.Rest || a.RestOf != joined.RestOf || a.Later != joined.Later || a.Answered != joined.Answered || !slices.Equal(a.First, joined.First) || !slices.Equal(a.Own, joined.Own) || a.Traces != joined.Traces || a.Unasked != joined.Unasked || a.Stale != joined.Stale || a.Fixed != joined.Fixed || !slices.EqualFunc(a.Marked[:], joined.Marked[:], slices.Equal[[]value.Span]) || len(a.Written) != len(joined.Written) || a.Zeros != joined.Zeros || a.Line != joined.Line ||
		!keepsRegions(a, joined) || a.Incoming != joined.Incoming || a.Turn != joined.Turn || a.NonBlocking != joined.NonBlocking || a.Family != joined.Family || a.Peer != joined.Peer || a.Env != joined.Env {
		return false
	}
	for i := range a.Written {
		if a.Written[i] != joined.Written[i] {
			return false
		}
	}
	for i := range a.Prefers {
		if !satisfiesPreference(p, joined, &a.Prefers[i]) {
			return false
		}
	}
	for _, g := range a.Guards {
		if !joined.Satisfies(g) {
			return false
		}
	}
	for v := value.FirstReg; v < zone.Vars; v++ {
		if !a.DeadRegion(v) && !sameValue(a, joined, v) {
			return false
		}
	}
	for i := range a.Vecs {
		if !sameVector(&a.Vecs[i], &joined.Vecs[i]) {
			return false
		}
	}
	return a.Zone.Holds(joined.Zone)
}

// keepsRegions: b has the regions that a has.
func keepsRegions(a, b *domain.State) bool {
	for i, r := range a.Regions {
		if r.Live && r != b.Regions[i] {
			return false
		}
	}
	return true
}

func sameValue(a, b *domain.State, v zone.Var) bool {
	x, y := a.Vals[v], b.Vals[v]
	if x.Origin.Sym != 0 && y.Origin.Sym != 0 {
		sx, sy := a.Syms[x.Origin.Sym-1], b.Syms[y.Origin.Sym-1]
		if sx != sy {
			return false
		}
		x.Origin.Sym, y.Origin.Sym = 0, 0
	}
	if x.IsNumber() {
		c, zeros, ones := a.Zone.Lo(v), x.Zeros&^y.Zeros, x.Ones&^y.Ones
		// bits follow from a constant, unless that is one modulo 1<<32, or they contradict it
		if c == a.Zone.Hi(v) && !x.IsLow() && zeros&uint64(c) == 0 && ones&^uint64(c) == 0 {
			zeros, ones = 0, 0
		}
		x.Zeros, x.Ones, y.Zeros, y.Ones = zeros, ones, 0, 0
	}
	if !sameAttached(a, b, v) {
		return false
	}
	return x == y
}

// sameAttached compares what a register was loaded from.
func sameAttached(a, b *domain.State, v zone.Var) bool {
	p, q := a.Prov[v], b.Prov[v]
	m, n := a.Mask[v], b.Mask[v]
	if (p == nil) != (q == nil) || (m == nil) != (n == nil) {
		return false
	}
	return (p == nil || p.Addr == q.Addr) && (m == nil || m.Addr == n.Addr)
}
