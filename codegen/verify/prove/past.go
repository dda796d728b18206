package prove

import "github.com/verbosel/verbosel/codegen/verify/zone"

// past relates values that there were where a way began to those that variables have
// now: what the matrix would say of them if they were variables too. A state on its way
// from one point to the next carries it along.
type past struct {
	rows []pastRow
}

// pastRow bounds an old value g: g - v is at most most[v] and at least least[v]. As long
// as g is an expression of several variables that can still be written, with anything from
// lo to hi added, that is kept.
type pastRow struct {
	most, least [zone.Vars]int64
	sum         bool
	lin         zone.Lin
	lo, hi      int64
}

// newPast starts with the present values of expressions.
func newPast(values []zone.Lin) *past {
	p := &past{make([]pastRow, len(values))}
	for i := range values {
		r := &p.rows[i]
		for w := range r.most {
			r.most[w], r.least[w] = zone.Inf, -zone.Inf
		}
		switch t := values[i].Terms(); {
		case len(t) == 0:
			r.most[zone.Zero], r.least[zone.Zero] = values[i].C, values[i].C
		case len(t) == 1 && t[0].Coef == 1 && values[i].C == 0:
			r.most[t[0].Var], r.least[t[0].Var] = 0, 0
		default:
			r.sum, r.lin = true, values[i]
		}
	}
	return p
}

func (p *past) clone() *past {
	if p == nil {
		return nil
	}
	return &past{append([]pastRow(nil), p.rows...)}
}

// assign prepares for v = t, z being what is known before. What v was before is by in
// terms of what is there behind that, if ok.
func (p *past) assign(z *zone.Zone, v zone.Var, t *term, by zone.Lin, ok bool) {
	var over [zone.Vars]gap
	n := gaps(z, t, &over)
	for i := range p.rows {
		p.rows[i].assign(z, v, t, over[:n])
		p.rows[i].rewrite(z, v, by, ok)
	}
}

// gap bounds v less a term from above and below, v being a variable that it names.
type gap struct {
	v           zone.Var
	most, least int64
}

// gaps bounds the distance of a term from each of its variables, and from 0 where it
// has none.
func gaps(z *zone.Zone, t *term, out *[zone.Vars]gap) int {
	if t.lo <= -zone.Inf || t.hi >= zone.Inf {
		return 0
	}
	if t.lin.IsConst() {
		out[0] = gap{zone.Zero, addMost(-t.lin.C, -t.lo), addLeast(-t.lin.C, -t.hi)}
		return 1
	}
	n := 0
	for _, x := range t.lin.Terms() {
		d, ok := zone.Of(x.Var).Plus(t.lin, -1)
		if !ok {
			continue
		}
		g := gap{x.Var, addMost(z.Max(d), -t.lo), addLeast(z.Min(d), -t.hi)}
		if g.most < zone.Inf || g.least > -zone.Inf {
			out[n] = g
			n++
		}
	}
	return n
}

func (r *pastRow) assign(z *zone.Zone, v zone.Var, t *term, over []gap) {
	most, least := int64(zone.Inf), int64(-zone.Inf)
	for _, g := range over {
		most = min(most, addMost(r.most[g.v], g.most))
		least = max(least, addLeast(r.least[g.v], g.least))
	}
	if r.sum && len(over) > 0 {
		if d, ok := r.lin.Plus(t.lin, -1); ok {
			most, least = min(most, addMost(z.Max(d), addMost(r.hi, -t.lo))), max(least, addLeast(z.Min(d), addLeast(r.lo, -t.hi)))
		}
	}
	if k := t.lin.Coef(v); k != 1 || len(t.lin.Terms()) > 1 || t.lo != t.hi {
		r.flush(z, v)
	}
	r.most[v], r.least[v] = most, least
}

// flush keeps for the other variables what follows from v, which is about to change.
func (r *pastRow) flush(z *zone.Zone, v zone.Var) {
	most, least := r.most[v], r.least[v]
	if most < zone.Inf {
		for w := range zone.Var(zone.Vars) {
			if d := z.Most(v, w); d < zone.Inf && w != v {
				r.most[w] = min(r.most[w], addMost(most, d))
			}
		}
	}
	if least > -zone.Inf {
		for w := range zone.Var(zone.Vars) {
			if d := z.Most(w, v); d < zone.Inf && w != v {
				r.least[w] = max(r.least[w], addLeast(least, -d))
			}
		}
	}
}

// rewrite puts by in v's place, or what is near v.
func (r *pastRow) rewrite(z *zone.Zone, v zone.Var, by zone.Lin, ok bool) {
	k := r.lin.Coef(v)
	if !r.sum || k == 0 {
		return
	}
	if ok {
		if lin, fits := r.lin.Replace(v, by); fits {
			r.lin = lin
			return
		}
	}
	w, lo, hi := nearestVar(z, v)
	if k < 0 {
		lo, hi = -hi, -lo
	}
	lin, fits := r.lin.Replace(v, zone.Of(w))
	if w == zone.Zero {
		lin, fits = r.lin.Plus(zone.Of(v), -k)
	}
	lo, hi = addLeast(r.lo, lo), addMost(r.hi, hi)
	if r.sum = fits && lo > -zone.Inf && hi < zone.Inf && k*k == 1; r.sum {
		r.lin, r.lo, r.hi = lin, lo, hi
	}
}

// nearestVar is a variable w, or Zero, such that v - w, which is from lo to hi, is known
// best.
func nearestVar(z *zone.Zone, v zone.Var) (w zone.Var, lo, hi int64) {
	lo, hi = z.Lo(v), z.Hi(v)
	for u := range zone.Var(zone.Vars) {
		up, down := z.Most(v, u), z.Most(u, v)
		if u != v && up < zone.Inf && down < zone.Inf && addMost(up, down) < addMost(hi, -lo) {
			w, lo, hi = u, -down, up
		}
	}
	return w, lo, hi
}

// change bounds v - g, v being a variable's present value.
func (r *pastRow) change(z *zone.Zone, v zone.Var) interval {
	up, down := r.most[v], r.least[v]
	for w := range zone.Var(zone.Vars) {
		if r.most[w] < zone.Inf {
			up = min(up, addMost(r.most[w], z.Most(w, v)))
		}
		if r.least[w] > -zone.Inf {
			down = max(down, addLeast(r.least[w], -z.Most(v, w)))
		}
	}
	return interval{-up, -down}
}
