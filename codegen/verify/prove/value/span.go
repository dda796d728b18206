package value

import (
	"slices"
)

// Subtract are the bytes that are in a and not in b.
func Subtract(a, b []Span) []Span {
	if slices.Equal(a, b) {
		return nil
	}
	var out []Span
	for _, x := range a {
		for _, y := range b { // ascending
			if y.Hi <= x.Lo || y.Lo >= x.Hi {
				continue
			}
			if y.Lo > x.Lo {
				out = append(out, Span{x.Lo, y.Lo})
			}
			x.Lo = y.Hi
		}
		if x.Lo < x.Hi {
			out = append(out, x)
		}
	}
	return out
}

// With is the least span that has both.
func (w Span) With(x Span) Span {
	if w == (Span{}) {
		return x
	}
	return Span{min(w.Lo, x.Lo), max(w.Hi, x.Hi)}
}

// Span is a range of the stack: from lo up to hi, not included.
type Span struct{ Lo, Hi int64 }

// AddTo keeps spans sorted and apart from each other.
func AddTo(list []Span, n Span) []Span {
	out := make([]Span, 0, len(list)+1)
	for _, w := range list {
		if w.Hi < n.Lo || n.Hi < w.Lo {
			out = append(out, w)
			continue
		}
		n = Span{min(n.Lo, w.Lo), max(n.Hi, w.Hi)}
	}
	out = append(out, n)
	slices.SortFunc(out, func(a, b Span) int { return int(a.Lo - b.Lo) })
	return out
}

// Union are the bytes that are in a or in b.
func Union(a, b []Span) []Span {
	if Subtract(b, a) == nil {
		return a
	}
	for _, w := range a {
		b = AddTo(b, w)
	}
	return b
}

// CutBelow are the bytes of a list that do not lie below off.
func CutBelow(list []Span, off int64) []Span {
	out := list[:0:0]
	for _, w := range list {
		if w.Hi > off {
			out = append(out, Span{max(w.Lo, off), w.Hi})
		}
	}
	return out
}

// Common are the bytes that are in a and in b.
func Common(a, b []Span) []Span { return AppendCommon(nil, a, b) }

// AppendCommon appends the bytes that are in a and in b.
func AppendCommon(out, a, b []Span) []Span {
	for _, x := range a {
		for _, y := range b {
			if lo, hi := max(x.Lo, y.Lo), min(x.Hi, y.Hi); lo < hi {
				out = append(out, Span{lo, hi})
			}
		}
	}
	return out
}
