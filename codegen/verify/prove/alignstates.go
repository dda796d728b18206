package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// align gives a and b the same variables, as far as they can have them.
func (p *program) align(a, b *state) {
	alignSlots(a, b)
	alignRest(a, b)
	alignRegions(a, b)
	p.alignRecords(a, b)
	p.alignRecords(b, a)
	for v := firstReg; v < zone.Vars; v++ {
		nullAsPointer(a, b, v)
		nullAsPointer(b, a, v)
	}
	for _, s := range []*state{a, b} {
		for _, c := range []struct {
			live bool
			v    zone.Var
		}{{a.zeros && b.zeros, zerosVar}, {a.line && b.line, lineVar}} {
			if !c.live {
				s.forget(c.v)
			}
		}
	}
}

// alignSlots puts each variable on the stack that both have into the same place, and
// drops the others.
func alignSlots(a, b *state) {
	for i, sl := range a.slots {
		if sl.size == 0 {
			continue
		}
		if b.findSlot(sl.off, sl.size) < 0 {
			a.dropSlot(i)
		}
	}
	for i, sl := range b.slots {
		if sl.size != 0 && a.findSlot(sl.off, sl.size) < 0 {
			b.dropSlot(i)
		}
	}
	for i := range a.slots {
		if a.slots[i] == b.slots[i] {
			continue
		}
		j := -1
		if a.slots[i].size != 0 {
			j = b.findSlot(a.slots[i].off, a.slots[i].size)
		} else {
			j = slices.Index(b.slots[:], slot{})
		}
		b.swapSlots(i, j)
	}
}

// swapSlots exchanges the places of two variables on the stack.
func (s *state) swapSlots(i, j int) {
	s.swap(firstSlot+zone.Var(i), firstSlot+zone.Var(j))
	s.slots[i], s.slots[j] = s.slots[j], s.slots[i]
}

// swapRegions exchanges the places of two regions.
func (s *state) swapRegions(i, j int) {
	s.swap(endOf(i), endOf(j))
	s.regions[i], s.regions[j] = s.regions[j], s.regions[i]
}

// swap exchanges two of the zone's variables.
func (s *state) swap(v, w zone.Var) {
	copyTo := func(to, from zone.Var) {
		val := s.vals[from]
		s.assign(to, term{lin: zone.Of(from)})
		s.vals[to] = val
	}
	copyTo(spareVar, v)
	copyTo(v, w)
	copyTo(w, spareVar)
	s.forget(spareVar)
}

// alignRegions: a region that only one has is one of the other too: an empty one, or
// bytes that it knows by constant offsets.
func alignRegions(a, b *state) {
	spansAsRegions(a, b)
	spansAsRegions(b, a)
	for i, r := range a.regions {
		j := slices.Index(b.regions[:], r)
		if r.live && j >= 0 && j != i {
			b.swapRegions(i, j)
		}
	}
	for i := range a.regions { // where each has another one, b's goes to a place that both have free
		if !a.regions[i].live || !b.regions[i].live || a.regions[i] == b.regions[i] {
			continue
		}
		for k := range b.regions {
			if !a.regions[k].live && !b.regions[k].live {
				b.swapRegions(i, k)
				break
			}
		}
	}
	for i := range a.regions {
		ra, rb := a.regions[i], b.regions[i]
		switch {
		case ra == rb:
		case !rb.live && !b.hasRegion(ra.base):
			b.startRegion(i, ra.base)
		case !ra.live && !a.hasRegion(rb.base):
			a.startRegion(i, rb.base)
		default:
			for _, s := range []*state{a, b} {
				s.regions[i] = region{}
				s.forget(endOf(i)) // what relations say of it is said of nothing
			}
		}
	}
}

// leastRegion is what is worth a region, in bytes: more than a variable.
const leastRegion = 17

// spansAsRegions makes regions of the bytes that a knows by constant offsets, of which b
// has none, or fewer up to where a register points: how many there are may depend on a
// variable.
func spansAsRegions(a, b *state) {
	for _, w := range onlyInOne(a.written, b.written) {
		if !slices.Contains(a.written, w) || a.hasRegion(w.lo) || b.hasRegion(w.lo) {
			continue
		}
		if none := common(b.written, []span{w}) == nil; none && w.hi-w.lo < leastRegion || !none && !grows(a, b, w) {
			continue
		}
		for i := range a.regions {
			if !a.regions[i].live && !b.regions[i].live {
				a.startRegion(i, w.lo)
				b.startRegion(i, w.lo)
				break
			}
		}
	}
}

// grows: b has written w from its start on too, and in both a register or variable says
// where that ends: a pointer, or its distance from a fixed place.
func grows(a, b *state, w span) bool {
	i := slices.IndexFunc(b.written, func(x span) bool { return x.lo == w.lo })
	if i < 0 {
		return false
	}
	for v := firstReg; v < firstRegion; v++ {
		x, y := a.zone.Lo(v), b.zone.Lo(v)
		if (a.vals[v].IsNumber() || a.vals[v].IsSome(meaning.Stack)) && a.vals[v].Like(b.vals[v].Meaning) && x == a.zone.Hi(v) && y == b.zone.Hi(v) &&
			x-w.hi == y-b.written[i].hi {
			return true
		}
	}
	return false
}

// onlyInOne are the bytes of the frame that one of two states has written, and the
// other has not.
func onlyInOne(a, b []span) []span {
	if slices.Equal(a, b) {
		return nil
	}
	both := common(a, b)
	var out []span
	for _, w := range slices.Concat(a, b) {
		if !slices.Contains(both, w) {
			out = append(out, w)
		}
	}
	return out
}

func (s *state) hasRegion(base int64) bool {
	return slices.Contains(s.regions[:], region{base, true})
}

func (s *state) startRegion(i int, base int64) {
	s.regions[i] = region{base, true}
	end := base
	for _, w := range s.written {
		if w.lo <= base && w.hi > base {
			end = w.hi
		}
	}
	s.assign(endOf(i), term{value: value{Meaning: meaning.Of(meaning.Stack)}, lin: zone.Const(end)})
}

// nullAsPointer: where a has null and b a pointer, null is a pointer that may be null,
// whose place is of no matter: it gets b's.
func nullAsPointer(a, b *state, v zone.Var) {
	c, known := a.constant(v, meaning.Number)
	if !known || c != 0 || !b.vals[v].IsOrNull(meaning.Image) {
		return
	}
	t := term{lo: b.zone.Lo(v), hi: b.zone.Hi(v)}
	t.Meaning = meaning.Of(meaning.Image).OrNull()
	if o := b.vals[v].org; o.sym != 0 {
		if sym := a.newSym(b.syms[o.sym-1]); sym >= 0 {
			t.org = o
			t.org.sym = uint8(sym + 1)
		}
	}
	a.assign(v, t)
}
