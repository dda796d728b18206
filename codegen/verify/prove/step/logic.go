package step

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// logic is and, or, xor.
func logic(s *domain.State, st *isa.Step, a, b value.Term) value.Term {
	w := st.Width
	if st.A == st.B {
		if st.Op == isa.Xor {
			return value.Constant(0)
		}
		return a
	}
	x, y := s.KnownBits(&a), s.KnownBits(&b)
	var t value.Term
	switch st.Op {
	case isa.And:
		if all := ^y.Ones & ^x.Zeros; all == 0 && y.Zeros|y.Ones == ^uint64(0) {
			a.From, a.Same = a.Reg, value.Mask(w)
			return a // nothing is masked away
		}
		t = value.BitsOnly(w, x.Zeros|y.Zeros, x.Ones&y.Ones)
	case isa.Or:
		t = value.BitsOnly(w, x.Zeros&y.Zeros, x.Ones|y.Ones)
	default:
		t = value.BitsOnly(w, x.Zeros&y.Zeros|x.Ones&y.Ones, x.Ones&y.Zeros|x.Zeros&y.Ones)
	}
	t.Prov = mixProvenance(st.Op, &a, &b, x, y, w)
	t.From, t.Same = a.Reg, keptBits(st.Op, y)&value.Mask(w)
	return t
}

// keptBits are the bits that an operation with a number of which some bits are known
// leaves as they are.
func keptBits(op isa.StepOp, y value.Bits) uint64 {
	if op == isa.And {
		return y.Ones
	}
	return y.Zeros
}

// mixProvenance follows loaded bytes through an operation with a constant.
func mixProvenance(op isa.StepOp, a, b *value.Term, x, y value.Bits, w uint8) *value.Provenance {
	p, c := a.Prov.Plain(), y
	if p == nil {
		p, c = b.Prov.Plain(), x
	}
	if low := value.Mask(w); p == nil || (c.Zeros|c.Ones)&low != low {
		return nil
	}
	switch op {
	case isa.And:
		return p.Mix(c.Ones, 0, w)
	case isa.Or:
		return p.Mix(^c.Ones, c.Ones, w)
	}
	return p.Mix(^uint64(0), c.Ones, w)
}

// shift is shl or shr.
func shift(s *domain.State, op isa.StepOp, a, b value.Term, w uint8) value.Term {
	n, ok := s.Exact(&b, meaning.Number)
	if !ok {
		return value.Unknown(w)
	}
	k := s.KnownBits(&a)
	if op == isa.Shr {
		return value.BitsOnly(w, k.Zeros>>n|^(^uint64(0)>>n), k.Ones>>n)
	}
	t := value.BitsOnly(w, k.Zeros<<n|(1<<n-1), k.Ones<<n)
	const near = data.Far >> 8
	if lo, hi := s.Bounds(&a); n <= 5 && lo > -near && hi < near && a.Lo > -near && a.Hi < near && a.Is(meaning.Number) {
		if lin, ok := (zone.Lin{}).Plus(a.Lin, 1<<n); ok {
			t = within(value.Term{Lin: lin, Lo: a.Lo << n, Hi: a.Hi << n}, s, w)
		}
	}
	if a.Prov.Plain() != nil && n%8 == 0 {
		t.Prov = a.Prov.Shift(uint8(n/8), w)
	}
	return t
}

// bit is bts, and which bit bt means.
func bit(s *domain.State, op isa.StepOp, a, b value.Term, w uint8) value.Term {
	if op == isa.BitMod {
		lo, hi := s.Bounds(&a)
		if n := int64(w) * 8; !a.IsBetween(lo, hi) || lo < 0 || hi >= n {
			return value.Between(0, n-1)
		}
		return a
	}
	n, ok := s.Exact(&b, meaning.Number)
	if !ok {
		return value.Unknown(w)
	}
	k := s.KnownBits(&a)
	t := value.BitsOnly(w, k.Zeros&^(1<<n), k.Ones|1<<n)
	t.From, t.Same = a.Reg, value.Mask(w)&^(1<<n)
	return t
}
