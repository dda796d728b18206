package domain

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
)

// FlagState is what the flags were last set from.
type FlagState struct {
	Kind    isa.FlagKind // FlagsNone: nothing is known
	Width   uint8
	A, B, C value.Term
	And     bool    // of FlagsLogic: c is a & b
	Guards  []Guard // of FlagsBit: those of the bit, as it was
	Zero    Flag
	Carry   Flag
}

// Flag is what is known of ZF or CF itself: a routine may return its answer in it.
type Flag uint8

const (
	Maybe Flag = iota
	IsSet
	IsClear
)

// ZeroFlag is ZF, as far as it is known.
func (s *State) ZeroFlag() Flag {
	f := &s.Flags
	t := f.C
	switch f.Kind {
	case isa.FlagsSub:
		d, ok := s.Difference(f)
		if !ok {
			return f.Zero
		}
		t = d
	case isa.FlagsLogic, isa.FlagsDec, isa.FlagsInc, isa.FlagsAdd:
	default:
		return f.Zero
	}
	lo, hi := s.Bounds(&t)
	switch {
	case f.Zero != Maybe || !t.IsNumber():
		return f.Zero
	case lo == 0 && hi == 0:
		return IsSet
	case s.NoMultiple(&t, f.Width):
		return IsClear
	}
	return Maybe
}

// Difference is a - b, of two numbers or of two pointers of a kind.
func (s *State) Difference(f *FlagState) (value.Term, bool) {
	if !f.A.Like(f.B.Meaning) || f.A.IsSome(meaning.EnvArray) || f.A.MayBeNull() || f.B.MayBeNull() || f.Width == 8 && (f.A.IsLow() || f.B.IsLow()) {
		return value.Term{}, false
	}
	d := s.Add(f.A, f.B, -1)
	return d, true
}
