package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// flagState is what the flags were last set from.
type flagState struct {
	kind    isa.FlagKind // FlagsNone: nothing is known
	width   uint8
	a, b, c term
	and     bool    // of FlagsLogic: c is a & b
	guards  []guard // of FlagsBit: those of the bit, as it was
	zero    flag
	carry   flag
}

// flag is what is known of ZF or CF itself: a routine may return its answer in it.
type flag uint8

const (
	maybe flag = iota
	isSet
	isClear
)

// setFlags remembers what the flags come from.
func (s *state) setFlags(st *isa.Step) {
	f := flagState{kind: st.Flags, width: st.Width, and: s.isAnd}
	f.a, f.b = s.read(st.A, st.Width), s.read(st.B, st.Width)
	if st.C.Kind != isa.NoVal {
		f.c = s.read(st.C, st.Width)
	}
	switch st.Flags {
	case isa.FlagsShl, isa.FlagsShr, isa.FlagsSar, isa.FlagsRol, isa.FlagsRor:
		if n, ok := s.exact(&f.b, meaning.Number); !ok || n == 0 {
			f = flagState{} // a count of 0 changes nothing
		}
	}
	f.guards = nil
	if n, ok := s.exact(&f.b, meaning.Number); ok && st.Flags == isa.FlagsBit {
		f.guards = s.guardsOf(f.a.reg, uint8(n))
	}
	s.cmp = f
}

// assume narrows the state by a condition, or by its opposite. It may find that the
// state is impossible.
func (e *executor) assume(s *state, c isa.Cond) {
	f := &s.cmp
	if c == isa.CondE && f.zero == isClear || c == isa.CondNE && f.zero == isSet ||
		c == isa.CondB && f.carry == isClear || c == isa.CondAE && f.carry == isSet {
		s.zone.Require(zone.Const(1))
		return
	}
	switch f.kind {
	case isa.FlagsSub:
		e.assumeSub(s, c)
	case isa.FlagsLogic:
		e.assumeLogic(s, c)
	case isa.FlagsBit:
		e.assumeBit(s, c)
	case isa.FlagsDec, isa.FlagsInc, isa.FlagsAdd, isa.FlagsShl, isa.FlagsShr:
		e.assumeResult(s, c)
	}
	switch c {
	case isa.CondE:
		s.zone.Settle() // a length that is known now bounds where it was counted from
		f.zero = isSet
	case isa.CondNE, isa.CondA, isa.CondG:
		f.zero = isClear
	}
	switch c {
	case isa.CondB:
		f.carry = isSet
	case isa.CondAE, isa.CondA:
		f.carry = isClear
	}
	s.settleAfter(e)
}

// zeroFlag is ZF, as far as it is known.
func (s *state) zeroFlag() flag {
	f := &s.cmp
	t := f.c
	switch f.kind {
	case isa.FlagsSub:
		d, ok := s.difference(f)
		if !ok {
			return f.zero
		}
		t = d
	case isa.FlagsLogic, isa.FlagsDec, isa.FlagsInc, isa.FlagsAdd:
	default:
		return f.zero
	}
	lo, hi := s.bounds(&t)
	switch {
	case f.zero != maybe || !t.IsNumber():
		return f.zero
	case lo == 0 && hi == 0:
		return isSet
	case s.noMultiple(&t, f.width):
		return isClear
	}
	return maybe
}

// settleAfter draws what follows from tighter bounds.
func (s *state) settleAfter(e *executor) {
	if s.zone.Empty() {
		return
	}
	for v := firstReg; v < zone.Vars && !s.zone.Empty(); v++ {
		e.narrowSym(s, v)
	}
	e.prefer(s)
	s.env.advance(s)
	s.settlePhase()
}

// difference is a - b, of two numbers or of two pointers of a kind.
func (s *state) difference(f *flagState) (term, bool) {
	if !f.a.Like(f.b.Meaning) || f.a.IsSome(meaning.EnvArray) || f.a.MayBeNull() || f.b.MayBeNull() || f.width == 8 && (f.a.IsLow() || f.b.IsLow()) {
		return term{}, false
	}
	d := s.sum(f.a, f.b, -1)
	return d, true
}

// assumeSub: the flags are those of a - b.
func (e *executor) assumeSub(s *state, c isa.Cond) {
	e.comparedByte(s, c)
	d, ok := s.difference(&s.cmp)
	if !ok {
		if c == isa.CondE {
			e.sameBytes(s)
		}
		return
	}
	switch c {
	case isa.CondE:
		s.equal(&d, s.cmp.width)
		e.sameBytes(s)
	case isa.CondNE:
		s.unequal(&d, s.cmp.width)
		s.isSibling()
	case isa.CondS, isa.CondNS:
		s.sign(&d, s.cmp.width, c == isa.CondS)
	case isa.CondB, isa.CondAE, isa.CondBE, isa.CondA:
		s.unsigned(c)
	case isa.CondL, isa.CondGE, isa.CondLE, isa.CondG:
		s.signed(c)
	}
}

// assumeLogic: the flags are those of c = a & b, a | b or a ^ b; CF and OF are clear.
func (e *executor) assumeLogic(s *state, c isa.Cond) {
	f := &s.cmp
	if !f.c.IsNumber() {
		switch {
		case c == isa.CondE && !f.c.IsLow():
			s.isNull(&f.c)
		case c == isa.CondNE && !f.c.IsLow():
			s.notNull(&f.c)
		}
		return
	}
	switch c {
	case isa.CondB, isa.CondO:
		s.zone.Require(zone.Const(1))
	case isa.CondE, isa.CondBE:
		s.forkKnown(&f.c, true)
		s.equal(&f.c, f.width)
		e.zeroBits(s)
	case isa.CondNE, isa.CondA:
		s.forkKnown(&f.c, false)
		s.unequal(&f.c, f.width)
		e.someBits(s)
	case isa.CondS, isa.CondL:
		s.sign(&f.c, f.width, true)
	case isa.CondNS, isa.CondGE:
		s.sign(&f.c, f.width, false)
	case isa.CondLE, isa.CondG:
		if t, ok := s.asSigned(f.c); ok && c == isa.CondLE {
			s.atMost(t, 0)
		} else if ok {
			s.atLeast(t, 1)
		}
	}
}

// assumeResult: only zero and sign of the result are made use of, and of numbers alone: a
// pointer's variable is a distance, of which the flags say nothing.
func (e *executor) assumeResult(s *state, c isa.Cond) {
	f := &s.cmp
	if !f.c.IsNumber() {
		return
	}
	switch c {
	case isa.CondE:
		s.equal(&f.c, f.width)
	case isa.CondNE:
		s.unequal(&f.c, f.width)
	case isa.CondS, isa.CondNS:
		if f.kind != isa.FlagsShl && f.kind != isa.FlagsShr {
			s.sign(&f.c, f.width, c == isa.CondS)
		}
	}
}

// assumeBit: CF is bit b of a, as it was.
func (e *executor) assumeBit(s *state, c isa.Cond) {
	n, ok := s.exact(&s.cmp.b, meaning.Number)
	if !ok || c != isa.CondB && c != isa.CondAE {
		return
	}
	bit := uint64(1) << n
	k := s.knownBits(&s.cmp.a)
	if c == isa.CondB && k.zeros&bit != 0 || c == isa.CondAE && k.ones&bit != 0 {
		s.zone.Require(zone.Const(1))
		return
	}
	s.learnBits(&s.cmp.a, bit, c == isa.CondB)
	for _, g := range s.cmp.guards {
		if g.set == (c == isa.CondB) {
			s.addSpan(g.span)
		}
	}
}
