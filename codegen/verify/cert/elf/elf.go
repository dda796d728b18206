// Package elf reads the ELF files that verbosel writes, and no others. A part of what a proof
// trusts, it imports next to nothing.
//
// Each field of the ELF header and of the program headers has one value, or follows from
// the few that differ between servers: where the entry is, how long text and data are, where
// the data begins, whether there is a note and whether there are symbols (System V gABI,
// chapters "ELF Header", "Program Header", "Sections" and "Note Section"):
//
//	text   PT_LOAD R-X  the file from its start, headers included, at address 0
//	data   PT_LOAD R--  what is behind the text, its address 4,096 above its offset
//	stack  PT_GNU_STACK RW-
//	note   PT_NOTE R--  behind the data, not loaded; may be missing
//
// Section headers are there or not; nothing loads them, and their types are those of a symbol
// table, so that nobody takes them for a linker's.
//
// Invariant: the kernel maps text and data of a file that Read accepts as File says, and
// nothing else, at any address: no page twice, none writable, none executable but the text's.
package elf

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Limits, in bytes. The text of ten thousand routes is under 4 KiB. The kernel adds where it
// puts the file to addresses; below 2 GiB the rest fits behind it.
const (
	MaxText = 256 << 10
	MaxAddr = 1 << 31
	maxNote = 16 << 10
)

// Program is a program header. All numbers but flags are in bytes.
type Program struct {
	Type, Flags          uint32
	Off, Vaddr, Paddr    uint64
	Filesz, Memsz, Align uint64
}

// Types and flags of program headers in use.
const (
	Load  = 1
	Note  = 4
	Stack = 0x6474e551 // PT_GNU_STACK: elf(5)

	X, W, R = 1, 2, 4
)

// File is what a file says.
type File struct {
	Entry    uint64    // an address in the text, behind the headers
	Programs []Program // text, data, stack, and the note where there is one
}

// Text is the header of the text.
func (f *File) Text() Program { return f.Programs[0] }

// Data is the header of the data.
func (f *File) Data() Program { return f.Programs[1] }

// Note is the header of the note; false where there is none.
func (f *File) Note() (Program, bool) {
	if len(f.Programs) < 4 {
		return Program{}, false
	}
	return f.Programs[3], true
}

// Error says which field has a value that no server has.
type Error struct {
	Off int64 // of the field, in the file
	Msg string
}

func (e *Error) Error() string { return fmt.Sprintf("at offset %#x: %s", e.Off, e.Msg) }

// Sizes in bytes: e_ehsize, e_phentsize, e_shentsize and of a page.
const (
	headerSize  = 64
	programSize = 56
	sectionSize = 64
	page        = 4096
)

// ident is e_ident: magic, 64 bits, little-endian, version 1, System V ABI, zeros.
const ident = "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// Read reads the headers of a file of size bytes. An *Error says what is wrong with them, any
// other error is one of r.
func Read(r io.ReaderAt, size int64) (*File, error) {
	h, f, err := open(r, size)
	if err == nil && h.err == nil {
		h.programs(f)
	}
	if err == nil && h.err == nil {
		err = h.sections(r, len(f.Programs))
	}
	return f, h.or(err)
}

// ReadNote finds the note of a file of size bytes, and judges no other field but e_ident;
// false where there is none. Its errors are Read's.
func ReadNote(r io.ReaderAt, size int64) (p Program, ok bool, err error) {
	h, f, err := open(r, size)
	if h.err != nil && h.err.Off != 0 {
		h.err = nil
	}
	if err == nil && h.err == nil {
		p, ok = f.Note()
	}
	if ok {
		h.note(f)
	}
	return p, ok, h.or(err)
}

