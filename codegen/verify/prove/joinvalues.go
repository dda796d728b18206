package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// symPair is a choice in a together with one in b, whose records lie shift apart.
type symPair struct {
	a, b  uint8
	shift int64
}

// joinValues joins what is known of each variable by itself.
func (p *program) joinValues(out, a, b *state, widen bool) {
	pairs := map[symPair]uint8{}
	for v := firstReg; v < zone.Vars; v++ {
		x, y := &a.vals[v], &b.vals[v]
		if a.isUnknown(v) && b.isUnknown(v) {
			continue
		}
		if !x.Like(y.Meaning) || !sameWrap(a, b, v) {
			a.forget(v)
			b.forget(v)
			continue
		}
		org := p.joinOrigin(out, a, b, v, pairs, widen)
		if isGhost(v) && org.sym == 0 {
			a.forget(v) // it is no field of both: what relations say of it is said of nothing
			b.forget(v)
			continue
		}
		o := &out.vals[v]
		*o = value{Meaning: x.WithNull(x.MayBeNull() || y.MayBeNull()), zeros: x.zeros & y.zeros, ones: x.ones & y.ones, org: org}
		if x.IsNumber() {
			p.joinBits(o, a, b, v)
		}
		if x.fd == y.fd {
			o.fd = x.fd
		}
		if x.array == y.array {
			o.array = x.array
		}
		out.joinAttached(a, b, v)
	}
}

// isUnknown says that nothing is known of a variable.
func (s *state) isUnknown(v zone.Var) bool {
	return !s.zone.Bounded(v) && s.prov[v] == nil && s.mask[v] == nil && s.vals[v] == (value{})
}

// sameWrap makes the variables of a and b stand for the value in the same way, if they
// can: what is known to be below 1<<32 anyway does so in both.
func sameWrap(a, b *state, v zone.Var) bool {
	for _, s := range []*state{a, b} {
		if s.vals[v].IsBetween(s.zone.Lo(v), s.zone.Hi(v)) {
			s.vals[v].Meaning = s.vals[v].Whole()
		}
	}
	if a.vals[v].IsLow() == b.vals[v].IsLow() {
		return true
	}
	for _, s := range []*state{a, b} {
		if !s.vals[v].IsLow() && (!s.vals[v].IsNumber() || s.zone.Lo(v) < 0 || s.zone.Hi(v) >= word32) {
			return false
		}
		s.vals[v].Meaning = s.vals[v].Low()
	}
	return true
}

// joinBits makes use of bounds: a constant has no other bits.
func (p *program) joinBits(o *value, a, b *state, v zone.Var) {
	x, y := a.bitsOf(v), b.bitsOf(v)
	o.zeros, o.ones = x.zeros&y.zeros, x.ones&y.ones
}

func (s *state) joinAttached(a, b *state, v zone.Var) {
	if p, q := a.prov[v], b.prov[v]; p != nil && q != nil && p.n == q.n && p.b == q.b && p.plus == q.plus {
		if addr, ok := sameAddress(a, b, p.addr, q.addr); ok {
			s.prov[v] = &provenance{addr, p.n, p.b, p.plus}
			if addr == p.addr {
				s.prov[v] = p
			}
		}
	}
	if p, q := a.mask[v], b.mask[v]; p != nil && q != nil && *p.set == *q.set {
		if addr, ok := sameAddress(a, b, p.addr, q.addr); ok {
			s.mask[v] = &laneMask{addr, p.set}
		}
	}
}

// sameAddress is an expression that is x in a and y in b: one of the two, where it comes
// to the same in the other state.
func sameAddress(a, b *state, x, y zone.Lin) (zone.Lin, bool) {
	if x == y {
		return x, true
	}
	d, ok := x.Plus(y, -1)
	switch {
	case !ok:
		return x, false
	case a.zone.Max(d) == 0 && a.zone.Min(d) == 0:
		return y, true
	}
	return x, b.zone.Max(d) == 0 && b.zone.Min(d) == 0
}

