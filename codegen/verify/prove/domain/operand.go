package domain

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Read is the value of an operand of width bytes.
func (s *State) Read(v isa.Val, width uint8) value.Term {
	switch v.Kind {
	case isa.ImmVal:
		return value.Immediate(v.Imm, width)
	case isa.TempVal:
		return s.Narrow(s.Temps[v.Temp], width)
	case isa.RegVal:
		return s.Narrow(s.Reg(v.Reg), width)
	}
	return value.Unknown(width)
}

// Reg is a whole register.
func (s *State) Reg(r isa.Reg) value.Term {
	v := value.RegVar(r)
	return value.Term{Value: s.Vals[v], Lin: zone.Of(v), Prov: s.Prov[v], Mask: s.Mask[v], Reg: v}
}

// Narrow takes the low width bytes of a term.
func (s *State) Narrow(t value.Term, width uint8) value.Term {
	lo, hi := s.Bounds(&t)
	switch {
	case width == 8:
		if t.IsLow() && t.IsNumber() && (lo < 0 || hi >= data.Word32) {
			return s.lowBits(t, 4)
		}
		t.Meaning = t.WithLow(t.IsLow() && !t.IsNumber())
		return t
	case width == 4:
		if lo > -data.Word32 && hi < 2*data.Word32 || !t.IsNumber() {
			t.Meaning = t.WithLow(t.IsLow() || !t.IsNumber() || lo < 0 || hi >= data.Word32)
			t.Zeros |= data.High32
			t.Ones &= 1<<32 - 1
			t.Same &= value.Mask(4)
			if t.Prov != nil {
				t.Prov = t.Prov.Low(4)
			}
			return t
		}
		return s.lowBits(t, 4)
	}
	if t.IsNumber() && lo >= 0 && hi < int64(value.Limit(width)) {
		return t
	}
	return s.lowBits(t, width)
}

// lowBits is what the bits and the loaded bytes alone say of a term's low part.
func (s *State) lowBits(t value.Term, width uint8) value.Term {
	if !t.IsNumber() {
		return value.Unknown(width)
	}
	out := value.BitsOnly(width, t.Zeros, t.Ones)
	out.Reg, out.From, out.Same = t.Reg, t.From, t.Same&value.Mask(width)
	if width >= 4 {
		out.FD = t.FD
	}
	if t.Prov != nil && (width == 4 || t.Prov.Plus == 0) {
		out.Prov = t.Prov.Low(width)
	}
	out.Mask = t.Mask
	return out
}

// SetReg writes the low width bytes of a register.
func (s *State) SetReg(r isa.Reg, width uint8, t value.Term) {
	if width < 4 { // the other bytes are kept, the upper half too
		same := ^(value.Limit(width) - 1)
		if t.From == value.RegVar(r) {
			same |= t.Same
		}
		t, width = s.insert(s.Narrow(s.Reg(r), 8), t, width), 8
		t.From, t.Same = value.RegVar(r), same
	} else {
		s.Stale &^= 1 << r
	}
	s.Fixed &^= 1 << r
	s.Assign(value.RegVar(r), s.settle(t, width))
}

// insert puts the low width bytes of t into old.
func (s *State) insert(old, t value.Term, width uint8) value.Term {
	low := value.Limit(width) - 1
	lo, hi := s.Bounds(&old)
	tlo, thi := s.Bounds(&t)
	if old.IsNumber() && t.IsNumber() && lo >= 0 && hi <= int64(low) && tlo >= 0 && thi <= int64(low) {
		return t
	}
	ob := s.KnownBits(&old) // none of a pointer
	tb := s.KnownBits(&t)
	return value.BitsOnly(8, ob.Zeros&^low|tb.Zeros&low, ob.Ones&^low|tb.Ones&low)
}

// KnownBits are a term's known bits, those that follow from its bounds included.
func (s *State) KnownBits(t *value.Term) value.Bits {
	if !t.IsNumber() {
		return value.Bits{}
	}
	lo, hi := s.Bounds(t)
	return t.Bits(lo, hi)
}

// BitsOf are the known bits of a variable.
func (s *State) BitsOf(v zone.Var) value.Bits {
	if !s.Vals[v].IsNumber() {
		return value.Bits{}
	}
	l := zone.Of(v)
	lo, hi := s.Zone.Range(&l)
	return s.Vals[v].Bits(lo, hi)
}

// settle makes a result fit a register: what may have wrapped around in a way that the
// variable cannot say is reduced to its bits.
func (s *State) settle(t value.Term, width uint8) value.Term {
	lo, hi := s.Bounds(&t)
	if width == 8 {
		t.Meaning = t.WithLow(t.IsLow() && !t.IsNumber()) // narrow has seen to a number's
		switch {
		case value.IsPlainVar(&t) || t.IsSome(meaning.EnvArray) || lo > -data.Far && hi < data.Far:
			return t
		case t.IsNumber():
			return s.lowBits(t, 8)
		}
		return value.Unknown(8)
	}
	t.Zeros |= data.High32
	t.Ones &= 1<<32 - 1
	switch {
	case !t.IsNumber():
		t.Meaning = t.Low()
		return t
	case lo >= 0 && hi < data.Word32:
		t.Meaning = t.Whole()
		return t
	case lo > -data.Word32 && hi < 2*data.Word32:
		t.Meaning = t.Low()
		return t
	}
	return s.lowBits(t, 4)
}
