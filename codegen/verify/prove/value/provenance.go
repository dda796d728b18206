package value

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Provenance says which bytes of the stack a number was made of: byte i is the byte at
// addr+at[i], and and'ed and xor'ed; a byte of no place is the constant in xor.
type Provenance struct {
	Addr  zone.Lin // offset on the stack
	N     uint8
	Bytes [8]loadedByte
	Plus  int64 // added to a single byte, modulo 1<<32
}

// Plain is p, if nothing was added.
func (p *Provenance) Plain() *Provenance {
	if p == nil || p.Plus != 0 {
		return nil
	}
	return p
}

// Added is a single byte with a constant added.
func (p *Provenance) Added(c int64) *Provenance {
	if p == nil || p.N != 1 || c <= -data.Word32 || c >= data.Word32 {
		return nil
	}
	out := *p
	out.Plus = (p.Plus + c) % data.Word32
	return &out
}

// UnsignedFlags are CF and ZF behind cmp x, k.
func UnsignedFlags(x, k uint64) isa.Flags {
	switch {
	case x < k:
		return isa.CF
	case x == k:
		return isa.ZF
	}
	return 0
}

type loadedByte struct {
	Loaded   bool
	At       uint8
	And, Xor byte
}

// LoadedFrom is what a load of n bytes holds.
func LoadedFrom(addr zone.Lin, n uint8) *Provenance {
	p := &Provenance{Addr: addr, N: n}
	for i := range n {
		p.Bytes[i] = loadedByte{true, i, 0xff, 0}
	}
	return p
}

// Replace puts by in v's place; without a replacement nothing is left.
func (p *Provenance) Replace(v zone.Var, by zone.Lin, ok bool) *Provenance {
	if !ok {
		return nil
	}
	l, ok := p.Addr.Replace(v, by)
	if !ok {
		return nil
	}
	c := *p
	c.Addr = l
	return &c
}

// Low keeps the low bytes.
func (p *Provenance) Low(width uint8) *Provenance {
	if width >= p.N {
		return p
	}
	c := *p
	c.N = width
	return &c
}

// Mix is p with every byte and'ed and xor'ed with those of constants, over width bytes.
func (p *Provenance) Mix(and, xor uint64, width uint8) *Provenance {
	c := *p
	for i := range width {
		a, x := byte(and>>(8*i)), byte(xor>>(8*i))
		if i >= p.N {
			c.Bytes[i] = loadedByte{}
		}
		c.Bytes[i].And &= a
		c.Bytes[i].Xor = c.Bytes[i].Xor&a ^ x
	}
	c.N = max(c.N, width)
	return &c
}

// Shift moves the bytes up, zeros following, within width bytes.
func (p *Provenance) Shift(by, width uint8) *Provenance {
	c := Provenance{Addr: p.Addr, N: width}
	for i := by; i < width; i++ {
		if i-by < p.N {
			c.Bytes[i] = p.Bytes[i-by]
		}
	}
	return &c
}

// ByteSet is a set of byte values.
type ByteSet [256]bool

// Before is the set of the loaded byte's values for which the byte is in allowed.
func (b *loadedByte) Before(allowed *ByteSet) *ByteSet {
	var out ByteSet
	for v := range out {
		out[v] = allowed[byte(v)&b.And^b.Xor]
	}
	return &out
}

// IsByte is the set of one.
func IsByte(c byte) *ByteSet {
	var out ByteSet
	out[c] = true
	return &out
}
