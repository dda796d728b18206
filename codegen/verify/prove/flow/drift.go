package flow

import (
	"cmp"
	"fmt"
	"slices"
	"unsafe"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Place is a register or a variable on the stack. The zero place is none.
type Place struct {
	Reg  zone.Var // 0 for one on the stack
	Slot domain.Slot
}

// Quantity is what a loop may count with: a place, or plus and more less minus and less,
// as far as they are there.
type Quantity struct{ Plus, Minus, More, Less Place }

func (p Place) String() string {
	if p.Reg != 0 {
		return isa.Reg(p.Reg - value.FirstReg).String()
	}
	return fmt.Sprintf("the %d bytes at stack[%d]", p.Slot.Size, p.Slot.Off)
}

// String writes a quantity as a sum of places.
func (q Quantity) String() string {
	text := q.Plus.String()
	if q.Minus != (Place{}) {
		text += " - " + q.Minus.String()
	}
	if q.More != (Place{}) {
		text += " + " + q.More.String()
	}
	if q.Less != (Place{}) {
		text += " - " + q.Less.String()
	}
	return text
}

// Single says that the quantity is a place as it is.
func (q Quantity) Single() bool { return q.Minus == (Place{}) }

// variable is where a state has what is at a place, if it has.
func (p Place) variable(s *domain.State) (zone.Var, bool) {
	if p.Reg != 0 {
		return p.Reg, !s.Vals[p.Reg].MayBeNull()
	}
	i := s.FindSlot(p.Slot.Off, p.Slot.Size)
	return value.FirstSlot + zone.Var(i), i >= 0
}

// lin is the quantity in terms of a state's variables.
func (q Quantity) lin(s *domain.State) (zone.Lin, bool) {
	var out zone.Lin
	for _, t := range []struct {
		p Place
		k int32
	}{{q.Plus, 1}, {q.Minus, -1}, {q.More, 1}, {q.Less, -1}} {
		if t.p == (Place{}) {
			continue
		}
		v, ok := t.p.variable(s)
		if ok {
			out, ok = out.Plus(zone.Of(v), t.k)
		}
		if !ok {
			return zone.Lin{}, false
		}
	}
	return out, true
}

// The kernel bounds the environment: the array with all strings, and a string
// (execve(2), limits on size of arguments and environment), in bytes.
const (
	MaxEnvironment = 6 << 20
	maxString      = 128 << 10
)

// Of is the interval of a quantity in a state.
func (q Quantity) Of(s *domain.State) value.Interval {
	l, ok := q.lin(s)
	if !ok {
		return value.Everything
	}
	if v, single := (&value.Term{Lin: l}).IsVar(); single {
		switch {
		case s.Vals[v].IsSome(meaning.EnvArray):
			return value.Interval{Lo: 0, Hi: MaxEnvironment}
		case s.Vals[v].IsSome(meaning.EnvString):
			return value.Interval{Lo: 0, Hi: maxString}
		}
		return value.Interval{Lo: s.Zone.Lo(v), Hi: s.Zone.Hi(v)}
	}
	return value.Interval{Lo: s.Zone.Min(l), Hi: s.Zone.Max(l)}
}

// values are the quantities in a state, 0 for those that are not known in it.
func values(s *domain.State, qs []Quantity) []zone.Lin {
	out := make([]zone.Lin, len(qs))
	for i, q := range qs {
		if q.Of(s).Known() {
			out[i], _ = q.lin(s)
		}
	}
	return out
}

// Drift is by how much quantities change along an edge: a quantity at its end less one at its
// beginning. It has a row for each that is known there, with those of its class that are known
// at the end.
type Drift struct {
	class []uint8 // of each quantity: those in one are comparable
	rows  []int32 // of each quantity, where its row is, or none
	cols  []int8  // of each quantity, its place in the rows of its class, or none
	by    []value.Interval
}

// How many bytes a drift holds of each pair of quantities of a class, and of each quantity.
const (
	intervalBytes = int(unsafe.Sizeof(value.Interval{}))
	quantityBytes = 1 + 4 + 1
)

// Of is the change from one quantity to another one, which may be any where it is not known.
func (d *Drift) Of(from, to int) value.Interval {
	if d.rows[from] == None || d.cols[to] == None || d.class[from] != d.class[to] {
		return value.Everything
	}
	return d.by[int(d.rows[from])+int(d.cols[to])]
}

// held is how many bytes it takes.
func (d *Drift) held() int { return len(d.by)*intervalBytes + len(d.class)*quantityBytes }

// newShape has rows for the quantities that are known at both ends of an edge.
func newShape(qs []Quantity, values []zone.Lin, known []bool) *Drift {
	d := &Drift{class: make([]uint8, len(qs)), rows: make([]int32, len(qs)), cols: make([]int8, len(qs))}
	var width [MaxQuantities]int // of the rows of each class
	for i, q := range qs {
		d.class[i] = uint8(slices.IndexFunc(qs, q.comparable))
		if d.cols[i] = None; known[i] {
			d.cols[i] = int8(width[d.class[i]])
			width[d.class[i]]++
		}
	}
	n := 0
	for i := range qs {
		if d.rows[i] = None; !values[i].IsConst() {
			d.rows[i] = int32(n)
			n += width[d.class[i]]
		}
	}
	d.by = make([]value.Interval, n)
	return d
}

// end is where a way leads: the state s, as it was before it is joined into at.
type end struct{ s, at *domain.State }

// newDrift compares the end of a way with its beginning, where the quantities were
// values.
func newDrift(qs []Quantity, values []zone.Lin, e *end) *Drift {
	meant, known := make([]zone.Lin, len(qs)), make([]bool, len(qs))
	for j, q := range qs {
		meant[j], known[j] = e.meant(q)
	}
	d := newShape(qs, values, known)
	var cache [zone.Vars]value.Interval
	for i := range qs {
		if d.rows[i] == None {
			continue
		}
		var seen [zone.Vars]bool
		change := func(v zone.Var) value.Interval {
			if !seen[v] {
				seen[v], cache[v] = true, e.s.Past.Rows[i].Change(e.s.Zone, v)
			}
			return cache[v]
		}
		for j := range qs {
			if known[j] && d.class[i] == d.class[j] {
				d.by[int(d.rows[i])+int(d.cols[j])] = driftAlong(&e.s.Past.Rows[i], e.s.Zone, &meant[j], change)
			}
		}
	}
	return d
}

// comparable: both are what is left up to the same end, or neither is. Others are hardly
// ever near each other.
func (q Quantity) comparable(other Quantity) bool {
	return q.rest() == other.rest() && (!q.rest() || q.Plus == other.Plus)
}

// rest says that the quantity is what is left of one place behind another.
func (q Quantity) rest() bool {
	return q.Minus != (Place{}) && (q.More == (Place{})) == (q.Less == (Place{}))
}

// meant is a quantity at the end of a way, where it is known behind that too.
func (e *end) meant(q Quantity) (zone.Lin, bool) {
	for _, p := range []Place{q.Plus, q.Minus, q.More, q.Less} {
		if p == (Place{}) {
			continue
		}
		v, ok := p.variable(e.s)
		w, there := p.variable(e.at)
		if !ok || !there || !sameMeaning(e.s, e.at, v, w) {
			return zone.Lin{}, false
		}
	}
	lin, ok := q.lin(e.s)
	return lin, ok && q.Of(e.at).Known()
}

// driftAlong bounds lin - g: g is near one of lin's variables, or an expression of some.
func driftAlong(r *value.PastRow, z *zone.Zone, lin *zone.Lin, change func(zone.Var) value.Interval) value.Interval {
	out := value.Everything
	v, single := (&value.Term{Lin: *lin}).IsVar()
	if single {
		out = change(v)
	}
	for _, t := range lin.Terms() {
		if t.Coef != 1 || single {
			continue
		}
		c := change(t.Var)
		rest, ok := lin.Plus(zone.Of(t.Var), -1)
		if !ok || c == value.Everything {
			continue
		}
		out = value.Interval{Lo: max(out.Lo, value.AddLeast(c.Lo, z.Min(rest))), Hi: min(out.Hi, value.AddMost(c.Hi, z.Max(rest)))}
	}
	if d, ok := lin.Plus(r.Lin, -1); ok && r.Sum {
		out = value.Interval{Lo: max(out.Lo, value.AddLeast(z.Min(d), -r.Hi)), Hi: min(out.Hi, value.AddMost(z.Max(d), -r.Lo))}
	}
	return out
}

// sameMeaning: where a state s is joined into at, the variable stands for the same number
// behind that.
func sameMeaning(s, at *domain.State, v, w zone.Var) bool {
	a, b := s.Vals[v], at.Vals[w]
	return a.Like(b.Meaning) && (!wraps(s, v) || wraps(at, w))
}

// wraps: the variable stands for a number only modulo 1<<32.
func wraps(s *domain.State, v zone.Var) bool {
	return s.Vals[v].IsLow() && !s.Vals[v].IsBetween(s.Zone.Lo(v), s.Zone.Hi(v))
}

// places are what a state may count with.
func places(s *domain.State) []Place {
	var out []Place
	for v := value.FirstReg; v < value.FirstSlot; v++ {
		out = append(out, Place{Reg: v})
	}
	for _, sl := range s.Slots {
		if sl.Size != 0 {
			out = append(out, Place{Slot: sl})
		}
	}
	return out
}

// MaxQuantities bounds what is compared: their sets are words.
const MaxQuantities = 64

// Countable are the places that are written in a component, and bounded somewhere in it.
func (f *Flow) Countable(c *Component) []Quantity {
	seen := map[Place]value.Interval{}
	var all Toll
	for _, i := range c.Edges {
		all.Writes |= f.Edges[i].Writes
		all.stores = all.stores || f.Edges[i].stores
	}
	for _, i := range c.Vertices {
		s := f.Vertices[i].State
		for _, p := range places(s) {
			r := Quantity{Plus: p}.Of(s)
			if !r.Known() || p.Reg == 0 && !all.stores || p.Reg != 0 && all.Writes>>(p.Reg-value.FirstReg)&1 == 0 {
				continue
			}
			if old, ok := seen[p]; ok {
				r = value.Interval{Lo: min(r.Lo, old.Lo), Hi: max(r.Hi, old.Hi)}
			}
			seen[p] = r
		}
	}
	var out []Quantity
	for p, r := range seen {
		if r.Lo != r.Hi {
			out = append(out, Quantity{Plus: p})
		}
	}
	slices.SortFunc(out, func(a, b Quantity) int { return ComparePlaces(a.Plus, b.Plus) })
	return out[:min(len(out), MaxQuantities)]
}

// ComparePlaces puts places in order: registers, then variables of the stack.
func ComparePlaces(a, b Place) int {
	return cmp.Or(cmp.Compare(a.Reg, b.Reg), cmp.Compare(a.Slot.Off, b.Slot.Off), cmp.Compare(a.Slot.Size, b.Slot.Size))
}
