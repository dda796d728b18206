package dynamic

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// pageSize is what the kernel maps at least, in bytes.
const pageSize = 4096

// Loads says what is wrong with the memory that the kernel makes of a file. It reads
// the headers by itself, as Linux does (fs/binfmt_elf.c), and not as debug/elf: what
// the kernel ignores is ignored. An error is a *isa.Fault of the rule segments, or says
// why the kernel would not execute the file.
func Loads(file []byte) error {
	var h elf.Header64
	if _, err := binary.Decode(file, binary.LittleEndian, &h); err != nil {
		return err
	}
	isProgram := h.Type == uint16(elf.ET_DYN) || h.Type == uint16(elf.ET_EXEC)
	if !bytes.HasPrefix(file, []byte(elf.ELFMAG)) || !isProgram || h.Machine != uint16(elf.EM_X86_64) || h.Phentsize != 56 || h.Phnum == 0 {
		return fmt.Errorf("the kernel does not execute this: type %d, machine %d, %d headers of %d bytes", h.Type, h.Machine, h.Phnum, h.Phentsize)
	}
	if h.Phoff > uint64(len(file)) {
		return fmt.Errorf("the program headers are not in the file")
	}
	progs := make([]elf.Prog64, h.Phnum)
	if _, err := binary.Decode(file[h.Phoff:], binary.LittleEndian, progs); err != nil {
		return fmt.Errorf("the program headers are not in the file: %w", err)
	}
	return mapped(progs, h.Entry, uint64(len(file)))
}

// mapped judges the program headers of a file of size bytes.
func mapped(progs []elf.Prog64, entry, size uint64) error {
	var end uint64 // of the pages that are mapped
	var entered, stack bool
	for _, p := range progs {
		switch elf.ProgType(p.Type) {
		case elf.PT_INTERP, elf.PT_DYNAMIC:
			return segmentFault(p.Vaddr, "a program header %s", elf.ProgType(p.Type))
		case elf.PT_GNU_STACK:
			if stack = p.Flags&uint32(elf.PF_X) == 0; !stack {
				return segmentFault(0, "the stack is executable")
			}
		case elf.PT_LOAD:
			if err := loaded(p, size, end); err != nil {
				return err
			}
			end = (p.Vaddr + p.Memsz + pageSize - 1) &^ (pageSize - 1)
			entered = entered || p.Flags&uint32(elf.PF_X) != 0 && entry >= p.Vaddr && entry-p.Vaddr < p.Filesz
		}
	}
	if !stack || !entered {
		return segmentFault(entry, "no stack that is not executable, or an entry that is not executable")
	}
	return nil
}

// loaded judges a segment; end is where the ones before it end.
func loaded(p elf.Prog64, size, end uint64) error {
	const userEnd = 1 << 47
	switch flags := elf.ProgFlag(p.Flags); {
	case flags&elf.PF_W != 0:
		return segmentFault(p.Vaddr, "a writable segment")
	case flags&elf.PF_R == 0:
		return segmentFault(p.Vaddr, "a segment that cannot be read")
	case p.Off%pageSize != p.Vaddr%pageSize:
		return fmt.Errorf("the segment at %#x cannot be mapped from offset %#x", p.Vaddr, p.Off)
	case p.Vaddr >= userEnd || p.Memsz >= userEnd-p.Vaddr:
		return fmt.Errorf("the segment at %#x is not in user memory", p.Vaddr)
	case p.Filesz != p.Memsz || p.Off > size || p.Filesz > size-p.Off:
		return segmentFault(p.Vaddr, "%d bytes from offset %#x of a file of %d, %d in memory", p.Filesz, p.Off, size, p.Memsz)
	case p.Vaddr&^(pageSize-1) < end:
		return segmentFault(p.Vaddr, "a page is mapped twice, or segments are out of order")
	}
	return nil
}

func segmentFault(addr uint64, format string, args ...any) *isa.Fault {
	return &isa.Fault{Rule: rules.Segments, Addr: addr, Msg: fmt.Sprintf(format, args...)}
}
