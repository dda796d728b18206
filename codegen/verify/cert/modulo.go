package cert

import (
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
)

// cut is a variable that is a sum modulo 1<<(8*width).
type cut struct {
	of    linear.Sum
	width uint8
	is    linear.Sum
	known bool // that it is the sum moved by a constant: facts say so
}

// limit is 1 << (8*width), for widths below 8.
func limit(width uint8) uint64 { return 1 << (8 * width) }

// floorDiv is a / b rounded down, for b above 0.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// cut is a sum modulo 1<<(8*width), as a sum from 0 to below that; for 8 bytes the sum as it is.
func (s *State) cut(a linear.Sum, width uint8) linear.Sum {
	if width >= 8 {
		return a
	}
	if is, ok := s.cutOf(a, width); ok {
		return is
	}
	size := int64(limit(width))
	r := s.reduced(a, width)
	if is, ok := s.cutOf(r, width); ok {
		return is
	}
	if len(r.Terms) < len(a.Terms) {
		a = r
	}
	near := s.rangeOf(a)
	if (len(a.Terms) > 1 || near.Lo >= -size && near.Hi < size) && a.Coef(StackBase) == 0 && a.Coef(ImageBase) == 0 && s.least(a) >= 0 && s.most(a) < size {
		return a
	}
	if is, ok := s.mapped(a, func(x int64) int64 { return x & (size - 1) }); ok {
		return is
	}
	is := s.ofBits(s.bitsOf(a, width), width, s.made(a))
	s.inherits(is, a, ^uint64(0))
	s.cuts = append(s.cuts, cut{of: a, width: width, is: is})
	return is
}

// cutOf is cut where that is known, or is the sum moved by a constant.
func (s *State) cutOf(a linear.Sum, width uint8) (linear.Sum, bool) {
	for _, c := range s.cuts {
		if c.width == width && linear.Equal(c.of, a) {
			return c.is, true
		}
	}
	size := int64(limit(width))
	r := s.rangeOf(a)
	if r.Lo == -linear.NoBound || r.Hi == linear.NoBound || floorDiv(r.Lo, size) != floorDiv(r.Hi, size) {
		return linear.Sum{}, false
	}
	return a.PlusConst(-floorDiv(r.Lo, size) * size)
}

// uncut notes of cuts that they are their sums moved by a constant, where bounds leave one multiple of
// 1<<(8*width) for the difference: what counts down to -1 is a number again where its sign was looked at, and
// a length that may be below 0 where it was found to be 12. It reports whether that is possible.
func (s *State) uncut() bool {
	for i := range s.cuts {
		c, size := &s.cuts[i], int64(limit(s.cuts[i].width))
		d := s.plus(c.of, c.is, -1)
		r := s.rangeOf(d)
		if c.known || r.Lo == -linear.NoBound || r.Hi == linear.NoBound {
			continue
		}
		least, most := -floorDiv(-r.Lo, size), floorDiv(r.Hi, size)
		if c.known = least == most; c.known && len(d.Terms) > 0 {
			d = s.plusConst(d, -most*size)
			if !s.know(d) || !s.know(s.plus(linear.Sum{}, d, -1)) {
				return false
			}
		}
		if least > most {
			return false
		}
	}
	return true
}

// reduced is a sum that is the same modulo 1<<(8*width), in terms of what variables were cut from.
func (s *State) reduced(a linear.Sum, width uint8) linear.Sum {
	out := a
	for _, c := range s.cuts {
		if v, ok := plain(c.is); ok && c.width >= width {
			if k := out.Coef(v); k != 0 {
				by, fits := c.of.Plus(c.is, -1)
				if sum, ok := out.Plus(by, k); fits && ok {
					out = sum
				}
			}
		}
	}
	return out
}

// signed is the signed number of width bytes that a sum is modulo 1<<(8*width), as a sum that is
// in its range; false where none is known.
func (s *State) signed(a linear.Sum, width uint8) (linear.Sum, bool) {
	half, size := int64(1)<<62, int64(0)
	if width < 8 {
		half, size = int64(limit(width)/2), int64(limit(width))
	}
	if out, ok := s.within(a, -half, half-1, size); ok || size == 0 {
		return out, ok
	}
	return s.mapped(a, func(x int64) int64 { return (x+half)&(size-1) - half })
}

// unsigned is likewise for unsigned ones.
func (s *State) unsigned(a linear.Sum, width uint8) (linear.Sum, bool) {
	if width < 8 {
		return s.cut(a, width), true
	}
	if s.IsWord(a) {
		return a, true
	}
	return s.within(a, 0, 1<<62, 0)
}

// IsWord says that a sum is known to be from 0 to below 1<<64.
func (s *State) IsWord(a linear.Sum) bool {
	v, ok := plain(a)
	r := s.rangeOf(a)
	return ok && s.vars[v].Word || r.Lo >= 0 && r.Hi < linear.NoBound
}

// within is a sum moved by a multiple of size so that it is from lo to hi.
func (s *State) within(a linear.Sum, lo, hi, size int64) (linear.Sum, bool) {
	r := s.rangeOf(a)
	if size != 0 && r.Lo != -linear.NoBound {
		if d, ok := linear.Const(r.Lo).Plus(linear.Const(lo), -1); ok {
			if moved, ok := a.PlusConst(-floorDiv(d.C, size) * size); ok {
				a, r = moved, s.rangeOf(moved)
			}
		}
	}
	if r.Lo >= lo && r.Hi <= hi {
		return a, true
	}
	return a, len(a.Terms) > 1 && s.least(a) >= lo && s.most(a) <= hi
}

// number is the constant that a register holds in its low width bytes.
func (s *State) number(r x86.Reg, width uint8) (int64, bool) {
	a := s.regs[r]
	if b := s.rangeOf(a); b.Lo == b.Hi && b.Lo > -linear.NoBound && b.Hi < linear.NoBound {
		a = linear.Const(b.Lo)
	}
	if !a.IsConst() {
		return 0, false
	}
	if width < 8 {
		return a.C & int64(limit(width)-1), true
	}
	return a.C, true
}
