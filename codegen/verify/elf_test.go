package verify

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
)

// image is an ELF file to be written by hand, fault included.
type image struct {
	header elf.Header64
	progs  []elf.Prog64
	text   []byte
	data   []byte
}

const (
	textAddr = 0x1000 // of a goodImage's instructions
	dataOff  = 0x3000
	dataAddr = dataOff + 0x1000
)

// goodImage returns a static PIE around text that breaks no rule of segments.
func goodImage(text ...byte) *image {
	img := &image{text: text, data: []byte("HTTP/1.1 200 OK\r\n\r\n")}
	ident := [elf.EI_NIDENT]byte{
		0x7f, 'E', 'L', 'F',
		byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT),
	}
	img.header = elf.Header64{
		Ident: ident, Type: uint16(elf.ET_DYN), Machine: uint16(elf.EM_X86_64),
		Version: uint32(elf.EV_CURRENT), Entry: textAddr, Phoff: 64, Ehsize: 64, Phentsize: 56,
	}
	n, d := uint64(len(text)), uint64(len(img.data))
	img.progs = []elf.Prog64{
		{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_X), Filesz: textAddr + n, Memsz: textAddr + n, Align: 0x1000},
		{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R), Off: dataOff, Vaddr: dataAddr, Paddr: dataAddr, Filesz: d, Memsz: d, Align: 0x1000},
		{Type: uint32(elf.PT_GNU_STACK), Flags: uint32(elf.PF_R | elf.PF_W), Align: 16},
	}
	return img
}

// bytes writes the file: header, program headers, text at 0x1000, data at 0x3000.
func (img *image) bytes() []byte { return img.bytesAt(dataOff) }

// bytesAt is bytes with the data at another offset.
func (img *image) bytesAt(data int) []byte {
	img.header.Phnum = uint16(len(img.progs))
	var b bytes.Buffer
	must(binary.Write(&b, binary.LittleEndian, img.header))
	must(binary.Write(&b, binary.LittleEndian, img.progs))
	b.Write(make([]byte, textAddr-b.Len()))
	b.Write(img.text)
	b.Write(make([]byte, data-b.Len()))
	b.Write(img.data)
	return b.Bytes()
}

func must(err error) {
	if err != nil {
		panic("BUG: " + err.Error())
	}
}

// gate writes the image and brings it to the gate, which takes every form of instruction.
func (img *image) gate(promised Set) (*Report, error) {
	b := img.bytes()
	g, err := pass(bytes.NewReader(b), int64(len(b)), promised, nil)
	if err != nil {
		return nil, err
	}
	return g.report, nil
}
