package x86

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

// Not is the opposite condition. Always has none.
func (c Cond) Not() Cond {
	if c >= Always {
		panic("BUG: Always has no opposite")
	}
	return c ^ 1
}
