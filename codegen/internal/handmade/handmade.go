// Package handmade writes small ELF files by hand, faults included, for tests of what reads them.
package handmade

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
)

// Image is an ELF file to be written by hand, fault included.
type Image struct {
	Header elf.Header64
	Progs  []elf.Prog64
	Text   []byte
	Data   []byte
}

const (
	TextAddr = 0x1000 // of a Good's instructions
	dataOff  = 0x3000
	DataAddr = dataOff + 0x1000
)

// Good returns a static PIE around text that breaks no rule of segments.
func Good(text ...byte) *Image {
	img := &Image{Text: text, Data: []byte("HTTP/1.1 200 OK\r\n\r\n")}
	ident := [elf.EI_NIDENT]byte{
		0x7f, 'E', 'L', 'F',
		byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT),
	}
	img.Header = elf.Header64{
		Ident: ident, Type: uint16(elf.ET_DYN), Machine: uint16(elf.EM_X86_64),
		Version: uint32(elf.EV_CURRENT), Entry: TextAddr, Phoff: 64, Ehsize: 64, Phentsize: 56,
	}
	n, d := uint64(len(text)), uint64(len(img.Data))
	img.Progs = []elf.Prog64{
		{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_X), Filesz: TextAddr + n, Memsz: TextAddr + n, Align: 0x1000},
		{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R), Off: dataOff, Vaddr: DataAddr, Paddr: DataAddr, Filesz: d, Memsz: d, Align: 0x1000},
		{Type: uint32(elf.PT_GNU_STACK), Flags: uint32(elf.PF_R | elf.PF_W), Align: 16},
	}
	return img
}

// Bytes writes the file: header, program headers, text at 0x1000, data at 0x3000.
func (img *Image) Bytes() []byte { return img.BytesAt(dataOff) }

// BytesAt is Bytes with the data at another offset.
func (img *Image) BytesAt(data int) []byte {
	img.Header.Phnum = uint16(len(img.Progs))
	var b bytes.Buffer
	must(binary.Write(&b, binary.LittleEndian, img.Header))
	must(binary.Write(&b, binary.LittleEndian, img.Progs))
	b.Write(make([]byte, TextAddr-b.Len()))
	b.Write(img.Text)
	b.Write(make([]byte, data-b.Len()))
	b.Write(img.Data)
	return b.Bytes()
}

func must(err error) {
	if err != nil {
		panic("BUG: " + err.Error())
	}
}
