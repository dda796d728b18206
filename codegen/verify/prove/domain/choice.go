package domain

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Preference says which records a register may point to if a bit of another is set, or
// if it is clear: what a server makes of a record depends on such bits.
type Preference struct {
	Var zone.Var // the register with the bit
	Bit uint8
	Set bool
	Reg zone.Var
	To  *data.Set // addresses
}

// MaxPreferences bounds what a state remembers.
const MaxPreferences = 64

// Pointees are the addresses that a register may hold under a preference's condition, nil
// where these are not known.
func (s *State) Pointees(r *data.Records, p *Preference) *data.Set {
	if set, known := s.BitOf(p.Var, p.Bit); known && set != p.Set {
		return r.Intern(nil)
	}
	for _, q := range s.Prefers {
		if q.Var == p.Var && q.Bit == p.Bit && q.Set == p.Set && q.Reg == p.Reg {
			return q.To
		}
	}
	return s.Addresses(r, p.Reg)
}

// Addresses are those that a register may hold.
func (s *State) Addresses(r *data.Records, v zone.Var) *data.Set {
	val := &s.Vals[v]
	switch {
	case !val.IsOrNull(meaning.Image):
	case val.Origin.Sym != 0:
		return r.Values(s.Syms[val.Origin.Sym-1], val.Origin)
	case s.Zone.Lo(v) == s.Zone.Hi(v):
		return r.Single(s.Zone.Lo(v))
	}
	return nil
}

// Prefer narrows registers by the preferences whose condition is known to hold, and finds
// conditions that cannot hold because the register points elsewhere.
func (s *State) Prefer(r *data.Records) {
	if len(s.Prefers) == 0 {
		return
	}
	all := slices.Clone(s.Prefers)
	for _, p := range all {
		set, known := s.BitOf(p.Var, p.Bit)
		switch {
		case known && set == p.Set:
			s.restrict(r, p.Reg, p.To)
		case !known && s.excludes(r, &p):
			t := s.whole(p.Var)
			s.LearnBits(&t, 1<<p.Bit, !p.Set)
		}
	}
}

// excludes: a register points to none of a preference's addresses.
func (s *State) excludes(r *data.Records, p *Preference) bool {
	all := s.Addresses(r, p.Reg)
	return all != nil && !s.Vals[p.Reg].MayBeNull() && len(r.Choose(all, data.Self(0), p.To).Vals) == 0
}

// whole is a register as it is.
func (s *State) whole(v zone.Var) value.Term {
	return value.Term{Value: s.Vals[v], Lin: zone.Of(v), Reg: v}
}

// PreferSome: one of several bits of a register is set.
func (s *State) PreferSome(r *data.Records, v zone.Var, bits uint64) {
	for reg := value.FirstReg; reg < value.FirstSlot; reg++ {
		union := r.Intern(nil)
		for bit := range uint8(64) {
			if bits>>bit&1 == 0 {
				continue
			}
			to := s.Pointees(r, &Preference{Var: v, Bit: bit, Set: true, Reg: reg})
			if to == nil || union == nil {
				union = nil
				break
			}
			union = r.Union(union, to, 0)
		}
		if union != nil {
			s.restrict(r, reg, union)
		}
	}
}

// restrict notes that a register holds one of a few addresses.
func (s *State) restrict(r *data.Records, reg zone.Var, to *data.Set) {
	o := s.Vals[reg].Origin
	if !s.Vals[reg].Is(meaning.Image) || o.Sym == 0 {
		return // null points to none
	}
	s.setSym(r, o.Sym, r.Choose(s.Syms[o.Sym-1], o, to))
}

// setSym gives a symbol a smaller set.
func (s *State) setSym(r *data.Records, sym uint8, sub *data.Set) {
	if sub == s.Syms[sym-1] {
		return
	}
	if len(sub.Vals) == 0 {
		s.Zone.Require(zone.Const(1))
		return
	}
	s.Syms[sym-1] = sub
	for w := value.FirstReg; w < zone.Vars; w++ {
		if s.Vals[w].Origin.Sym == sym {
			s.Link(r, w)
		}
	}
}

// forgetPreferences drops those that a new value of a variable leaves without a ground:
// of the register that they are about, and of bits that are not kept.
func (s *State) forgetPreferences(v zone.Var, kept, zeros, ones uint64) {
	s.Prefers = slices.DeleteFunc(s.Prefers, func(p Preference) bool {
		opposite := zeros
		if !p.Set {
			opposite = ones
		}
		return p.Reg == v || p.Var == v && (kept|opposite)>>p.Bit&1 == 0
	})
}
