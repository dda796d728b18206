package elf64

import (
	"debug/elf"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/x64"
)

// Options say what else goes into the file.
type Options struct {
	// Symbols adds section headers and a symbol table, for objdump, nm, gdb and perf.
	Symbols bool
	// Note is what the file says of itself; nil: nothing.
	Note *Note
}

// Link gives the object's labels their addresses, patches its references and
// returns the image. It does not change obj, and shares the bytes of its data, but keeps none
// of the fields that they are in.
//
// It fails where the object is inconsistent: a label is missing, defined twice or
// reserved, a reference does not fit its field, an alignment is no power of two or
// larger than a page. All that is wrong is reported, not only the first. A note fails that
// says something that is not printable, or too much.
func Link(obj *x64.Object, opts Options) (*Image, error) {
	l := &linker{obj: obj, addrs: make(map[string]uint64, len(obj.Labels)+len(obj.Data)+1), header: HeaderSize}
	if opts.Note != nil {
		l.header += PhdrSize
	}
	l.placeText()
	l.placeData()
	l.checkEntry()
	l.fillData()
	l.patchText()
	if len(l.errs) > 0 {
		return nil, fmt.Errorf("linking: %w", errors.Join(l.errs...))
	}
	m := l.image()
	if opts.Note != nil {
		if err := m.addNote(*opts.Note); err != nil {
			return nil, fmt.Errorf("linking: %w", err)
		}
	}
	if opts.Symbols {
		m.addSymbolTable()
	}
	return m, nil
}

// linker is the state of one Link. header is the length of the headers, dataOff the file
// offset of the first datum, end that behind the last one.
type linker struct {
	obj   *x64.Object
	addrs map[string]uint64 // of all labels
	data  []datum

	originOf string // the label that the last offset was from; empty before the first
	origin   uint64 // its address

	header  int64
	dataOff int64
	end     int64
	text    []byte
	errs    []error
}

func (l *linker) errorf(format string, args ...any) {
	l.errs = append(l.errs, fmt.Errorf(format, args...))
}

// define gives name its address.
func (l *linker) define(name string, addr uint64) {
	switch _, defined := l.addrs[name]; {
	case name == "":
		l.errorf("a label at %#x has no name", addr)
	case name == DataLabel:
		l.errorf("the label %q is reserved for the start of the data: choose another name", name)
	case defined:
		l.errorf("the label %q is defined twice", name)
	default:
		l.addrs[name] = addr
	}
}

func (l *linker) placeText() {
	for _, name := range slices.Sorted(maps.Keys(l.obj.Labels)) {
		off := l.obj.Labels[name]
		if off < 0 || off > len(l.obj.Text) {
			l.errorf("the label %q stands at %d, outside the text of %d bytes", name, off, len(l.obj.Text))
			continue
		}
		l.define(name, uint64(l.header)+uint64(off))
	}
}

// placeData lays the data out in the order given. An offset is aligned where its
// address is: they differ by one page, and no alignment is larger than that.
func (l *linker) placeData() {
	off := l.header + int64(len(l.obj.Text))
	l.data = make([]datum, 0, len(l.obj.Data))
	for i, d := range l.obj.Data {
		off = alignUp(off, l.alignment(d))
		if i == 0 {
			l.dataOff = off
		}
		l.define(d.Label, dataAddr(off))
		size := l.sizeOf(d)
		l.data = append(l.data, datum{Datum: d, off: off, size: size})
		off += size
	}
	if len(l.obj.Data) == 0 {
		l.dataOff = off
	}
	l.end = off
	l.addrs[DataLabel] = dataAddr(l.dataOff)
}

func dataAddr(off int64) uint64 { return uint64(off) + PageSize }

// alignment returns a datum's alignment, 1 where it is none.
func (l *linker) alignment(d x64.Datum) int64 {
	if d.Align == 0 {
		return 1
	}
	if d.Align < 0 || d.Align > PageSize || d.Align&(d.Align-1) != 0 {
		l.errorf("the alignment of %q is %d: it must be a power of two up to %d", d.Label, d.Align, PageSize)
		return 1
	}
	return d.Align
}

func alignUp(n, align int64) int64 { return (n + align - 1) &^ (align - 1) }

func (l *linker) checkEntry() {
	if _, ok := l.obj.Labels[EntryLabel]; !ok {
		l.errorf("the text has no label %q: that is where the program starts", EntryLabel)
	}
}

// address returns a label's address, an error where there is no such label.
func (l *linker) address(name, user string) (uint64, bool) {
	addr, ok := l.addrs[name]
	if !ok {
		l.errorf("%s refers to the label %q, which is not defined", user, name)
	}
	return addr, ok
}

func (l *linker) image() *Image {
	m := &Image{
		Entry: l.addrs[EntryLabel],
		text:  l.text,
		data:  l.data,
		size:  l.end,
	}
	m.Segments = l.segments()
	m.Symbols = l.symbols()
	m.addrs = l.addrs
	return m
}

// segments returns the program headers. The stack's has flags only: gABI, and the
// kernel's PT_GNU_STACK, which is not executable where PF_X is absent.
func (l *linker) segments() []Segment {
	textSize := uint64(l.header) + uint64(len(l.text))
	dataSize := uint64(l.end - l.dataOff)
	return []Segment{
		{"text", elf.ProgHeader{
			Type: elf.PT_LOAD, Flags: elf.PF_R | elf.PF_X,
			Filesz: textSize, Memsz: textSize, Align: PageSize,
		}},
		{"data", elf.ProgHeader{
			Type: elf.PT_LOAD, Flags: elf.PF_R,
			Off: uint64(l.dataOff), Vaddr: dataAddr(l.dataOff), Paddr: dataAddr(l.dataOff),
			Filesz: dataSize, Memsz: dataSize, Align: PageSize,
		}},
		{"stack", elf.ProgHeader{
			Type: elf.PT_GNU_STACK, Flags: elf.PF_R | elf.PF_W, Align: 16,
		}},
	}
}
