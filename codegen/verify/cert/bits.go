package cert

import (
	"math/bits"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// Bits are those of a number from 0 on that are known to be 0, and to be 1. A variable of which some are
// known is below 1<<64, if it is from 0 on: it is all of what an instruction made, or has an upper bound.
type Bits struct{ Zeros, Ones uint64 }

// bitsOf are those of a sum modulo 1<<(8*width), as far as they are known.
func (s *State) bitsOf(a linear.Sum, width uint8) Bits {
	var b Bits
	r := s.rangeOf(a)
	v, isVar := plain(a)
	switch {
	case a.IsConst():
		b = Bits{^uint64(a.C), uint64(a.C)}
	case r.Lo < 0:
		isVar = false
	default:
		low := bits.TrailingZeros64(uint64(a.C))
		for _, t := range a.Terms {
			low = min(low, bits.TrailingZeros64(uint64(t.Coef)))
		}
		b.Zeros = 1<<low - 1
		if r.Hi != linear.NoBound {
			b.Zeros |= ^uint64(0) << bits.Len64(uint64(r.Hi))
		}
	}
	if isVar {
		b.Zeros |= s.vars[v].Zeros
		b.Ones |= s.vars[v].Ones
	}
	if width < 8 {
		b.Zeros |= ^(limit(width) - 1)
		b.Ones &= limit(width) - 1
	}
	return b
}

// plain is the variable that a sum is.
func plain(a linear.Sum) (linear.Var, bool) {
	if len(a.Terms) != 1 || a.C != 0 || a.Terms[0].Coef != 1 {
		return 0, false
	}
	return a.Terms[0].Var, true
}

// ofBits is a new number of width bytes of which bits are known.
func (s *State) ofBits(b Bits, width uint8, made Trace) linear.Sum {
	if width < 8 {
		b.Zeros |= ^(limit(width) - 1)
	}
	v := Variable{Bounds: linear.Bounds{Lo: 0, Hi: linear.NoBound}, Bits: b, Made: made, Word: true}
	if most := int64(^b.Zeros); most >= 0 { // 1<<63 - 1 is no bound, but what is known of bits stays
		v.Lo, v.Hi = int64(b.Ones), most
	}
	return s.fresh(v)
}

// tested says of which variable bits were looked at.
type tested struct {
	is   linear.Var // 0 for none
	mask uint64
}

// tests are the bits of a sum modulo 1<<(8*width) that a mask has.
func (s *State) tests(a linear.Sum, mask uint64, width uint8) tested {
	v, ok := plain(a)
	if !ok || v < FirstVar || s.vars[v].Lo < 0 || !s.vars[v].Word && s.vars[v].Hi == linear.NoBound && s.vars[v].Bits == (Bits{}) {
		return tested{}
	}
	if width < 8 {
		mask &= limit(width) - 1
	}
	return tested{v, mask}
}

// learn notes that all of the bits are 0, or that not all are. It reports whether that is possible.
func (s *State) learn(t tested, zero bool) bool {
	if t.is == 0 {
		return true
	}
	if c, factors, ok := s.alone(linear.Of(t.is)); ok && !s.narrow(c, factors, 0, func(x int64) bool { return (uint64(x)&t.mask == 0) == zero }) {
		return false
	}
	v := &s.vars[t.is]
	if zero {
		v.Zeros |= t.mask
		if most := int64(^v.Zeros); most >= 0 {
			v.Hi = min(v.Hi, most)
		}
	} else if left := t.mask &^ v.Zeros; bits.OnesCount64(left) == 1 {
		v.Ones |= left
	} else if left == 0 {
		return false
	}
	return v.Zeros&v.Ones == 0
}
