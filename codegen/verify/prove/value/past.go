package value

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Past relates values that there were where a way began to those that variables have
// now: what the matrix would say of them if they were variables too. A state on its way
// from one point to the next carries it along.
type Past struct {
	Rows []PastRow
}

// PastRow bounds an old value g: g - v is at most most[v] and at least least[v]. As long
// as g is an expression of several variables that can still be written, with anything from
// lo to hi added, that is kept.
type PastRow struct {
	most, least [zone.Vars]int64
	Sum         bool
	Lin         zone.Lin
	Lo, Hi      int64
}

// Begin starts with the present values of expressions.
func (p *Past) Begin(values []zone.Lin) {
	p.Rows = slices.Grow(p.Rows[:0], len(values))[:len(values)]
	for i := range values {
		r := &p.Rows[i]
		*r = unknownRow
		switch t := values[i].Terms(); {
		case len(t) == 0:
			r.most[zone.Zero], r.least[zone.Zero] = values[i].C, values[i].C
		case len(t) == 1 && t[0].Coef == 1 && values[i].C == 0:
			r.most[t[0].Var], r.least[t[0].Var] = 0, 0
		default:
			r.Sum, r.Lin = true, values[i]
		}
	}
}

// unknownRow is that of a value that is near nothing.
var unknownRow = func() (r PastRow) {
	for w := range r.most {
		r.most[w], r.least[w] = zone.Inf, -zone.Inf
	}
	return r
}()

// Copy makes p a copy of b that shares nothing with it.
func (p *Past) Copy(b *Past) { p.Rows = append(p.Rows[:0], b.Rows...) }

// Assign prepares for v = t, z being what is known before. What v was before is by in
// terms of what is there behind that, if ok.
func (p *Past) Assign(z *zone.Zone, v zone.Var, t *Term, by zone.Lin, ok bool) {
	var over [zone.Vars]gap
	n := gaps(z, t, &over)
	for i := range p.Rows {
		p.Rows[i].assign(z, v, t, over[:n])
		p.Rows[i].rewrite(z, v, by, ok)
	}
}

// gap bounds v less a term from above and below, v being a variable that it names.
type gap struct {
	v           zone.Var
	most, least int64
}

// gaps bounds the distance of a term from each of its variables, and from 0 where it
// has none.
func gaps(z *zone.Zone, t *Term, out *[zone.Vars]gap) int {
	if t.Lo <= -zone.Inf || t.Hi >= zone.Inf {
		return 0
	}
	if t.Lin.IsConst() {
		out[0] = gap{zone.Zero, AddMost(-t.Lin.C, -t.Lo), AddLeast(-t.Lin.C, -t.Hi)}
		return 1
	}
	n := 0
	for _, x := range t.Lin.Terms() {
		d, ok := zone.Of(x.Var).Plus(t.Lin, -1)
		if !ok {
			continue
		}
		g := gap{x.Var, AddMost(z.Max(d), -t.Lo), AddLeast(z.Min(d), -t.Hi)}
		if g.most < zone.Inf || g.least > -zone.Inf {
			out[n] = g
			n++
		}
	}
	return n
}

func (r *PastRow) assign(z *zone.Zone, v zone.Var, t *Term, over []gap) {
	most, least := int64(zone.Inf), int64(-zone.Inf)
	for _, g := range over {
		most = min(most, AddMost(r.most[g.v], g.most))
		least = max(least, AddLeast(r.least[g.v], g.least))
	}
	if r.Sum && len(over) > 0 {
		if d, ok := r.Lin.Plus(t.Lin, -1); ok {
			most, least = min(most, AddMost(z.Max(d), AddMost(r.Hi, -t.Lo))), max(least, AddLeast(z.Min(d), AddLeast(r.Lo, -t.Hi)))
		}
	}
	if k := t.Lin.Coef(v); k != 1 || len(t.Lin.Terms()) > 1 || t.Lo != t.Hi {
		r.flush(z, v)
	}
	r.most[v], r.least[v] = most, least
}

// flush keeps for the other variables what follows from v, which is about to change.
func (r *PastRow) flush(z *zone.Zone, v zone.Var) {
	most, least := r.most[v], r.least[v]
	if most < zone.Inf {
		for w := range zone.Var(zone.Vars) {
			if d := z.Most(v, w); d < zone.Inf && w != v {
				r.most[w] = min(r.most[w], AddMost(most, d))
			}
		}
	}
	if least > -zone.Inf {
		for w := range zone.Var(zone.Vars) {
			if d := z.Most(w, v); d < zone.Inf && w != v {
				r.least[w] = max(r.least[w], AddLeast(least, -d))
			}
		}
	}
}

// rewrite puts by in v's place, or what is near v.
func (r *PastRow) rewrite(z *zone.Zone, v zone.Var, by zone.Lin, ok bool) {
	k := r.Lin.Coef(v)
	if !r.Sum || k == 0 {
		return
	}
	if ok {
		if lin, fits := r.Lin.Replace(v, by); fits {
			r.Lin = lin
			return
		}
	}
	w, lo, hi := nearestVar(z, v)
	if k < 0 {
		lo, hi = -hi, -lo
	}
	lin, fits := r.Lin.Replace(v, zone.Of(w))
	if w == zone.Zero {
		lin, fits = r.Lin.Plus(zone.Of(v), -k)
	}
	lo, hi = AddLeast(r.Lo, lo), AddMost(r.Hi, hi)
	if r.Sum = fits && lo > -zone.Inf && hi < zone.Inf && k*k == 1; r.Sum {
		r.Lin, r.Lo, r.Hi = lin, lo, hi
	}
}

// nearestVar is a variable w, or Zero, such that v - w, which is from lo to hi, is known
// best.
func nearestVar(z *zone.Zone, v zone.Var) (w zone.Var, lo, hi int64) {
	lo, hi = z.Lo(v), z.Hi(v)
	for u := range zone.Var(zone.Vars) {
		up, down := z.Most(v, u), z.Most(u, v)
		if u != v && up < zone.Inf && down < zone.Inf && AddMost(up, down) < AddMost(hi, -lo) {
			w, lo, hi = u, -down, up
		}
	}
	return w, lo, hi
}

// Change bounds v - g, v being a variable's present value.
func (r *PastRow) Change(z *zone.Zone, v zone.Var) Interval {
	up, down := r.most[v], r.least[v]
	for w := range zone.Var(zone.Vars) {
		if r.most[w] < zone.Inf {
			up = min(up, AddMost(r.most[w], z.Most(w, v)))
		}
		if r.least[w] > -zone.Inf {
			down = max(down, AddLeast(r.least[w], -z.Most(v, w)))
		}
	}
	return Interval{-up, -down}
}

// Interval bounds a number.
type Interval struct{ Lo, Hi int64 }

// Everything is the interval of which nothing is known.
var Everything = Interval{-zone.Inf, zone.Inf}

// Known says that it has both ends.
func (r Interval) Known() bool { return r.Lo > -zone.Inf && r.Hi < zone.Inf }
