package zone

// Max is an upper bound of l, Inf where there is none.
func (z *Zone) Max(l Lin) int64 { return z.maxDown(l, -Inf) }

// maxDown is Max where that is more than enough; else it may be any bound up to enough.
func (z *Zone) maxDown(l Lin, enough int64) int64 {
	if l.n < 2 {
		return z.sumMax(l.Terms(), l.C)
	}
	best := z.matrixMax(&l)
	if len(z.facts) == 0 || best <= enough {
		return best
	}
	pos, neg := z.nearby(&l)
	ups, downs := l.signs()
	for i := range z.facts {
		if f := &z.facts[i]; f.pos&pos|f.neg&neg != 0 && f.restOf(ups, downs) <= factTerms {
			if best = min(best, z.factMax(&l, &f.lin)); best <= enough {
				break
			}
		}
	}
	return best
}

// holds says that the fact is true here.
func (z *Zone) holds(f *fact) bool {
	if g := z.like(&f.lin); g != nil && g.lin.C >= f.lin.C {
		return true
	}
	return z.maxDown(f.lin, 0) <= 0
}

// MaxDeep is Max, with two facts at once: dear, and for what must be known as well as can
// be.
func (z *Zone) MaxDeep(l Lin) int64 {
	best := z.maxDeep(l)
	other := l
	for _, t := range l.Terms() {
		by, ok := z.sameAs(t.Var)
		if r, fits := other.Replace(t.Var, by); ok && fits {
			other = r
		}
	}
	if other == l {
		return best
	}
	return min(best, z.maxDeep(other))
}

func (z *Zone) maxDeep(l Lin) int64 {
	best := z.Max(l)
	if l.n < 2 || len(z.facts) == 0 {
		return best
	}
	pos, neg := z.nearby(&l)
	for i := range z.facts {
		f := &z.facts[i]
		if f.pos&pos|f.neg&neg == 0 {
			continue
		}
		if rest, ok := l.Plus(f.lin, -1); ok && rest.n <= 2 {
			best = min(best, z.Max(rest))
		}
	}
	return best
}

// nearby are the variables by which a fact may help to bound l: one that has a factor of
// the same sign in both, or whose distance to one of l's is known.
func (z *Zone) nearby(l *Lin) (pos, neg VarSet) {
	pos, neg = l.signs()
	for _, t := range l.Terms() {
		v := t.Var
		row := z.d[v]
		hi, lo := row[Zero], z.d[Zero][v]
		for s := z.known &^ (1 << Zero); s != 0; s &= s - 1 {
			w := s.first()
			if t.Coef > 0 {
				if d := row[w]; d < Inf && (hi >= Inf || d < hi+z.d[Zero][w]) {
					pos |= 1 << w
				}
			} else if d := z.d[w][v]; d < Inf && (lo >= Inf || d < z.d[w][Zero]+lo) {
				neg |= 1 << w
			}
		}
	}
	return pos, neg
}

// Range bounds l: Min and Max at once.
func (z *Zone) Range(l *Lin) (lo, hi int64) {
	if l.n != 1 || l.t[0].Coef != 1 {
		return z.Min(*l), z.Max(*l)
	}
	lo, hi = -Inf, Inf
	if l.C < -far || l.C > far {
		return lo, hi
	}
	v := l.t[0].Var
	if b := -z.d[Zero][v]; b > -far && b < far {
		lo = b + l.C
	}
	if b := z.d[v][Zero]; b > -far && b < far {
		hi = b + l.C
	}
	return lo, hi
}

// Min is a lower bound of l, -Inf where there is none.
func (z *Zone) Min(l Lin) int64 {
	neg, ok := l.negated()
	if !ok {
		return -Inf
	}
	return -z.Max(neg)
}

// matrixMax bounds l by the matrix alone: it pairs terms of opposite sign where that is
// better than each by itself.
func (z *Zone) matrixMax(l *Lin) int64 {
	t := l.Terms()
	if len(t) == 2 && t[0].Coef == -t[1].Coef { // what their bounds say is in the matrix
		if t[0].Coef > 0 {
			return z.pairMax(t, 0, 1, l.C)
		}
		return z.pairMax(t, 1, 0, l.C)
	}
	best := z.sumMax(t, l.C)
	for i := range t {
		for j := range t {
			if t[i].Coef > 0 && t[j].Coef < 0 {
				best = min(best, z.pairMax(t, i, j, l.C))
			}
		}
	}
	return best
}

// pairMax bounds the sum with the terms i and j, of opposite sign, taken together as
// far as they go.
func (z *Zone) pairMax(t []Term, i, j int, c int64) int64 {
	k := min(t[i].Coef, -t[j].Coef)
	diff := z.d[t[i].Var][t[j].Var]
	if diff >= far || diff <= -far {
		return Inf
	}
	left := Lin{C: c + int64(k)*diff} // each term adds less than Inf, and there are few
	for m, term := range t {
		switch m {
		case i:
			term.Coef -= k
		case j:
			term.Coef += k
		}
		if term.Coef != 0 {
			left.t[left.n] = term
			left.n++
		}
	}
	if left.n > 1 {
		return z.matrixMax(&left)
	}
	return z.sumMax(left.Terms(), left.C)
}

// sumMax adds the bounds of single terms.
func (z *Zone) sumMax(t []Term, c int64) int64 {
	sum := c
	for _, term := range t {
		b, k := z.d[term.Var][Zero], int64(term.Coef)
		if k < 0 {
			b, k = z.d[Zero][term.Var], -k // of -Var
		}
		if b <= -far || b >= far {
			return Inf
		}
		sum += k * b
		if sum >= Inf || sum <= -Inf {
			return Inf
		}
	}
	return sum
}

// factMax bounds l by f <= 0: l is f and what is left, which the matrix bounds.
func (z *Zone) factMax(l, f *Lin) int64 {
	rest, ok := l.Plus(*f, -1)
	if !ok || rest.n > factTerms {
		return Inf
	}
	return z.matrixMax(&rest)
}
