package step

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// store puts width bytes at an address.
func (e *Executor) store(s *domain.State, m isa.Mem, width uint8, t value.Term, v *value.Vector) {
	addr := address(s, m)
	if !addr.Is(meaning.Stack) {
		e.Fail(rules.Writes, "the address %s is not on the stack", e.Describe(s, &addr))
		return
	}
	from, end := addr.Lin.PlusConst(addr.Lo), addr.Lin.PlusConst(addr.Hi+int64(width))
	off, exact := s.Exact(&addr, meaning.Stack)
	own := -1
	if exact {
		own = s.FindSlot(off, width)
	}
	first := s.First
	ages, counts, ofAge := s.AgesBehind(&addr, width, &t, v)
	e.Clobber(s, from, end, own)
	if ofAge {
		s.Ages, s.Counts, s.First = ages, counts, first
	}
	s.Mark(from, end, e.took.All(), addr.Lo == addr.Hi)
	if ofCount := s.Loop != domain.NoLoop && s.IsCountOfClient(&addr, width); ofCount || addr.Lo != addr.Hi {
		s.Unset = s.Unset && !ofCount
		return
	}
	if exact && (width == 4 || width == 8) {
		s.SetSlot(off, width, t, e.MostSlots())
	}
	s.Write(from, end)
	if v != nil && v.Whole() && v.Byte == 0 && !exact { // at a known place they are variables
		s.Zeros = true
		s.Place(value.ZerosVar, from)
	}
}

// Clobber is a store of anything from addr to end. The variable keep, unless -1, is the
// one that is stored to, and has its value yet.
func (e *Executor) Clobber(s *domain.State, addr, end zone.Lin, keep int) {
	e.within(s, rules.Writes, addr, end)
	for _, f := range s.Frames {
		if s.MayOverlap(addr, end, zone.Const(f.Off), 8) {
			e.Fail(rules.Writes, "it may overwrite %s at %d", f.What(), f.Off)
		}
	}
	if len(s.First) > 0 {
		s.First = value.Subtract(s.First, []value.Span{{Lo: s.Zone.Min(addr), Hi: s.Zone.Max(end)}})
	}
	if s.Phase >= domain.Serving {
		s.Owns(value.Span{Lo: s.Zone.Min(addr), Hi: s.Zone.Max(end)})
	}
	if s.Reported && s.MayOverlap(addr, end, zone.Const(s.Base), s.Room) {
		s.LeaveEvents()
	}
	if s.Ages != (value.Span{}) && s.MayOverlap(addr, end, zone.Const(s.Ages.Lo), s.Ages.Hi-s.Ages.Lo) {
		s.Ages = value.Span{}
	}
	if s.Counts != (value.Span{}) && s.MayOverlap(addr, end, zone.Const(s.Counts.Lo), s.Counts.Hi-s.Counts.Lo) {
		s.Counts = value.Span{}
	}
	s.Unname(addr, end)
	s.Overwrite(addr, end)
	for i, sl := range s.Slots {
		if i != keep && sl.Size != 0 && s.MayOverlap(addr, end, zone.Const(sl.Off), int64(sl.Size)) {
			s.DropSlot(i)
		}
	}
	s.Unload(addr, end)
}
