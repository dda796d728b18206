package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// logic is and, or, xor.
func (s *state) logic(st *isa.Step, a, b term) term {
	w := st.Width
	if st.A == st.B {
		if st.Op == isa.Xor {
			return constant(0)
		}
		return a
	}
	x, y := s.knownBits(&a), s.knownBits(&b)
	var t term
	switch st.Op {
	case isa.And:
		if all := ^y.ones & ^x.zeros; all == 0 && y.zeros|y.ones == ^uint64(0) {
			a.from, a.same = a.reg, mask(w)
			return a // nothing is masked away
		}
		t = bitsOnly(w, x.zeros|y.zeros, x.ones&y.ones)
	case isa.Or:
		t = bitsOnly(w, x.zeros&y.zeros, x.ones|y.ones)
	default:
		t = bitsOnly(w, x.zeros&y.zeros|x.ones&y.ones, x.ones&y.zeros|x.zeros&y.ones)
	}
	t.prov = mixProvenance(st.Op, &a, &b, x, y, w)
	t.from, t.same = a.reg, keptBits(st.Op, y)&mask(w)
	return t
}

// keptBits are the bits that an operation with a number of which some bits are known
// leaves as they are.
func keptBits(op isa.StepOp, y known) uint64 {
	if op == isa.And {
		return y.ones
	}
	return y.zeros
}

// mixProvenance follows loaded bytes through an operation with a constant.
func mixProvenance(op isa.StepOp, a, b *term, x, y known, w uint8) *provenance {
	p, c := a.prov.plain(), y
	if p == nil {
		p, c = b.prov.plain(), x
	}
	if low := mask(w); p == nil || (c.zeros|c.ones)&low != low {
		return nil
	}
	switch op {
	case isa.And:
		return p.mix(c.ones, 0, w)
	case isa.Or:
		return p.mix(^c.ones, c.ones, w)
	}
	return p.mix(^uint64(0), c.ones, w)
}

func mask(width uint8) uint64 {
	if width >= 8 {
		return ^uint64(0)
	}
	return limit(width) - 1
}

// shift is shl or shr.
func (s *state) shift(op isa.StepOp, a, b term, w uint8) term {
	n, ok := s.exact(&b, meaning.Number)
	if !ok {
		return unknown(w)
	}
	k := s.knownBits(&a)
	if op == isa.Shr {
		return bitsOnly(w, k.zeros>>n|^(^uint64(0)>>n), k.ones>>n)
	}
	t := bitsOnly(w, k.zeros<<n|(1<<n-1), k.ones<<n)
	const near = far >> 8
	if lo, hi := s.bounds(&a); n <= 5 && lo > -near && hi < near && a.lo > -near && a.hi < near && a.Is(meaning.Number) {
		if lin, ok := (zone.Lin{}).Plus(a.lin, 1<<n); ok {
			t = term{lin: lin, lo: a.lo << n, hi: a.hi << n}.within(s, w)
		}
	}
	if a.prov.plain() != nil && n%8 == 0 {
		t.prov = a.prov.shift(uint8(n/8), w)
	}
	return t
}

// bit is bts, and which bit bt means.
func (s *state) bit(op isa.StepOp, a, b term, w uint8) term {
	if op == isa.BitMod {
		lo, hi := s.bounds(&a)
		if n := int64(w) * 8; !a.IsBetween(lo, hi) || lo < 0 || hi >= n {
			return between(0, n-1)
		}
		return a
	}
	n, ok := s.exact(&b, meaning.Number)
	if !ok {
		return unknown(w)
	}
	k := s.knownBits(&a)
	t := bitsOnly(w, k.zeros&^(1<<n), k.ones|1<<n)
	t.from, t.same = a.reg, mask(w)&^(1<<n)
	return t
}
