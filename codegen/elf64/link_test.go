package elf64

import (
	"bytes"
	"debug/elf"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/verbosel/verbosel/codegen/x64"
)

func TestLinkSegments(t *testing.T) {
	m := link(t, hello(), Options{})
	textSize := uint64(HeaderSize + len(hello().Text))
	off := (textSize + 3) &^ 3 // the first datum's alignment
	want := []Segment{
		{"text", elf.ProgHeader{
			Type: elf.PT_LOAD, Flags: elf.PF_R | elf.PF_X,
			Filesz: textSize, Memsz: textSize, Align: 4096,
		}},
		{"data", elf.ProgHeader{
			Type: elf.PT_LOAD, Flags: elf.PF_R, Off: off, Vaddr: off + 4096, Paddr: off + 4096,
			Filesz: 320 - off + 6, Memsz: 320 - off + 6, Align: 4096,
		}},
		{"stack", elf.ProgHeader{Type: elf.PT_GNU_STACK, Flags: elf.PF_R | elf.PF_W, Align: 16}},
	}
	if diff := cmp.Diff(want, m.Segments); diff != "" {
		t.Error(diff)
	}
	if m.Size() != 320+6 {
		t.Errorf("size %d: the file is not dense", m.Size())
	}
}

// The page trick holds only while offset and address agree modulo the page, and no
// page of one segment is a page of the other.
func TestSegmentsShareNoPage(t *testing.T) {
	for _, size := range []int{12, 4096 - HeaderSize - 1, 4096 - HeaderSize, 4096 - HeaderSize + 1, 9000} {
		for _, align := range []int64{0, 1, 16, 4096} {
			obj := exit42()
			obj.Text = append(obj.Text, make([]byte, size-12)...)
			obj.Data[0].Align = align
			m := link(t, obj, Options{})
			text, data := m.Text(), m.Data()
			if data.Off%PageSize != data.Vaddr%PageSize {
				t.Errorf("text %d, align %d: offset %#x, address %#x", size, align, data.Off, data.Vaddr)
			}
			if (text.Vaddr+text.Memsz-1)/PageSize >= data.Vaddr/PageSize {
				t.Errorf("text %d, align %d: text ends at %#x, data begins at %#x",
					size, align, text.Vaddr+text.Memsz, data.Vaddr)
			}
			if align > 0 && data.Vaddr%uint64(align) != 0 {
				t.Errorf("text %d: data at %#x, not aligned to %d", size, data.Vaddr, align)
			}
		}
	}
}

func TestLinkSymbols(t *testing.T) {
	m := link(t, hello(), Options{})
	want := []Symbol{
		{"_start", 232, 14, Routine},
		{"greet", 232 + 14, 22, Routine},
		{"greet_write", 232 + 33, 0, Place},
		{"lengths", 4096 + 268, 8, Object},
		{"greeting", 4096 + 320, 6, Object},
	}
	if diff := cmp.Diff(want, m.Symbols); diff != "" {
		t.Error(diff)
	}
	if m.Entry != 232 {
		t.Errorf("entry %#x", m.Entry)
	}
	if s, ok := m.Lookup("greeting"); !ok || s != want[4] {
		t.Errorf("Lookup(greeting) = %v, %v", s, ok)
	}
	if _, ok := m.Lookup("absent"); ok {
		t.Error("Lookup finds a label that is not there")
	}
	if got := []int64{m.Padding(0), m.Padding(1)}; !cmp.Equal(got, []int64{0, 320 - 276}) {
		t.Errorf("padding %v", got)
	}
}

func TestLinkPatches(t *testing.T) {
	b := encode(t, hello(), Options{})
	// lea at 0xf6, its field at 0xf9 counts from 0xfd to greeting, 0x1140.
	if got := b[0xf9:0xfd]; !bytes.Equal(got, []byte{0x43, 0x10, 0, 0}) {
		t.Errorf("reference % x", got)
	}
	if got := b[268:276]; !bytes.Equal(got, []byte{6, 0, 0, 0, 320 - 268, 0, 0, 0}) {
		t.Errorf("word and offset % x", got)
	}
	if got := b[276:320]; !bytes.Equal(got, make([]byte, 44)) {
		t.Errorf("padding % x", got)
	}
}

