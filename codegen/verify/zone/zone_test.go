package zone

import (
	"math/rand/v2"
	"testing"
)

// vars are how many variables the tests use, Zero included.
const vars = 7

// point is a value of each variable.
type point [vars]int64

func (p *point) of(l *Lin) int64 {
	sum := l.C
	for _, t := range l.Terms() {
		sum += int64(t.Coef) * p[t.Var]
	}
	return sum
}

// known is a zone together with points that are in it.
type known struct {
	*Zone
	points []point
}

// TestOperationsKeepPoints makes random zones with some points that are in them: whatever
// is done to both, the points stay within what the zone says.
func TestOperationsKeepPoints(t *testing.T) {
	for seed := range uint64(400) {
		rng := rand.New(rand.NewPCG(seed, 1))
		k := random(rng)
		for step := range 25 {
			k = change(rng, k)
			if l, ok := k.outside(rng); !ok {
				t.Fatalf("seed %d, step %d: %v is more than %d", seed, step, l, k.Max(l))
			}
		}
	}
}

// random is a zone of a few points, of which only their bounds are known.
func random(rng *rand.Rand) known {
	k := known{Zone: New(), points: make([]point, 1+rng.IntN(4))}
	for i := range k.points {
		for v := range Var(vars) {
			if v != Zero {
				k.points[i][v] = int64(rng.IntN(200) - 100)
			}
		}
	}
	for v := Var(1); v < vars; v++ {
		k.require(Of(v))
		if neg, ok := Of(v).negated(); ok {
			k.require(neg)
		}
	}
	return k
}

// require notes the strongest bound of l that all points keep.
func (k *known) require(l Lin) {
	most := int64(-Inf)
	for i := range k.points {
		most = max(most, k.points[i].of(&l))
	}
	k.Require(l.PlusConst(-most))
}

// expression is a random one.
func expression(rng *rand.Rand) Lin {
	l := Const(int64(rng.IntN(9) - 4))
	for range 1 + rng.IntN(3) {
		if m, ok := l.Plus(Of(Var(1+rng.IntN(vars-1))), int32(rng.IntN(7)-3)); ok {
			l = m
		}
	}
	return l
}

// change does something to a zone and to its points.
func change(rng *rand.Rand, k known) known {
	v := Var(1 + rng.IntN(vars-1))
	switch rng.IntN(8) {
	case 0, 1, 2:
		k.require(expression(rng))
	case 3, 4:
		l, lo, hi := expression(rng), int64(-rng.IntN(3)), int64(rng.IntN(3))
		k.Assign(v, l, lo, hi)
		for i := range k.points {
			k.points[i][v] = k.points[i].of(&l) + lo + rng.Int64N(hi-lo+1)
		}
	case 5:
		k.Forget(v)
		for i := range k.points {
			k.points[i][v] = int64(rng.IntN(1000))
		}
	case 6:
		k = merged(rng, k, random(rng))
	case 7:
		k.Settle()
		k.Close()
	}
	return k
}

// merged joins or widens two zones: the points of both are in the result.
func merged(rng *rand.Rand, a, b known) known {
	near := []int64{-16, -1, 0, 1, 16}
	steps := func(Var) *Steps { return &Steps{near, near, []int64{16, Inf + 1}[rng.IntN(2)]} }
	out := known{New(), append(append([]point(nil), a.points...), b.points...)}
	switch rng.IntN(4) {
	case 0:
		out.Join(a.Zone, b.Zone, nil)
	case 1:
		out.Join(a.Zone, b.Zone, near)
	case 2:
		out.WidenBounds(a.Zone, b.Zone, steps, &Near{Steps: near}, &Patience{Round: rng.IntN(9)})
	case 3:
		compared := [Vars]VarSet{}
		for v := range compared {
			compared[v] = VarSet(rng.Uint64())
		}
		out.Widen(a.Zone, b.Zone, steps, &Near{near, compared}, rng.IntN(2) == 0, &Patience{Round: rng.IntN(9)})
	}
	return out
}

// outside looks for a point that the zone does not have.
func (k *known) outside(rng *rand.Rand) (Lin, bool) {
	tries := k.Facts()
	for range 40 {
		tries = append(tries, expression(rng))
	}
	for _, l := range tries {
		most, least, deep := k.Max(l), k.Min(l), k.MaxDeep(l)
		lo, hi := k.Range(&l)
		for i := range k.points {
			if x := k.points[i].of(&l); x > most || x < least || x > deep || x < lo || x > hi {
				return l, false
			}
		}
	}
	return Lin{}, !k.Empty()
}

