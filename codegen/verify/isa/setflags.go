package isa

import (
	"math/bits"
)

// statusFlags evaluates a SetFlags step: old flags in, new flags out, and which of
// them are undefined (0 in the new ones).
func (s *Step) statusFlags(old Flags, a, b, c uint64) (out, undefined Flags) {
	m := mask(s.Width)
	a, b, c = a&m, b&m, c&m
	effect := s.Flags.Effect()
	switch s.Flags {
	case FlagsShl, FlagsShr, FlagsSar, FlagsRol, FlagsRor:
		return s.shiftFlags(old, a, b, c)
	}
	kept := old &^ (effect.Written | effect.Undefined)
	return kept | s.written(a, b, c)&effect.Written, effect.Undefined
}

// written is the flags that the kind defines; it may give more.
func (s *Step) written(a, b, c uint64) Flags {
	switch s.Flags {
	case FlagsAdd, FlagsAdc, FlagsInc:
		return resultFlags(s.Width, c) | carries(s.Width, a&b|(a|b)&^c, (a^c)&(b^c), a^b^c)
	case FlagsSub, FlagsSbb, FlagsDec:
		return resultFlags(s.Width, c) | carries(s.Width, ^a&b|(^a|b)&c, (a^b)&(a^c), a^b^c)
	case FlagsLogic:
		return resultFlags(s.Width, c)
	case FlagsBit:
		return flag(CF, a>>b&1 != 0)
	case FlagsScan:
		return flag(ZF, a == 0)
	case FlagsMul:
		return flag(CF|OF, c != 0)
	case FlagsImul:
		return flag(CF|OF, !productFits(s.Width, a, b))
	}
	return 0
}

// shiftFlags: nothing changes for a count of 0. The overflow is defined for a count of
// 1 only; the carry of shl and shr where the count is below the width.
func (s *Step) shiftFlags(old Flags, a, count, c uint64) (out, undefined Flags) {
	if count == 0 {
		return old, 0
	}
	effect := s.Flags.Effect()
	undefined = effect.Undefined
	if count != 1 {
		undefined |= OF
	}
	width := uint64(8 * s.Width)
	if count >= width && (s.Flags == FlagsShl || s.Flags == FlagsShr) {
		undefined |= CF
	}
	out = old&^(effect.Written|undefined) | (s.shiftedOut(a, count, c)|resultFlags(s.Width, c))&effect.Written
	return out &^ undefined, undefined
}

// shiftedOut is the carry, and the overflow of a shift or rotation by one.
func (s *Step) shiftedOut(a, count, c uint64) Flags {
	width := uint64(8 * s.Width)
	top, next := c>>(width-1)&1, c>>(width-2)&1
	switch s.Flags {
	case FlagsShl:
		out := a >> (width - min(count, width)) & 1
		return flag(CF, out != 0) | flag(OF, out != top)
	case FlagsShr:
		return flag(CF, a>>(count-1)&1 != 0) | flag(OF, a>>(width-1)&1 != 0)
	case FlagsSar:
		return flag(CF, signed(a, s.Width)>>(count-1)&1 != 0)
	case FlagsRol:
		return flag(CF, c&1 != 0) | flag(OF, c&1 != top)
	}
	return flag(CF, top != 0) | flag(OF, top != next) // ror
}

// carries takes the carry and the overflow from the top bit of their words, and the
// adjust flag from bit 4 of its.
func carries(width uint8, carry, overflow, adjust uint64) Flags {
	top := 8*width - 1
	return flag(CF, carry>>top&1 != 0) | flag(OF, overflow>>top&1 != 0) | flag(AF, adjust>>4&1 != 0)
}

// resultFlags are zero, sign and parity of a result; parity is that of its low byte.
func resultFlags(width uint8, c uint64) Flags {
	return flag(ZF, c == 0) | flag(SF, c>>(8*width-1)&1 != 0) | flag(PF, bits.OnesCount8(uint8(c))%2 == 0)
}

// productFits reports whether a signed product fits the width.
func productFits(width uint8, a, b uint64) bool {
	x, y := int64(signed(a, width)), int64(signed(b, width))
	if width < 8 {
		return uint64(x*y) == signed(uint64(x*y), width)
	}
	high, low := bits.Mul64(uint64(x), uint64(y))
	if x < 0 {
		high -= uint64(y)
	}
	if y < 0 {
		high -= uint64(x)
	}
	return high == uint64(int64(low)>>63)
}

func flag(f Flags, on bool) Flags {
	if on {
		return f
	}
	return 0
}
