package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

const (
	high32 = 0xffffffff_00000000
	word32 = int64(1) << 32
	far    = int64(1) << 56 // 64-bit results within this cannot have wrapped around
)

// read is the value of an operand of width bytes.
func (s *state) read(v isa.Val, width uint8) term {
	switch v.Kind {
	case isa.ImmVal:
		return immediate(v.Imm, width)
	case isa.TempVal:
		return s.narrow(s.temps[v.Temp], width)
	case isa.RegVal:
		return s.narrow(s.reg(v.Reg), width)
	}
	return unknown(width)
}

// immediate is a constant; what a bound cannot hold is known by its bits.
func immediate(imm uint64, width uint8) term {
	if width < 8 {
		return constant(int64(imm & (limit(width) - 1)))
	}
	if c := int64(imm); c > -far && c < far {
		return constant(c)
	}
	return bitsOnly(8, ^imm, imm)
}

// reg is a whole register.
func (s *state) reg(r isa.Reg) term {
	v := regVar(r)
	return term{value: s.vals[v], lin: zone.Of(v), prov: s.prov[v], mask: s.mask[v], reg: v}
}

// narrow takes the low width bytes of a term.
func (s *state) narrow(t term, width uint8) term {
	lo, hi := s.bounds(&t)
	switch {
	case width == 8:
		if t.IsLow() && t.IsNumber() && (lo < 0 || hi >= word32) {
			return s.lowBits(t, 4)
		}
		t.Meaning = t.WithLow(t.IsLow() && !t.IsNumber())
		return t
	case width == 4:
		if lo > -word32 && hi < 2*word32 || !t.IsNumber() {
			t.Meaning = t.WithLow(t.IsLow() || !t.IsNumber() || lo < 0 || hi >= word32)
			t.zeros |= high32
			t.ones &= 1<<32 - 1
			t.same &= mask(4)
			if t.prov != nil {
				t.prov = t.prov.low(4)
			}
			return t
		}
		return s.lowBits(t, 4)
	}
	if t.IsNumber() && lo >= 0 && hi < int64(limit(width)) {
		return t
	}
	return s.lowBits(t, width)
}

// lowBits is what the bits and the loaded bytes alone say of a term's low part.
func (s *state) lowBits(t term, width uint8) term {
	if !t.IsNumber() {
		return unknown(width)
	}
	out := bitsOnly(width, t.zeros, t.ones)
	out.reg, out.from, out.same = t.reg, t.from, t.same&mask(width)
	if width >= 4 {
		out.fd = t.fd
	}
	if t.prov != nil && (width == 4 || t.prov.plus == 0) {
		out.prov = t.prov.low(width)
	}
	out.mask = t.mask
	return out
}

// setReg writes the low width bytes of a register.
func (s *state) setReg(r isa.Reg, width uint8, t term) {
	if width < 4 { // the other bytes are kept, the upper half too
		same := ^(limit(width) - 1)
		if t.from == regVar(r) {
			same |= t.same
		}
		t, width = s.insert(s.narrow(s.reg(r), 8), t, width), 8
		t.from, t.same = regVar(r), same
	} else {
		s.stale &^= 1 << r
	}
	s.fixed &^= 1 << r
	s.assign(regVar(r), s.settle(t, width))
}

// insert puts the low width bytes of t into old.
func (s *state) insert(old, t term, width uint8) term {
	low := limit(width) - 1
	lo, hi := s.bounds(&old)
	tlo, thi := s.bounds(&t)
	if old.IsNumber() && t.IsNumber() && lo >= 0 && hi <= int64(low) && tlo >= 0 && thi <= int64(low) {
		return t
	}
	ob := s.knownBits(&old) // none of a pointer
	tb := s.knownBits(&t)
	return bitsOnly(8, ob.zeros&^low|tb.zeros&low, ob.ones&^low|tb.ones&low)
}

// knownBits are a term's known bits, those that follow from its bounds included.
func (s *state) knownBits(t *term) known {
	if !t.IsNumber() {
		return known{}
	}
	lo, hi := s.bounds(t)
	return t.known(lo, hi)
}

// bitsOf are the known bits of a variable.
func (s *state) bitsOf(v zone.Var) known {
	if !s.vals[v].IsNumber() {
		return known{}
	}
	l := zone.Of(v)
	lo, hi := s.zone.Range(&l)
	return s.vals[v].known(lo, hi)
}

// known are bits that are known to be 0 or 1.
type known struct{ zeros, ones uint64 }

// known are the bits of a number between lo and hi.
func (v *value) known(lo, hi int64) known {
	k := known{v.zeros, v.ones}
	switch {
	case lo == hi && !v.IsLow():
		return known{^uint64(lo), uint64(lo)}
	case lo >= 0 && hi < zone.Inf:
		k.zeros |= above(hi)
	}
	return k
}

// settle makes a result fit a register: what may have wrapped around in a way that the
// variable cannot say is reduced to its bits.
func (s *state) settle(t term, width uint8) term {
	lo, hi := s.bounds(&t)
	if width == 8 {
		t.Meaning = t.WithLow(t.IsLow() && !t.IsNumber()) // narrow has seen to a number's
		switch {
		case plainVar(&t) || t.IsSome(meaning.EnvArray) || lo > -far && hi < far:
			return t
		case t.IsNumber():
			return s.lowBits(t, 8)
		}
		return unknown(8)
	}
	t.zeros |= high32
	t.ones &= 1<<32 - 1
	switch {
	case !t.IsNumber():
		t.Meaning = t.Low()
		return t
	case lo >= 0 && hi < word32:
		t.Meaning = t.Whole()
		return t
	case lo > -word32 && hi < 2*word32:
		t.Meaning = t.Low()
		return t
	}
	return s.lowBits(t, 4)
}

// plainVar: a copy of a register is no result that could wrap around.
func plainVar(t *term) bool { _, ok := t.isVar(); return ok }
