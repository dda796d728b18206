package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// renamingOf says what stands for the variables and choices of a in b, where that has come.
// It need not be right: containment judges it.
func (p *program) renamingOf(a, b *state) *renaming {
	w := new(renaming)
	for v := range w.by {
		w.by[v] = zone.Of(zone.Var(v))
	}
	for i, sl := range a.slots {
		if j := b.findSlot(sl.off, sl.size); sl.size != 0 && j >= 0 {
			w.by[firstSlot+zone.Var(i)] = zone.Of(firstSlot + zone.Var(j))
		}
	}
	for i, r := range a.regions {
		if r.live {
			w.by[endOf(i)] = b.endFrom(r.base)
		}
	}
	w.shorten(a, b)
	for v := firstGhost; v < firstGhost+ghosts; v++ {
		if lo := a.zone.Lo(v); a.vals[v].org.sym == 0 && !b.zone.Knows(v) && lo > -zone.Inf {
			w.by[v] = zone.Const(lo) // it stands for nothing: any number will do
		}
	}
	if a.rest && !b.rest {
		w.by[restVar] = zone.Const(0)
	}
	p.renameChoices(w, a, b)
	return w
}

// shorten lowers the ends of a's regions that are constants in b to where a says that they are at
// most, as seen from registers, variables and other ends: fewer bytes are written then, too. An end
// that is lowered may lower another one, in as many rounds as there are ends.
func (w *renaming) shorten(a, b *state) {
	for range regions {
		for i, r := range a.regions {
			end := &w.by[endOf(i)]
			for v := zone.Zero; r.live && end.IsConst() && v < firstRegion+regions; v++ {
				most := a.zone.Most(endOf(i), v)
				if most >= zone.Inf {
					continue
				}
				if lo := b.zone.Min(w.by[v]); lo > -zone.Inf {
					end.C = min(end.C, most+lo)
				}
			}
		}
	}
}

// endFrom is up to where bytes are written from a place on.
func (s *state) endFrom(base int64) zone.Lin {
	if i := slices.Index(s.regions[:], region{base, true}); i >= 0 {
		return zone.Of(endOf(i))
	}
	for _, x := range s.written {
		if x.lo <= base && x.hi > base {
			return zone.Const(x.hi)
		}
	}
	return zone.Const(base)
}

// renameChoices finds what stands for a's choices: first by the variables that are the
// choice itself but for a constant.
func (p *program) renameChoices(w *renaming, a, b *state) {
	var known [maxSyms]bool
	for _, direct := range []bool{true, false} {
		for v := firstReg; v < zone.Vars; v++ {
			x := a.vals[v].org
			if x.sym == 0 || known[x.sym-1] || x.pointer() != direct {
				continue
			}
			if u, ok := (&term{lin: w.by[v]}).isVar(); ok {
				o, ok := p.renameChoice(a, b, v, u)
				w.syms[x.sym-1], known[x.sym-1] = p.only(b, o), ok
			}
		}
	}
	for v := firstReg; v < zone.Vars; v++ {
		x := a.vals[v].org
		if x.sym == 0 {
			continue
		}
		o := w.syms[x.sym-1]
		ghost := isGhost(v)
		switch n, zero := b.constant(v, meaning.Number); {
		case o.sym == 0 && (ghost || v < firstSlot && zero && n == 0 && a.vals[v].MayBeNull() && a.vals[v].IsSome(meaning.Image)):
			if n, ok := p.value(&x, o.c); ok {
				w.by[v] = zone.Const(n)
			}
		case ghost:
			m, ok := x.of(o)
			for u := firstReg; ok && u < zone.Vars; u++ {
				if b.vals[u].org == m && (b.vals[v].org != m || u == v) {
					w.by[v] = zone.Of(u)
					break
				}
			}
		}
	}
}

// only is an origin, as a constant where its choice is one of one: b may know no field of that
// record, which has its number nevertheless.
func (p *program) only(b *state, o origin) origin {
	if o.sym == 0 || len(b.syms[o.sym-1].vals) != 1 {
		return o
	}
	if n, ok := p.value(&o, b.syms[o.sym-1].vals[0]); ok {
		return origin{c: n}
	}
	return o
}

// renameChoice is what stands for the choice that v is computed from in a, u being what v is
// in b.
func (p *program) renameChoice(a, b *state, v, u zone.Var) (origin, bool) {
	x, y := a.vals[v].org, b.vals[u].org
	lo, hi := b.zone.Lo(u), b.zone.Hi(u)
	switch {
	case y.sym != 0 && x.pointer():
		o := y.moved(-1, x.c)
		return o, o.sym != 0
	case y.sym != 0:
		shift, ok := apartBy(&x, &y)
		return self(int(y.sym)-1).moved(1, shift), ok
	case lo != hi:
		return origin{}, false
	case a.vals[v].MayBeNull() && b.vals[u].IsNumber():
		return origin{c: a.syms[x.sym-1].vals[0]}, true
	case x.pointer():
		return origin{c: lo - x.c}, true
	}
	for _, c := range a.syms[x.sym-1].vals {
		if n, ok := p.value(&x, c); ok && n == lo {
			return origin{c: c}, true
		}
	}
	return origin{}, false
}

// endsOfRuns says where runs of constant bytes end in a state, as joinEnds keeps that.
func endsOfRuns(s *state) []zone.Lin {
	var out []zone.Lin
	for v := firstReg; v < firstRegion; v++ {
		if !s.vals[v].IsOrNull(meaning.Image) || s.zone.Lo(v) == s.zone.Hi(v) {
			continue
		}
		for _, n := range lengths {
			run, _ := zone.Of(v).Plus(zone.Of(n), 1)
			if end := s.zone.MaxDeep(run); s.vals[n].IsNumber() && end < zone.Inf {
				out = append(out, run.PlusConst(-end))
			}
		}
	}
	return out
}
