package mutants

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// program is a server's file with what can be changed in it.
type program struct {
	file  []byte
	base  uint64 // address of the first byte of text
	start int    // offset of it in the file
	text  []byte
	insts []inst // by address
	data  []span
	note  span // nothing where there is none
	progs int  // program headers
}

// span is a range of the file, in bytes.
type span struct{ off, len int }

// inst is an instruction at an offset of the file.
type inst struct {
	off  int
	code []byte
	enc  encoding
	isa.Inst

	argument, number bool // it is among those in front of a system call; it sets eax for it
}

// parse reads a server. Handlers are addresses of code that only signals reach.
func parse(file []byte, handlers []uint64) (*program, error) {
	f, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	p := &program{file: file, progs: len(f.Progs)}
	for _, seg := range f.Progs {
		switch {
		case seg.Type == elf.PT_NOTE:
			p.note = span{int(seg.Off), int(seg.Filesz)}
		case seg.Type != elf.PT_LOAD:
		case seg.Flags&elf.PF_X != 0:
			p.base, p.start, p.text = seg.Vaddr, int(seg.Off), file[seg.Off:seg.Off+seg.Filesz]
		default:
			p.data = append(p.data, span{int(seg.Off), int(seg.Filesz)})
		}
	}
	if err := p.walk(append([]uint64{f.Entry}, handlers...)); err != nil {
		return nil, err
	}
	p.markCalls()
	return p, nil
}

// walk finds the instructions that can be reached from some addresses.
func (p *program) walk(todo []uint64) error {
	seen := map[uint64]bool{}
	for len(todo) > 0 {
		addr := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[addr] {
			continue
		}
		seen[addr] = true
		if addr-p.base >= uint64(len(p.text)) {
			return fmt.Errorf("execution goes to %#x, outside the text", addr)
		}
		in, err := isa.Decode(p.text[addr-p.base:], addr)
		if err != nil {
			return err
		}
		todo = append(todo, p.add(in)...)
	}
	slices.SortFunc(p.insts, func(a, b inst) int { return a.off - b.off })
	return nil
}

// add keeps an instruction, and returns where execution goes behind it.
func (p *program) add(in isa.Inst) (next []uint64) {
	off := int(in.Addr - p.base)
	code := p.text[off : off+int(in.Len)]
	p.insts = append(p.insts, inst{off: p.start + off, code: code, enc: split(code), Inst: in})
	switch in.Op {
	case isa.RET, isa.UD2:
		return nil
	case isa.JMP:
		return []uint64{in.Target}
	case isa.JCC, isa.CALL:
		return []uint64{in.Target, in.Next()}
	case isa.SYSCALL:
		if p.exits(off) {
			return nil
		}
	}
	return []uint64{in.Next()}
}

// exits reports whether the syscall at an offset of the text is exit: mov eax, 60 stands
// in front of it.
func (p *program) exits(off int) bool {
	const exit = 60
	return off >= 5 && p.text[off-5] == 0xb8 && binary.LittleEndian.Uint32(p.text[off-4:]) == exit
}

// near is how many instructions in front of a system call may set its arguments.
const near = 8

// markCalls finds the instructions that prepare system calls.
func (p *program) markCalls() {
	for i := range p.insts {
		if p.insts[i].Op != isa.SYSCALL {
			continue
		}
		for j := i - 1; j >= max(0, i-near) && p.insts[j].Next() == p.insts[j+1].Addr; j-- {
			in := &p.insts[j]
			in.argument = true
			in.number = in.number || j == i-1 && in.Dst.Kind == isa.RegOperand && in.Dst.Reg == isa.RAX
		}
	}
}

// patch replaces bytes of a file.
type patch struct {
	off   int
	bytes []byte
}

// apply makes the mutant.
func (p *program) apply(c patch) []byte {
	out := slices.Clone(p.file)
	copy(out[c.off:], c.bytes)
	return out
}

// at is the index of the instruction whose bytes hold an offset of the file, or that
// begins at it; -1 where there is none.
func (p *program) at(off int) int {
	i, found := slices.BinarySearchFunc(p.insts, off, func(in inst, off int) int { return in.off - off })
	if !found {
		i--
	}
	if i < 0 || off >= p.insts[i].off+len(p.insts[i].code) {
		return -1
	}
	return i
}
