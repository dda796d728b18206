package x86

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

// Cond is a condition code (Intel SDM, volume 1, appendix B). The odd ones negate the
// even ones before them.
type Cond uint8

// The conditions, and Always for what has none.
const (
	CondO Cond = iota
	CondNO
	CondB
	CondAE
	CondE
	CondNE
	CondBE
	CondA
	CondS
	CondNS
	CondP
	CondNP
	CondL
	CondGE
	CondLE
	CondG
	Always
)

var condNames = [...]string{"o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g", "mp"}

// String is the suffix of the mnemonic: jb, setb, cmovb; jmp for Always.
func (c Cond) String() string { return condNames[c] }

// Not is the opposite condition. Always has none.
func (c Cond) Not() Cond {
	if c >= Always {
		panic("BUG: Always has no opposite")
	}
	return c ^ 1
}

// Reads are the flags that the condition depends on.
func (c Cond) Reads() Flags { return condReads[c>>1] }

var condReads = [...]Flags{OF, CF, ZF, CF | ZF, SF, PF, SF | OF, ZF | SF | OF, 0}
