package prove

import (
	"cmp"
	"fmt"
	"slices"
	"unsafe"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// place is a register or a variable on the stack. The zero place is none.
type place struct {
	reg  zone.Var // 0 for one on the stack
	slot slot
}

// quantity is what a loop may count with: a place, or plus and more less minus and less,
// as far as they are there.
type quantity struct{ plus, minus, more, less place }

func (p place) String() string {
	if p.reg != 0 {
		return isa.Reg(p.reg - firstReg).String()
	}
	return fmt.Sprintf("the %d bytes at stack[%d]", p.slot.size, p.slot.off)
}

func (q quantity) String() string {
	text := q.plus.String()
	if q.minus != (place{}) {
		text += " - " + q.minus.String()
	}
	if q.more != (place{}) {
		text += " + " + q.more.String()
	}
	if q.less != (place{}) {
		text += " - " + q.less.String()
	}
	return text
}

// single says that the quantity is a place as it is.
func (q quantity) single() bool { return q.minus == (place{}) }

// variable is where a state has what is at a place, if it has.
func (p place) variable(s *state) (zone.Var, bool) {
	if p.reg != 0 {
		return p.reg, !s.vals[p.reg].MayBeNull()
	}
	i := s.findSlot(p.slot.off, p.slot.size)
	return firstSlot + zone.Var(i), i >= 0
}

// lin is the quantity in terms of a state's variables.
func (q quantity) lin(s *state) (zone.Lin, bool) {
	var out zone.Lin
	for _, t := range []struct {
		p place
		k int32
	}{{q.plus, 1}, {q.minus, -1}, {q.more, 1}, {q.less, -1}} {
		if t.p == (place{}) {
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

// interval bounds a number.
type interval struct{ lo, hi int64 }

// everything is the interval of which nothing is known.
var everything = interval{-zone.Inf, zone.Inf}

func (r interval) known() bool { return r.lo > -zone.Inf && r.hi < zone.Inf }

// The kernel bounds the environment: the array with all strings, and a string
// (execve(2), limits on size of arguments and environment), in bytes.
const (
	maxEnvironment = 6 << 20
	maxString      = 128 << 10
)

// of is the interval of a quantity in a state.
func (q quantity) of(s *state) interval {
	l, ok := q.lin(s)
	if !ok {
		return everything
	}
	if v, single := (&term{lin: l}).isVar(); single {
		switch {
		case s.vals[v].IsSome(meaning.EnvArray):
			return interval{0, maxEnvironment}
		case s.vals[v].IsSome(meaning.EnvString):
			return interval{0, maxString}
		}
		return interval{s.zone.Lo(v), s.zone.Hi(v)}
	}
	return interval{s.zone.Min(l), s.zone.Max(l)}
}

// values are the quantities in a state, 0 for those that are not known in it.
func (s *state) values(qs []quantity) []zone.Lin {
	out := make([]zone.Lin, len(qs))
	for i, q := range qs {
		if q.of(s).known() {
			out[i], _ = q.lin(s)
		}
	}
	return out
}

// drift is by how much quantities change along an edge: a quantity at its end less one at its
// beginning. It has a row for each that is known there, with those of its class that are known
// at the end.
type drift struct {
	class []uint8 // of each quantity: those in one are comparable
	rows  []int32 // of each quantity, where its row is, or none
	cols  []int8  // of each quantity, its place in the rows of its class, or none
	by    []interval
}

// How many bytes a drift holds of each pair of quantities of a class, and of each quantity.
const (
	intervalBytes = int(unsafe.Sizeof(interval{}))
	quantityBytes = 1 + 4 + 1
)

// of is the change from one quantity to another one, which may be any where it is not known.
func (d *drift) of(from, to int) interval {
	if d.rows[from] == none || d.cols[to] == none || d.class[from] != d.class[to] {
		return everything
	}
	return d.by[int(d.rows[from])+int(d.cols[to])]
}

// held is how many bytes it takes.
func (d *drift) held() int { return len(d.by)*intervalBytes + len(d.class)*quantityBytes }

// newShape has rows for the quantities that are known at both ends of an edge.
func newShape(qs []quantity, values []zone.Lin, known []bool) *drift {
	d := &drift{class: make([]uint8, len(qs)), rows: make([]int32, len(qs)), cols: make([]int8, len(qs))}
	var width [maxQuantities]int // of the rows of each class
	for i, q := range qs {
		d.class[i] = uint8(slices.IndexFunc(qs, q.comparable))
		if d.cols[i] = none; known[i] {
			d.cols[i] = int8(width[d.class[i]])
			width[d.class[i]]++
		}
	}
	n := 0
	for i := range qs {
		if d.rows[i] = none; !values[i].IsConst() {
			d.rows[i] = int32(n)
			n += width[d.class[i]]
		}
	}
	d.by = make([]interval, n)
	return d
}

// end is where a way leads: the state s, as it was before it is joined into at.
type end struct{ s, at *state }

// newDrift compares the end of a way with its beginning, where the quantities were
// values.
func newDrift(qs []quantity, values []zone.Lin, e *end) *drift {
	meant, known := make([]zone.Lin, len(qs)), make([]bool, len(qs))
	for j, q := range qs {
		meant[j], known[j] = e.meant(q)
	}
	d := newShape(qs, values, known)
	var cache [zone.Vars]interval
	for i := range qs {
		if d.rows[i] == none {
			continue
		}
		var seen [zone.Vars]bool
		change := func(v zone.Var) interval {
			if !seen[v] {
				seen[v], cache[v] = true, e.s.past.rows[i].change(e.s.zone, v)
			}
			return cache[v]
		}
		for j := range qs {
			if known[j] && d.class[i] == d.class[j] {
				d.by[int(d.rows[i])+int(d.cols[j])] = e.s.past.rows[i].drift(e.s.zone, &meant[j], change)
			}
		}
	}
	return d
}

// comparable: both are what is left up to the same end, or neither is. Others are hardly
// ever near each other.
func (q quantity) comparable(other quantity) bool {
	return q.rest() == other.rest() && (!q.rest() || q.plus == other.plus)
}

// rest says that the quantity is what is left of one place behind another.
func (q quantity) rest() bool {
	return q.minus != (place{}) && (q.more == (place{})) == (q.less == (place{}))
}

// meant is a quantity at the end of a way, where it is known behind that too.
func (e *end) meant(q quantity) (zone.Lin, bool) {
	for _, p := range []place{q.plus, q.minus, q.more, q.less} {
		if p == (place{}) {
			continue
		}
		v, ok := p.variable(e.s)
		w, there := p.variable(e.at)
		if !ok || !there || !sameMeaning(e.s, e.at, v, w) {
			return zone.Lin{}, false
		}
	}
	lin, ok := q.lin(e.s)
	return lin, ok && q.of(e.at).known()
}

// drift bounds lin - g: g is near one of lin's variables, or an expression of some.
func (r *pastRow) drift(z *zone.Zone, lin *zone.Lin, change func(zone.Var) interval) interval {
	out := everything
	v, single := (&term{lin: *lin}).isVar()
	if single {
		out = change(v)
	}
	for _, t := range lin.Terms() {
		if t.Coef != 1 || single {
			continue
		}
		c := change(t.Var)
		rest, ok := lin.Plus(zone.Of(t.Var), -1)
		if !ok || c == everything {
			continue
		}
		out = interval{max(out.lo, addLeast(c.lo, z.Min(rest))), min(out.hi, addMost(c.hi, z.Max(rest)))}
	}
	if d, ok := lin.Plus(r.lin, -1); ok && r.sum {
		out = interval{max(out.lo, addLeast(z.Min(d), -r.hi)), min(out.hi, addMost(z.Max(d), -r.lo))}
	}
	return out
}

// sameMeaning: where a state s is joined into at, the variable stands for the same number
// behind that.
func sameMeaning(s, at *state, v, w zone.Var) bool {
	a, b := s.vals[v], at.vals[w]
	return a.Like(b.Meaning) && (!s.wraps(v) || at.wraps(w))
}

// wraps: the variable stands for a number only modulo 1<<32.
func (s *state) wraps(v zone.Var) bool {
	return s.vals[v].IsLow() && !s.vals[v].IsBetween(s.zone.Lo(v), s.zone.Hi(v))
}

// places are what a state may count with.
func (s *state) places() []place {
	var out []place
	for v := firstReg; v < firstSlot; v++ {
		out = append(out, place{reg: v})
	}
	for _, sl := range s.slots {
		if sl.size != 0 {
			out = append(out, place{slot: sl})
		}
	}
	return out
}

// maxQuantities bounds what is compared: their sets are words.
const maxQuantities = 64

// countable are the places that are written in a component, and bounded somewhere in it.
func (f *flow) countable(c *component) []quantity {
	seen := map[place]interval{}
	var all toll
	for _, i := range c.edges {
		all.writes |= f.edges[i].writes
		all.stores = all.stores || f.edges[i].stores
	}
	for _, i := range c.vertices {
		s := f.vertices[i].state
		for _, p := range s.places() {
			r := quantity{plus: p}.of(s)
			if !r.known() || p.reg == 0 && !all.stores || p.reg != 0 && all.writes>>(p.reg-firstReg)&1 == 0 {
				continue
			}
			if old, ok := seen[p]; ok {
				r = interval{min(r.lo, old.lo), max(r.hi, old.hi)}
			}
			seen[p] = r
		}
	}
	var out []quantity
	for p, r := range seen {
		if r.lo != r.hi {
			out = append(out, quantity{plus: p})
		}
	}
	slices.SortFunc(out, func(a, b quantity) int { return comparePlaces(a.plus, b.plus) })
	return out[:min(len(out), maxQuantities)]
}

func comparePlaces(a, b place) int {
	return cmp.Or(cmp.Compare(a.reg, b.reg), cmp.Compare(a.slot.off, b.slot.off), cmp.Compare(a.slot.size, b.slot.size))
}
