package meet

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// joinPreferences keeps what holds in both states, and notes what bits that tell them
// apart say of registers.
func joinPreferences(p *code.Program, out, a, b *domain.State) {
	for reg := value.FirstReg; reg < value.FirstSlot; reg++ {
		if !out.Vals[reg].IsSome(meaning.Image) || out.Vals[reg].Origin.Sym == 0 {
			continue
		}
		all := out.Addresses(p.Records, reg)
		if all == nil {
			continue
		}
		for _, s := range []*domain.State{a, b} {
			for _, f := range s.Prefers {
				if f.Reg == reg {
					addPreference(p, out, a, b, f, all)
				}
			}
		}
		for v, bits := range p.FlagBits {
			for bit := range uint8(64) {
				if bits>>bit&1 == 1 && differs(a, b, zone.Var(v), bit) {
					addPreference(p, out, a, b, domain.Preference{Var: zone.Var(v), Bit: bit, Set: true, Reg: reg, To: nil}, all)
					addPreference(p, out, a, b, domain.Preference{Var: zone.Var(v), Bit: bit, Set: false, Reg: reg, To: nil}, all)
				}
			}
		}
	}
}

// differs: a bit is known in both states, and another one.
func differs(a, b *domain.State, v zone.Var, bit uint8) bool {
	if !a.Vals[v].IsNumber() || !b.Vals[v].IsNumber() {
		return false
	}
	x, okX := a.BitOf(v, bit)
	y, okY := b.BitOf(v, bit)
	return okX && okY && x != y
}

func addPreference(p *code.Program, out, a, b *domain.State, f domain.Preference, all *data.Set) {
	same := func(q domain.Preference) bool {
		return q.Var == f.Var && q.Bit == f.Bit && q.Set == f.Set && q.Reg == f.Reg
	}
	if len(out.Prefers) == domain.MaxPreferences || slices.ContainsFunc(out.Prefers, same) {
		return
	}
	x, y := a.Pointees(p.Records, &f), b.Pointees(p.Records, &f)
	if x == nil || y == nil {
		return
	}
	if f.To = p.Union(x, y, 0); f.To != nil && len(f.To.Vals) < len(all.Vals) {
		out.Prefers = append(out.Prefers, f)
	}
}

// satisfiesPreference: the state is one in which f holds.
func satisfiesPreference(p *code.Program, s *domain.State, f *domain.Preference) bool {
	to := s.Pointees(p.Records, f)
	return to != nil && (len(to.Vals) == 0 || p.Union(f.To, to, 0) == f.To)
}
