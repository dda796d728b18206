package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// lookup is a byte of a table in the data: the one at addr + (index - lo).
type lookup struct {
	addr  int64
	index zone.Lin
	lo    int64
	prov  *provenance // of the index
}

func (l *lookup) replace(v zone.Var, by zone.Lin, ok bool) *lookup {
	c := *l
	if l.prov != nil && l.prov.addr.Coef(v) != 0 {
		c.prov = l.prov.replace(v, by, ok)
	}
	if l.index.Coef(v) != 0 {
		if !ok {
			return nil
		}
		if c.index, ok = l.index.Replace(v, by); !ok {
			return nil
		}
	}
	return &c
}

// sameBytes: two terms are equal, one is a constant, and the other was loaded.
func (e *executor) sameBytes(s *state) {
	a, b := &s.cmp.a, &s.cmp.b
	if a.prov == nil {
		a, b = b, a
	}
	k := s.knownBits(b)
	if low := mask(s.cmp.width); a.prov.plain() == nil || (k.zeros|k.ones)&low != low {
		return
	}
	s.holds(a.prov.low(s.cmp.width), func(i uint8) *byteSet { return isByte(byte(k.ones >> (8 * i))) })
	s.foundLine(a.prov, k.ones)
}

// comparedByte: a loaded byte, or one with a constant added, was compared with a constant.
func (e *executor) comparedByte(s *state, c isa.Cond) {
	switch c {
	case isa.CondB, isa.CondAE, isa.CondBE, isa.CondA, isa.CondE, isa.CondNE:
	default:
		return
	}
	k := s.knownBits(&s.cmp.b)
	if low := mask(s.cmp.width); (k.zeros|k.ones)&low == low {
		s.compared(s.cmp.a.prov, s.cmp.width, k.ones&low, c)
	}
}

// foundLine: CR and LF were found; they stay where they are until something is stored
// there.
func (s *state) foundLine(p *provenance, v uint64) {
	if p.n != 2 || s.cmp.width != 2 || v != '\r'|'\n'<<8 || *p != *loadedFrom(p.addr, 2) {
		return
	}
	addr := p.addr
	s.line = true
	s.place(lineVar, addr)
}

// zeroBits: a & b, a | b or a ^ b is zero.
func (e *executor) zeroBits(s *state) {
	f := &s.cmp
	if f.c.prov.plain() != nil {
		s.holds(f.c.prov.low(f.width), func(uint8) *byteSet { return isByte(0) })
	}
	if !f.and {
		return
	}
	e.masked(s, func(v, m byte) bool { return v&m == 0 })
	if m, ok := s.exactMask(&f.b); ok && !sameTerm(&f.a, &f.b) {
		s.learnBits(&f.a, m, false)
	}
}

// someBits: a & b is not zero.
func (e *executor) someBits(s *state) {
	f := &s.cmp
	if !f.and {
		return
	}
	e.masked(s, func(v, m byte) bool { return v&m != 0 })
	if m, ok := s.exactMask(&f.b); ok && m&(m-1) == 0 && !sameTerm(&f.a, &f.b) {
		s.learnBits(&f.a, m, true)
	} else if ok && f.a.reg != 0 && s.vals[f.a.reg].IsNumber() && !sameTerm(&f.a, &f.b) {
		e.preferSome(s, f.a.reg, m)
	}
}

func sameTerm(a, b *term) bool { return a.lin == b.lin && a.lo == b.lo && a.hi == b.hi }

func (s *state) exactMask(t *term) (uint64, bool) {
	k := s.knownBits(t)
	low := mask(s.cmp.width)
	return k.ones & low, (k.zeros|k.ones)&low == low
}

// masked: a byte of a table was tested with a constant: the index is one for which the
// test comes out so.
func (e *executor) masked(s *state, holds func(v, m byte) bool) {
	f := &s.cmp
	t, b := f.a.table, &f.b
	if t == nil {
		t, b = f.b.table, &f.a
	}
	m, ok := s.exactMask(b)
	if t == nil || !ok || f.width != 1 {
		return
	}
	lo, hi := s.zone.Min(t.index), s.zone.Max(t.index)
	if hi-lo > 1<<10 {
		return
	}
	first, last := hi+1, lo-1
	var in byteSet
	for i := lo; i <= hi; i++ {
		v, ok := e.number(t.addr+i-t.lo, 1)
		if !ok || !holds(byte(v), byte(m)) {
			continue
		}
		first, last = min(first, i), max(last, i)
		in[byte(i)] = true
	}
	i := term{lin: t.index}
	s.atLeast(i, first)
	s.atMost(i, last)
	if t.prov.plain() != nil && hi < 256 && lo >= 0 {
		s.holds(t.prov.low(1), func(uint8) *byteSet { return &in })
	}
}
