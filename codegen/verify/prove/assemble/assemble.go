package assemble

import (
	"bytes"
	"debug/elf"
	"testing"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/x64"
)

// ELF makes the ELF file of a few instructions, with a table of bytes before data.
func ELF(t testing.TB, items []x64.Item, data ...x64.Datum) []byte {
	t.Helper()
	table := make([]byte, 64)
	for i := range table {
		table[i] = byte(7 * i)
	}
	p := &x64.Program{
		Items: append([]x64.Item{x64.Label{Name: "_start", Doc: []string{""}}}, items...),
		Data:  append([]x64.Datum{{Label: "table", Fields: []x64.Field{x64.Bytes{B: table}}}}, data...),
	}
	o, err := x64.Assemble(p)
	if err != nil {
		t.Fatal(err)
	}
	img, err := elf64.Link(o, elf64.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := img.Bytes(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Image is an ELF file as it lies in memory.
func Image(t testing.TB, b []byte) data.Image {
	t.Helper()
	f, err := elf.NewFile(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	img := data.Image{Entry: f.Entry}
	for _, p := range f.Progs {
		switch {
		case p.Type != elf.PT_LOAD:
		case p.Flags&elf.PF_X != 0:
			img.TextAddr, img.Text = p.Vaddr, make([]byte, p.Filesz)
			if _, err := p.ReadAt(img.Text, 0); err != nil {
				t.Fatal(err)
			}
		default:
			img.Data = append(img.Data, data.Segment{Addr: p.Vaddr, Size: p.Filesz, Bytes: p})
		}
	}
	return img
}
