package domain

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Mark notes of the bytes from addr to end what they may be of, or made of; what they are
// not made of is only known where all of them are written.
func (s *State) Mark(addr, end zone.Lin, m value.Made, all bool) {
	for k := range s.Marked {
		switch {
		case m.Has(k):
			at := value.Span{Lo: s.Zone.Min(addr), Hi: s.Zone.Max(end)}
			if value.Subtract([]value.Span{at}, s.Marked[k]) != nil {
				s.Marked[k] = value.AddTo(s.Marked[k], at)
			}
		case all && len(s.Marked[k]) > 0:
			if at := (value.Span{Lo: s.Zone.Max(addr), Hi: s.Zone.Min(end)}); at.Lo < at.Hi && value.Common(s.Marked[k], []value.Span{at}) != nil {
				s.Marked[k] = value.Subtract(s.Marked[k], []value.Span{at})
			}
		}
	}
}

// Unmark forgets the marks of bytes that nobody may read before they are written again.
func (s *State) Unmark() {
	if !s.isMarked() {
		return
	}
	may := slices.Clone(s.Written)
	for i, r := range s.Regions {
		if end := s.Zone.Max(zone.Of(EndOf(i))); r.Live && end > r.Base {
			may = value.AddTo(may, value.Span{Lo: r.Base, Hi: end})
		}
	}
	for _, g := range s.Guards {
		may = value.AddTo(may, g.Span)
	}
	for k := range s.Marked {
		s.Marked[k] = value.Common(s.Marked[k], may)
	}
}

// isMarked: some bytes may be of something, or made of it.
func (s *State) isMarked() bool {
	return slices.ContainsFunc(s.Marked[:], func(m []value.Span) bool { return len(m) > 0 })
}

// Marks is what the bytes from addr to end may be of, or made of.
func (s *State) Marks(addr, end zone.Lin) value.Made {
	m := value.OfNothing
	for k := range s.Marked {
		if len(s.Marked[k]) > 0 && value.Common(s.Marked[k], []value.Span{{Lo: s.Zone.Min(addr), Hi: s.Zone.Max(end)}}) != nil {
			m |= 1 << k
		}
	}
	return m
}
