package domain

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
)

// Compared narrows a state by a condition that holds for a single byte, of width bytes
// with what was added, and a constant.
func (s *State) Compared(p *value.Provenance, width uint8, k uint64, c isa.Cond) {
	if p == nil || p.N != 1 || !p.Bytes[0].Loaded || width == 8 && p.Plus != 0 {
		return
	}
	var in value.ByteSet
	for v := range in {
		x := (uint64(byte(v)&p.Bytes[0].And^p.Bytes[0].Xor) + uint64(p.Plus)) & value.Mask(width)
		in[v] = isa.Holds(c, value.UnsignedFlags(x, k))
	}
	s.stands(p.Addr.PlusConst(int64(p.Bytes[0].At)), &in)
}

// Holds narrows a state by what p is known to be: byte i is in allowed(i).
func (s *State) Holds(p *value.Provenance, allowed func(i uint8) *value.ByteSet) {
	for i := range p.N {
		if b := &p.Bytes[i]; b.Loaded {
			s.stands(p.Addr.PlusConst(int64(b.At)), b.Before(allowed(i)))
		}
	}
}
