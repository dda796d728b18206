package elf64

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
)

// table says where the section headers are; the zero table is none.
type table struct {
	off   uint64
	num   uint16
	names uint16 // index of the section that holds the names
}

// headers returns what stands before the text.
func (m *Image) headers() []byte {
	var b bytes.Buffer
	write(&b, m.fileHeader())
	for _, s := range m.Segments {
		write(&b, elf.Prog64{
			Type: uint32(s.Type), Flags: uint32(s.Flags),
			Off: s.Off, Vaddr: s.Vaddr, Paddr: s.Paddr,
			Filesz: s.Filesz, Memsz: s.Memsz, Align: s.Align,
		})
	}
	return b.Bytes()
}

// fileHeader fills the ELF header: gABI, "ELF Header". ET_DYN without an
// interpreter is a static PIE: the kernel loads it at a random address and enters
// it directly.
func (m *Image) fileHeader() elf.Header64 {
	h := elf.Header64{
		Ident:   Ident(),
		Type:    uint16(elf.ET_DYN),
		Machine: uint16(elf.EM_X86_64),
		Version: uint32(elf.EV_CURRENT),
		Entry:   m.Entry,
		Phoff:   EhdrSize,
		Ehsize:  EhdrSize, Phentsize: PhdrSize, Phnum: uint16(len(m.Segments)),
	}
	if m.table.num > 0 {
		h.Shoff, h.Shentsize = m.table.off, shdrSize
		h.Shnum, h.Shstrndx = m.table.num, m.table.names
	}
	return h
}

// Ident is e_ident: magic, 64 bits, little-endian, version 1, System V ABI, padding.
func Ident() [elf.EI_NIDENT]byte {
	return [elf.EI_NIDENT]byte{
		0x7f, 'E', 'L', 'F',
		byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT), byte(elf.ELFOSABI_NONE),
	}
}

// write appends a structure of debug/elf in the file's byte order.
func write(b *bytes.Buffer, v any) {
	if err := binary.Write(b, binary.LittleEndian, v); err != nil {
		panic(fmt.Sprintf("BUG: writing a %T: %v", v, err))
	}
}
