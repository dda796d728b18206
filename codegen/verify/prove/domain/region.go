package domain

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Region is a range of the stack that was written: from base to the variable
// FirstRegion plus the region's number. An empty region is as good as none.
type Region struct {
	Base int64
	Live bool
}

// EndOf is the variable where a region ends.
func EndOf(i int) zone.Var { return value.FirstRegion + zone.Var(i) }

// DeadRegion says that v would be the end of a region that is not there.
func (s *State) DeadRegion(v zone.Var) bool {
	return v >= value.FirstRegion && v < value.FirstRegion+value.Regions && !s.Regions[v-value.FirstRegion].Live
}

// WasWritten says whether every byte from addr to end was.
func (s *State) WasWritten(addr, end zone.Lin) bool {
	if s.IsWritten(addr, end) {
		return true
	}
	if len(s.Guards) == 0 {
		return false
	}
	s.Unguard()
	return s.IsWritten(addr, end)
}

// IsWritten is WasWritten, but for what bits say.
func (s *State) IsWritten(addr, end zone.Lin) bool {
	lo, hi := s.Zone.Min(addr), s.Zone.Max(end)
	for _, w := range s.Written {
		if lo >= w.Lo && hi <= w.Hi {
			return true
		}
	}
	for i, r := range s.Regions {
		if !r.Live || lo < r.Base || !s.mayRead(i, addr) {
			continue
		}
		if d, ok := end.Plus(zone.Of(EndOf(i)), -1); ok && s.Zone.Max(d) <= 0 {
			return true
		}
	}
	return false
}

// Write notes that the bytes from addr to end are written.
func (s *State) Write(addr, end zone.Lin) {
	lo, hi := s.Zone.Min(addr), s.Zone.Max(end)
	aConst, eConst := lo == s.Zone.Max(addr), hi == s.Zone.Min(end)
	if aConst && eConst {
		s.AddSpan(value.Span{Lo: lo, Hi: hi})
	}
	i := s.extended(addr)
	switch {
	case i < 0 && !eConst:
		s.newRegion(addr, end)
	case i < 0 || aConst && s.afresh(i, addr, lo, end):
	default:
		if d, ok := end.Plus(zone.Of(EndOf(i)), -1); ok && s.Zone.Max(d) > 0 {
			s.Assign(EndOf(i), value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Stack)}, Lin: end})
		}
	}
}

// extended is the region that a store at addr extends, -1 where there is none. Of several
// it is the one that begins last: one may lead up to where another begins.
func (s *State) extended(addr zone.Lin) int {
	found := -1
	for i, r := range s.Regions {
		if r.Live && s.extends(i, addr) && (found < 0 || r.Base > s.Regions[found].Base) {
			found = i
		}
	}
	return found
}

// extends: a store at addr begins in region i, or right behind it.
func (s *State) extends(i int, addr zone.Lin) bool {
	base := s.Regions[i].Base
	if lo, hi := s.Zone.Min(addr), s.Zone.Max(addr); lo < base || hi <= base {
		return lo == base
	}
	d, ok := addr.Plus(zone.Of(EndOf(i)), -1)
	return ok && s.Zone.Max(d) <= 0
}

// newRegion starts a region at addr, or where written bytes lead up to it; without
// either, or where it is all written, there is none.
func (s *State) newRegion(addr, end zone.Lin) {
	lo, hi := s.Zone.Min(addr), s.Zone.Max(addr)
	base, starts := lo, lo == hi
	for _, w := range s.Written {
		if w.Lo <= lo && w.Hi >= hi {
			base, starts = w.Lo, s.Zone.Max(end) > w.Hi
		}
	}
	for i := range s.Regions {
		if r := &s.Regions[i]; starts && (!r.Live || r.Base == base) {
			*r = Region{base, true}
			s.Assign(EndOf(i), value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Stack)}, Lin: end})
			s.Rest = s.Rest && s.RestOf != base
			return
		}
	}
}

// AddSpan notes bytes as written.
func (s *State) AddSpan(n value.Span) { s.Written = value.AddTo(s.Written, n) }

// DropRegions forgets what was written up to a variable.
func (s *State) DropRegions() {
	for i, r := range s.Regions {
		if r.Live {
			s.Regions[i] = Region{}
			s.Forget(EndOf(i))
		}
	}
}

// popSpan forgets what lies below off: it is no part of the stack any more.
func (s *State) popSpan(off int64) {
	s.Written, s.First = value.CutBelow(s.Written, off), value.CutBelow(s.First, off)
}
