package listing

import (
	"bytes"
	"cmp"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"slices"
)

// maxText bounds how much code is disassembled, in bytes: the listing takes about a
// hundred times as much memory.
const maxText = 4 << 20

// program is what a disassembly needs of an ELF file.
type program struct {
	file    *elf.File
	reader  io.ReaderAt
	code    []byte // of the executable segment, behind the headers
	base    uint64 // its address
	symbols []elf.Symbol
}

// readProgram reads an ELF file's executable segment and symbols.
func readProgram(r io.ReaderAt, size int64) (*program, error) {
	r = io.NewSectionReader(r, 0, size) // nothing behind the end, whatever a header says
	f, err := elf.NewFile(r)
	if err != nil {
		return nil, fmt.Errorf("not an ELF file: %w", err)
	}
	if f.Class != elf.ELFCLASS64 || f.Machine != elf.EM_X86_64 {
		return nil, fmt.Errorf("the program is for %v, %v: only x86-64 is disassembled", f.Machine, f.Class)
	}
	p := &program{file: f, reader: r}
	if err := p.readCode(); err != nil {
		return nil, err
	}
	p.readSymbols()
	return p, nil
}

// readCode reads the segment that holds the entry.
func (p *program) readCode() error {
	for _, s := range p.file.Progs {
		if s.Type != elf.PT_LOAD || s.Flags&elf.PF_X == 0 || p.file.Entry-s.Vaddr >= s.Filesz {
			continue
		}
		skip := p.headerSize(s)
		if s.Filesz-skip > maxText {
			return fmt.Errorf("the program has %d bytes of code: up to %d are disassembled, try objdump -d", s.Filesz-skip, maxText)
		}
		p.code = make([]byte, s.Filesz-skip)
		p.base = s.Vaddr + skip
		n, err := p.reader.ReadAt(p.code, int64(s.Off+skip))
		if n < len(p.code) {
			return fmt.Errorf("the code is cut off after %d bytes of %d: %w", n, len(p.code), err)
		}
		return nil
	}
	return errors.New("the program has no executable segment with the entry in it")
}

// headerSize is the number of bytes of a segment that are ELF and program headers.
func (p *program) headerSize(s *elf.Prog) uint64 {
	if s.Off != 0 {
		return 0
	}
	const ehdr, phdr = 64, 56
	size := uint64(ehdr + phdr*len(p.file.Progs))
	return min(size, p.file.Entry-s.Vaddr)
}

// readSymbols reads the labels, if there are any, by address.
func (p *program) readSymbols() {
	symbols, err := p.file.Symbols()
	if err != nil { // none, or broken: the code is the same without
		return
	}
	for _, s := range symbols {
		if s.Name != "" && s.Section != elf.SHN_UNDEF && s.Section < elf.SHN_LORESERVE {
			p.symbols = append(p.symbols, s)
		}
	}
	slices.SortStableFunc(p.symbols, func(a, b elf.Symbol) int { return cmp.Compare(a.Value, b.Value) })
}

// peek reads up to n bytes at an address, of what the file gives to it.
func (p *program) peek(addr uint64, n int) []byte {
	for _, s := range p.file.Progs {
		if s.Type != elf.PT_LOAD || addr-s.Vaddr >= s.Filesz {
			continue
		}
		b := make([]byte, min(uint64(n), s.Filesz-(addr-s.Vaddr)))
		got, _ := p.reader.ReadAt(b, int64(s.Off+(addr-s.Vaddr))) // what is there will do
		return b[:max(got, 0)]
	}
	return nil
}

// preview is the beginning of text in the data, for a comment; empty where it is none.
func (p *program) preview(addr uint64) string {
	const most, least = 32, 4
	b := p.peek(addr, most)
	end := bytes.IndexFunc(b, func(r rune) bool { return r < ' ' || r > '~' })
	if end < 0 {
		end = len(b)
	}
	if end < least {
		return ""
	}
	return `"` + string(b[:end]) + `"`
}
