package gate

import (
	"debug/elf"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/handmade"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Each case is one way to break the rules of segments, with what the error says: where in the
// file, and which field.
func TestBadSegments(t *testing.T) {
	const exec, data, stack = 0, 1, 2
	tests := []struct {
		name  string
		fault func(*handmade.Image)
		want  string
	}{
		{"writable text", func(i *handmade.Image) { i.Progs[exec].Flags |= uint32(elf.PF_W) }, "0x44: p_flags of the text is 0x7, not 0x5"},
		{"writable data", func(i *handmade.Image) { i.Progs[data].Flags |= uint32(elf.PF_W) }, "0x7c: p_flags of the data is 0x6, not 0x4"},
		{"unreadable data", func(i *handmade.Image) { i.Progs[data].Flags = 0 }, "0x7c: p_flags of the data is 0x0"},
		{"executable data", func(i *handmade.Image) { i.Progs[data].Flags |= uint32(elf.PF_X) }, "0x7c: p_flags of the data is 0x5"},
		{"bss", func(i *handmade.Image) { i.Progs[data].Memsz++ }, "0xa0: p_memsz of the data is 0x14, not 0x13"},
		{"behind the end", func(i *handmade.Image) { i.Progs[data].Filesz = 99; i.Progs[data].Memsz = 99 }, "0x98: p_filesz of the data is 0x63: it goes past the file's end"},
		{"offset behind the end", func(i *handmade.Image) { move(&i.Progs[data], 1<<40) }, "0x98: p_filesz of the data is 0x13: it goes past the file's end"},
		{"kernel memory", func(i *handmade.Image) { i.Progs[data].Vaddr = math.MaxUint64 &^ 0xfff }, "0x88: p_vaddr of the data is 0xfffffffffffff000, not 0x4000"},
		{"misaligned", func(i *handmade.Image) { i.Progs[data].Vaddr++ }, "0x88: p_vaddr of the data is 0x4001"},
		{"another physical address", func(i *handmade.Image) { i.Progs[data].Paddr++ }, "0x90: p_paddr of the data is 0x4001"},
		{"no alignment", func(i *handmade.Image) { i.Progs[data].Align = 0 }, "0xa8: p_align of the data is 0x0, not 0x1000"},
		{"large alignment moves the file to address 0", func(i *handmade.Image) { i.Progs[exec].Align = 1 << 48 }, "0x70: p_align of the text is 0x1000000000000"},
		{"empty first segment, the others at absolute addresses", func(i *handmade.Image) {
			i.Progs = append([]elf.Prog64{{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R), Align: 0x1000}}, i.Progs...)
		}, "0x44: p_flags of the text is 0x4"},
		{"empty data", func(i *handmade.Image) { i.Progs[data].Filesz, i.Progs[data].Memsz = 0, 0 }, "0x98: p_filesz of the data is 0x0: not between"},
		{"first segment where the legacy layout begins", func(i *handmade.Image) {
			i.Progs[exec].Vaddr, i.Header.Entry = 0x155555545000, 0x155555545000+handmade.TextAddr
		}, "0x50: p_vaddr of the text is 0x155555545000, not 0x0"},
		{"three segments", func(i *handmade.Image) { i.Progs = append(i.Progs, i.Progs[data]) }, "0xe8: p_type of the note is 0x1, not 0x4"},
		{"nine headers", func(i *handmade.Image) {
			for len(i.Progs) < 9 {
				i.Progs = append(i.Progs, elf.Prog64{Type: uint32(elf.PT_NULL)})
			}
		}, "0x38: e_phnum is 9"},
		{"shared page", func(i *handmade.Image) { move(&i.Progs[data], handmade.TextAddr) }, "0x80: p_offset of the data is 0x1000: it is not behind the text's end"},
		{"no text", func(i *handmade.Image) { i.Progs[exec].Flags = uint32(elf.PF_R) }, "0x44: p_flags of the text is 0x4"},
		{"entry in data", func(i *handmade.Image) { i.Header.Entry = handmade.DataAddr }, "0x18: e_entry is 0x4000: not in the text"},
		{"entry in the headers", func(i *handmade.Image) { i.Header.Entry = 64 + 3*56 - 1 }, "0x18: e_entry is 0xe7: not in the text"},
		{"entry behind the text", func(i *handmade.Image) { i.Header.Entry = handmade.TextAddr + uint64(len(program)) }, "0x18: e_entry"},
		{"executable stack", func(i *handmade.Image) { i.Progs[stack].Flags |= uint32(elf.PF_X) }, "0xb4: p_flags of the stack is 0x7, not 0x6"},
		{"no stack header", func(i *handmade.Image) { i.Progs = i.Progs[:stack] }, "0x38: e_phnum is 2"},
		{"two stack headers", func(i *handmade.Image) { i.Progs = append(i.Progs, i.Progs[stack]) }, "0xe8: p_type of the note is 0x6474e551"},
		{"interpreter", func(i *handmade.Image) { i.Progs[stack].Type = uint32(elf.PT_INTERP) }, "0xb0: p_type of the stack is 0x3"},
		{"dynamic", func(i *handmade.Image) { i.Progs[stack].Type = uint32(elf.PT_DYNAMIC) }, "0xb0: p_type of the stack is 0x2"},
		{"thread storage", func(i *handmade.Image) { i.Progs[stack].Type = uint32(elf.PT_TLS) }, "0xb0: p_type of the stack is 0x7"},
		{"fixed address", func(i *handmade.Image) { i.Header.Type = uint16(elf.ET_EXEC) }, "0x10: e_type is 0x2, not 0x3: a server is position independent (ET_DYN)"},
		{"other machine", func(i *handmade.Image) { i.Header.Machine = uint16(elf.EM_AARCH64) }, "0x12: e_machine is 0xb7, not 0x3e"},
		{"no magic", func(i *handmade.Image) { i.Header.Ident[0] = 0 }, "0x0: e_ident is 00 45 4c 46"},
		{"sections for a linker", func(i *handmade.Image) { i.Header.Shoff, i.Header.Shnum = 64, 9 }, "0x3c: e_shnum is 0x9, not 0x6"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			img := handmade.Good(program...)
			test.fault(img)
			_, err := try(img, Ten())
			wantError(t, err, rules.Segments, 0, "at offset "+test.want)
		})
	}
}

// move puts a segment elsewhere, its address with it.
func move(p *elf.Prog64, off uint64) { p.Off, p.Vaddr, p.Paddr = off, off+0x1000, off+0x1000 }

func TestTextLimit(t *testing.T) {
	const maxText = 256 << 10
	img := handmade.Good(make([]byte, 0x2000)...)
	img.Progs[0].Filesz, img.Progs[0].Memsz = maxText+1, maxText+1
	_, err := try(img, Ten())
	wantError(t, err, rules.Segments, 0, "p_filesz of the text is 0x40001: not between 0xe9 and 0x40000")
}

// wantError demands an *Error of a rule, at an address, that says what want says.
func wantError(t *testing.T, err error, rule rules.Rule, addr uint64, want string) {
	t.Helper()
	var got *Error
	if !errors.As(err, &got) {
		t.Fatalf("got %v, want an error of rule %s", err, rule)
	}
	if got.Rule != rule || got.Addr != addr || !strings.Contains(got.Error(), want) {
		t.Errorf("got %s at %#x: %v\nwant %s at %#x: %s", got.Rule, got.Addr, got, rule, addr, want)
	}
}