// open reads the headers, and judges the ELF header.
func open(r io.ReaderAt, size int64) (*headers, *File, error) {
	h, f := &headers{size: uint64(size)}, new(File)
	err := h.load(r, 0, min(h.size, headerSize+4*programSize))
	if err != nil || !h.has(headerSize+3*programSize) {
		return h, f, err
	}
	n := h.judge()
	if !h.has(headerSize + n*programSize) {
		return h, f, nil
	}
	f.Entry, f.Programs = h.number(24, 8), make([]Program, n)
	_, err = binary.Decode(h.b[headerSize:], binary.LittleEndian, f.Programs)
	return h, f, err
}

// headers are bytes of a file, and what is wrong with them first.
type headers struct {
	size uint64 // of the file
	base uint64 // offset of bytes
	b    []byte
	err  *Error
}

// or is err, or what is wrong with the headers, or nil.
func (h *headers) or(err error) error {
	if err == nil && h.err != nil {
		return h.err
	}
	return err
}

// load gets n bytes at an offset, which are in the file.
func (h *headers) load(r io.ReaderAt, off, n uint64) error {
	h.base, h.b = off, make([]byte, n)
	if got, err := r.ReadAt(h.b, int64(off)); got < len(h.b) {
		return err
	}
	return nil
}

// has demands that there are n bytes from the file's start on.
func (h *headers) has(n uint64) bool {
	h.demand(h.size >= n, 0, "the file ends at %#x, inside its headers", h.size)
	return h.size >= n
}

// demand notes what is wrong, a field at an offset, unless something was before.
func (h *headers) demand(holds bool, off uint64, format string, args ...any) {
	if !holds && h.err == nil {
		h.err = &Error{int64(off), fmt.Sprintf(format, args...)}
	}
}

// number is a field of 2, 4 or 8 bytes at an offset of the file.
func (h *headers) number(off, size uint64) uint64 {
	b := h.b[off-h.base:]
	switch size {
	case 2:
		return uint64(binary.LittleEndian.Uint16(b))
	case 4:
		return uint64(binary.LittleEndian.Uint32(b))
	}
	return binary.LittleEndian.Uint64(b)
}

// one demands the one value that a field may have.
func (h *headers) one(off, size uint64, name string, want uint64, why string) {
	got := h.number(off, size)
	h.demand(got == want, off, "%s is %#x, not %#x: %s", name, got, want, why)
}

// judge judges the ELF header, whose fields have their offsets from gABI, "ELF Header", and
// gives how many program headers there are.
func (h *headers) judge() uint64 {
	got := string(h.b[:len(ident)])
	h.demand(got == ident, 0, "e_ident is % x: not an ELF file of 64 bits, little-endian, for System V", got)
	h.one(16, 2, "e_type", 3, "a server is position independent (ET_DYN)")
	h.one(18, 2, "e_machine", 62, "a server is for x86-64 (EM_X86_64)")
	h.one(20, 4, "e_version", 1, "there is no other")
	h.one(32, 8, "e_phoff", headerSize, "the program headers are behind the ELF header")
	h.one(48, 4, "e_flags", 0, "x86-64 has none")
	h.one(52, 2, "e_ehsize", headerSize, "the size of the ELF header")
	h.one(54, 2, "e_phentsize", programSize, "the size of a program header")
	n := h.number(56, 2)
	h.demand(n == 3 || n == 4, 56, "e_phnum is %d: a server has program headers for text, data and stack, and may have one for a note", n)
	return min(max(n, 3), 4)
}

// programs judges the program headers.
func (h *headers) programs(f *File) {
	text, data := f.Text(), f.Data()
	h.program(0, "text", Program{Load, R | X, 0, 0, 0, text.Filesz, text.Filesz, page})
	start := headerSize + programSize*uint64(len(f.Programs))
	h.extent(0, "text", text, start+1, MaxText)
	h.demand(start <= f.Entry && f.Entry < text.Filesz, 24, "e_entry is %#x: not in the text, which is from %#x to %#x", f.Entry, start, text.Filesz)
	h.program(1, "data", Program{Load, R, data.Off, data.Off + page, data.Off + page, data.Filesz, data.Filesz, page})
	h.extent(1, "data", data, 1, MaxAddr)
	h.demand(data.Off >= text.Filesz && data.Off <= MaxAddr && data.Vaddr <= MaxAddr-data.Filesz, headerSize+programSize+8,
		"p_offset of the data is %#x: it is not behind the text's end %#x, or the data's end not below %#x", data.Off, text.Filesz, uint64(MaxAddr))
	h.program(2, "stack", Program{Stack, R | W, 0, 0, 0, 0, 0, 16})
	if len(f.Programs) == 4 {
		h.note(f)
	}
}

