package meet

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// symPair is a choice in a together with one in b, whose records lie shift apart.
type symPair struct {
	a, b  uint8
	shift int64
}

// joinValues joins what is known of each variable by itself.
func joinValues(p *code.Program, out, a, b *domain.State, widen bool) {
	pairs := map[symPair]uint8{}
	for v := value.FirstReg; v < zone.Vars; v++ {
		x, y := &a.Vals[v], &b.Vals[v]
		if isUnknown(a, v) && isUnknown(b, v) {
			continue
		}
		if !x.Like(y.Meaning) || !sameWrap(a, b, v) {
			a.Forget(v)
			b.Forget(v)
			continue
		}
		org := joinOrigin(p, out, a, b, v, pairs, widen)
		if value.IsGhost(v) && org.Sym == 0 {
			a.Forget(v) // it is no field of both: what relations say of it is said of nothing
			b.Forget(v)
			continue
		}
		o := &out.Vals[v]
		*o = value.Value{Meaning: x.WithNull(x.MayBeNull() || y.MayBeNull()), Zeros: x.Zeros & y.Zeros, Ones: x.Ones & y.Ones, Origin: org}
		if x.IsNumber() {
			joinBits(p, o, a, b, v)
		}
		if x.FD == y.FD {
			o.FD = x.FD
		}
		if x.Array == y.Array {
			o.Array = x.Array
		}
		joinAttached(out, a, b, v)
	}
}

// isUnknown says that nothing is known of a variable.
func isUnknown(s *domain.State, v zone.Var) bool {
	return !s.Zone.Bounded(v) && s.Prov[v] == nil && s.Mask[v] == nil && s.Vals[v] == (value.Value{})
}

// sameWrap makes the variables of a and b stand for the value in the same way, if they
// can: what is known to be below 1<<32 anyway does so in both.
func sameWrap(a, b *domain.State, v zone.Var) bool {
	for _, s := range []*domain.State{a, b} {
		if s.Vals[v].IsBetween(s.Zone.Lo(v), s.Zone.Hi(v)) {
			s.Vals[v].Meaning = s.Vals[v].Whole()
		}
	}
	if a.Vals[v].IsLow() == b.Vals[v].IsLow() {
		return true
	}
	for _, s := range []*domain.State{a, b} {
		if !s.Vals[v].IsLow() && (!s.Vals[v].IsNumber() || s.Zone.Lo(v) < 0 || s.Zone.Hi(v) >= data.Word32) {
			return false
		}
		s.Vals[v].Meaning = s.Vals[v].Low()
	}
	return true
}

// joinBits makes use of bounds: a constant has no other bits.
func joinBits(p *code.Program, o *value.Value, a, b *domain.State, v zone.Var) {
	x, y := a.BitsOf(v), b.BitsOf(v)
	o.Zeros, o.Ones = x.Zeros&y.Zeros, x.Ones&y.Ones
}

func joinAttached(s *domain.State, a, b *domain.State, v zone.Var) {
	if p, q := a.Prov[v], b.Prov[v]; p != nil && q != nil && p.N == q.N && p.Bytes == q.Bytes && p.Plus == q.Plus {
		if addr, ok := sameAddress(a, b, p.Addr, q.Addr); ok {
			s.Prov[v] = &value.Provenance{Addr: addr, N: p.N, Bytes: p.Bytes, Plus: p.Plus}
			if addr == p.Addr {
				s.Prov[v] = p
			}
		}
	}
	if p, q := a.Mask[v], b.Mask[v]; p != nil && q != nil && *p.Set == *q.Set {
		if addr, ok := sameAddress(a, b, p.Addr, q.Addr); ok {
			s.Mask[v] = &value.LaneMask{Addr: addr, Set: p.Set}
		}
	}
}

// sameAddress is an expression that is x in a and y in b: one of the two, where it comes
// to the same in the other state.
func sameAddress(a, b *domain.State, x, y zone.Lin) (zone.Lin, bool) {
	if x == y {
		return x, true
	}
	d, ok := x.Plus(y, -1)
	switch {
	case !ok:
		return x, false
	case a.Zone.Max(d) == 0 && a.Zone.Min(d) == 0:
		return y, true
	}
	return x, b.Zone.Max(d) == 0 && b.Zone.Min(d) == 0
}

