package isa

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"strings"
	"testing"
)

// elfFile is an ELF file with the segments of progs, all of the same bytes.
func elfFile(t *testing.T, progs ...elf.Prog64) []byte {
	t.Helper()
	header := elf.Header64{
		Ident: [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:  uint16(elf.ET_DYN), Machine: uint16(elf.EM_X86_64), Version: uint32(elf.EV_CURRENT),
		Entry: 0x1000, Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: uint16(len(progs)),
	}
	var b bytes.Buffer
	for _, part := range []any{header, progs} {
		if err := binary.Write(&b, binary.LittleEndian, part); err != nil {
			t.Fatal(err)
		}
	}
	return append(append(b.Bytes(), make([]byte, 0x1000-b.Len())...), 0x58, 0x59, 0x5a, 0x5b) // pop rax, rcx, rdx, rbx
}

var (
	textSegment = elf.Prog64{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_X), Off: 0x1000, Vaddr: 0x1000, Filesz: 4, Memsz: 4}
	dataSegment = elf.Prog64{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R), Off: 0x1000, Vaddr: 0x5000, Filesz: 4, Memsz: 4}
)

func TestStartErrors(t *testing.T) {
	short := dataSegment
	short.Filesz = 5
	for want, file := range map[string][]byte{
		"bad magic number":     []byte("no ELF file at all"),
		"no segment is exec":   elfFile(t, dataSegment),
		"4 of its 5 bytes are": elfFile(t, textSegment, short),
	} {
		if _, err := Start(file, Process{Stack: 64}, quiet{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// The initial stack holds argc, argv, envp and the strings (System V ABI, x86-64
// supplement, figure 3.9).
func TestInitialStack(t *testing.T) {
	const bias = 0x10000
	m, err := Start(elfFile(t, textSegment, dataSegment), Process{Bias: bias, Args: []string{"a", "bc"}, Env: []string{"X=1"}, Stack: 64}, quiet{})
	if err != nil {
		t.Fatal(err)
	}
	if m.PC != bias+0x1000 || m.Regs[RSP]%16 != 0 {
		t.Fatalf("rip %#x, rsp %#x", m.PC, m.Regs[RSP])
	}
	word := func(i uint64) uint64 {
		b, fault := m.Readable(m.Regs[RSP]+8*i, 8)
		if fault != nil {
			t.Fatal(fault)
		}
		return little(b).Lo
	}
	if word(0) != 2 || word(3) != 0 || word(5) != 0 {
		t.Errorf("argc %d, the ends %#x and %#x", word(0), word(3), word(5))
	}
	for i, want := range map[uint64]string{1: "a\x00", 2: "bc\x00", 4: "X=1\x00"} {
		if b, fault := m.Readable(word(i), uint64(len(want))); fault != nil || string(b) != want {
			t.Errorf("word %d points to %q, %v", i, b, fault)
		}
	}
	if _, fault := m.Writable(m.Regs[RSP], 1); fault == nil {
		t.Error("the initial stack can be written")
	}
	if b, fault := m.Readable(bias+0x5000, 4); fault != nil || b[0] != 0x58 {
		t.Errorf("data: % x, %v", b, fault)
	}
}
