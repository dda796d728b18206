package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// span is a range of the stack: from lo up to hi, not included.
type span struct{ lo, hi int64 }

// region is a range of the stack that was written: from base to the variable
// firstRegion plus the region's number. An empty region is as good as none.
type region struct {
	base int64
	live bool
}

func endOf(i int) zone.Var { return firstRegion + zone.Var(i) }

// deadRegion says that v would be the end of a region that is not there.
func (s *state) deadRegion(v zone.Var) bool {
	return v >= firstRegion && v < firstRegion+regions && !s.regions[v-firstRegion].live
}

// wasWritten says whether every byte from addr to end was.
func (s *state) wasWritten(addr, end zone.Lin) bool {
	if s.isWritten(addr, end) {
		return true
	}
	if len(s.guards) == 0 {
		return false
	}
	s.unguard()
	return s.isWritten(addr, end)
}

func (s *state) isWritten(addr, end zone.Lin) bool {
	lo, hi := s.zone.Min(addr), s.zone.Max(end)
	for _, w := range s.written {
		if lo >= w.lo && hi <= w.hi {
			return true
		}
	}
	for i, r := range s.regions {
		if !r.live || lo < r.base || !s.mayRead(i, addr) {
			continue
		}
		if d, ok := end.Plus(zone.Of(endOf(i)), -1); ok && s.zone.Max(d) <= 0 {
			return true
		}
	}
	return false
}

// write notes that the bytes from addr to end are written.
func (s *state) write(addr, end zone.Lin) {
	lo, hi := s.zone.Min(addr), s.zone.Max(end)
	aConst, eConst := lo == s.zone.Max(addr), hi == s.zone.Min(end)
	if aConst && eConst {
		s.addSpan(span{lo, hi})
	}
	i := s.extended(addr)
	switch {
	case i < 0 && !eConst:
		s.newRegion(addr, end)
	case i < 0 || aConst && s.afresh(i, addr, lo, end):
	default:
		if d, ok := end.Plus(zone.Of(endOf(i)), -1); ok && s.zone.Max(d) > 0 {
			s.assign(endOf(i), term{value: value{Meaning: meaning.Of(meaning.Stack)}, lin: end})
		}
	}
}

// extended is the region that a store at addr extends, -1 where there is none. Of several
// it is the one that begins last: one may lead up to where another begins.
func (s *state) extended(addr zone.Lin) int {
	found := -1
	for i, r := range s.regions {
		if r.live && s.extends(i, addr) && (found < 0 || r.base > s.regions[found].base) {
			found = i
		}
	}
	return found
}

// extends: a store at addr begins in region i, or right behind it.
func (s *state) extends(i int, addr zone.Lin) bool {
	base := s.regions[i].base
	if lo, hi := s.zone.Min(addr), s.zone.Max(addr); lo < base || hi <= base {
		return lo == base
	}
	d, ok := addr.Plus(zone.Of(endOf(i)), -1)
	return ok && s.zone.Max(d) <= 0
}

// newRegion starts a region at addr, or where written bytes lead up to it; without
// either, or where it is all written, there is none.
func (s *state) newRegion(addr, end zone.Lin) {
	lo, hi := s.zone.Min(addr), s.zone.Max(addr)
	base, starts := lo, lo == hi
	for _, w := range s.written {
		if w.lo <= lo && w.hi >= hi {
			base, starts = w.lo, s.zone.Max(end) > w.hi
		}
	}
	for i := range s.regions {
		if r := &s.regions[i]; starts && (!r.live || r.base == base) {
			*r = region{base, true}
			s.assign(endOf(i), term{value: value{Meaning: meaning.Of(meaning.Stack)}, lin: end})
			s.rest = s.rest && s.restOf != base
			return
		}
	}
}

// addSpan notes bytes as written.
func (s *state) addSpan(n span) { s.written = addTo(s.written, n) }

// addTo keeps spans sorted and apart from each other.
func addTo(list []span, n span) []span {
	out := make([]span, 0, len(list)+1)
	for _, w := range list {
		if w.hi < n.lo || n.hi < w.lo {
			out = append(out, w)
			continue
		}
		n = span{min(n.lo, w.lo), max(n.hi, w.hi)}
	}
	out = append(out, n)
	slices.SortFunc(out, func(a, b span) int { return int(a.lo - b.lo) })
	return out
}

// dropRegions forgets what was written up to a variable.
func (s *state) dropRegions() {
	for i, r := range s.regions {
		if r.live {
			s.regions[i] = region{}
			s.forget(endOf(i))
		}
	}
}

// union are the bytes that are in a or in b.
func union(a, b []span) []span {
	if subtract(b, a) == nil {
		return a
	}
	for _, w := range a {
		b = addTo(b, w)
	}
	return b
}

// popSpan forgets what lies below off: it is no part of the stack any more.
func (s *state) popSpan(off int64) {
	s.written, s.first = from(s.written, off), from(s.first, off)
}

// from are the bytes of a list that do not lie below off.
func from(list []span, off int64) []span {
	out := list[:0:0]
	for _, w := range list {
		if w.hi > off {
			out = append(out, span{max(w.lo, off), w.hi})
		}
	}
	return out
}

// common are the bytes that are in a and in b.
func common(a, b []span) []span { return appendCommon(nil, a, b) }

func appendCommon(out, a, b []span) []span {
	for _, x := range a {
		for _, y := range b {
			if lo, hi := max(x.lo, y.lo), min(x.hi, y.hi); lo < hi {
				out = append(out, span{lo, hi})
			}
		}
	}
	return out
}
