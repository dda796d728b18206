package domain

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
)

// AskedFlags is what flags may be made of.
func (s *State) AskedFlags(f isa.Flags) value.Made {
	if s.Unasked&f != 0 {
		return value.OfAnything
	}
	return s.Traces.Flags
}

// Taken is what an operand of width bytes is.
func (s *State) Taken(v isa.Val, width uint8, temps *[isa.MaxTemps]value.Made) value.Source {
	switch {
	case v.Kind == isa.TempVal:
		return value.Source{Trace: temps[v.Temp], Pointer: !s.Temps[v.Temp].IsNumber()}
	case v.Kind != isa.RegVal:
		return value.Source{}
	case v.Reg.IsVector():
		return value.Source{Trace: s.Traces.Vecs[v.Reg-isa.XMM0]}
	}
	return s.TakenReg(v.Reg, width)
}

// TakenReg is what the low width bytes of a register bring with them.
func (s *State) TakenReg(r isa.Reg, width uint8) value.Source {
	if r == isa.NoReg {
		return value.Source{}
	}
	return value.Source{Trace: s.Traces.Reg(r, width), Pointer: !s.Vals[value.RegVar(r)].IsNumber()}
}

// Distance: the operands are places of one kind, of which the distance is taken, or one
// pointer that is compared with null.
func (s *State) Distance(st *isa.Step) bool {
	a, b := s.Read(st.A, st.Width), s.Read(st.B, st.Width)
	switch {
	case st.Op == isa.SetFlags && st.Flags == isa.FlagsLogic:
		return st.A == st.B
	case st.Op == isa.SetFlags && st.Flags != isa.FlagsSub:
		return false
	case b.IsNumber() && st.Op == isa.SetFlags:
		c, ok := s.Exact(&b, meaning.Number)
		return ok && c == 0
	}
	return a.Like(b.Meaning) && !a.MayBeNull() && !b.MayBeNull()
}

// FlagsSetBy are the flags that a step sets, whatever they were. One that it leaves undefined may stay what it was; for AF, which
// nothing reads, that is no matter.
func FlagsSetBy(st *isa.Step) isa.Flags {
	set := st.Flags.Effect().Written | isa.AF
	switch st.Flags {
	case isa.FlagsShl, isa.FlagsShr, isa.FlagsSar, isa.FlagsRol, isa.FlagsRor:
		if st.B.Kind != isa.ImmVal || st.B.Imm == 0 {
			return 0 // by a count of 0
		}
		if st.B.Imm != 1 {
			set &^= isa.OF
		}
	}
	return set
}

// FlagsReadBy are the flags that a step asks for.
func FlagsReadBy(st *isa.Step) isa.Flags {
	if st.Op == isa.CondBit || st.Op == isa.Select {
		return isa.Asks(st.Cond)
	}
	return isa.CF // adc, sbb
}

// IsLaneOp: the result is a vector, and no number.
func IsLaneOp(op isa.StepOp) bool {
	switch op {
	case isa.VUnpackB, isa.VUnpackD, isa.VUnpackQ:
		return true
	}
	return value.LaneOps[op] != nil
}

// SetTrace notes of the low width bytes of a register what they may be made of.
func (s *State) SetTrace(r isa.Reg, width uint8, m value.Made) {
	s.Traces.Low[r] = m
	switch {
	case width >= 4:
		s.Traces.Rest[r] = m
	case width > 1:
		s.Traces.Rest[r] |= m
	}
}
