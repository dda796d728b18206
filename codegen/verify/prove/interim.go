package prove

import (
	"bytes"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
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
	return ok && x.interimEnd(at) == at+int64(n.Src.Imm)
}

// maxInterim bounds an interim response without fields, in bytes.
const maxInterim = 64

// interimEnd is where an interim response ends that stands at an address, behind which the
// same request goes on (RFC 9110, 15.2): a status from 100 to 199, but for 101, after which
// another protocol is spoken. It is 0 where none stands there.
func (p *program) interimEnd(addr int64) int64 {
	const begin, end = "HTTP/1.1 1", "\r\n\r\n"
	var text []byte
	for len(text) < maxInterim && !bytes.HasSuffix(text, []byte(end)) {
		b, ok := p.number(addr+int64(len(text)), 1)
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

// isInterim says that write(2) sends an interim response, or what is left of one.
func (e *process) isInterim(s *state) bool {
	at := s.reg(isa.RSI)
	lo, hi := s.bounds(&at)
	if !at.Is(meaning.Image) || hi-lo >= maxInterim {
		return false
	}
	end, ok := at.lin.Plus(zone.Of(regVar(isa.RDX)), 1)
	return ok && s.vals[regVar(isa.RDX)].Is(meaning.Number) && s.zone.MaxDeep(end) <= e.interimEnd(lo)
}

// isWaiting says that write(2) sends nothing but responses that waited when this request
// began.
func (e *process) isWaiting(s *state) bool {
	at := s.reg(isa.RSI)
	end, ok := at.lin.Plus(zone.Of(regVar(isa.RDX)), 1)
	return ok && at.Is(meaning.Stack) && s.vals[regVar(isa.RDX)].Is(meaning.Number) &&
		common(s.own, []span{{s.zone.Min(at.lin), s.zone.Max(end)}}) == nil
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