func TestLinkReferences(t *testing.T) {
	tests := []struct {
		name string
		ref  x64.Ref
		want int32
	}{
		{"data", x64.Ref{Off: 0, Sym: "data"}, 4096 + 12 - 4},
		{"datum", x64.Ref{Off: 4, Sym: "unused"}, 4096 + 8 - 4},
		{"add", x64.Ref{Off: 0, Sym: "unused", Add: -1}, 4096 + 12 - 5},
		{"text, backward", x64.Ref{Off: 8, Sym: "_start"}, -12},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			obj := exit42()
			obj.Refs = []x64.Ref{tt.ref}
			code := link(t, obj, Options{}).Code()[tt.ref.Off:]
			got := int32(uint32(code[0]) | uint32(code[1])<<8 | uint32(code[2])<<16 | uint32(code[3])<<24)
			if got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

func TestLinkLeavesObjectAlone(t *testing.T) {
	obj := hello()
	encode(t, obj, Options{Symbols: true})
	if diff := cmp.Diff(hello(), obj); diff != "" {
		t.Error(diff)
	}
}

func TestLinkDeterministic(t *testing.T) {
	for _, opts := range []Options{{}, {Symbols: true}} {
		first := encode(t, hello(), opts)
		for range 10 {
			if !bytes.Equal(first, encode(t, hello(), opts)) {
				t.Fatal("equal objects gave different files")
			}
		}
	}
}

func TestLinkWithoutData(t *testing.T) {
	obj := exit42()
	obj.Data = nil
	m := link(t, obj, Options{})
	if got := m.Data().Filesz; got != 0 {
		t.Errorf("an empty data segment has %d bytes", got)
	}
}

func TestLinkErrors(t *testing.T) {
	datum := func(fields ...x64.Field) func(*x64.Object) {
		return func(o *x64.Object) { o.Data = append(o.Data, x64.Datum{Label: "d", Fields: fields}) }
	}
	ref := func(r x64.Ref) func(*x64.Object) {
		return func(o *x64.Object) { o.Refs = append(o.Refs, r) }
	}
	tests := []struct {
		name   string
		change func(*x64.Object)
		want   string
	}{
		{"no entry", func(o *x64.Object) { o.Labels = nil }, `no label "_start"`},
		{"label outside", func(o *x64.Object) { o.Labels["far"] = 13 }, `"far" stands at 13, outside the text of 12 bytes`},
		{"label before", func(o *x64.Object) { o.Labels["far"] = -1 }, `"far" stands at -1, outside`},
		{"twice in data", func(o *x64.Object) { o.Data = append(o.Data, o.Data[0]) }, `"unused" is defined twice`},
		{"in text and data", func(o *x64.Object) { o.Labels["unused"] = 0 }, `"unused" is defined twice`},
		{"reserved", func(o *x64.Object) { o.Data[0].Label = "data" }, `"data" is reserved`},
		{"reserved in text", func(o *x64.Object) { o.Labels["data"] = 0 }, `"data" is reserved`},
		{"no name", func(o *x64.Object) { o.Data[0].Label = "" }, `has no name`},
		{"alignment 3", func(o *x64.Object) { o.Data[0].Align = 3 }, `alignment of "unused" is 3: it must be a power of two`},
		{"alignment -1", func(o *x64.Object) { o.Data[0].Align = -1 }, `alignment of "unused" is -1`},
		{"alignment 8192", func(o *x64.Object) { o.Data[0].Align = 8192 }, `up to 4096`},
		{"word of 3", datum(x64.Word{Size: 3}), `"d" has a word of 3 bytes`},
		{"word of -1", datum(x64.Word{Size: -1}), `"d" has a word of -1 bytes`},
		{"word of 9", datum(x64.Word{Size: 9}), `"d" has a word of 9 bytes`},
		{"word too wide", datum(x64.Word{Size: 2, Value: 1 << 16}), `"d" has the value 0x10000 in a word of 2`},
		{"negative range", datum(x64.File{Name: "f", Size: -1}), `"d" takes -1 bytes at 0 of the file "f"`},
		{"negative offset", datum(x64.File{Name: "f", Off: -1}), `"d" takes 0 bytes at -1 of the file "f"`},
		{"huge range", datum(x64.File{Name: "f", Size: math.MaxInt64}), `that is no range`},
		{"too much", datum(
			x64.File{Name: "f", Size: 1 << 60}, x64.File{Name: "f", Size: 1 << 60}), `larger than an address space`},
		{"offset to nothing", datum(x64.Offset{To: "x", From: "data"}), `an offset in "d" refers to the label "x"`},
		{"offset from nothing", datum(x64.Offset{To: "d", From: "x"}), `an offset in "d" refers to the label "x"`},
		{"offset to text", datum(x64.Offset{To: "_start", From: "data"}), `"_start", which is a label in the text`},
		{"offset below 0", datum(x64.Offset{To: "unused", From: "d"}), `unused - d+0, is -6: it must be between`},
		{"offset too far", datum(x64.Offset{To: "d", From: "d", Add: 1 << 32}), `is 4294967296: it must be between`},
		{"reference outside", ref(x64.Ref{Off: 9, Sym: "data"}), `reference to "data" stands at 9, outside the text`},
		{"reference before", ref(x64.Ref{Off: -1, Sym: "data"}), `reference to "data" stands at -1`},
		{"reference to nothing", ref(x64.Ref{Sym: "x"}), `the text at 0xe8 refers to the label "x"`},
		{"reference too far", ref(x64.Ref{Sym: "data", Add: 1 << 31}), `reaches 2 GiB`},
		{"reference too far back", ref(x64.Ref{Sym: "data", Add: -1<<31 - 5000}), `reaches 2 GiB`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			obj := exit42()
			tt.change(obj)
			_, err := Link(obj, Options{})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestLinkReportsAll(t *testing.T) {
	obj := exit42()
	obj.Labels = nil
	obj.Data[0].Align = 3
	_, err := Link(obj, Options{})
	for _, want := range []string{"_start", "power of two"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: no %q in it", err, want)
		}
	}
}
