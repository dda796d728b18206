package zone

import "math/bits"

// Zone is what is known of the variables. Copy copies it; assignment shares what changes.
type Zone struct {
	d     [Vars]*row // d[i][j] bounds i - j from above; Inf is no bound
	known VarSet     // of all others nothing is known: their rows are none's, and their columns Inf
	facts []fact
	empty bool
	free  *Rows

	roomy, crowded bool // see GiveRoom and Crowded
}

// New is the Zone in which nothing is known.
func New() *Zone { return new(Rows).New() }

// Copy makes z a copy of b that shares nothing with it.
func (z *Zone) Copy(b *Zone) {
	z.shape(b.known)
	for s := b.known; s != 0; s &= s - 1 {
		*z.d[s.first()] = *b.d[s.first()]
	}
	z.facts, z.empty = append(z.facts[:0], b.facts...), b.empty
	z.inherit(b, b)
}

// reset makes z one in which nothing is known, but with room for what is of some variables.
func (z *Zone) reset(known VarSet) {
	z.shape(known)
	for s := known; s != 0; s &= s - 1 {
		*z.d[s.first()] = none[s.first()]
	}
	z.facts, z.empty = z.facts[:0], false
}

// Knows says that something is known of v.
func (z *Zone) Knows(v Var) bool { return z.known.has(v) || z.inFacts(v) }

// Bounded says that something is known of v by itself, or of it and another variable.
func (z *Zone) Bounded(v Var) bool { return z.known.has(v) }

func (z *Zone) inFacts(v Var) bool {
	for i := range z.facts {
		if z.facts[i].names(v) {
			return true
		}
	}
	return false
}

// Empty says that no values are possible: nothing comes here.
func (z *Zone) Empty() bool { return z.empty }

// Hi is the upper bound of v, Inf where there is none.
func (z *Zone) Hi(v Var) int64 { return z.d[v][Zero] }

// Lo is the lower bound of v, -Inf where there is none.
func (z *Zone) Lo(v Var) int64 { return -z.d[Zero][v] }

// Equal reports that a - b is one constant, and which.
func (z *Zone) Equal(a, b Var) (int64, bool) {
	hi := z.d[a][b]
	return hi, hi < Inf && z.d[b][a] == -hi
}

// bound notes that i - j is at most c, and closes the matrix again: what becomes tighter
// does so by way of i and j, and where a is bounded by b so are i by b and a by j.
func (z *Zone) bound(i, j Var, c int64) {
	if c >= z.d[i][j] {
		return
	}
	c = max(c, -Inf/2) // weaker, and far from an overflow
	if i == j || z.d[j][i]+c < 0 {
		z.empty = true
		return
	}
	z.learn(i)
	z.learn(j)
	var cols [Vars]Var
	var to [Vars]int64
	n := 0
	from, row := z.d[j], z.d[i]
	for s := z.known; s != 0; s &= s - 1 {
		b := s.first()
		if d := from[b]; d < Inf && c+d < row[b] {
			cols[n], to[n] = b, c+d
			n++
		}
	}
	for s := z.known; s != 0; s &= s - 1 {
		a := s.first()
		row := z.d[a]
		if ai := row[i]; ai < Inf && ai+c < row[j] {
			for k, b := range cols[:n] {
				if s := ai + to[k]; s < row[b] {
					row[b] = max(s, -Inf/2)
				}
			}
		}
	}
	z.checkDiagonal()
}

func (z *Zone) checkDiagonal() {
	for s := z.known; s != 0; s &= s - 1 {
		if i := s.first(); z.d[i][i] < 0 {
			z.empty = true
		}
	}
}

// Forget drops what is known of v. Facts that name it are put in terms of a variable
// that is v plus a constant, where there is one, and else of what bounds v in the
// direction that the fact asks for.
func (z *Zone) Forget(v Var) {
	if z.inFacts(v) {
		z.forgetInFacts(v)
	}
	z.drop(v)
}

func (z *Zone) forgetInFacts(v Var) {
	var buf [maxFacts]fact
	old := append(buf[:0], z.facts...)
	z.facts = z.facts[:0]
	by, same := z.sameAs(v)
	for i := range old {
		switch f := &old[i]; {
		case !f.names(v):
			z.store(&f.lin)
		case same:
			if g, ok := f.lin.Replace(v, by); ok {
				z.addFact(g)
			}
		default:
			z.eliminate(f.lin, v, f.pos.has(v))
		}
	}
}

