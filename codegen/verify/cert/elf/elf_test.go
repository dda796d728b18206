package elf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/x64"
)

// link makes a file of text and data as the compiler does.
func link(t testing.TB, opts elf64.Options) []byte {
	t.Helper()
	obj, err := x64.Assemble(&x64.Program{
		Items: []x64.Item{x64.Label{Name: elf64.EntryLabel}, x64.Inst{Op: x64.NOP}, x64.Inst{Op: x64.RET}},
		Data:  []x64.Datum{{Label: "text", Fields: []x64.Field{x64.Bytes{B: []byte("Hello")}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	m, err := elf64.Link(obj, opts)
	if err != nil {
		t.Fatal(err)
	}
	b, err := m.Bytes(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// kinds are the files that the compiler makes.
func kinds(t testing.TB) map[string][]byte {
	note := &elf64.Note{Compiler: "v1.2.3", Listen: ":8080"}
	return map[string][]byte{
		"plain": link(t, elf64.Options{}), "note": link(t, elf64.Options{Note: note}),
		"symbols": link(t, elf64.Options{Symbols: true}), "both": link(t, elf64.Options{Symbols: true, Note: note}),
	}
}

func read(b []byte) (*File, error) { return Read(bytes.NewReader(b), int64(len(b))) }

func TestRead(t *testing.T) {
	for name, b := range kinds(t) {
		f, err := read(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		text, data := f.Text(), f.Data()
		note, ok := f.Note()
		if ok != strings.Contains("note both", name) || ok && !bytes.HasPrefix(b[note.Off+12:], []byte("verbosel\x00")) {
			t.Errorf("%s: the note is %+v, %v", name, note, ok)
		}
		if string(b[data.Off:][:data.Filesz]) != "Hello" || b[f.Entry] != 0x90 || text.Filesz != f.Entry+2 || data.Vaddr != data.Off+0x1000 {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// field is a field of a header: its offset and size.
type field struct{ off, size int }

// fields are those of the ELF header and of n program headers, none left out.
func fields(n int) []field {
	list := []field{{0, 8}, {8, 8}, {16, 2}, {18, 2}, {20, 4}, {24, 8}, {32, 8}, {40, 8}, {48, 4}, {52, 2}, {54, 2}, {56, 2}, {58, 2}, {60, 2}, {62, 2}}
	for i := range n {
		at := 64 + 56*i
		list = append(list, field{at, 4}, field{at + 4, 4})
		for off := 8; off < 56; off += 8 {
			list = append(list, field{at + off, 8})
		}
	}
	return list
}

// TestEachField gives each field other values: what is accepted all the same is another entry in
// the text, a note left out, whose header is bytes in front of the code then, or a note of another
// length, which who reads it finds out; and what is refused is so with the place of a field that is wrong then.
func TestEachField(t *testing.T) {
	random := rand.New(rand.NewPCG(testtool.Seed(t), 1))
	for name, b := range kinds(t) {
		good, err := read(b)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range fields(len(good.Programs)) {
			old := append(bytes.Clone(b[f.off:f.off+f.size]), make([]byte, 8)...)
			v := binary.LittleEndian.Uint64(old[:8])
			for _, other := range append(values(v, f.size), random.Uint64(), random.Uint64()) {
				changed := bytes.Clone(b)
				copy(changed[f.off:f.off+f.size], binary.LittleEndian.AppendUint64(nil, other))
				if bytes.Equal(changed, b) {
					continue
				}
				judge(t, name, f, good, changed)
			}
		}
	}
}

// values are others than v, one bit away and more.
func values(v uint64, size int) []uint64 {
	list := []uint64{0, v + 1, v - 1, v + 4096, v - 4096, ^v, -v, 1 << 47, 1<<63 - 1}
	for bit := range 8 * size {
		list = append(list, v^1<<bit)
	}
	return list
}

func judge(t *testing.T, name string, f field, good *File, changed []byte) {
	t.Helper()
	got, err := read(changed)
	var wrong *Error
	if err == nil {
		start := 64 + 56*uint64(len(good.Programs))
		note, _ := got.Note()
		if name == "note" && f.off == 56 && len(got.Programs) == 3 || f.off == 64+3*56+32 && note.Filesz%4 == 0 {
			return
		}
		if f.off != 24 || got.Entry < start || got.Entry >= good.Text().Filesz {
			t.Fatalf("%s: %d bytes at %#x are % x: accepted", name, f.size, f.off, changed[f.off:f.off+f.size])
		}
		return
	}
	if !errors.As(err, &wrong) {
		t.Fatalf("%s: at %#x: %v", name, f.off, err)
	}
	same := wrong.Off == int64(f.off) || f.off == 8 && wrong.Off == 0
	switch part := (f.off - 64) % 56; {
	case f.off == 40, f.off == 56: // where section headers are, how many program headers: others are wrong then
		same = true
	case f.off >= 64 && (part == 32 || part == 8): // a size goes with that in memory, an offset with the address
		same = same || wrong.Off > int64(f.off) && strings.Contains(err.Error(), "p_") || wrong.Off == 24
	}
	if !same {
		t.Errorf("%s: %d bytes at %#x are % x: %v", name, f.size, f.off, changed[f.off:f.off+f.size], err)
	}
}

// TestSections: a section of a linker's is refused.
func TestSections(t *testing.T) {
	for _, name := range []string{"symbols", "both"} {
		b := kinds(t)[name]
		off := binary.LittleEndian.Uint64(b[40:])
		for i := range binary.LittleEndian.Uint16(b[60:]) {
			at := off + 64*uint64(i) + 4
			for _, other := range []byte{4, 6, 9, 14} { // SHT_RELA, SHT_DYNAMIC, SHT_REL, SHT_INIT_ARRAY
				changed := bytes.Clone(b)
				changed[at] = other
				var wrong *Error
				if _, err := read(changed); !errors.As(err, &wrong) || wrong.Off != int64(at) || !strings.Contains(wrong.Msg, "sh_type") {
					t.Errorf("%s: section %d of type %d: %v", name, i, other, err)
				}
			}
		}
	}
}

// TestCutOff: a file that ends early is refused, wherever it ends, and none is read past its end.
func TestCutOff(t *testing.T) {
	for name, b := range kinds(t) {
		for n := range len(b) {
			_, err := read(b[:n])
			var wrong *Error
			if !errors.As(err, &wrong) {
				t.Errorf("%s: cut off after %d of %d bytes: %v", name, n, len(b), err)
			}
			if _, _, err := ReadNote(bytes.NewReader(b[:n]), int64(n)); err != nil && !errors.As(err, &wrong) {
				t.Errorf("%s: the note, cut off after %d of %d bytes: %v", name, n, len(b), err)
			}
		}
	}
}

// TestUnreadable: an error of the reader is its own.
func TestUnreadable(t *testing.T) {
	b := kinds(t)["both"]
	for _, n := range []int{0, 100, 64 + 3*56, 64 + 4*56, len(b) - 1} {
		if _, err := Read(bytes.NewReader(b[:n]), int64(len(b))); !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("with %d bytes of %d: %v", n, len(b), err)
		}
	}
}

// TestReadNote: of another field than the note's, only what makes it no ELF file is an error.
func TestReadNote(t *testing.T) {
	b := kinds(t)["note"]
	want, _, err := ReadNote(bytes.NewReader(b), int64(len(b)))
	if err != nil || want.Filesz == 0 {
		t.Fatalf("%+v, %v", want, err)
	}
	for off, ok := range map[int]bool{0: false, 18: true, 24: true, 64: true, 64 + 3*56: false, 64 + 3*56 + 4: false} {
		changed := bytes.Clone(b)
		changed[off] ^= 2
		if p, found, err := ReadNote(bytes.NewReader(changed), int64(len(b))); ok != (err == nil) || found != (p.Filesz > 0) {
			t.Errorf("with another byte at %#x: %+v, %v, %v", off, p, found, err)
		}
	}
	plain := kinds(t)["plain"]
	if _, found, err := ReadNote(bytes.NewReader(plain), int64(len(plain))); found || err != nil {
		t.Errorf("of a file without a note: %v, %v", found, err)
	}
}

// FuzzRead: whatever a file says, there is one answer, and a file that is accepted lies in
// memory as the invariant says.
func FuzzRead(f *testing.F) {
	for _, b := range kinds(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _, _ = ReadNote(bytes.NewReader(b), int64(len(b)))
		file, err := read(b)
		if err != nil {
			return
		}
		text, data := file.Text(), file.Data()
		switch end := uint64(len(b)); {
		case text.Filesz > end || data.Filesz > end || data.Off > end-data.Filesz:
			t.Errorf("past the end: %+v", file)
		case (text.Filesz+page-1)/page > data.Vaddr/page || data.Vaddr%page != data.Off%page || data.Vaddr+data.Filesz > MaxAddr:
			t.Errorf("a page twice, misaligned, or too far: %+v", file)
		case file.Entry >= text.Filesz || text.Flags&W != 0 || data.Flags&(W|X) != 0:
			t.Errorf("%+v", file)
		}
	})
}
