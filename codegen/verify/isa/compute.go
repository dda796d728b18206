package isa

import "math/bits"

// Compute evaluates a step whose result depends on nothing but A, B and the carry, on
// values of at most 8 bytes. It reports false where the step is none of these (memory,
// vectors, conditions, division) or where the result is undefined.
func (s *Step) Compute(a, b uint64, carry bool) (uint64, bool) {
	a, b = a&mask(s.Width), b&mask(s.Width)
	v, ok := s.arithmetic(a, b, carry)
	if !ok {
		v, ok = s.shifted(a, b)
	}
	return v & mask(s.Width), ok
}

func (s *Step) arithmetic(a, b uint64, carry bool) (uint64, bool) {
	var c uint64
	if carry {
		c = 1
	}
	switch s.Op {
	case Copy:
		return a, true
	case ZeroExt:
		return a & mask(s.From), s.Width <= 8
	case SignExt:
		return signed(a, s.From), true
	case Not:
		return ^a, true
	case Neg:
		return -a, true
	case ByteSwap:
		return bits.ReverseBytes64(a) >> (64 - 8*s.Width), true
	case Add:
		return a + b, true
	case Adc:
		return a + b + c, true
	case Sub:
		return a - b, true
	case Sbb:
		return a - b - c, true
	case And:
		return a & b, true
	case Or:
		return a | b, true
	case Xor:
		return a ^ b, true
	case Mul:
		return a * b, true
	case MulHigh:
		return mulHigh(s.Width, a, b), true
	}
	return 0, false
}

// shifted evaluates what moves or finds bits. A count is masked already, but may reach
// the width of 1 or 2 bytes.
func (s *Step) shifted(a, b uint64) (uint64, bool) {
	width := uint64(8 * s.Width)
	switch s.Op {
	case Shl:
		return a << b, true
	case Shr:
		return a >> b, true
	case Sar:
		return uint64(int64(signed(a, s.Width)) >> b), true
	case Rol:
		return rotated(a, b, width), true
	case Ror:
		return rotated(a, width-b%width, width), true
	case BitMod:
		return a % width, true
	case BitSet:
		return a | 1<<b, true
	case BitClear:
		return a &^ (1 << b), true
	case Bsf:
		return uint64(bits.TrailingZeros64(a)), a != 0
	}
	return 0, false
}

func rotated(a, by, width uint64) uint64 {
	by %= width
	return a<<by | a>>(width-by)
}

// signed extends the sign of the low width bytes of a.
func signed(a uint64, width uint8) uint64 {
	shift := 64 - 8*width
	return uint64(int64(a<<shift) >> shift)
}

func mulHigh(width uint8, a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	if width == 8 {
		return high
	}
	return low >> (8 * width)
}