// joinOrigin: values that are computed alike from two choices are computed so from one
// among both. A constant pointer is a choice of one. A number that is another one in each
// round of a loop has no origin at its head, where it must settle.
func (p *program) joinOrigin(out, a, b *state, v zone.Var, pairs map[symPair]uint8, widen bool) origin {
	if a.vals[v].org.sym == 0 && b.vals[v].org.sym == 0 && !a.vals[v].IsSome(meaning.Image) {
		return origin{}
	}
	x, y := choice(a, v), choice(b, v)
	if x.n == 0 {
		x = constantChoice(a, v)
	}
	if y.n == 0 {
		y = constantChoice(b, v)
	}
	if x.n == 0 || y.n == 0 {
		return origin{}
	}
	shift, ok := apartBy(&x, &y)
	if !ok {
		return p.joinAsValues(out, a, b, v, widen)
	}
	key := symPair{x.sym, y.sym, shift}
	sym, known := pairs[key]
	if !known {
		if isGhost(v) {
			return origin{} // nothing is left that points to such a record
		}
		sa, sb := a.choiceSet(&x), b.choiceSet(&y)
		all := p.union(sa, sb, shift)
		counts := widen && shift != 0 && all != sa && !a.vals[v].IsSome(meaning.Image)
		if all == nil || len(all.vals) == 1 || counts {
			return origin{}
		}
		n := -1
		for i := range out.syms {
			if out.syms[i] == nil {
				n = i
				break
			}
		}
		if n < 0 {
			return origin{}
		}
		out.syms[n] = all
		sym = uint8(n + 1)
		pairs[key] = sym
	}
	x.sym = sym
	return x
}

// joinAsValues joins pointers that are computed in different ways: what is left is the
// set of all their values.
func (p *program) joinAsValues(out, a, b *state, v zone.Var, widen bool) origin {
	x, y := choice(a, v), choice(b, v)
	if isGhost(v) || !a.vals[v].IsSome(meaning.Image) && (x.sym == 0 || y.sym == 0 || a.vals[v].IsLow()) {
		return origin{}
	}
	sa, sb := p.values(a.choiceSet(&x), x), p.values(b.choiceSet(&y), y)
	if sa == nil || sb == nil {
		return origin{}
	}
	all := p.union(sa, sb, 0)
	if widen && all != sa && !a.vals[v].IsSome(meaning.Image) {
		return origin{} // a count
	}
	for i := range out.syms {
		if out.syms[i] == nil && all != nil {
			out.syms[i] = all
			return self(i)
		}
	}
	return origin{}
}

// choice is a variable's origin; a constant pointer's is itself, with the symbol 0,
// which stands for the number 0.
func choice(s *state, v zone.Var) origin {
	if o := s.vals[v].org; o.sym != 0 {
		return o
	}
	if lo := s.zone.Lo(v); s.vals[v].IsOrNull(meaning.Image) && lo == s.zone.Hi(v) {
		o := self(-1)
		o.sym, o.c = 0, lo
		return o
	}
	return origin{}
}

// constantChoice is choice for a constant number: one of a table's, where there is but
// one yet.
func constantChoice(s *state, v zone.Var) origin {
	lo, ok := s.constant(v, meaning.Number)
	if !ok {
		return origin{}
	}
	o := self(-1)
	o.sym, o.c = 0, lo
	return o
}

var zeroSet = &set{[]int64{0}}

func (s *state) choiceSet(o *origin) *set {
	if o.sym == 0 {
		return zeroSet
	}
	return s.syms[o.sym-1]
}

// apartBy finds by how much the choices of y must be moved so that y is computed from
// them as x is: the numbers in a record then are as far from its beginning.
func apartBy(x, y *origin) (int64, bool) {
	if x.n != y.n {
		return 0, false
	}
	shift, known, own := int64(0), false, int64(0)
	for i := range x.n {
		p, q := x.parts[i], y.parts[i]
		if p.coef != q.coef || p.f.size != q.f.size || p.f.signed != q.f.signed {
			return 0, false
		}
		if p.f.size == 0 {
			own += int64(p.coef)
			continue
		}
		d := int64(q.f.off) - int64(p.f.off)
		if known && d != shift {
			return 0, false
		}
		shift, known = d, true
	}
	if !known && own == 1 {
		return y.c - x.c, true
	}
	return shift, y.c-x.c == own*shift
}
