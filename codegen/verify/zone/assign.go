package zone

// Assign gives v the value of l, computed before; lo and hi widen it: the new v is
// anywhere in l+lo to l+hi. Where l names v itself, v's old value is meant.
func (z *Zone) Assign(v Var, l Lin, lo, hi int64) {
	if z.empty {
		return
	}
	k := l.Coef(v)
	switch {
	case l.isLost():
		z.Forget(v)
	case k == 1 && l.n == 1:
		z.shift(v, l.C, lo, hi)
	case l.n == 1 && l.t[0].Coef == 1:
		z.Forget(v)
		z.copyOf(v, l, lo, hi)
	case l.n == 0:
		z.Forget(v)
		z.boundOne(Term{v, 1}, atMost(l.C, hi))
		z.boundOne(Term{v, -1}, atMost(-l.C, -lo))
	case k == 1 || k == -1:
		z.update(v, l, lo, hi)
	default:
		z.compute(v, l, lo, hi)
	}
}

// atMost is the upper bound c + more: Inf where it is none, or more is.
func atMost(c, more int64) int64 {
	if more >= Inf {
		return Inf
	}
	return min(Inf, c+more)
}

// copyOf makes v the one other variable of l, plus l.C+lo to l.C+hi.
func (z *Zone) copyOf(v Var, l Lin, lo, hi int64) {
	w := l.t[0].Var
	z.bound(v, w, atMost(l.C, hi))
	z.bound(w, v, atMost(-l.C, -lo))
}

// shift adds to v.
func (z *Zone) shift(v Var, c, lo, hi int64) {
	if lo == hi {
		c += lo
		z.replaceInFacts(v, Of(v).PlusConst(-c), 0, 0)
		lo, hi = 0, 0
	} else {
		z.replaceInFacts(v, Of(v).PlusConst(-c), -hi, -lo)
	}
	if !z.known.has(v) {
		return
	}
	for s := z.known &^ (1 << v); s != 0; s &= s - 1 {
		i := s.first()
		z.d[v][i] = plus(z.d[v][i], c, hi)
		z.d[i][v] = plus(z.d[i][v], -c, -lo)
	}
}

// plus adds to a bound; bounds that run away are none.
func plus(d, c, more int64) int64 {
	if d >= Inf || more >= Inf {
		return Inf
	}
	if d += c + more; d >= Inf/4 {
		return Inf
	}
	return max(d, -Inf/4)
}

// replaceInFacts puts l, plus lo to hi, into v's place in every fact.
func (z *Zone) replaceInFacts(v Var, l Lin, lo, hi int64) {
	if !z.inFacts(v) {
		return
	}
	z.refact(func(f *Lin) bool {
		k := int64(f.Coef(v))
		if k == 0 {
			return true
		}
		g, ok := f.Replace(v, l)
		if !ok || lo <= -far || hi >= far {
			return false
		}
		*f = g.PlusConst(min(k*lo, k*hi)) // the fact holds for some value in the range
		return true
	})
}

// update assigns an expression from which the old v can be told: v = k*old + rest.
// What was known of the old one is then known of k*(v - rest).
func (z *Zone) update(v Var, l Lin, lo, hi int64) {
	k := l.Coef(v)
	rest := l.without(v)
	old, ok := Of(v).Plus(rest, -1)
	if ok && k == -1 {
		old, ok = old.negated()
	}
	if !ok || lo != 0 || hi != 0 {
		z.compute(v, l, lo, hi)
		return
	}
	limits := z.limits(v, l, 0, 0)
	rows := z.rows(v)
	z.replaceInFactsAnd(v, old, rows)
	z.drop(v)
	z.apply(v, limits)
}

// rows lists as facts what the matrix says of v: its bounds, and of it and another
// variable what goes beyond the bounds of the two. The last are those that are equal but
// for a constant: they are worth the most, and facts are few.
func (z *Zone) rows(v Var) []Lin {
	var out, equal []Lin
	for s := z.known &^ (1 << v); s != 0; s &= s - 1 {
		w := s.first()
		to := &out
		if _, ok := z.Equal(v, w); ok {
			to = &equal
		}
		if c := z.d[v][w]; c < Inf && (w == Zero || c < z.Hi(v)-z.Lo(w)) {
			l, _ := Of(v).Plus(Of(w), -1)
			*to = append(*to, l.PlusConst(-c))
		}
		if c := z.d[w][v]; c < Inf && (w == Zero || c < z.Hi(w)-z.Lo(v)) {
			l, _ := Of(w).Plus(Of(v), -1)
			*to = append(*to, l.PlusConst(-c))
		}
	}
	return append(out, equal...)
}

// replaceInFactsAnd is replaceInFacts for the facts and rows together.
func (z *Zone) replaceInFactsAnd(v Var, l Lin, rows []Lin) {
	var buf [maxFacts]fact
	all := append(buf[:0], z.facts...)
	z.facts = z.facts[:0]
	z.drop(v)
	for i := range all {
		if g, ok := all[i].lin.Replace(v, l); ok {
			z.addFact(g)
		}
	}
	for _, f := range rows {
		if g, ok := f.Replace(v, l); ok {
			z.addFact(g)
		}
	}
}

// limit is a bound of a new value against a variable: between that plus lo and hi.
type limit struct{ lo, hi int64 }

// limits bounds l against every variable.
func (z *Zone) limits(v Var, l Lin, lo, hi int64) (out [Vars]limit) {
	for w := range out {
		out[w] = limit{-Inf, Inf}
	}
	for s := z.known &^ (1 << v); s != 0; s &= s - 1 {
		w := s.first()
		if w != Zero && z.Hi(w) >= Inf && z.Lo(w) <= -Inf {
			continue
		}
		diff, ok := l.Plus(Of(w), -1)
		if !ok {
			continue
		}
		neg, ok := diff.negated()
		if !ok {
			continue
		}
		h, m := z.Max(diff), z.Max(neg)
		if h < Inf && hi < Inf {
			out[w].hi = h + hi
		}
		if m < Inf && lo > -Inf {
			out[w].lo = -m + lo
		}
	}
	return out
}

func (z *Zone) apply(v Var, limits [Vars]limit) {
	for w, l := range limits {
		if Var(w) == v {
			continue
		}
		if l.hi < Inf {
			z.bound(v, Var(w), l.hi)
		}
		if l.lo > -Inf {
			z.bound(Var(w), v, -l.lo)
		}
	}
}

// compute assigns an expression from which the old v cannot be told.
func (z *Zone) compute(v Var, l Lin, lo, hi int64) {
	limits := z.limits(v, l, lo, hi)
	named := l.Coef(v) != 0
	z.Forget(v)
	z.apply(v, limits)
	if named || lo <= -Inf || hi >= Inf {
		return
	}
	above, ok := Of(v).Plus(l, -1)
	if !ok {
		return
	}
	z.addFact(above.PlusConst(-hi))
	if below, ok := above.negated(); ok {
		z.addFact(below.PlusConst(lo))
	}
}
