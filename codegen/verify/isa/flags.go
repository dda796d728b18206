package isa

// Flags is a set of status flags, as bits of RFLAGS (Intel SDM, volume 1, 3.4.3.1).
type Flags uint16

// The status flags.
const (
	CF Flags = 1 << 0
	PF Flags = 1 << 2
	AF Flags = 1 << 4
	ZF Flags = 1 << 6
	SF Flags = 1 << 7
	OF Flags = 1 << 11

	AllFlags = CF | PF | AF | ZF | SF | OF
)

// Asks are the flags that a condition depends on.
func Asks(c Cond) Flags { return condAsks[c>>1] }

var condAsks = [...]Flags{OF, CF, ZF, CF | ZF, SF, PF, SF | OF, ZF | SF | OF, 0}

// FlagKind says how a SetFlags step computes the flags from its operands A and B and
// its result C.
type FlagKind uint8

// The kinds. Shifts and rotates change nothing where their count B, which is masked
// already, is 0.
const (
	FlagsNone  FlagKind = iota
	FlagsAdd            // C = A + B
	FlagsAdc            // C = A + B + carry
	FlagsSub            // C = A - B: sub, cmp; neg with A = 0
	FlagsSbb            // C = A - B - carry
	FlagsInc            // C = A + 1, the carry kept
	FlagsDec            // C = A - 1, the carry kept
	FlagsLogic          // C = A & B, A | B or A ^ B; test
	FlagsShl            // C = A << B
	FlagsShr            // C = A >> B
	FlagsSar            // C = A >> B, signed
	FlagsRol            // C = A rotated left by B
	FlagsRor            // C = A rotated right by B
	FlagsBit            // carry = bit B of A (B below the width in bits)
	FlagsScan           // zero = (A is 0): bsf
	FlagsMul            // carry = overflow = (C, the high half, is not 0): mul
	FlagsImul           // carry = overflow = (the signed product of A and B does not fit)
	FlagsUndef          // none is defined: div
	numFlagKinds
)

// FlagEffect is what a FlagKind does, without the values: flags in neither set are kept.
type FlagEffect struct{ Written, Undefined Flags }

var flagEffects = [numFlagKinds]FlagEffect{
	FlagsAdd: {AllFlags, 0}, FlagsAdc: {AllFlags, 0},
	FlagsSub: {AllFlags, 0}, FlagsSbb: {AllFlags, 0},
	FlagsInc: {AllFlags &^ CF, 0}, FlagsDec: {AllFlags &^ CF, 0},
	FlagsLogic: {AllFlags &^ AF, AF},
	// For a count that is not 0. OF is defined for a count of 1 only, and CF of shl
	// and shr not where the count reaches the width.
	FlagsShl: {AllFlags &^ AF, AF}, FlagsShr: {AllFlags &^ AF, AF}, FlagsSar: {AllFlags &^ AF, AF},
	FlagsRol: {CF | OF, 0}, FlagsRor: {CF | OF, 0},
	FlagsBit:  {CF, AllFlags &^ (CF | ZF)},
	FlagsScan: {ZF, AllFlags &^ ZF},
	FlagsMul:  {CF | OF, AllFlags &^ (CF | OF)}, FlagsImul: {CF | OF, AllFlags &^ (CF | OF)},
	FlagsUndef: {0, AllFlags},
}

// Effect says which flags a kind writes and which it leaves undefined.
func (k FlagKind) Effect() FlagEffect { return flagEffects[k] }

// Holds evaluates a condition.
func Holds(c Cond, f Flags) bool {
	if c == Always {
		return true
	}
	less := (f&SF != 0) != (f&OF != 0)
	var holds bool
	switch c >> 1 {
	default: // O, B, E, BE, S, P: any of their flags
		holds = f&Asks(c) != 0
	case CondL >> 1:
		holds = less
	case CondLE >> 1:
		holds = less || f&ZF != 0
	}
	return holds != (c&1 == 1)
}
