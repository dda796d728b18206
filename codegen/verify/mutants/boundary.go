package mutants

import (
	"encoding/binary"
	"fmt"

	"github.com/verbosel/verbosel/codegen/verify/dynamic"
	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// boundary is the place where a connection begins its next request. There everything on
// the stack is forgotten but what connections may keep: their variables, what was read
// and not parsed, and responses that wait to be written. So a server that looks back at
// an earlier request reads what was not written: that is rule isolation, observed.
//
// The place and the frame are those of the sound server, which says at the label what is
// where: rbp at the buffer, above the variables; r8 the cursor and r14 the end in it.
type boundary struct {
	addr         uint64 // of the label
	top          uint64 // where the frame ends: rsp at the entry
	output       int64  // from rbp: where responses wait
	outputLength int64  // from rbp: the variable with their length
}

// slack is how many constant bytes stand behind what was read.
const slack = 16

// newBoundary reads the frame's layout out of the routine flush, which begins with
//
//	mov edx, [rbp+outputLength]; test edx, edx; jz ...; lea rsi, [rbp+output]
//
// The labels are those of the sound server.
func newBoundary(p *program, request, flush uint64) (*boundary, error) {
	b := &boundary{addr: request}
	i := p.at(p.start + int(flush-p.base))
	if i < 0 || i+3 >= len(p.insts) {
		return nil, fmt.Errorf("there is no code at %#x", flush)
	}
	length, output := p.insts[i].Inst, p.insts[i+3].Inst
	if length.Op != isa.MOV || length.Src.Mem.Base != isa.RBP || output.Op != isa.LEA || output.Src.Mem.Base != isa.RBP {
		return nil, fmt.Errorf("the routine at %#x does not begin as flush does", flush)
	}
	b.outputLength, b.output = length.Src.Mem.Disp, output.Src.Mem.Disp
	return b, nil
}

// forget drops what a new request has no right to, when a machine comes to the place.
func (b *boundary) forget(m *isa.Machine) {
	rbp := m.Regs[isa.RBP]
	if m.PC != b.addr+dynamic.Bias || rbp < m.Regs[isa.RSP] || rbp > b.top {
		return // another place, or not the frame that is known
	}
	size := int64(b.top - rbp)
	at := int64(0)
	for _, keep := range b.kept(m) {
		b.drop(m, at, min(keep.from, size))
		at = max(at, keep.to)
	}
	b.drop(m, at, size)
}

// extent is a range of the frame, in bytes from rbp.
type extent struct{ from, to int64 }

// kept is the unparsed rest with the zeros behind it, and responses that wait.
func (b *boundary) kept(m *isa.Machine) []extent {
	cursor, end := int64(uint32(m.Regs[isa.R8])), int64(uint32(m.Regs[isa.R14]))
	if end > 0 {
		end += slack
	}
	return []extent{{cursor, end}, {b.output, b.output + b.waiting(m)}}
}

// drop marks bytes of the frame as not written.
func (b *boundary) drop(m *isa.Machine, from, to int64) {
	if from < to {
		m.Written(m.Regs[isa.RBP]+uint64(from), uint64(to-from), false)
	}
}

// waiting is how many bytes of responses wait.
func (b *boundary) waiting(m *isa.Machine) int64 {
	v, fault := m.Readable(m.Regs[isa.RBP]+uint64(b.outputLength), 4)
	if fault != nil {
		return 0
	}
	return int64(binary.LittleEndian.Uint32(v))
}
