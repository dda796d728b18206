package zone

// Within finds what z says of its variables and b does not say of the expressions in its own
// variables that stand for them: the expression that is at most 0 in z. There is none where
// every point of b is one of z.
func (z *Zone) Within(b *Zone, by *[Vars]Lin) (missing Lin, found bool) {
	if b.empty {
		return Lin{}, false
	}
	if z.empty {
		return Const(1), true
	}
	for s := z.known; s != 0; s &= s - 1 {
		i := s.first()
		for t := z.known &^ (1 << i); t != 0; t &= t - 1 {
			j := t.first()
			c := z.d[i][j]
			if c >= Inf || i != Zero && j != Zero && c >= z.fromBounds(i, j) {
				continue // it follows from the bounds of i and j
			}
			if l, _ := Of(i).Plus(Of(j), -1); !b.follows(l.PlusConst(-c), by) {
				return l.PlusConst(-c), true
			}
		}
	}
	for i := range z.facts {
		if !b.follows(z.facts[i].lin, by) {
			return z.facts[i].lin, true
		}
	}
	return Lin{}, false
}

// follows says that l is at most 0 in b, with what stands for its variables.
func (b *Zone) follows(l Lin, by *[Vars]Lin) bool {
	m, ok := l.Substitute(by)
	return ok && (b.says(&m) || b.maxDown(m, 0) <= 0 || b.MaxDeep(m) <= 0)
}

// says that l is at most 0 by one fact, or one entry of the matrix: that may be too far from 0
// for bounds to be computed with it.
func (b *Zone) says(l *Lin) bool {
	if f := b.like(l); f != nil && f.lin.C >= l.C {
		return true
	}
	var i, j Var
	for _, t := range l.Terms() {
		switch {
		case t.Coef == 1 && i == Zero:
			i = t.Var
		case t.Coef == -1 && j == Zero:
			j = t.Var
		default:
			return false
		}
	}
	return l.n > 0 && !l.isLost() && b.d[i][j] < Inf && b.d[i][j] <= -l.C
}

// Substitute is l with expressions in the place of its variables. It has no result where
// that has too many of them.
func (l Lin) Substitute(by *[Vars]Lin) (Lin, bool) {
	out, ok := Lin{C: l.C}, true
	for _, t := range l.Terms() {
		if out, ok = out.Plus(by[t.Var], int32(t.Coef)); !ok {
			return Lin{}, false
		}
	}
	return out, !out.isLost()
}
