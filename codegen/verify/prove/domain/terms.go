package domain

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Add is a + k*b. Two pointers of a kind have a number as their difference.
func (s *State) Add(a, b value.Term, k int32) value.Term {
	m, known := a.Plus(b.Meaning, k)
	if !known {
		return value.Unknown(8)
	}
	lin, fits := a.Lin.Plus(b.Lin, k)
	t := value.Term{Lin: lin}
	lo, hi := b.Lo, b.Hi
	if k < 0 {
		lo, hi = -hi, -lo
	}
	t.Lo, t.Hi = value.AddLeast(a.Lo, lo), value.AddMost(a.Hi, hi)
	if !fits {
		t = s.sumBounds(&a, &b, k)
	}
	t.Meaning = m
	if c, ok := s.Exact(&b, meaning.Number); ok && a.IsNumber() {
		t.Prov = a.Prov.Added(int64(k) * c)
	}
	t.Origin = s.sumOrigin(&a, &b, int8(k))
	if a.Array != value.NotReadable && b.Lin.IsConst() && b.Lo == 0 && b.Hi == 0 {
		t.Array = a.Array.Next(b.Lin.C * int64(k))
	}
	return t
}

// sumBounds is a sum of which only the bounds are kept.
func (s *State) sumBounds(a, b *value.Term, k int32) value.Term {
	alo, ahi := s.Bounds(a)
	blo, bhi := s.Bounds(b)
	if k < 0 {
		blo, bhi = -bhi, -blo
	}
	return value.Term{Lo: value.AddLeast(alo, blo), Hi: value.AddMost(ahi, bhi)}
}

// sumOrigin is where a sum comes from: both from the same choice, or one from it and
// the other constant.
func (s *State) sumOrigin(a, b *value.Term, k int8) data.Origin {
	switch {
	case a.Origin.Sym == 0 && b.Origin.Sym == 0:
		return data.Origin{}
	case a.Origin.Sym != 0 && b.Origin.Sym != 0:
		return a.Origin.Plus(b.Origin, k)
	case a.Origin.Sym != 0:
		if c, ok := s.Variable(b); ok {
			return a.Origin.Moved(k, c)
		}
	case k > 0:
		if c, ok := s.Variable(a); ok {
			return b.Origin.Moved(1, c)
		}
	}
	return data.Origin{}
}

// Variable is what a term's variable is where that is one number, whatever that stands for:
// to compute with as origins are, which say what the variable is.
func (s *State) Variable(t *value.Term) (int64, bool) {
	lo, hi := s.Bounds(t)
	return lo, lo == hi
}

// Modulus is how many numbers the width has, 0 where that is beyond bounds.
func Modulus(width uint8) int64 {
	if width >= 8 {
		return 0
	}
	return int64(value.Limit(width))
}

// OnlyMultiple is the one multiple of the modulus that d can be.
func (s *State) OnlyMultiple(d *value.Term, width uint8) (int64, bool) {
	lo, hi := s.Bounds(d)
	m := Modulus(width)
	if m == 0 {
		return 0, lo > -data.Far && hi < data.Far && lo <= 0 && hi >= 0
	}
	if lo <= -zone.Inf || hi >= zone.Inf {
		return 0, false
	}
	first := -((-lo) / m) * m
	if lo > 0 {
		first = (lo + m - 1) / m * m
	}
	return first, first <= hi && first+m > hi
}

// NoMultiple says that a term is no multiple of 1 shifted by width bytes.
func (s *State) NoMultiple(d *value.Term, width uint8) bool {
	lo, hi := s.Bounds(d)
	m := Modulus(width)
	if m == 0 {
		return lo > 0 || hi < 0
	}
	return lo > 0 && hi < m || hi < 0 && lo > -m
}

// LearnBits notes bits of the register that a term is.
func (s *State) LearnBits(t *value.Term, bits uint64, set bool) {
	v := t.Reg
	if v == 0 || !s.Vals[v].IsNumber() {
		return
	}
	for w := value.FirstReg; w < value.FirstSlot; w++ {
		if d, ok := s.Zone.Equal(v, w); w != v && (!ok || d != 0 || !s.Vals[w].IsNumber() || s.Vals[v].IsLow() != s.Vals[w].IsLow()) {
			continue
		}
		if set {
			s.Vals[w].Ones |= bits
		} else {
			s.Vals[w].Zeros |= bits
		}
		if s.Vals[w].Ones&s.Vals[w].Zeros != 0 {
			s.Zone.Require(zone.Const(1))
		}
	}
}
