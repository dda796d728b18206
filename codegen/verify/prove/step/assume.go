package step

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// setFlags remembers what the flags come from.
func setFlags(s *domain.State, st *isa.Step) {
	f := domain.FlagState{Kind: st.Flags, Width: st.Width, And: s.IsAnd}
	f.A, f.B = s.Read(st.A, st.Width), s.Read(st.B, st.Width)
	if st.C.Kind != isa.NoVal {
		f.C = s.Read(st.C, st.Width)
	}
	switch st.Flags {
	case isa.FlagsShl, isa.FlagsShr, isa.FlagsSar, isa.FlagsRol, isa.FlagsRor:
		if n, ok := s.Exact(&f.B, meaning.Number); !ok || n == 0 {
			f = domain.FlagState{} // a count of 0 changes nothing
		}
	}
	f.Guards = nil
	if n, ok := s.Exact(&f.B, meaning.Number); ok && st.Flags == isa.FlagsBit {
		f.Guards = s.GuardsOf(f.A.Reg, uint8(n))
	}
	s.Flags = f
}

// assume narrows the state by a condition, or by its opposite. It may find that the
// state is impossible.
func (e *Executor) assume(s *domain.State, c isa.Cond) {
	f := &s.Flags
	if c == isa.CondE && f.Zero == domain.IsClear || c == isa.CondNE && f.Zero == domain.IsSet ||
		c == isa.CondB && f.Carry == domain.IsClear || c == isa.CondAE && f.Carry == domain.IsSet {
		s.Zone.Require(zone.Const(1))
		return
	}
	switch f.Kind {
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
		s.Zone.Settle() // a length that is known now bounds where it was counted from
		f.Zero = domain.IsSet
	case isa.CondNE, isa.CondA, isa.CondG:
		f.Zero = domain.IsClear
	}
	switch c {
	case isa.CondB:
		f.Carry = domain.IsSet
	case isa.CondAE, isa.CondA:
		f.Carry = domain.IsClear
	}
	settleAfter(s, e)
}

// settleAfter draws what follows from tighter bounds.
func settleAfter(s *domain.State, e *Executor) {
	if s.Zone.Empty() {
		return
	}
	for v := value.FirstReg; v < zone.Vars && !s.Zone.Empty(); v++ {
		s.NarrowSym(e.Records, v)
	}
	s.Prefer(e.Records)
	s.Env.Advance(s)
	s.SettlePhase()
}

// assumeSub: the flags are those of a - b.
func (e *Executor) assumeSub(s *domain.State, c isa.Cond) {
	e.comparedByte(s, c)
	d, ok := s.Difference(&s.Flags)
	if !ok {
		if c == isa.CondE {
			e.sameBytes(s)
		}
		return
	}
	switch c {
	case isa.CondE:
		equal(s, &d, s.Flags.Width)
		e.sameBytes(s)
	case isa.CondNE:
		unequal(s, &d, s.Flags.Width)
		s.IsSibling()
	case isa.CondS, isa.CondNS:
		sign(s, &d, s.Flags.Width, c == isa.CondS)
	case isa.CondB, isa.CondAE, isa.CondBE, isa.CondA:
		unsigned(s, c)
	case isa.CondL, isa.CondGE, isa.CondLE, isa.CondG:
		signed(s, c)
	}
}

// assumeLogic: the flags are those of c = a & b, a | b or a ^ b; CF and OF are clear.
func (e *Executor) assumeLogic(s *domain.State, c isa.Cond) {
	f := &s.Flags
	if !f.C.IsNumber() {
		switch {
		case c == isa.CondE && !f.C.IsLow():
			s.IsNull(&f.C)
		case c == isa.CondNE && !f.C.IsLow():
			s.NotNull(&f.C)
		}
		return
	}
	switch c {
	case isa.CondB, isa.CondO:
		s.Zone.Require(zone.Const(1))
	case isa.CondE, isa.CondBE:
		s.ForkKnown(&f.C, true)
		equal(s, &f.C, f.Width)
		e.zeroBits(s)
	case isa.CondNE, isa.CondA:
		s.ForkKnown(&f.C, false)
		unequal(s, &f.C, f.Width)
		e.someBits(s)
	case isa.CondS, isa.CondL:
		sign(s, &f.C, f.Width, true)
	case isa.CondNS, isa.CondGE:
		sign(s, &f.C, f.Width, false)
	case isa.CondLE, isa.CondG:
		if t, ok := asSigned(s, f.C); ok && c == isa.CondLE {
			atMost(s, t, 0)
		} else if ok {
			atLeast(s, t, 1)
		}
	}
}

// assumeResult: only zero and sign of the result are made use of, and of numbers alone: a
// pointer's variable is a distance, of which the flags say nothing.
func (e *Executor) assumeResult(s *domain.State, c isa.Cond) {
	f := &s.Flags
	if !f.C.IsNumber() {
		return
	}
	switch c {
	case isa.CondE:
		equal(s, &f.C, f.Width)
	case isa.CondNE:
		unequal(s, &f.C, f.Width)
	case isa.CondS, isa.CondNS:
		if f.Kind != isa.FlagsShl && f.Kind != isa.FlagsShr {
			sign(s, &f.C, f.Width, c == isa.CondS)
		}
	}
}

// assumeBit: CF is bit b of a, as it was.
func (e *Executor) assumeBit(s *domain.State, c isa.Cond) {
	n, ok := s.Exact(&s.Flags.B, meaning.Number)
	if !ok || c != isa.CondB && c != isa.CondAE {
		return
	}
	bit := uint64(1) << n
	k := s.KnownBits(&s.Flags.A)
	if c == isa.CondB && k.Zeros&bit != 0 || c == isa.CondAE && k.Ones&bit != 0 {
		s.Zone.Require(zone.Const(1))
		return
	}
	s.LearnBits(&s.Flags.A, bit, c == isa.CondB)
	for _, g := range s.Flags.Guards {
		if g.Set == (c == isa.CondB) {
			s.AddSpan(g.Span)
		}
	}
}

// ByCarry are the cases of a state in which CF is set, and clear, where an instruction behind
// pc may ask for it.
func (e *Executor) ByCarry(s *domain.State, pc uint64) []*domain.State {
	if e.Flags[pc]&code.CarryAsked == 0 || s.Flags.Carry != domain.Maybe || s.Flags.Kind != isa.FlagsSub {
		return []*domain.State{s}
	}
	below := e.Free.Clone(s)
	e.assume(s, isa.CondAE)
	e.assume(below, isa.CondB)
	return slices.DeleteFunc([]*domain.State{below, s}, func(s *domain.State) bool { return s.Zone.Empty() })
}