// TestMatrixIsClosed: what Require notes is closed, so that Close finds nothing.
func TestMatrixIsClosed(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 2))
		k := random(rng)
		for range 20 {
			l, _ := Of(Var(1+rng.IntN(vars-1))).Plus(Of(Var(1+rng.IntN(vars-1))), -1)
			k.require(l)
		}
		closed := k.Clone()
		closed.Close()
		if closed.matrix() != k.matrix() {
			t.Fatalf("seed %d: the matrix is not closed", seed)
		}
	}
}

// TestCopy: a copy says what the original says, whatever it was before, and shares nothing.
func TestCopy(t *testing.T) {
	for seed := range uint64(100) {
		rng := rand.New(rand.NewPCG(seed, 3))
		a, b := random(rng), random(rng)
		for range 6 {
			a, b = change(rng, a), change(rng, b)
		}
		b.Copy(a.Zone)
		if b.matrix() != a.matrix() || b.known != a.known || len(b.facts) != len(a.facts) || !a.Holds(b.Zone) && !b.Empty() {
			t.Fatalf("seed %d: the copy differs", seed)
		}
		before := a.matrix()
		b.Forget(1)
		b.Require(expression(rng))
		if before != a.matrix() {
			t.Fatalf("seed %d: the copy shares the matrix", seed)
		}
	}
}

// TestContradiction: what cannot be makes a zone empty.
func TestContradiction(t *testing.T) {
	z := New()
	z.Assign(1, Const(5), 0, 2)
	z.Require(Of(1).PlusConst(-4)) // at most 4
	if !z.Empty() {
		t.Error("a number from 5 to 7 is at most 4")
	}
}

// TestPlus: expressions that cannot be computed with have no result.
func TestPlus(t *testing.T) {
	wide := Lin{}
	for v := Var(1); v <= maxTerms; v++ {
		wide, _ = wide.Plus(Of(v), 1)
	}
	for what, test := range map[string]struct {
		l, m Lin
		k    int32
	}{
		"too many variables": {wide, Of(maxTerms + 1), 1},
		"a large factor":     {Of(1), Of(2), maxCoef + 1},
		"a factor that adds": {Of(1), Of(1), maxCoef},
		"a large constant":   {Of(1), Const(Inf), 2},
	} {
		if l, ok := test.l.Plus(test.m, test.k); ok {
			t.Errorf("%s: %v", what, l)
		}
	}
	if l, ok := wide.Plus(wide, -1); !ok || l != (Lin{}) {
		t.Errorf("x - x is %v", l)
	}
}

// Of two variables that are compared the order is kept, as long as it holds, though it
// followed from their bounds, and these go.
func TestWidenKeepsOrder(t *testing.T) {
	const i, n = Var(1), Var(2)
	state := func(count int64) *Zone {
		z := New()
		z.Assign(n, Const(0), 41, 85)
		z.Assign(i, Const(count), 0, 0)
		return z
	}
	near := Near{Steps: []int64{-1, 0, 1}}
	far := func(Var) *Steps { return &Steps{None: Inf + 1} }
	apart := func(a, b *Zone) int64 {
		out, p := New(), Patience{}
		for p.Round = range 2 * patience {
			out.Widen(a, b, far, &near, false, &p)
		}
		out.Close()
		return out.Most(i, n)
	}
	if got := apart(state(32), state(40)); got < Inf {
		t.Errorf("they are %d apart at most, though nobody compares them", got)
	}
	near.Compared[i].Add(n)
	if got := apart(state(32), state(40)); got != -1 {
		t.Errorf("they are %d apart at most, want -1", got)
	}
	if got := apart(state(32), state(48)); got < Inf {
		t.Errorf("they are %d apart at most, though the order does not hold any more", got)
	}
}

// Clone is a copy that shares nothing.
func (z *Zone) Clone() *Zone {
	c := New()
	c.Copy(z)
	return c
}

// matrix is what the rows say.
func (z *Zone) matrix() (d [Vars]row) {
	for i := range d {
		d[i] = *z.d[i]
	}
	return d
}
