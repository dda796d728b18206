package zone

import "slices"

// Join makes out what holds in a or in b.
func (out *Zone) Join(a, b *Zone, near []int64) {
	switch {
	case a.empty:
		out.Copy(b)
		return
	case b.empty:
		out.Copy(a)
		return
	}
	out.reset(a.known & b.known)
	out.inherit(a, b)
	for s := out.known; s != 0; s &= s - 1 {
		i := s.first()
		out.d[i][Zero], out.d[Zero][i] = max(a.d[i][Zero], b.d[i][Zero]), max(a.d[Zero][i], b.d[Zero][i])
	}
	var buf [Vars]Var
	known := out.known.list(&buf)
	for _, i := range known[1:] {
		to, x, y := out.d[i], a.d[i], b.d[i]
		for _, j := range known[1:] {
			c := max(x[j], y[j])
			if y[j] > x[j] && near != nil {
				c = next(near, c)
			}
			to[j] = min(c, out.fromBounds(i, j))
		}
	}
	out.joinFacts(a, b)
	out.joinFacts(b, a)
}

// joinFacts takes the facts of a as far as they hold in b.
func (z *Zone) joinFacts(a, b *Zone) {
	for i := range a.facts {
		f := &a.facts[i]
		lin := f.lin
		if g := b.like(&lin); g == nil || g.lin.C < lin.C {
			if c := b.maxDown(lin, 0); c >= Inf {
				continue
			} else if c > 0 {
				lin.C -= c
			}
		}
		z.addFact(lin)
	}
}

// Widen is Join, a being what was known before, for a loop that must come to an end: a
// bound that b weakens goes to the next of its variable's steps, or of near where it is
// one of two variables, and then to none; a fact that b weakens is dropped. With facts,
// b's own that hold in a are kept too: that must have an end, as they may be others each
// time. A bound moves freely while p has patience with it.
func (out *Zone) Widen(a, b *Zone, steps func(Var) *Steps, near *Near, facts bool, p *Patience) {
	if a.empty || b.empty {
		out.Join(a, b, near.Steps)
		return
	}
	out.reset(a.known & b.known)
	out.inherit(a, b)
	out.widenBounds(a, b, steps, p)
	var buf [Vars]Var
	known := out.known.list(&buf)
	for _, i := range known {
		for _, j := range known {
			c, most := int64(Inf), max(a.d[i][j], b.d[i][j]) // what only follows from bounds goes with them
			switch {
			case a.d[i][j] < a.fromBounds(i, j):
				c = widen(a.d[i][j], b.d[i][j], near.Steps)
			case most < max(a.d[i][Zero], b.d[i][Zero])+max(a.d[Zero][j], b.d[Zero][j]):
				c = most
			case most <= 0 && near.Compared[i].has(j):
				c = next(near.Steps, most)
			}
			out.d[i][j] = min(out.fromBounds(i, j), c)
		}
		out.d[i][i] = 0
	}
	for i := range a.facts {
		if b.holds(&a.facts[i]) {
			out.addFact(a.facts[i].lin)
		}
	}
	for i := range b.facts {
		if facts && a.holds(&b.facts[i]) {
			out.addFact(b.facts[i].lin)
		}
	}
}

// WidenBounds is Widen for the bounds of single variables alone; all else is joined.
func (out *Zone) WidenBounds(a, b *Zone, steps func(Var) *Steps, near *Near, p *Patience) {
	out.Join(a, b, near.Steps)
	if a.empty || b.empty {
		return
	}
	out.widenBounds(a, b, steps, p)
}

func (z *Zone) widenBounds(a, b *Zone, steps func(Var) *Steps, p *Patience) {
	for s := z.known; s != 0; s &= s - 1 {
		i := s.first()
		if b.d[i][Zero] <= a.d[i][Zero] && b.d[Zero][i] <= a.d[Zero][i] {
			z.d[i][Zero], z.d[Zero][i] = a.d[i][Zero], a.d[Zero][i]
			continue
		}
		to := steps(i)
		z.d[i][Zero] = p.widen(&p.hi[i], a.d[i][Zero], b.d[i][Zero], to.Up)
		z.d[Zero][i] = p.widen(&p.lo[i], a.d[Zero][i], b.d[Zero][i], to.Down)
		if a.d[Zero][i] < to.None && z.d[Zero][i] >= to.None {
			z.Forget(i)
		}
	}
}

// Steps are where the bounds of a variable stop for a while when they are widened: upper
// ones, ascending, and lower ones with their sign turned over, ascending. A variable whose
// lower bound goes as far as None is given up: such a number wraps around.
type Steps struct {
	Up, Down []int64
	None     int64
}

// Near is where the bounds of a difference stop for a while when they are widened: at
// Steps, ascending. Where the program compares two variables, a loop may end by their
// order; that is kept as long as it holds, though it may follow from their bounds at first:
// these go, and the comparison says no more than the order.
type Near struct {
	Steps    []int64
	Compared [Vars]VarSet // with each variable, those that it is compared with
}

// Patience counts in how many rounds the bounds of each variable were weakened at one
// place.
type Patience struct {
	Round  int // the present one
	hi, lo [Vars]moves
}

// moves are the rounds in which a bound moved, and the last one of them.
type moves struct{ times, last int32 }

// patience is in how many rounds a bound may move before it goes to a step.
const patience = 4

func (p *Patience) widen(m *moves, a, b int64, steps []int64) int64 {
	if b <= a {
		return a
	}
	if round := int32(p.Round); m.last != round || m.times == 0 {
		m.times++
		m.last = round
	}
	if m.times > patience {
		return next(steps, b)
	}
	return b
}

func widen(a, b int64, steps []int64) int64 {
	if b > a {
		return next(steps, b)
	}
	return a
}

// next is the least step that is at least c.
func next(steps []int64, c int64) int64 {
	i, _ := slices.BinarySearch(steps, c)
	if i == len(steps) {
		return Inf
	}
	return steps[i]
}

// Says is Knows, but for a variable whose last bound was given up.
func (z *Zone) Says(v Var) bool {
	for s := z.known &^ (1 << v); s != 0 && z.known.has(v); s &= s - 1 {
		if i := s.first(); z.d[i][v] < Inf || z.d[v][i] < Inf {
			return true
		}
	}
	return z.inFacts(v)
}

// Holds says that everything known here is known in b too.
func (z *Zone) Holds(b *Zone) bool {
	if b.empty {
		return true
	}
	if z.empty {
		return false
	}
	var buf [Vars]Var
	known := z.known.list(&buf)
	for _, i := range known {
		for _, j := range known {
			if b.d[i][j] <= z.d[i][j] {
				continue
			}
			unary := i == Zero || j == Zero
			if unary || z.d[i][j] < z.fromBounds(i, j) {
				return false // more is known here than follows from bounds that hold in b too
			}
		}
	}
	for i := range z.facts {
		if !b.holds(&z.facts[i]) {
			return false
		}
	}
	return true
}
