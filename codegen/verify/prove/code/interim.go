package code

import (
	"bytes"

	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// writesInterim says that what is written at a call is an interim response.
func (x *exchanges) writesInterim(addr uint64) bool {
	in, ok := x.setter(addr, isa.RSI)
	n, sized := x.setter(addr, isa.RDX)
	if !ok || in.Op != isa.LEA || in.Src.Mem.Index != isa.NoReg || !sized || n.Op != isa.MOV || n.Src.Kind != isa.ImmOperand {
		return false
	}
	base, ok := x.fixed(in.Src.Mem.Base)
	at := base + in.Src.Mem.Disp
	return ok && x.InterimEnd(at) == at+int64(n.Src.Imm)
}

// MaxInterim bounds an interim response without fields, in bytes.
const MaxInterim = 64

// InterimEnd is where an interim response ends that stands at an address, behind which the
// same request goes on (RFC 9110, 15.2): a status from 100 to 199, but for 101, after which
// another protocol is spoken. It is 0 where none stands there.
func (p *Program) InterimEnd(addr int64) int64 {
	const begin, end = "HTTP/1.1 1", "\r\n\r\n"
	var text []byte
	for len(text) < MaxInterim && !bytes.HasSuffix(text, []byte(end)) {
		b, ok := p.Number(addr+int64(len(text)), 1)
		if !ok {
			return 0
		}
		text = append(text, byte(b))
	}
	if !bytes.HasPrefix(text, []byte(begin)) || bytes.HasPrefix(text, []byte(begin+"01")) || !bytes.HasSuffix(text, []byte(end)) {
		return 0
	}
	return addr + int64(len(text))
}

// fixed is the value of a register that only one instruction sets, to an address.
func (x *exchanges) fixed(r isa.Reg) (int64, bool) {
	value, found := int64(0), false
	if r == isa.NoReg {
		return 0, true
	}
	for _, in := range x.Insts {
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
