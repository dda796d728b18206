package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// Whatever byte of a server is another one, it is found, and said what it belongs to.
func TestDifference(t *testing.T) {
	r := emitted.Build(t, assetsSite()).Result
	var elf bytes.Buffer
	if err := r.WriteELF(&elf); err != nil {
		t.Fatal(err)
	}
	if d, err := r.Compare(bytes.NewReader(elf.Bytes()), r.Size()); d != nil || err != nil {
		t.Fatalf("the same: %+v, %v", d, err)
	}
	for _, c := range differences(t, r) {
		other := bytes.Clone(elf.Bytes())
		other[c.off] ^= 0xff
		d, err := r.Compare(bytes.NewReader(other), r.Size())
		if err != nil || d == nil || d.Offset != c.off || d.Place != c.want {
			t.Errorf("byte %d: %+v, %v; want it in %q", c.off, d, err, c.want)
			continue
		}
		if !strings.HasPrefix(d.Made, fmt.Sprintf("%02x", elf.Bytes()[c.off])) || !strings.HasPrefix(d.Given, fmt.Sprintf("%02x", other[c.off])) {
			t.Errorf("byte %d: %+v", c.off, d)
		}
	}
	longer := append(bytes.Clone(elf.Bytes()), 1)
	for _, other := range [][]byte{longer, elf.Bytes()[:elf.Len()-1]} {
		d, err := r.Compare(bytes.NewReader(other), int64(len(other)))
		if err != nil || d == nil || d.Offset != int64(min(len(other), elf.Len())) {
			t.Errorf("%d bytes for %d: %+v, %v", len(other), elf.Len(), d, err)
		}
	}
}

type place struct {
	off  int64
	want string
}

// differences are bytes of each kind.
func differences(t *testing.T, r *codegen.Result) []place {
	t.Helper()
	loop, ok := r.Image.Lookup("accept_loop")
	if !ok {
		t.Fatal("no accept_loop")
	}
	list := []place{
		{0, "the ELF header"},
		{elf64.EhdrSize + elf64.PhdrSize, "the program header of the segment data"},
		{int64(loop.Addr), "the segment text, accept_loop"},
		{int64(loop.Addr) + 1, "the segment text, accept_loop+1"},
	}
	assets, err := r.Assets()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range assets {
		if a.Name != "d/large.txt" {
			continue
		}
		at := a.Ranges[0].Offset + 3
		for _, s := range r.Image.Symbols {
			if in := int64(s.Addr) - elf64.PageSize; s.Kind == elf64.Object && in <= at && at < in+int64(s.Size) {
				list = append(list, place{at, fmt.Sprintf("the segment data, %s+%d, byte 3 of %s", s.Name, at-in, a)})
			}
		}
	}
	if len(list) < 6 {
		t.Fatalf("%d places", len(list))
	}
	return list
}

// With symbols there is more behind the segments.
func TestDifferenceInSymbols(t *testing.T) {
	r, err := codegen.Compile(assetsSite(), emitted.SpecName, codegen.Options{Symbols: true})
	if err != nil {
		t.Fatal(err)
	}
	var elf bytes.Buffer
	if err := r.WriteELF(&elf); err != nil {
		t.Fatal(err)
	}
	sections := binary.LittleEndian.Uint64(elf.Bytes()[0x28:]) // e_shoff
	elf.Bytes()[sections] ^= 1
	d, err := r.Compare(bytes.NewReader(elf.Bytes()), r.Size())
	if err != nil || d == nil || d.Place != "the symbol table and section headers" {
		t.Errorf("%+v, %v", d, err)
	}
}
