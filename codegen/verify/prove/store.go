package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// store puts width bytes at an address.
func (e *executor) store(s *state, m isa.Mem, width uint8, t term, v *vector) {
	addr := s.address(m)
	if !addr.Is(meaning.Stack) {
		e.fail(rules.Writes, "the address %s is not on the stack", e.describe(s, &addr))
		return
	}
	from, end := addr.lin.PlusConst(addr.lo), addr.lin.PlusConst(addr.hi+int64(width))
	off, exact := s.exact(&addr, meaning.Stack)
	own := -1
	if exact {
		own = s.findSlot(off, width)
	}
	first := s.first
	ages, counts, ofAge := s.agesBehind(&addr, width, &t, v)
	e.clobber(s, from, end, own)
	if ofAge {
		s.ages, s.counts, s.first = ages, counts, first
	}
	s.mark(from, end, e.took.all(), addr.lo == addr.hi)
	if ofCount := s.loop != noLoop && s.isCountOfClient(&addr, width); ofCount || addr.lo != addr.hi {
		s.unset = s.unset && !ofCount
		return
	}
	if exact && (width == 4 || width == 8) {
		s.setSlot(off, width, t, e.mostSlots())
	}
	s.write(from, end)
	if v != nil && v.whole() && v.b == 0 && !exact { // at a known place they are variables
		s.zeros = true
		s.place(zerosVar, from)
	}
}

// clobber is a store of anything from addr to end. The variable keep, unless -1, is the
// one that is stored to, and has its value yet.
func (e *executor) clobber(s *state, addr, end zone.Lin, keep int) {
	e.within(s, rules.Writes, addr, end)
	for _, f := range s.frames {
		if s.mayOverlap(addr, end, zone.Const(f.off), 8) {
			e.fail(rules.Writes, "it may overwrite %s at %d", f.what(), f.off)
		}
	}
	if len(s.first) > 0 {
		s.first = subtract(s.first, []span{{s.zone.Min(addr), s.zone.Max(end)}})
	}
	if s.phase >= serving {
		s.owns(span{s.zone.Min(addr), s.zone.Max(end)})
	}
	if s.reported && s.mayOverlap(addr, end, zone.Const(s.base), s.room) {
		s.leaveEvents()
	}
	if s.ages != (span{}) && s.mayOverlap(addr, end, zone.Const(s.ages.lo), s.ages.hi-s.ages.lo) {
		s.ages = span{}
	}
	if s.counts != (span{}) && s.mayOverlap(addr, end, zone.Const(s.counts.lo), s.counts.hi-s.counts.lo) {
		s.counts = span{}
	}
	s.unname(addr, end)
	s.overwrite(addr, end)
	for i, sl := range s.slots {
		if i != keep && sl.size != 0 && s.mayOverlap(addr, end, zone.Const(sl.off), int64(sl.size)) {
			s.dropSlot(i)
		}
	}
	s.unload(addr, end)
}

// unload forgets which stored bytes registers were loaded from, where these may change.
func (s *state) unload(addr, end zone.Lin) {
	for v := firstReg; v < firstSlot; v++ {
		if p := s.prov[v]; p != nil && s.mayOverlap(addr, end, p.addr, int64(len(p.b))) {
			s.prov[v] = nil
		}
		if m := s.mask[v]; m != nil && s.mayOverlap(addr, end, m.addr, 16) {
			s.mask[v] = nil
		}
	}
	for i := range s.vecs {
		if l := s.vecs[i].lanes; l != nil && s.mayOverlap(addr, end, l.addr, 16) {
			s.vecs[i] = vector{}
		}
	}
	s.cmp.a.prov, s.cmp.b.prov, s.cmp.c.prov = nil, nil, nil
	s.cmp.a.table, s.cmp.b.table, s.cmp.c.table = nil, nil, nil
	for i := range s.temps {
		s.temps[i].prov, s.temps[i].mask, s.temps[i].table = nil, nil, nil
	}
}

func (f *frame) what() string {
	if f.saved {
		return "the saved value"
	}
	return "the return address"
}

func (s *state) dropSlot(i int) {
	s.forget(firstSlot + zone.Var(i))
	s.slots[i] = slot{}
}

// setSlot gives a variable on the stack its value, as far as there is room for so many.
func (s *state) setSlot(off int64, width uint8, t term, most int) {
	i := s.findSlot(off, width)
	for j, sl := range s.slots[:most] {
		if i < 0 && sl.size == 0 {
			i = j
		}
	}
	if i < 0 {
		return
	}
	s.slots[i] = slot{off, width}
	t.prov, t.mask = nil, nil
	s.assign(firstSlot+zone.Var(i), s.settle(t, width))
}
