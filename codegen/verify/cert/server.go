package cert

import (
	"encoding/binary"
	"io"

	"github.com/verbosel/verbosel/codegen/verify/cert/elf"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// server is an ELF file as it lies in memory, its addresses those in the file.
type server struct {
	entry    uint64
	textAddr uint64
	text     []byte
	dataAddr int64
	data     []byte
	decoded  []*x86.Inst // by offset in the text
	claimed  []bool      // bytes of the text that belong to an instruction that was decoded
}

func load(r io.ReaderAt, size int64) (*server, error) {
	f, err := elf.Read(r, size)
	if err != nil {
		return nil, err
	}
	text, data := f.Text(), f.Data()
	s := &server{
		entry: f.Entry, textAddr: text.Vaddr, text: make([]byte, text.Filesz), dataAddr: int64(data.Vaddr), data: make([]byte, data.Filesz),
		decoded: make([]*x86.Inst, text.Filesz), claimed: make([]bool, text.Filesz),
	}
	if _, err := r.ReadAt(s.text, int64(text.Off)); err != nil {
		return nil, err
	}
	if _, err := r.ReadAt(s.data, int64(data.Off)); err != nil && err != io.EOF {
		return nil, err
	}
	return s, nil
}

// at is the instruction at an address. No byte belongs to two of them.
func (s *server) at(addr uint64) *x86.Inst {
	if !s.isText(addr) {
		refuse(rules.Decode, addr, "execution leaves the text")
	}
	off := addr - s.textAddr
	if in := s.decoded[off]; in != nil {
		return in
	}
	in, err := x86.Decode(s.text[off:], addr)
	if err != nil {
		refuse(rules.Decode, addr, "%v", err)
	}
	for i := range uint64(in.Len) {
		if s.claimed[off+i] {
			refuse(rules.Decode, addr, "the instruction overlaps another one")
		}
		s.claimed[off+i] = true
	}
	s.decoded[off] = &in
	return &in
}

func (s *server) isText(addr uint64) bool {
	return addr >= s.textAddr && addr-s.textAddr < uint64(len(s.text))
}

// number is the little-endian number of width bytes at an address of the data.
func (s *server) number(addr int64, width uint8) (uint64, bool) {
	if addr < s.dataAddr || addr-s.dataAddr > int64(len(s.data))-int64(width) {
		return 0, false
	}
	var b [8]byte
	copy(b[:], s.data[addr-s.dataAddr:][:width])
	return binary.LittleEndian.Uint64(b[:]), true
}
