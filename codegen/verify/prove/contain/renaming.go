package contain

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// RenamingOf says what stands for the variables and choices of a in b, where that has come.
// It need not be right: containment judges it.
func RenamingOf(p *code.Program, a, b *domain.State) (w Renaming) {
	for v := range w.by {
		w.by[v] = zone.Of(zone.Var(v))
	}
	for i, sl := range a.Slots {
		if j := b.FindSlot(sl.Off, sl.Size); sl.Size != 0 && j >= 0 {
			w.by[value.FirstSlot+zone.Var(i)] = zone.Of(value.FirstSlot + zone.Var(j))
		}
	}
	for i, r := range a.Regions {
		if r.Live {
			w.by[domain.EndOf(i)] = endFrom(b, r.Base)
		}
	}
	w.shorten(a, b)
	for v := value.FirstGhost; v < value.FirstGhost+value.Ghosts; v++ {
		if lo := a.Zone.Lo(v); a.Vals[v].Origin.Sym == 0 && !b.Zone.Knows(v) && lo > -zone.Inf {
			w.by[v] = zone.Const(lo) // it stands for nothing: any number will do
		}
	}
	if a.Rest && !b.Rest {
		w.by[value.RestVar] = zone.Const(0)
	}
	renameChoices(p, &w, a, b)
	return w
}

// shorten lowers the ends of a's regions that are constants in b to where a says that they are at
// most, as seen from registers, variables and other ends: fewer bytes are written then, too. An end
// that is lowered may lower another one, in as many rounds as there are ends.
func (w *Renaming) shorten(a, b *domain.State) {
	for range value.Regions {
		for i, r := range a.Regions {
			end := &w.by[domain.EndOf(i)]
			for v := zone.Zero; r.Live && end.IsConst() && v < value.FirstRegion+value.Regions; v++ {
				most := a.Zone.Most(domain.EndOf(i), v)
				if most >= zone.Inf {
					continue
				}
				if lo := b.Zone.Min(w.by[v]); lo > -zone.Inf {
					end.C = min(end.C, most+lo)
				}
			}
		}
	}
}

// endFrom is up to where bytes are written from a place on.
func endFrom(s *domain.State, base int64) zone.Lin {
	if i := slices.Index(s.Regions[:], domain.Region{Base: base, Live: true}); i >= 0 {
		return zone.Of(domain.EndOf(i))
	}
	for _, x := range s.Written {
		if x.Lo <= base && x.Hi > base {
			return zone.Const(x.Hi)
		}
	}
	return zone.Const(base)
}

// renameChoices finds what stands for a's choices: first by the variables that are the
// choice itself but for a constant.
func renameChoices(p *code.Program, w *Renaming, a, b *domain.State) {
	var known [data.MaxSyms]bool
	for _, direct := range []bool{true, false} {
		for v := value.FirstReg; v < zone.Vars; v++ {
			x := a.Vals[v].Origin
			if x.Sym == 0 || known[x.Sym-1] || x.Pointer() != direct {
				continue
			}
			if u, ok := (&value.Term{Lin: w.by[v]}).IsVar(); ok {
				o, ok := renameChoice(p, a, b, v, u)
				w.syms[x.Sym-1], known[x.Sym-1] = only(p, b, o), ok
			}
		}
	}
	for v := value.FirstReg; v < zone.Vars; v++ {
		x := a.Vals[v].Origin
		if x.Sym == 0 {
			continue
		}
		o := w.syms[x.Sym-1]
		ghost := value.IsGhost(v)
		switch n, zero := b.Constant(v, meaning.Number); {
		case o.Sym == 0 && (ghost || v < value.FirstSlot && zero && n == 0 && a.Vals[v].MayBeNull() && a.Vals[v].IsSome(meaning.Image)):
			if n, ok := p.Value(&x, o.Const); ok {
				w.by[v] = zone.Const(n)
			}
		case ghost:
			m, ok := of(x, o)
			for u := value.FirstReg; ok && u < zone.Vars; u++ {
				if b.Vals[u].Origin == m && (b.Vals[v].Origin != m || u == v) {
					w.by[v] = zone.Of(u)
					break
				}
			}
		}
	}
}

// only is an origin, as a constant where its choice is one of one: b may know no field of that
// record, which has its number nevertheless.
func only(p *code.Program, b *domain.State, o data.Origin) data.Origin {
	if o.Sym == 0 || len(b.Syms[o.Sym-1].Vals) != 1 {
		return o
	}
	if n, ok := p.Value(&o, b.Syms[o.Sym-1].Vals[0]); ok {
		return data.Origin{Const: n}
	}
	return o
}

// renameChoice is what stands for the choice that v is computed from in a, u being what v is
// in b.
func renameChoice(p *code.Program, a, b *domain.State, v, u zone.Var) (data.Origin, bool) {
	x, y := a.Vals[v].Origin, b.Vals[u].Origin
	lo, hi := b.Zone.Lo(u), b.Zone.Hi(u)
	switch {
	case y.Sym != 0 && x.Pointer():
		o := y.Moved(-1, x.Const)
		return o, o.Sym != 0
	case y.Sym != 0:
		shift, ok := data.ApartBy(&x, &y)
		return data.Self(int(y.Sym)-1).Moved(1, shift), ok
	case lo != hi:
		return data.Origin{}, false
	case a.Vals[v].MayBeNull() && b.Vals[u].IsNumber():
		return data.Origin{Const: a.Syms[x.Sym-1].Vals[0]}, true
	case x.Pointer():
		return data.Origin{Const: lo - x.Const}, true
	}
	for _, c := range a.Syms[x.Sym-1].Vals {
		if n, ok := p.Value(&x, c); ok && n == lo {
			return data.Origin{Const: c}, true
		}
	}
	return data.Origin{}, false
}

// endsOfRuns says where runs of constant bytes end in a state, as joinEnds keeps that.
func endsOfRuns(s *domain.State) []zone.Lin {
	var out []zone.Lin
	for v := value.FirstReg; v < value.FirstRegion; v++ {
		if !s.Vals[v].IsOrNull(meaning.Image) || s.Zone.Lo(v) == s.Zone.Hi(v) {
			continue
		}
		for _, n := range value.LengthRegs {
			run, _ := zone.Of(v).Plus(zone.Of(n), 1)
			if end := s.Zone.MaxDeep(run); s.Vals[n].IsNumber() && end < zone.Inf {
				out = append(out, run.PlusConst(-end))
			}
		}
	}
	return out
}
