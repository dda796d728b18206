package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// preference says which records a register may point to if a bit of another is set, or
// if it is clear: what a server makes of a record depends on such bits.
type preference struct {
	v   zone.Var // the register with the bit
	bit uint8
	set bool
	reg zone.Var
	to  *set // addresses
}

// maxPreferences bounds what a state remembers.
const maxPreferences = 64

// pointees are the addresses that a register may hold under a preference's condition, nil
// where these are not known.
func (r *records) pointees(s *state, p *preference) *set {
	if set, known := s.bitOf(p.v, p.bit); known && set != p.set {
		return r.intern(nil)
	}
	for _, q := range s.prefers {
		if q.v == p.v && q.bit == p.bit && q.set == p.set && q.reg == p.reg {
			return q.to
		}
	}
	return r.addresses(s, p.reg)
}

// addresses are those that a register may hold.
func (r *records) addresses(s *state, v zone.Var) *set {
	val := &s.vals[v]
	switch {
	case !val.IsOrNull(meaning.Image):
	case val.org.sym != 0:
		return r.values(s.syms[val.org.sym-1], val.org)
	case s.zone.Lo(v) == s.zone.Hi(v):
		return r.single(s.zone.Lo(v))
	}
	return nil
}

// prefer narrows registers by the preferences whose condition is known to hold, and finds
// conditions that cannot hold because the register points elsewhere.
func (r *records) prefer(s *state) {
	if len(s.prefers) == 0 {
		return
	}
	all := slices.Clone(s.prefers)
	for _, p := range all {
		set, known := s.bitOf(p.v, p.bit)
		switch {
		case known && set == p.set:
			r.restrict(s, p.reg, p.to)
		case !known && r.excludes(s, &p):
			t := s.whole(p.v)
			s.learnBits(&t, 1<<p.bit, !p.set)
		}
	}
}

// excludes: a register points to none of a preference's addresses.
func (r *records) excludes(s *state, p *preference) bool {
	all := r.addresses(s, p.reg)
	return all != nil && !s.vals[p.reg].MayBeNull() && len(r.choose(all, self(0), p.to).vals) == 0
}

// whole is a register as it is.
func (s *state) whole(v zone.Var) term {
	return term{value: s.vals[v], lin: zone.Of(v), reg: v}
}

// preferSome: one of several bits of a register is set.
func (r *records) preferSome(s *state, v zone.Var, bits uint64) {
	for reg := firstReg; reg < firstSlot; reg++ {
		union := r.intern(nil)
		for bit := range uint8(64) {
			if bits>>bit&1 == 0 {
				continue
			}
			to := r.pointees(s, &preference{v: v, bit: bit, set: true, reg: reg})
			if to == nil || union == nil {
				union = nil
				break
			}
			union = r.union(union, to, 0)
		}
		if union != nil {
			r.restrict(s, reg, union)
		}
	}
}

// restrict notes that a register holds one of a few addresses.
func (r *records) restrict(s *state, reg zone.Var, to *set) {
	o := s.vals[reg].org
	if !s.vals[reg].Is(meaning.Image) || o.sym == 0 {
		return // null points to none
	}
	r.setSym(s, o.sym, r.choose(s.syms[o.sym-1], o, to))
}

// setSym gives a symbol a smaller set.
func (r *records) setSym(s *state, sym uint8, sub *set) {
	if sub == s.syms[sym-1] {
		return
	}
	if len(sub.vals) == 0 {
		s.zone.Require(zone.Const(1))
		return
	}
	s.syms[sym-1] = sub
	for w := firstReg; w < zone.Vars; w++ {
		if s.vals[w].org.sym == sym {
			r.link(s, w)
		}
	}
}

// chosenKey names a subset that was computed before.
type chosenKey struct {
	s, to *set
	o     origin
}

// choose is the subset for which o is one of a few numbers.
func (r *records) choose(s *set, o origin, to *set) *set {
	o.sym = 1
	key := chosenKey{s, to, o}
	if out, ok := r.chosen[key]; ok {
		return out
	}
	r.look(s)
	out := &set{}
	for _, v := range s.vals {
		x, ok := r.value(&o, v)
		if _, found := slices.BinarySearch(to.vals, x); found || !ok {
			out.vals = append(out.vals, v)
		}
	}
	out = r.intern(out.vals)
	r.chosen[key] = out
	return out
}

// joinPreferences keeps what holds in both states, and notes what bits that tell them
// apart say of registers.
func (p *program) joinPreferences(out, a, b *state) {
	for reg := firstReg; reg < firstSlot; reg++ {
		if !out.vals[reg].IsSome(meaning.Image) || out.vals[reg].org.sym == 0 {
			continue
		}
		all := p.addresses(out, reg)
		if all == nil {
			continue
		}
		for _, s := range []*state{a, b} {
			for _, f := range s.prefers {
				if f.reg == reg {
					p.addPreference(out, a, b, f, all)
				}
			}
		}
		for v, bits := range p.flagBits {
			for bit := range uint8(64) {
				if bits>>bit&1 == 1 && differs(a, b, zone.Var(v), bit) {
					p.addPreference(out, a, b, preference{zone.Var(v), bit, true, reg, nil}, all)
					p.addPreference(out, a, b, preference{zone.Var(v), bit, false, reg, nil}, all)
				}
			}
		}
	}
}

// differs: a bit is known in both states, and another one.
func differs(a, b *state, v zone.Var, bit uint8) bool {
	if !a.vals[v].IsNumber() || !b.vals[v].IsNumber() {
		return false
	}
	x, okX := a.bitOf(v, bit)
	y, okY := b.bitOf(v, bit)
	return okX && okY && x != y
}

func (p *program) addPreference(out, a, b *state, f preference, all *set) {
	same := func(q preference) bool { return q.v == f.v && q.bit == f.bit && q.set == f.set && q.reg == f.reg }
	if len(out.prefers) == maxPreferences || slices.ContainsFunc(out.prefers, same) {
		return
	}
	x, y := p.pointees(a, &f), p.pointees(b, &f)
	if x == nil || y == nil {
		return
	}
	if f.to = p.union(x, y, 0); f.to != nil && len(f.to.vals) < len(all.vals) {
		out.prefers = append(out.prefers, f)
	}
}

// satisfiesPreference: the state is one in which f holds.
func (p *program) satisfiesPreference(s *state, f *preference) bool {
	to := p.pointees(s, f)
	return to != nil && (len(to.vals) == 0 || p.union(f.to, to, 0) == f.to)
}

// forgetPreferences drops those that a new value of a variable leaves without a ground:
// of the register that they are about, and of bits that are not kept.
func (s *state) forgetPreferences(v zone.Var, kept, zeros, ones uint64) {
	s.prefers = slices.DeleteFunc(s.prefers, func(p preference) bool {
		opposite := zeros
		if !p.set {
			opposite = ones
		}
		return p.reg == v || p.v == v && (kept|opposite)>>p.bit&1 == 0
	})
}
