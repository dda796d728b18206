package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// compute is the result of a step on numbers.
func (e *executor) compute(s *state, st *isa.Step) term {
	w := st.Width
	a, b := s.read(st.A, w), s.read(st.B, w)
	switch st.Op {
	case isa.Copy:
		return a
	case isa.ZeroExt:
		return s.read(st.A, st.From)
	case isa.SignExt:
		return e.signExtend(s, s.read(st.A, st.From), st.From, w)
	case isa.Add:
		return s.result(s.sum(a, b, 1), w)
	case isa.Sub:
		return s.result(s.sum(a, b, -1), w)
	case isa.Neg:
		return s.result(s.sum(constant(0), a, -1), w)
	case isa.And, isa.Or, isa.Xor:
		s.isAnd = st.Op == isa.And
		return s.logic(st, a, b)
	case isa.Not:
		k := s.knownBits(&a)
		t := bitsOnly(w, k.ones, k.zeros)
		if a.mask != nil && w == 4 {
			t.mask = a.mask.complement()
		}
		return t
	case isa.Shl, isa.Shr:
		return s.shift(st.Op, a, b, w)
	case isa.BitSet, isa.BitMod:
		return s.bit(st.Op, a, b, w)
	case isa.Bsf:
		return s.firstBit(a)
	}
	return unknown(w)
}

// sum is a + k*b. Two pointers of a kind have a number as their difference.
func (s *state) sum(a, b term, k int32) term {
	m, known := a.Plus(b.Meaning, k)
	if !known {
		return unknown(8)
	}
	lin, fits := a.lin.Plus(b.lin, k)
	t := term{lin: lin}
	lo, hi := b.lo, b.hi
	if k < 0 {
		lo, hi = -hi, -lo
	}
	t.lo, t.hi = addLeast(a.lo, lo), addMost(a.hi, hi)
	if !fits {
		t = s.sumBounds(&a, &b, k)
	}
	t.Meaning = m
	if c, ok := s.exact(&b, meaning.Number); ok && a.IsNumber() {
		t.prov = a.prov.added(int64(k) * c)
	}
	t.org = s.sumOrigin(&a, &b, int8(k))
	if a.array != notReadable && b.lin.IsConst() && b.lo == 0 && b.hi == 0 {
		t.array = a.array.next(b.lin.C * int64(k))
	}
	return t
}

// sumBounds is a sum of which only the bounds are kept.
func (s *state) sumBounds(a, b *term, k int32) term {
	alo, ahi := s.bounds(a)
	blo, bhi := s.bounds(b)
	if k < 0 {
		blo, bhi = -bhi, -blo
	}
	return term{lo: addLeast(alo, blo), hi: addMost(ahi, bhi)}
}

// sumOrigin is where a sum comes from: both from the same choice, or one from it and
// the other constant.
func (s *state) sumOrigin(a, b *term, k int8) origin {
	switch {
	case a.org.sym == 0 && b.org.sym == 0:
		return origin{}
	case a.org.sym != 0 && b.org.sym != 0:
		return a.org.plus(b.org, k)
	case a.org.sym != 0:
		if c, ok := s.variable(b); ok {
			return a.org.moved(k, c)
		}
	case k > 0:
		if c, ok := s.variable(a); ok {
			return b.org.moved(1, c)
		}
	}
	return origin{}
}

// variable is what a term's variable is where that is one number, whatever that stands for:
// to compute with as origins are, which say what the variable is.
func (s *state) variable(t *term) (int64, bool) {
	lo, hi := s.bounds(t)
	return lo, lo == hi
}

// result is a sum of width bytes. What was added to null is no null any more.
func (s *state) result(t term, width uint8) term {
	if t.MayBeNull() {
		return unknown(width)
	}
	if width != 4 {
		t.prov = nil
	}
	return t.within(s, width)
}

// within cuts a sum to a width. For 4 bytes the term may leave what they hold: it is
// equal to them modulo 1<<32. For 8 it is what settle makes of it.
func (t term) within(s *state, width uint8) term {
	lo, hi := s.bounds(&t)
	switch width {
	case 8:
		if t.IsLow() || !t.IsSome(meaning.EnvArray) && (lo <= -far || hi >= far) {
			return unknown(8) // of two halves of pointers nothing is known in 64 bits
		}
		return t
	case 4:
		if t.IsNumber() && (lo <= -word32 || hi >= 2*word32) {
			return unknown(4)
		}
		t.Meaning = t.WithLow(t.IsLow() || !t.IsNumber() || lo < 0 || hi >= word32)
		return t
	}
	if !t.IsNumber() || lo < 0 || hi >= int64(limit(width)) {
		return unknown(width)
	}
	return t
}

// signExtend widens a number of from bytes.
func (e *executor) signExtend(s *state, a term, from, width uint8) term {
	if o := a.org; o.n == 1 && o.c == 0 && o.parts[0].coef == 1 && o.parts[0].f.size == from && !o.parts[0].f.signed {
		o.parts[0].f.signed = true
		t := e.ghost(s, o, width)
		t.Meaning = t.WithLow(width == 4)
		return t
	}
	lo, hi := s.bounds(&a)
	half := int64(1) << (8*from - 1)
	if a.IsNumber() && lo >= 0 && hi < half {
		return a
	}
	t := between(-half, half-1)
	if a.IsNumber() && lo >= half && hi < 2*half { // all are negative
		t = a
		t.value, t.prov, t.mask, t.lin = value{}, nil, nil, t.lin.PlusConst(-2*half)
	}
	if width < 8 {
		t.Meaning = t.Low()
	}
	return t
}

// divide is div: the upper half must be 0 and the divisor a constant, so that it cannot
// trap.
func (e *executor) divide(s *state, st *isa.Step) term {
	high, low, by := s.read(st.A, st.Width), s.read(st.B, st.Width), s.read(st.C, st.Width)
	h, ok := s.exact(&high, meaning.Number)
	d, known := s.exact(&by, meaning.Number)
	if !ok || h != 0 || !known || d <= 0 {
		e.fail(rules.Decode, "the division may trap: %s above %s by %s", e.describe(s, &high), e.describe(s, &low), e.describe(s, &by))
		return unknown(st.Width)
	}
	if st.Op == isa.DivRem {
		return between(0, d-1)
	}
	lo, hi := s.bounds(&low)
	if !low.Is(meaning.Number) || lo < 0 || hi >= zone.Inf {
		if st.Width == 8 {
			return unknown(8)
		}
		lo, hi = 0, int64(limit(st.Width)-1)
	}
	return between(lo/d, hi/d)
}