// joinOrigin: values that are computed alike from two choices are computed so from one
// among both. A constant pointer is a choice of one. A number that is another one in each
// round of a loop has no origin at its head, where it must settle.
func joinOrigin(p *code.Program, out, a, b *domain.State, v zone.Var, pairs map[symPair]uint8, widen bool) data.Origin {
	if a.Vals[v].Origin.Sym == 0 && b.Vals[v].Origin.Sym == 0 && !a.Vals[v].IsSome(meaning.Image) {
		return data.Origin{}
	}
	x, y := choice(a, v), choice(b, v)
	if x.N == 0 {
		x = constantChoice(a, v)
	}
	if y.N == 0 {
		y = constantChoice(b, v)
	}
	if x.N == 0 || y.N == 0 {
		return data.Origin{}
	}
	shift, ok := data.ApartBy(&x, &y)
	if !ok {
		return joinAsValues(p, out, a, b, v, widen)
	}
	key := symPair{x.Sym, y.Sym, shift}
	sym, known := pairs[key]
	if !known {
		if value.IsGhost(v) {
			return data.Origin{} // nothing is left that points to such a record
		}
		sa, sb := choiceSet(a, &x), choiceSet(b, &y)
		all := p.Union(sa, sb, shift)
		counts := widen && shift != 0 && all != sa && !a.Vals[v].IsSome(meaning.Image)
		if all == nil || len(all.Vals) == 1 || counts {
			return data.Origin{}
		}
		n := -1
		for i := range out.Syms {
			if out.Syms[i] == nil {
				n = i
				break
			}
		}
		if n < 0 {
			return data.Origin{}
		}
		out.Syms[n] = all
		sym = uint8(n + 1)
		pairs[key] = sym
	}
	x.Sym = sym
	return x
}

// joinAsValues joins pointers that are computed in different ways: what is left is the
// set of all their values.
func joinAsValues(p *code.Program, out, a, b *domain.State, v zone.Var, widen bool) data.Origin {
	x, y := choice(a, v), choice(b, v)
	if value.IsGhost(v) || !a.Vals[v].IsSome(meaning.Image) && (x.Sym == 0 || y.Sym == 0 || a.Vals[v].IsLow()) {
		return data.Origin{}
	}
	sa, sb := p.Values(choiceSet(a, &x), x), p.Values(choiceSet(b, &y), y)
	if sa == nil || sb == nil {
		return data.Origin{}
	}
	all := p.Union(sa, sb, 0)
	if widen && all != sa && !a.Vals[v].IsSome(meaning.Image) {
		return data.Origin{} // a count
	}
	for i := range out.Syms {
		if out.Syms[i] == nil && all != nil {
			out.Syms[i] = all
			return data.Self(i)
		}
	}
	return data.Origin{}
}

// choice is a variable's origin; a constant pointer's is itself, with the symbol 0,
// which stands for the number 0.
func choice(s *domain.State, v zone.Var) data.Origin {
	if o := s.Vals[v].Origin; o.Sym != 0 {
		return o
	}
	if lo := s.Zone.Lo(v); s.Vals[v].IsOrNull(meaning.Image) && lo == s.Zone.Hi(v) {
		o := data.Self(-1)
		o.Sym, o.Const = 0, lo
		return o
	}
	return data.Origin{}
}

// constantChoice is choice for a constant number: one of a table's, where there is but
// one yet.
func constantChoice(s *domain.State, v zone.Var) data.Origin {
	lo, ok := s.Constant(v, meaning.Number)
	if !ok {
		return data.Origin{}
	}
	o := data.Self(-1)
	o.Sym, o.Const = 0, lo
	return o
}

var zeroSet = &data.Set{Vals: []int64{0}}

func choiceSet(s *domain.State, o *data.Origin) *data.Set {
	if o.Sym == 0 {
		return zeroSet
	}
	return s.Syms[o.Sym-1]
}
