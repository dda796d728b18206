package meet

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// align gives a and b the same variables, as far as they can have them.
func align(p *code.Program, a, b *domain.State) {
	alignSlots(a, b)
	alignRest(a, b)
	alignRegions(a, b)
	alignRecords(p, a, b)
	alignRecords(p, b, a)
	for v := value.FirstReg; v < zone.Vars; v++ {
		nullAsPointer(a, b, v)
		nullAsPointer(b, a, v)
	}
	for _, s := range []*domain.State{a, b} {
		for _, c := range []struct {
			live bool
			v    zone.Var
		}{{a.Zeros && b.Zeros, value.ZerosVar}, {a.Line && b.Line, value.LineVar}} {
			if !c.live {
				s.Forget(c.v)
			}
		}
	}
}

// alignSlots puts each variable on the stack that both have into the same place, and
// drops the others.
func alignSlots(a, b *domain.State) {
	for i, sl := range a.Slots {
		if sl.Size == 0 {
			continue
		}
		if b.FindSlot(sl.Off, sl.Size) < 0 {
			a.DropSlot(i)
		}
	}
	for i, sl := range b.Slots {
		if sl.Size != 0 && a.FindSlot(sl.Off, sl.Size) < 0 {
			b.DropSlot(i)
		}
	}
	for i := range a.Slots {
		if a.Slots[i] == b.Slots[i] {
			continue
		}
		j := -1
		if a.Slots[i].Size != 0 {
			j = b.FindSlot(a.Slots[i].Off, a.Slots[i].Size)
		} else {
			j = slices.Index(b.Slots[:], domain.Slot{})
		}
		swapSlots(b, i, j)
	}
}

// swapSlots exchanges the places of two variables on the stack.
func swapSlots(s *domain.State, i, j int) {
	swap(s, value.FirstSlot+zone.Var(i), value.FirstSlot+zone.Var(j))
	s.Slots[i], s.Slots[j] = s.Slots[j], s.Slots[i]
}

// swapRegions exchanges the places of two regions.
func swapRegions(s *domain.State, i, j int) {
	swap(s, domain.EndOf(i), domain.EndOf(j))
	s.Regions[i], s.Regions[j] = s.Regions[j], s.Regions[i]
}

// swap exchanges two of the zone's variables.
func swap(s *domain.State, v, w zone.Var) {
	copyTo := func(to, from zone.Var) {
		val := s.Vals[from]
		s.Assign(to, value.Term{Lin: zone.Of(from)})
		s.Vals[to] = val
	}
	copyTo(value.SpareVar, v)
	copyTo(v, w)
	copyTo(w, value.SpareVar)
	s.Forget(value.SpareVar)
}

// alignRegions: a region that only one has is one of the other too: an empty one, or
// bytes that it knows by constant offsets.
func alignRegions(a, b *domain.State) {
	spansAsRegions(a, b)
	spansAsRegions(b, a)
	for i, r := range a.Regions {
		j := slices.Index(b.Regions[:], r)
		if r.Live && j >= 0 && j != i {
			swapRegions(b, i, j)
		}
	}
	for i := range a.Regions { // where each has another one, b's goes to a place that both have free
		if !a.Regions[i].Live || !b.Regions[i].Live || a.Regions[i] == b.Regions[i] {
			continue
		}
		for k := range b.Regions {
			if !a.Regions[k].Live && !b.Regions[k].Live {
				swapRegions(b, i, k)
				break
			}
		}
	}
	for i := range a.Regions {
		ra, rb := a.Regions[i], b.Regions[i]
		switch {
		case ra == rb:
		case !rb.Live && !hasRegion(b, ra.Base):
			StartRegion(b, i, ra.Base)
		case !ra.Live && !hasRegion(a, rb.Base):
			StartRegion(a, i, rb.Base)
		default:
			for _, s := range []*domain.State{a, b} {
				s.Regions[i] = domain.Region{}
				s.Forget(domain.EndOf(i)) // what relations say of it is said of nothing
			}
		}
	}
}

