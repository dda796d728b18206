package step

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// compute is the result of a step on numbers.
func (e *Executor) compute(s *domain.State, st *isa.Step) value.Term {
	w := st.Width
	a, b := s.Read(st.A, w), s.Read(st.B, w)
	switch st.Op {
	case isa.Copy:
		return a
	case isa.ZeroExt:
		return s.Read(st.A, st.From)
	case isa.SignExt:
		return e.signExtend(s, s.Read(st.A, st.From), st.From, w)
	case isa.Add:
		return result(s, s.Add(a, b, 1), w)
	case isa.Sub:
		return result(s, s.Add(a, b, -1), w)
	case isa.Neg:
		return result(s, s.Add(value.Constant(0), a, -1), w)
	case isa.And, isa.Or, isa.Xor:
		s.IsAnd = st.Op == isa.And
		return logic(s, st, a, b)
	case isa.Not:
		k := s.KnownBits(&a)
		t := value.BitsOnly(w, k.Ones, k.Zeros)
		if a.Mask != nil && w == 4 {
			t.Mask = a.Mask.Complement()
		}
		return t
	case isa.Shl, isa.Shr:
		return shift(s, st.Op, a, b, w)
	case isa.BitSet, isa.BitMod:
		return bit(s, st.Op, a, b, w)
	case isa.Bsf:
		return s.FirstBit(a)
	}
	return value.Unknown(w)
}

// result is a sum of width bytes. What was added to null is no null any more.
func result(s *domain.State, t value.Term, width uint8) value.Term {
	if t.MayBeNull() {
		return value.Unknown(width)
	}
	if width != 4 {
		t.Prov = nil
	}
	return within(t, s, width)
}

// within cuts a sum to a width. For 4 bytes the term may leave what they hold: it is
// equal to them modulo 1<<32. For 8 it is what settle makes of it.
func within(t value.Term, s *domain.State, width uint8) value.Term {
	lo, hi := s.Bounds(&t)
	switch width {
	case 8:
		if t.IsLow() || !t.IsSome(meaning.EnvArray) && (lo <= -data.Far || hi >= data.Far) {
			return value.Unknown(8) // of two halves of pointers nothing is known in 64 bits
		}
		return t
	case 4:
		if t.IsNumber() && (lo <= -data.Word32 || hi >= 2*data.Word32) {
			return value.Unknown(4)
		}
		t.Meaning = t.WithLow(t.IsLow() || !t.IsNumber() || lo < 0 || hi >= data.Word32)
		return t
	}
	if !t.IsNumber() || lo < 0 || hi >= int64(value.Limit(width)) {
		return value.Unknown(width)
	}
	return t
}

// signExtend widens a number of from bytes.
func (e *Executor) signExtend(s *domain.State, a value.Term, from, width uint8) value.Term {
	if o := a.Origin; o.N == 1 && o.Const == 0 && o.Parts[0].Coef == 1 && o.Parts[0].Field.Size == from && !o.Parts[0].Field.Signed {
		o.Parts[0].Field.Signed = true
		t := e.Ghost(s, o, width)
		t.Meaning = t.WithLow(width == 4)
		return t
	}
	lo, hi := s.Bounds(&a)
	half := int64(1) << (8*from - 1)
	if a.IsNumber() && lo >= 0 && hi < half {
		return a
	}
	t := value.Between(-half, half-1)
	if a.IsNumber() && lo >= half && hi < 2*half { // all are negative
		t = a
		t.Value, t.Prov, t.Mask, t.Lin = value.Value{}, nil, nil, t.Lin.PlusConst(-2*half)
	}
	if width < 8 {
		t.Meaning = t.Low()
	}
	return t
}

// divide is div: the upper half must be 0 and the divisor a constant, so that it cannot
// trap.
func (e *Executor) divide(s *domain.State, st *isa.Step) value.Term {
	high, low, by := s.Read(st.A, st.Width), s.Read(st.B, st.Width), s.Read(st.C, st.Width)
	h, ok := s.Exact(&high, meaning.Number)
	d, known := s.Exact(&by, meaning.Number)
	if !ok || h != 0 || !known || d <= 0 {
		e.Fail(rules.Decode, "the division may trap: %s above %s by %s", e.Describe(s, &high), e.Describe(s, &low), e.Describe(s, &by))
		return value.Unknown(st.Width)
	}
	if st.Op == isa.DivRem {
		return value.Between(0, d-1)
	}
	lo, hi := s.Bounds(&low)
	if !low.Is(meaning.Number) || lo < 0 || hi >= zone.Inf {
		if st.Width == 8 {
			return value.Unknown(8)
		}
		lo, hi = 0, int64(value.Limit(st.Width)-1)
	}
	return value.Between(lo/d, hi/d)
}
