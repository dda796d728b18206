package value

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Mask has the low width bytes set.
func Mask(width uint8) uint64 {
	if width >= 8 {
		return ^uint64(0)
	}
	return Limit(width) - 1
}

// Immediate is a constant; what a bound cannot hold is known by its bits.
func Immediate(imm uint64, width uint8) Term {
	if width < 8 {
		return Constant(int64(imm & (Limit(width) - 1)))
	}
	if c := int64(imm); c > -data.Far && c < data.Far {
		return Constant(c)
	}
	return BitsOnly(8, ^imm, imm)
}

// Bits are bits that are known to be 0 or 1.
type Bits struct{ Zeros, Ones uint64 }

// Bits are the bits of a number between lo and hi.
func (v *Value) Bits(lo, hi int64) Bits {
	k := Bits{v.Zeros, v.Ones}
	switch {
	case lo == hi && !v.IsLow():
		return Bits{^uint64(lo), uint64(lo)}
	case lo >= 0 && hi < zone.Inf:
		k.Zeros |= above(hi)
	}
	return k
}

// IsPlainVar: a copy of a register is no result that could wrap around.
func IsPlainVar(t *Term) bool { _, ok := t.IsVar(); return ok }