// note judges the program header of a note.
func (h *headers) note(f *File) {
	data, note := f.Data(), f.Programs[3]
	h.program(3, "note", Program{Note, R, (data.Off + data.Filesz + 3) &^ 3, 0, 0, note.Filesz, 0, 4})
	h.extent(3, "note", note, 1, maxNote)
	h.demand(note.Filesz%4 == 0, headerSize+3*programSize+32, "p_filesz of the note is %#x: no multiple of 4", note.Filesz)
}

// program demands the values of the i-th program header (gABI, "Program Header").
func (h *headers) program(i uint64, name string, want Program) {
	at := headerSize + programSize*i
	h.one(at, 4, "p_type of the "+name, uint64(want.Type), "a server has a PT_LOAD of text and one of data, PT_GNU_STACK, and may have a PT_NOTE, in this order")
	h.one(at+4, 4, "p_flags of the "+name, uint64(want.Flags), "text is R-X, data and note are R--, the stack is RW-")
	h.one(at+8, 8, "p_offset of the "+name, want.Off, "the text begins with the file, a note at the next multiple of 4 behind the data")
	h.one(at+16, 8, "p_vaddr of the "+name, want.Vaddr, "the text is at 0, the data a page above its offset, nothing else has an address")
	h.one(at+24, 8, "p_paddr of the "+name, want.Paddr, "it is p_vaddr")
	h.one(at+32, 8, "p_filesz of the "+name, want.Filesz, "the stack has nothing in the file")
	h.one(at+40, 8, "p_memsz of the "+name, want.Memsz, "in memory is what is in the file, and of a note nothing")
	h.one(at+48, 8, "p_align of the "+name, want.Align, "segments have a page's, the stack 16, a note 4")
}

// extent demands that a part has between least and most bytes, and lies in the file.
func (h *headers) extent(i uint64, name string, p Program, least, most uint64) {
	at := headerSize + programSize*i + 32
	h.demand(least <= p.Filesz && p.Filesz <= most, at, "p_filesz of the %s is %#x: not between %#x and %#x", name, p.Filesz, least, most)
	h.demand(p.Off <= h.size && p.Filesz <= h.size-p.Off, at, "p_filesz of the %s is %#x: it goes past the file's end %#x", name, p.Filesz, h.size)
}

// sections judges the section headers of a file with some program headers: none, or those of a
// symbol table (gABI, "Sections").
func (h *headers) sections(r io.ReaderAt, programs int) error {
	off, n, size, names, want := h.number(40, 8), h.number(60, 2), uint64(sectionSize), uint64(5), uint64(3+programs)
	if off == 0 {
		size, names, want = 0, 0, 0
	}
	h.one(60, 2, "e_shnum", want, "if there are section headers, text, data, symbols and names have some, and a note")
	h.one(58, 2, "e_shentsize", size, "the size of a section header, if there are any")
	h.one(62, 2, "e_shstrndx", names, "the last but a note are the names, if there are any")
	h.demand(off <= h.size && want*size <= h.size-off, 40, "e_shoff is %#x: %d section headers from there go past the file's end %#x", off, n, h.size)
	if h.err != nil {
		return nil
	}
	err := h.load(r, off, n*size)
	for i := uint64(0); err == nil && i < n; i++ {
		h.one(off+i*size+4, 4, "sh_type", types[i], "nothing links a server, and nothing relocates it")
	}
	return err
}

// types are those of sections: nothing, text, data, symbols, two of names, a note.
var types = []uint64{0, 1, 1, 2, 3, 3, 7}
