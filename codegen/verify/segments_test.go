package verify

import (
	"debug/elf"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Each case is one way to break the rules of segments.
func TestBadSegments(t *testing.T) {
	const exec, data, stack = 0, 1, 2
	tests := []struct {
		name  string
		fault func(*image)
		addr  uint64
		want  string
	}{
		{"writable text", func(i *image) { i.progs[exec].Flags |= uint32(elf.PF_W) }, 0, "writable (RWX)"},
		{"writable data", func(i *image) { i.progs[data].Flags |= uint32(elf.PF_W) }, dataAddr, "writable (RW-)"},
		{"unreadable data", func(i *image) { i.progs[data].Flags = 0 }, dataAddr, "not readable (---)"},
		{"executable data", func(i *image) { i.progs[data].Flags |= uint32(elf.PF_X) }, dataAddr, "second executable segment; the first is at 0x0"},
		{"bss", func(i *image) { i.progs[data].Memsz++ }, dataAddr, "19 bytes in the file and 20 in memory"},
		{"behind the end", func(i *image) { i.progs[data].Filesz = 99; i.progs[data].Memsz = 99 }, dataAddr, "behind the file's end"},
		{"offset behind the end", func(i *image) { i.progs[data].Off = 1 << 40 }, dataAddr, "behind the file's end"},
		{"kernel memory", func(i *image) { i.progs[data].Vaddr = math.MaxUint64 &^ 0xfff }, math.MaxUint64 &^ 0xfff, "not below 0x80000000"},
		{"behind user memory", func(i *image) { i.progs[data].Vaddr = maxAddr }, maxAddr, "not below 0x80000000"},
		{"ends behind user memory", func(i *image) { i.progs[data].Vaddr = maxAddr - 18 }, maxAddr - 18, "not below 0x80000000"},
		{"misaligned", func(i *image) { i.progs[data].Vaddr++ }, dataAddr + 1, "address and offset 0x3000 differ"},
		{"no alignment", func(i *image) { i.progs[data].Align = 0 }, dataAddr, "not a page but 0x0"},
		{"alignment below a page", func(i *image) { i.progs[data].Align = 16 }, dataAddr, "not a page but 0x10"},
		{"alignment that is no power", func(i *image) { i.progs[data].Align = 0x3000 }, dataAddr, "not a page but 0x3000"},
		{"large alignment moves the file to address 0", func(i *image) { i.progs[exec].Align = 1 << 48 }, 0, "not a page but 0x1000000000000"},
		{"empty first segment, the others at absolute addresses", func(i *image) {
			i.progs = append([]elf.Prog64{{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R), Align: 0x1000}}, i.progs...)
		}, 0, "segment is empty"},
		{"empty segment", func(i *image) { i.progs[data].Filesz, i.progs[data].Memsz = 0, 0 }, dataAddr, "segment is empty"},
		{"first segment where the legacy layout begins", func(i *image) {
			i.progs[exec].Vaddr, i.header.Entry = 0x155555545000, 0x155555545000+textAddr
		}, 0x155555545000, "first segment is not at address 0"},
		{"four segments", func(i *image) {
			for n := range uint64(2) {
				p := i.progs[data]
				p.Vaddr += (n + 1) << 12
				i.progs = append(i.progs, p)
			}
		}, dataAddr + 0x2000, "a segment more than the 3"},
		{"segments 4 GiB apart", func(i *image) { i.progs[data].Vaddr += 1 << 32 }, dataAddr + 1<<32, "not below 0x80000000"},
		{"nine headers", func(i *image) {
			for len(i.progs) < 9 {
				i.progs = append(i.progs, elf.Prog64{Type: uint32(elf.PT_NULL)})
			}
		}, 0, "9 program headers"},
		{"shared page", func(i *image) { i.progs[data].Vaddr = textAddr }, textAddr, "shares a page"},
		{"no text", func(i *image) { i.progs[exec].Flags = uint32(elf.PF_R) }, 0, "no executable segment"},
		{"entry in data", func(i *image) { i.header.Entry = dataAddr }, dataAddr, "entry is not in the text"},
		{"entry behind the text", func(i *image) { i.header.Entry = textAddr + uint64(len(program)) }, textAddr + uint64(len(program)), "entry is not in the text"},
		{"executable stack", func(i *image) { i.progs[stack].Flags |= uint32(elf.PF_X) }, 0, "PT_GNU_STACK is RWX"},
		{"no stack header", func(i *image) { i.progs = i.progs[:stack] }, 0, "no PT_GNU_STACK"},
		{"two stack headers", func(i *image) { i.progs = append(i.progs, i.progs[stack]) }, 0, "second PT_GNU_STACK"},
		{"interpreter", func(i *image) { i.progs[stack].Type = uint32(elf.PT_INTERP) }, 0, "PT_INTERP"},
		{"dynamic", func(i *image) { i.progs[stack].Type = uint32(elf.PT_DYNAMIC) }, 0, "PT_DYNAMIC"},
		{"thread storage", func(i *image) { i.progs[stack].Type = uint32(elf.PT_TLS) }, 0, "PT_TLS"},
		{"fixed address", func(i *image) { i.header.Type = uint16(elf.ET_EXEC) }, 0, "not position independent"},
		{"other machine", func(i *image) { i.header.Machine = uint16(elf.EM_AARCH64) }, 0, "EM_AARCH64"},
		{"no magic", func(i *image) { i.header.Ident[0] = 0 }, 0, "not a readable ELF file"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			img := goodImage(program...)
			test.fault(img)
			_, err := img.gate(Ten())
			wantError(t, err, rules.Segments, test.addr, test.want)
		})
	}
}

func TestTextLimit(t *testing.T) {
	img := goodImage(make([]byte, 0x2000)...)
	img.progs = []elf.Prog64{img.progs[0], img.progs[2]}
	img.data = make([]byte, maxText)
	img.progs[0].Filesz, img.progs[0].Memsz = maxText+1, maxText+1
	_, err := img.gate(Ten())
	wantError(t, err, rules.Segments, 0, "above the limit")
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
