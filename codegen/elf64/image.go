package elf64

import (
	"cmp"
	"debug/elf"
	"io/fs"
	"sort"

	"github.com/verbosel/verbosel/codegen/x64"
)

// Sizes in bytes.
const (
	// PageSize is the alignment of segments: the page of x86-64, psABI 3.4.1.
	PageSize = 0x1000
	// EhdrSize and PhdrSize are e_ehsize and e_phentsize of the 64-bit class.
	EhdrSize = 64
	PhdrSize = 56
	// HeaderSize is what stands before the text: the ELF header and the headers of
	// the segments text, data and stack. With a note there is one more.
	HeaderSize = EhdrSize + 3*PhdrSize
)

// The labels that have a meaning to the linker.
const (
	EntryLabel = "_start" // where the kernel enters; every program has it
	DataLabel  = "data"   // the first byte of the data segment; never defined by a program
)

// Image is a linked program: addresses, patched bytes and what is needed to write
// the file. The contents of x64.File fields are read when it is written.
type Image struct {
	Entry    uint64
	Segments []Segment // text, data, stack, and the note if there is one: the program headers, in their order
	Symbols  []Symbol  // every label, by address
	Note     *Note     // nil for none

	addrs map[string]uint64 // of all labels
	text  []byte            // patched
	data  []datum
	tail  []byte // note, symbol table and section headers, or nothing
	table table  // where they are
	size  int64
}

// Segment is a program header.
type Segment struct {
	Name string // text, data, stack or note
	elf.ProgHeader
}

// Symbol is a label and its address. Size is in bytes: of a routine up to the next
// routine, of a datum its fields, of a place in a routine 0.
type Symbol struct {
	Name string
	Addr uint64
	Size uint64
	Kind Kind
}

// Kind says what a label names.
type Kind uint8

// The kinds.
const (
	Routine Kind = iota // a text label with a Doc, and the entry
	Place               // any other text label
	Object              // a data label
)

// Text returns the segment that holds the code.
func (m *Image) Text() Segment { return m.Segments[0] }

// Data returns the segment that holds the data.
func (m *Image) Data() Segment { return m.Segments[1] }

// HeaderSize is the length of the headers in bytes: offset and address of the first
// instruction.
func (m *Image) HeaderSize() int64 { return EhdrSize + PhdrSize*int64(len(m.Segments)) }

// Code returns the patched text, which begins at HeaderSize. The caller must not change it.
func (m *Image) Code() []byte { return m.text }

// Size is the file's length in bytes.
func (m *Image) Size() int64 { return m.size }

// Lookup returns the symbol of that name; DataLabel is not among them.
func (m *Image) Lookup(name string) (Symbol, bool) {
	addr, ok := m.addrs[name]
	if !ok {
		return Symbol{}, false
	}
	i := sort.Search(len(m.Symbols), func(i int) bool { return m.Symbols[i].Addr >= addr })
	for ; i < len(m.Symbols) && m.Symbols[i].Addr == addr; i++ {
		if m.Symbols[i].Name == name {
			return m.Symbols[i], true
		}
	}
	return Symbol{}, false
}

// A datum is an x64.Datum with its place.
type datum struct {
	x64.Datum
	off    int64 // in the file
	size   int64
	fields []field
}

// A field is a part of the data as it is written: bytes, or a range of a file.
type field struct {
	bytes []byte
	words bool // bytes are the linker's own
	file  *x64.File
}

// Padding returns the number of zero bytes in front of the i-th datum.
func (m *Image) Padding(i int) int64 {
	if i == 0 {
		return 0
	}
	before := m.data[i-1]
	return m.data[i].off - (before.off + before.size)
}

// bySymbol orders symbols by address, then by name.
func bySymbol(a, b Symbol) int {
	return cmp.Or(cmp.Compare(a.Addr, b.Addr), cmp.Compare(a.Name, b.Name))
}

// files returns the names of all files that the image reads, with the size that
// each must have: the furthest end of its ranges.
func (m *Image) files() map[string]int64 {
	sizes := map[string]int64{}
	for _, d := range m.data {
		for _, f := range d.fields {
			if f.file != nil {
				sizes[f.file.Name] = max(sizes[f.file.Name], f.file.Off+f.file.Size)
			}
		}
	}
	return sizes
}

// Bytes returns the whole file. It is for small images: an image whose data comes
// from large files is better streamed with Encode.
func (m *Image) Bytes(fsys fs.FS) ([]byte, error) {
	w := &sliceWriter{make([]byte, 0, m.size)}
	if err := m.Encode(w, fsys); err != nil {
		return nil, err
	}
	return w.b, nil
}

type sliceWriter struct{ b []byte }

func (w *sliceWriter) Write(p []byte) (int, error) {
	w.b = append(w.b, p...)
	return len(p), nil
}
