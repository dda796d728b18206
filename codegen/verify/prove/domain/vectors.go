package domain

import (
	"math/bits"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// ReadVec is a vector operand.
func (s *State) ReadVec(v isa.Val, temps *[isa.MaxTemps]value.Vector) value.Vector {
	switch v.Kind {
	case isa.RegVal:
		return s.Vecs[v.Reg-isa.XMM0]
	case isa.TempVal:
		return temps[v.Temp]
	}
	return value.Vector{}
}

// Broadcast is a number of width bytes moved into a vector: of interest where all its
// bytes are the same.
func (s *State) Broadcast(t value.Term, width uint8) value.Vector {
	c, ok := s.Exact(&t, meaning.Number)
	if !ok {
		return value.Vector{}
	}
	b := byte(c)
	for i := range width {
		if byte(c>>(8*i)) != b {
			return value.Vector{}
		}
	}
	if b == 0 {
		return value.Vector{IsByte: true}
	}
	return value.Vector{IsByte: true, Byte: b, Quad: width}
}

// FirstBit is bsf: the number of the lowest bit that is set. In a mask the bytes before
// it are not of the mask's set: where a line's end stands among them it ends the run. Of
// what may be 0 nothing is known, not even that it is of the width.
func (s *State) FirstBit(t value.Term) value.Term {
	known := s.KnownBits(&t)
	lo, hi := s.Bounds(&t)
	if !t.IsNumber() || known.Ones == 0 && (t.IsLow() || lo <= 0 && hi >= 0) {
		return value.Unknown(8)
	}
	least := bits.TrailingZeros64(^known.Zeros)
	most := 63 - bits.LeadingZeros64(^known.Zeros)
	if known.Ones != 0 {
		most = bits.TrailingZeros64(known.Ones)
	}
	if most < least {
		return value.Unknown(8)
	}
	n := s.TempVar(value.Between(int64(least), int64(most)))
	if t.Mask != nil {
		s.endsRun(n, t.Mask, most)
	}
	return value.Term{Lin: zone.Of(n)}
}

// endsRun bounds the length n of a run of bytes that are not in the mask's set by the
// known bytes in front of which it must end.
func (s *State) endsRun(n zone.Var, m *value.LaneMask, most int) {
	stop := func(at zone.Lin) {
		before, ok := m.Addr.Plus(at, -1) // addr <= at
		if !ok || s.Zone.Max(before) > 0 {
			return
		}
		if past, ok := before.Plus(zone.Of(n), 1); ok { // addr + n <= at
			s.Require(past)
		}
	}
	if most > 16 {
		return
	}
	if s.Line && m.Set['\r'] {
		stop(zone.Of(value.LineVar))
	}
	if s.Zeros && m.Set[0] {
		stop(zone.Of(value.ZerosVar))
	}
}

// TempVar gives a result a variable of its own, for the instruction.
func (s *State) TempVar(t value.Term) zone.Var {
	v := value.FirstTemp + zone.Var(s.Fresh%value.Temps)
	s.Fresh++
	s.Assign(v, t)
	return v
}
