package step

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
)

// sameBytes: two terms are equal, one is a constant, and the other was loaded.
func (e *Executor) sameBytes(s *domain.State) {
	a, b := &s.Flags.A, &s.Flags.B
	if a.Prov == nil {
		a, b = b, a
	}
	k := s.KnownBits(b)
	if low := value.Mask(s.Flags.Width); a.Prov.Plain() == nil || (k.Zeros|k.Ones)&low != low {
		return
	}
	s.Holds(a.Prov.Low(s.Flags.Width), func(i uint8) *value.ByteSet { return value.IsByte(byte(k.Ones >> (8 * i))) })
	foundLine(s, a.Prov, k.Ones)
}

// comparedByte: a loaded byte, or one with a constant added, was compared with a constant.
func (e *Executor) comparedByte(s *domain.State, c isa.Cond) {
	switch c {
	case isa.CondB, isa.CondAE, isa.CondBE, isa.CondA, isa.CondE, isa.CondNE:
	default:
		return
	}
	k := s.KnownBits(&s.Flags.B)
	if low := value.Mask(s.Flags.Width); (k.Zeros|k.Ones)&low == low {
		s.Compared(s.Flags.A.Prov, s.Flags.Width, k.Ones&low, c)
	}
}

// foundLine: CR and LF were found; they stay where they are until something is stored
// there.
func foundLine(s *domain.State, p *value.Provenance, v uint64) {
	if p.N != 2 || s.Flags.Width != 2 || v != '\r'|'\n'<<8 || *p != *value.LoadedFrom(p.Addr, 2) {
		return
	}
	addr := p.Addr
	s.Line = true
	s.Place(value.LineVar, addr)
}

// zeroBits: a & b, a | b or a ^ b is zero.
func (e *Executor) zeroBits(s *domain.State) {
	f := &s.Flags
	if f.C.Prov.Plain() != nil {
		s.Holds(f.C.Prov.Low(f.Width), func(uint8) *value.ByteSet { return value.IsByte(0) })
	}
	if !f.And {
		return
	}
	e.masked(s, func(v, m byte) bool { return v&m == 0 })
	if m, ok := exactMask(s, &f.B); ok && !sameTerm(&f.A, &f.B) {
		s.LearnBits(&f.A, m, false)
	}
}

// someBits: a & b is not zero.
func (e *Executor) someBits(s *domain.State) {
	f := &s.Flags
	if !f.And {
		return
	}
	e.masked(s, func(v, m byte) bool { return v&m != 0 })
	if m, ok := exactMask(s, &f.B); ok && m&(m-1) == 0 && !sameTerm(&f.A, &f.B) {
		s.LearnBits(&f.A, m, true)
	} else if ok && f.A.Reg != 0 && s.Vals[f.A.Reg].IsNumber() && !sameTerm(&f.A, &f.B) {
		s.PreferSome(e.Records, f.A.Reg, m)
	}
}

func sameTerm(a, b *value.Term) bool { return a.Lin == b.Lin && a.Lo == b.Lo && a.Hi == b.Hi }

func exactMask(s *domain.State, t *value.Term) (uint64, bool) {
	k := s.KnownBits(t)
	low := value.Mask(s.Flags.Width)
	return k.Ones & low, (k.Zeros|k.Ones)&low == low
}

// masked: a byte of a table was tested with a constant: the index is one for which the
// test comes out so.
func (e *Executor) masked(s *domain.State, holds func(v, m byte) bool) {
	f := &s.Flags
	t, b := f.A.Table, &f.B
	if t == nil {
		t, b = f.B.Table, &f.A
	}
	m, ok := exactMask(s, b)
	if t == nil || !ok || f.Width != 1 {
		return
	}
	lo, hi := s.Zone.Min(t.Index), s.Zone.Max(t.Index)
	if hi-lo > 1<<10 {
		return
	}
	first, last := hi+1, lo-1
	var in value.ByteSet
	for i := lo; i <= hi; i++ {
		v, ok := e.Number(t.Addr+i-t.Lo, 1)
		if !ok || !holds(byte(v), byte(m)) {
			continue
		}
		first, last = min(first, i), max(last, i)
		in[byte(i)] = true
	}
	i := value.Term{Lin: t.Index}
	atLeast(s, i, first)
	atMost(s, i, last)
	if t.Prov.Plain() != nil && hi < 256 && lo >= 0 {
		s.Holds(t.Prov.Low(1), func(uint8) *value.ByteSet { return &in })
	}
}
