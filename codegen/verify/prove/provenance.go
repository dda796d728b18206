package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// provenance says which bytes of the stack a number was made of: byte i is the byte at
// addr+at[i], and and'ed and xor'ed; a byte of no place is the constant in xor.
type provenance struct {
	addr zone.Lin // offset on the stack
	n    uint8
	b    [8]loadedByte
	plus int64 // added to a single byte, modulo 1<<32
}

// plain is p, if nothing was added.
func (p *provenance) plain() *provenance {
	if p == nil || p.plus != 0 {
		return nil
	}
	return p
}

// added is a single byte with a constant added.
func (p *provenance) added(c int64) *provenance {
	if p == nil || p.n != 1 || c <= -word32 || c >= word32 {
		return nil
	}
	out := *p
	out.plus = (p.plus + c) % word32
	return &out
}

// compared narrows a state by a condition that holds for a single byte, of width bytes
// with what was added, and a constant.
func (s *state) compared(p *provenance, width uint8, k uint64, c isa.Cond) {
	if p == nil || p.n != 1 || !p.b[0].loaded || width == 8 && p.plus != 0 {
		return
	}
	var in byteSet
	for v := range in {
		x := (uint64(byte(v)&p.b[0].and^p.b[0].xor) + uint64(p.plus)) & mask(width)
		in[v] = isa.Holds(c, unsignedFlags(x, k))
	}
	s.stands(p.addr.PlusConst(int64(p.b[0].at)), &in)
}

// unsignedFlags are CF and ZF behind cmp x, k.
func unsignedFlags(x, k uint64) isa.Flags {
	switch {
	case x < k:
		return isa.CF
	case x == k:
		return isa.ZF
	}
	return 0
}

type loadedByte struct {
	loaded   bool
	at       uint8
	and, xor byte
}

// loadedFrom is what a load of n bytes holds.
func loadedFrom(addr zone.Lin, n uint8) *provenance {
	p := &provenance{addr: addr, n: n}
	for i := range n {
		p.b[i] = loadedByte{true, i, 0xff, 0}
	}
	return p
}

func (p *provenance) replace(v zone.Var, by zone.Lin, ok bool) *provenance {
	if !ok {
		return nil
	}
	l, ok := p.addr.Replace(v, by)
	if !ok {
		return nil
	}
	c := *p
	c.addr = l
	return &c
}

// low keeps the low bytes.
func (p *provenance) low(width uint8) *provenance {
	if width >= p.n {
		return p
	}
	c := *p
	c.n = width
	return &c
}

// mix is p with every byte and'ed and xor'ed with those of constants, over width bytes.
func (p *provenance) mix(and, xor uint64, width uint8) *provenance {
	c := *p
	for i := range width {
		a, x := byte(and>>(8*i)), byte(xor>>(8*i))
		if i >= p.n {
			c.b[i] = loadedByte{}
		}
		c.b[i].and &= a
		c.b[i].xor = c.b[i].xor&a ^ x
	}
	c.n = max(c.n, width)
	return &c
}

// shift moves the bytes up, zeros following, within width bytes.
func (p *provenance) shift(by, width uint8) *provenance {
	c := provenance{addr: p.addr, n: width}
	for i := by; i < width; i++ {
		if i-by < p.n {
			c.b[i] = p.b[i-by]
		}
	}
	return &c
}

// byteSet is a set of byte values.
type byteSet [256]bool

// before is the set of the loaded byte's values for which the byte is in allowed.
func (b *loadedByte) before(allowed *byteSet) *byteSet {
	var out byteSet
	for v := range out {
		out[v] = allowed[byte(v)&b.and^b.xor]
	}
	return &out
}

// holds narrows a state by what p is known to be: byte i is in allowed(i).
func (s *state) holds(p *provenance, allowed func(i uint8) *byteSet) {
	for i := range p.n {
		if b := &p.b[i]; b.loaded {
			s.stands(p.addr.PlusConst(int64(b.at)), b.before(allowed(i)))
		}
	}
}

// isByte is the set of one.
func isByte(c byte) *byteSet {
	var out byteSet
	out[c] = true
	return &out
}
