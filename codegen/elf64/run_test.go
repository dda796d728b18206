package elf64

import (
	"bytes"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// writeExecutable writes a program to a new file.
func writeExecutable(t *testing.T, b []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "server")
	if err := os.WriteFile(name, b, 0o700); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestRun(t *testing.T) {
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skip("the programs run on linux/amd64 only")
	}
	for name, opts := range map[string]Options{"plain": {}, "symbols": {Symbols: true}, "note": {Note: wellKnown()}, "both": {Symbols: true, Note: wellKnown()}} {
		t.Run(name, func(t *testing.T) {
			err := exec.Command(writeExecutable(t, encode(t, exit42(), opts))).Run()
			exit, ok := err.(*exec.ExitError)
			if !ok || exit.ExitCode() != 42 {
				t.Errorf("exit42: %v", err)
			}
			out, err := exec.Command(writeExecutable(t, encode(t, hello(), opts))).CombinedOutput()
			if err != nil || string(out) != "hello\n" {
				t.Errorf("hello: %q, %v", out, err)
			}
		})
	}
}

func TestReread(t *testing.T) {
	for name, opts := range map[string]Options{"plain": {}, "symbols": {Symbols: true}, "note": {Note: wellKnown()}, "both": {Symbols: true, Note: wellKnown()}} {
		t.Run(name, func(t *testing.T) {
			m := link(t, hello(), opts)
			f, err := elf.NewFile(bytes.NewReader(encode(t, hello(), opts)))
			if err != nil {
				t.Fatal(err)
			}
			if f.Type != elf.ET_DYN || f.Machine != elf.EM_X86_64 || f.Entry != m.Entry {
				t.Errorf("header %+v", f.FileHeader)
			}
			if len(f.Progs) != len(m.Segments) {
				t.Fatalf("%d program headers", len(f.Progs))
			}
			for i, p := range f.Progs {
				if p.ProgHeader != m.Segments[i].ProgHeader {
					t.Errorf("program header %d: %+v, want %+v", i, p.ProgHeader, m.Segments[i].ProgHeader)
				}
			}
			if !opts.Symbols && len(f.Sections) != 0 {
				t.Errorf("%d sections", len(f.Sections))
			}
		})
	}
}

func TestRereadSymbols(t *testing.T) {
	m := link(t, hello(), Options{Symbols: true})
	f, err := elf.NewFile(bytes.NewReader(encode(t, hello(), Options{Symbols: true})))
	if err != nil {
		t.Fatal(err)
	}
	text, err := f.Section(".text").Data()
	if err != nil || !bytes.Equal(text, m.Code()) {
		t.Errorf(".text % x, %v", text, err)
	}
	syms, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]elf.Symbol{}
	for _, s := range syms {
		got[s.Name] = s
	}
	types := map[Kind]elf.SymType{Routine: elf.STT_FUNC, Place: elf.STT_NOTYPE, Object: elf.STT_OBJECT}
	for _, want := range m.Symbols {
		s := got[want.Name]
		if s.Value != want.Addr || s.Size != want.Size || elf.ST_TYPE(s.Info) != types[want.Kind] {
			t.Errorf("%+v, want %+v", s, want)
		}
	}
	last := syms[len(syms)-1]
	if last.Name != EntryLabel || elf.ST_BIND(last.Info) != elf.STB_GLOBAL || len(syms) != len(m.Symbols) {
		t.Errorf("%d symbols, the last is %+v", len(syms), last)
	}
}

// Symbols must leave all that is loaded as it was, but for the fields of the ELF
// header that say where they are.
func TestSymbolsChangeNothing(t *testing.T) {
	plain, symbols := encode(t, hello(), Options{}), encode(t, hello(), Options{Symbols: true})
	if !bytes.Equal(plain[EhdrSize:], symbols[EhdrSize:len(plain)]) {
		t.Error("symbols changed what is loaded")
	}
	if !bytes.Equal(plain[:0x28], symbols[:0x28]) || !bytes.Equal(plain[0x30:0x3a], symbols[0x30:0x3a]) {
		t.Error("symbols changed the ELF header")
	}
}

func TestBinutils(t *testing.T) {
	name := writeExecutable(t, encode(t, hello(), Options{Symbols: true}))
	tests := []struct {
		tool string
		args []string
		want []string
	}{
		{"nm", []string{name}, []string{"00000000000000e8 T _start", "00000000000000f6 t greet", "0000000000001140 r greeting"}},
		{"objdump", []string{"-d", name}, []string{"<greet>:", "<greet_write>:", "call   f6 <greet>", "# 1140 <greeting>"}},
		{"readelf", []string{"-lSW", name}, []string{"DYN (", "GNU_STACK", ".rodata"}},
		{"gdb", []string{"-nx", "-batch", "-ex", "disassemble greet", "-ex", "info symbol 0x1140", name}, []string{"for function greet:", "<greeting>", "greeting in section .rodata"}},
	}
	for _, tt := range tests {
		t.Run(tt.tool, func(t *testing.T) {
			out, err := exec.Command(testtool.Need(t, tt.tool), tt.args...).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			for _, want := range tt.want {
				if !strings.Contains(string(out), want) {
					t.Errorf("no %q in\n%s", want, out)
				}
			}
			if strings.Contains(strings.ToLower(string(out)), "warning") {
				t.Errorf("%s warns:\n%s", tt.tool, out)
			}
		})
	}
}
