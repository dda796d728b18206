package listing

import (
	"slices"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/x64"
)

func TestCheckName(t *testing.T) {
	for _, name := range []string{"_start", "route_api_health", "a", "A9", "mov", "db", "struc", "data_"} {
		if err := checkName(name); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"", "9a", ".local", "a-b", "a b", "a:", "__FILE__", "__x", "_", "_9", "$a", "ü", "a\n", "a;b", "%a"} {
		if err := checkName(name); err == nil || !strings.Contains(err.Error(), "cannot be a label") {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestSymbol(t *testing.T) {
	for _, name := range []string{"rel", "BYTE", "r8", "xmm31", "k1", "section"} {
		if got := symbol(name); got != "$"+name {
			t.Errorf("symbol(%q) = %q", name, got)
		}
	}
	for _, name := range []string{"_start", "data", "mov", "read", "r8_", "route_rel"} {
		if got := symbol(name); got != name {
			t.Errorf("symbol(%q) = %q", name, got)
		}
	}
}

// Every word that NASM keeps for itself, and the mnemonics and directives, may be a
// label, in the text and in the data, defined and used.
func TestNASMTakesReservedNames(t *testing.T) {
	var words []string
	for w := range reserved {
		words = append(words, w)
	}
	words = append(words, strings.Fields(`r8 r15d cr0 dr7 k1 st0 mm7 xmm31 ymm0 zmm9 tmm1 bnd3 segr6 tr3
		mov add and or not db dd resb call ret loop in out int sysret vaddps list debug warning
		elf_header program_headers text_end data_offset data_end PAGE text rodata`)...)
	slices.Sort(words)
	p := &x64.Program{Items: []x64.Item{x64.Label{Name: "_start"}}}
	for i, w := range words {
		if i%2 == 0 {
			p.Data = append(p.Data, x64.Datum{Label: w, Fields: []x64.Field{x64.Offset{To: w, From: w}}})
			p.Items = append(p.Items, x64.Inst{Op: x64.LEA, Dst: x64.RSI, Src: x64.Sym(0, w, 0)})
			continue
		}
		p.Items = append(p.Items, x64.Label{Name: w}, x64.Inst{Op: x64.JMP, Dst: x64.Target(w)})
	}
	roundTrip(t, p, Options{}, nil)
}

func TestNASMRefusesNames(t *testing.T) {
	obj, err := x64.Assemble(&x64.Program{Items: []x64.Item{x64.Label{Name: "_start"}}, Data: []x64.Datum{{Label: "text\ndb 1"}}})
	if err != nil {
		t.Fatal(err)
	}
	img, err := elf64.Link(obj, elf64.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NASM(obj, img, Options{}); err == nil || !strings.Contains(err.Error(), "cannot be a label") {
		t.Errorf("got %v", err)
	}
}
