package prove

import "github.com/verbosel/verbosel/codegen/verify/isa"

// writesInterim says that what is written at a call is an interim response.
func (x *exchanges) writesInterim(addr uint64) bool {
	in, ok := x.setter(addr, isa.RSI)
	if !ok || in.Op != isa.LEA || in.Src.Mem.Index != isa.NoReg {
		return false
	}
	base, ok := x.fixed(in.Src.Mem.Base)
	return ok && x.interim(base+in.Src.Mem.Disp)
}

// interim says that an interim response stands at an address, behind which the same
// request goes on (RFC 9110, 15.2): constant bytes that begin like one.
func (p *program) interim(addr int64) bool {
	const begin = "HTTP/1.1 1"
	for i := range int64(len(begin)) {
		b, ok := p.number(addr+i, 1)
		if !ok || byte(b) != begin[i] {
			return false
		}
	}
	return true
}

// maxInterim bounds an interim response without fields, in bytes.
const maxInterim = 64

// isInterim says that write(2) sends an interim response, or what is left of one.
func (e *engine) isInterim(s *state) bool {
	at := s.reg(isa.RSI)
	lo, hi := s.bounds(&at)
	return at.kind == imagePtr && hi-lo < maxInterim && e.interim(lo)
}

// fixed is the value of a register that only one instruction sets, to an address.
func (x *exchanges) fixed(r isa.Reg) (int64, bool) {
	value, found := int64(0), false
	if r == isa.NoReg {
		return 0, true
	}
	for _, in := range x.insts {
		if in.Dst.Kind != isa.RegOperand || in.Dst.Reg != r || in.Op == isa.CMP || in.Op == isa.TEST {
			continue
		}
		if found || in.Op != isa.LEA || in.Src.Mem.Base != isa.NoReg || in.Src.Mem.Index != isa.NoReg {
			return 0, false
		}
		value, found = in.Src.Mem.Disp, true
	}
	return value, found
}