// leastRegion is what is worth a region, in bytes: more than a variable.
const leastRegion = 17

// spansAsRegions makes regions of the bytes that a knows by constant offsets, of which b
// has none, or fewer up to where a register points: how many there are may depend on a
// variable.
func spansAsRegions(a, b *domain.State) {
	for _, w := range onlyInOne(a.Written, b.Written) {
		if !slices.Contains(a.Written, w) || hasRegion(a, w.Lo) || hasRegion(b, w.Lo) {
			continue
		}
		if none := value.Common(b.Written, []value.Span{w}) == nil; none && w.Hi-w.Lo < leastRegion || !none && !grows(a, b, w) {
			continue
		}
		for i := range a.Regions {
			if !a.Regions[i].Live && !b.Regions[i].Live {
				StartRegion(a, i, w.Lo)
				StartRegion(b, i, w.Lo)
				break
			}
		}
	}
}

// grows: b has written w from its start on too, and in both a register or variable says
// where that ends: a pointer, or its distance from a fixed place.
func grows(a, b *domain.State, w value.Span) bool {
	i := slices.IndexFunc(b.Written, func(x value.Span) bool { return x.Lo == w.Lo })
	if i < 0 {
		return false
	}
	for v := value.FirstReg; v < value.FirstRegion; v++ {
		x, y := a.Zone.Lo(v), b.Zone.Lo(v)
		if (a.Vals[v].IsNumber() || a.Vals[v].IsSome(meaning.Stack)) && a.Vals[v].Like(b.Vals[v].Meaning) && x == a.Zone.Hi(v) && y == b.Zone.Hi(v) &&
			x-w.Hi == y-b.Written[i].Hi {
			return true
		}
	}
	return false
}

// onlyInOne are the bytes of the frame that one of two states has written, and the
// other has not.
func onlyInOne(a, b []value.Span) []value.Span {
	if slices.Equal(a, b) {
		return nil
	}
	both := value.Common(a, b)
	var out []value.Span
	for _, w := range slices.Concat(a, b) {
		if !slices.Contains(both, w) {
			out = append(out, w)
		}
	}
	return out
}

func hasRegion(s *domain.State, base int64) bool {
	return slices.Contains(s.Regions[:], domain.Region{Base: base, Live: true})
}

// StartRegion begins region i at a place: what is written from there on is of it.
func StartRegion(s *domain.State, i int, base int64) {
	s.Regions[i] = domain.Region{Base: base, Live: true}
	end := base
	for _, w := range s.Written {
		if w.Lo <= base && w.Hi > base {
			end = w.Hi
		}
	}
	s.Assign(domain.EndOf(i), value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Stack)}, Lin: zone.Const(end)})
}

// nullAsPointer: where a has null and b a pointer, null is a pointer that may be null,
// whose place is of no matter: it gets b's.
func nullAsPointer(a, b *domain.State, v zone.Var) {
	c, known := a.Constant(v, meaning.Number)
	if !known || c != 0 || !b.Vals[v].IsOrNull(meaning.Image) {
		return
	}
	t := value.Term{Lo: b.Zone.Lo(v), Hi: b.Zone.Hi(v)}
	t.Meaning = meaning.Of(meaning.Image).OrNull()
	if o := b.Vals[v].Origin; o.Sym != 0 {
		if sym := a.NewSym(b.Syms[o.Sym-1]); sym >= 0 {
			t.Origin = o
			t.Origin.Sym = uint8(sym + 1)
		}
	}
	a.Assign(v, t)
}

// alignRest gives two states that differ in whether input waits the same: where none does
// all of the region may be read.
func alignRest(a, b *domain.State) {
	switch {
	case a.Rest && b.Rest && a.RestOf != b.RestOf:
		a.ForgetRest()
		b.ForgetRest()
	case a.Rest && !b.Rest:
		b.StartRest(a.RestOf)
	case b.Rest && !a.Rest:
		a.StartRest(b.RestOf)
	}
}