// maxStandIns bounds how many facts come of one whose variable is forgotten.
const maxStandIns = 4

// eliminate replaces v in a fact by variables that it is known to be not below (or, where
// its factor is negative, not above), less their distance.
func (z *Zone) eliminate(f Lin, v Var, positive bool) {
	n := 0
	for s := z.known &^ (1 << v); s != 0 && n < maxStandIns; s &= s - 1 {
		w := s.first()
		c := z.d[w][v] // w - v <= c: v >= w - c
		if !positive {
			c = -z.d[v][w] // v - w <= -c: v <= w - c
		}
		if c >= Inf || c <= -Inf || w != Zero && !z.tight(v, w, positive) {
			continue
		}
		if g, ok := f.Replace(v, Of(w).PlusConst(-c)); ok && g.Coef(w) <= 1 && g.Coef(w) >= -1 {
			z.addFact(g)
			n++
		}
	}
}

// tight says that the bound between v and w is more than what follows from theirs.
func (z *Zone) tight(v, w Var, positive bool) bool {
	if positive {
		return z.d[w][v] < z.fromBounds(w, v)
	}
	return z.d[v][w] < z.fromBounds(v, w)
}

// fromBounds is what the bounds of i and j alone say of i - j.
func (z *Zone) fromBounds(i, j Var) int64 {
	hi, lo := z.d[i][Zero], z.d[Zero][j]
	if hi >= Inf || lo >= Inf {
		return Inf
	}
	return hi + lo
}

// SameAs is another expression for v: a constant, or another variable and a constant.
func (z *Zone) SameAs(v Var) (Lin, bool) { return z.sameAs(v) }

func (z *Zone) sameAs(v Var) (Lin, bool) {
	if !z.known.has(v) {
		return Lin{}, false
	}
	row := z.d[v]
	for s := z.known &^ (1 << v); s != 0; s &= s - 1 {
		w := s.first()
		if c := row[w]; c < Inf && z.d[w][v] == -c {
			return Of(w).PlusConst(c), true
		}
	}
	return Lin{}, false
}

// drop forgets v in the matrix alone.
func (z *Zone) drop(v Var) {
	if !z.known.has(v) || v == Zero {
		return
	}
	for s := z.known; s != 0; s &= s - 1 {
		z.d[s.first()][v] = Inf
	}
	z.unlearn(v)
}

// refact rewrites every fact; where edit returns false the fact is dropped.
func (z *Zone) refact(edit func(*Lin) bool) {
	var buf [maxFacts]fact
	old := append(buf[:0], z.facts...)
	z.facts = z.facts[:0]
	for i := range old {
		if edit(&old[i].lin) {
			z.addFact(old[i].lin)
		}
	}
}

// Facts are the inequalities that are known beside the matrix: each is at most 0.
func (z *Zone) Facts() []Lin {
	var out []Lin
	for _, f := range z.facts {
		out = append(out, f.lin)
	}
	return out
}

// Close makes the matrix as tight as its entries together imply (Floyd and Warshall's
// shortest paths). Only what Widen returns needs it, before it is worked with.
func (z *Zone) Close() {
	var buf [Vars]Var
	known := z.known.list(&buf)
	for _, k := range known {
		from := z.d[k]
		for _, i := range known {
			row := z.d[i]
			ik := row[k]
			if ik >= Inf {
				continue
			}
			for _, j := range known {
				if kj := from[j]; kj < Inf && ik+kj < row[j] {
					row[j] = max(ik+kj, -Inf/2)
				}
			}
		}
	}
	z.checkDiagonal()
}

// VarSet is a set of variables, as bits.
type VarSet uint64

// Add puts v into the set.
func (s *VarSet) Add(v Var) { *s |= 1 << v }

func (s VarSet) has(v Var) bool { return s>>v&1 == 1 }

// first is the least variable of a set that is not empty.
func (s VarSet) first() Var { return Var(bits.TrailingZeros64(uint64(s))) }

// list is the variables, ascending, in buf.
func (s VarSet) list(buf *[Vars]Var) []Var {
	n := 0
	for ; s != 0; s &= s - 1 {
		buf[n] = s.first()
		n++
	}
	return buf[:n]
}
