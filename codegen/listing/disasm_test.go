package listing

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/x64"
)

// image builds a program's file.
func image(t testing.TB, p *x64.Program, opts elf64.Options) []byte {
	t.Helper()
	_, img := build(t, p, opts)
	b, err := img.Bytes(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func disassemble(t *testing.T, b []byte, opts Options) *Listing {
	t.Helper()
	l, err := Disassemble(bytes.NewReader(b), int64(len(b)), opts)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestDisassembleGolden(t *testing.T) {
	golden(t, "small.disasm", disassemble(t, image(t, small(), elf64.Options{}), Options{Source: "server"}).Bytes())
	golden(t, "small.symbols.disasm", disassemble(t, image(t, small(), elf64.Options{Symbols: true}), Options{Source: "server"}).Bytes())
}

// What is disassembled says the same as what was assembled.
func TestDisassembleAsX64(t *testing.T) {
	p := &x64.Program{Items: []x64.Item{
		x64.Label{Name: "_start"},
		x64.Inst{Op: x64.MOV, Dst: x64.R8D, Src: x64.M(4, x64.RSP, 8)},
		x64.Inst{Op: x64.MOV, Dst: x64.SIL, Src: x64.MX(1, x64.RSP, x64.RCX, -24)},
		x64.Inst{Op: x64.MOVDQU, Dst: x64.XMM3, Src: x64.M(16, x64.R13, 0)},
		x64.Inst{Op: x64.REPMOVSB},
		x64.Inst{Op: x64.CMP, Dst: x64.M(2, x64.R12, 0), Src: x64.Imm(0x2f)},
		x64.Inst{Op: x64.SHL, Dst: x64.RAX, Src: x64.CL},
		x64.Inst{Op: x64.LEA, Dst: x64.RAX, Src: x64.Mem{Base: x64.RBX, Index: x64.R9, Scale: 4, Disp: 1}},
		x64.Inst{Op: x64.JMP, Dst: x64.Target("_start")},
	}}
	got := string(disassemble(t, image(t, p, elf64.Options{}), Options{}).Bytes())
	for _, want := range []string{
		"mov     r8d, dword [rsp + 8]", "mov     sil, byte [rsp + rcx - 24]", "movdqu  xmm3, oword [r13]",
		"rep movsb ", "cmp     word [r12], 47", "shl     rax, cl", "lea     rax, [rbx + r9*4 + 1]", "jmp     _start",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestDisassembleNamesSyscalls(t *testing.T) {
	mov := func(dst x64.Reg, src x64.Operand) x64.Inst { return x64.Inst{Op: x64.MOV, Dst: dst, Src: src} }
	one := func(op x64.Op, dst x64.Operand) x64.Inst { return x64.Inst{Op: op, Dst: dst} }
	two := func(op x64.Op, dst, src x64.Operand) x64.Inst { return x64.Inst{Op: op, Dst: dst, Src: src} }
	call := x64.Inst{Op: x64.SYSCALL}
	const unknown = "which one is not a constant here"
	tests := []struct {
		name  string
		insts []x64.Inst
		want  string
	}{
		{"mov", []x64.Inst{mov(x64.EAX, x64.Imm(43)), call}, "accept"},
		{"xor", []x64.Inst{two(x64.XOR, x64.EAX, x64.EAX), call}, "read"},
		{"xor of two", []x64.Inst{two(x64.XOR, x64.EAX, x64.EAX), two(x64.XOR, x64.EAX, x64.ECX), call}, unknown},
		{"push and pop", []x64.Inst{one(x64.PUSH, x64.Imm(57)), one(x64.POP, x64.RAX), call}, "fork"},
		{"push, push and pop", []x64.Inst{one(x64.PUSH, x64.Imm(57)), one(x64.PUSH, x64.RBX), one(x64.POP, x64.RAX), call}, unknown},
		{"the stack moves", []x64.Inst{one(x64.PUSH, x64.Imm(57)), two(x64.SUB, x64.RSP, x64.Imm(8)), one(x64.POP, x64.RAX), call}, unknown},
		{"copy", []x64.Inst{mov(x64.EDI, x64.Imm(1)), mov(x64.EAX, x64.EDI), call}, "write"},
		{"lea", []x64.Inst{two(x64.XOR, x64.EDI, x64.EDI), two(x64.LEA, x64.EAX, x64.M(0, x64.RDI, 41)), call}, "socket"},
		{"inc", []x64.Inst{mov(x64.EAX, x64.Imm(49)), one(x64.INC, x64.EAX), call}, "listen"},
		{"compared between", []x64.Inst{mov(x64.EAX, x64.Imm(3)), two(x64.CMP, x64.RAX, x64.Imm(1)), call}, "close"},
		{"result of another", []x64.Inst{mov(x64.EAX, x64.Imm(3)), call, call}, unknown},
		{"memory", []x64.Inst{mov(x64.EAX, x64.M(4, x64.RSP, 0)), call}, unknown},
		{"part of it", []x64.Inst{mov(x64.EAX, x64.Imm(3)), mov(x64.AL, x64.Imm(1)), call}, unknown},
		{"written aside", []x64.Inst{mov(x64.EAX, x64.Imm(3)), one(x64.MUL, x64.RCX), call}, unknown},
		{"no name", []x64.Inst{mov(x64.EAX, x64.Imm(9999)), call}, "system call 9999"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := &x64.Program{Items: []x64.Item{x64.Label{Name: "_start"}}}
			for _, i := range tt.insts {
				p.Items = append(p.Items, i)
			}
			lines := strings.Split(strings.TrimSpace(string(disassemble(t, image(t, p, elf64.Options{}), Options{}).Bytes())), "\n")
			if last := lines[len(lines)-1]; !strings.Contains(last, "syscall ") || !strings.HasSuffix(last, "  "+tt.want) {
				t.Errorf("got %q, want %q", last, tt.want)
			}
		})
	}
}

// A jump into the middle means that a constant set above it need not hold.
func TestDisassembleForgetsAtLabels(t *testing.T) {
	p := &x64.Program{Items: []x64.Item{
		x64.Label{Name: "_start"},
		x64.Inst{Op: x64.MOV, Dst: x64.EAX, Src: x64.Imm(3)},
		x64.Label{Name: "again"},
		x64.Inst{Op: x64.SYSCALL},
		x64.Inst{Op: x64.JMP, Dst: x64.Target("again")},
	}}
	got := string(disassemble(t, image(t, p, elf64.Options{}), Options{}).Bytes())
	if !strings.Contains(got, "not a constant here") || strings.Contains(got, "close") {
		t.Error(got)
	}
}

func TestDisassembleErrors(t *testing.T) {
	good := image(t, small(), elf64.Options{})
	at := func(off int, b ...byte) []byte {
		c := bytes.Clone(good)
		copy(c[off:], b)
		return c
	}
	huge := binary.LittleEndian.AppendUint64(nil, 5<<20)
	tests := []struct {
		name string
		elf  []byte
		want string
	}{
		{"empty", nil, "not an ELF file"},
		{"text", []byte("server:\n"), "not an ELF file"},
		{"cut header", good[:63], "not an ELF file"},
		{"other machine", at(18, byte(elf.EM_AARCH64)), "EM_AARCH64, ELFCLASS64: only x86-64"},
		{"entry elsewhere", at(24, 0xff, 0xff), "no executable segment with the entry"},
		{"not executable", at(64+4, byte(elf.PF_R)), "no executable segment"},
		{"large", at(64+32, huge...), "up to 4194304 are disassembled"},
		{"cut code", good[:240], "the code is cut off after 8 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Disassemble(bytes.NewReader(tt.elf), int64(len(tt.elf)), Options{})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// Operands that generated code does not use, as other programs may.
func TestDisassembleOperands(t *testing.T) {
	tests := []struct {
		code []byte
		want string
	}{
		{[]byte{0xf0, 0x48, 0x0f, 0xb1, 0x0f}, "lock cmpxchg qword [rdi], rcx"},
		{[]byte{0xf3, 0x48, 0xab}, "rep stosq"},
		{[]byte{0xf2, 0xae}, "repne scasb"},
		{[]byte{0x64, 0x48, 0x8b, 0x04, 0x25, 0x28, 0, 0, 0}, "mov rax, qword [fs:0x28]"},
		{[]byte{0x48, 0x8d, 0x04, 0x8d, 4, 0, 0, 0}, "lea rax, [rcx*4 + 4]"},
		{[]byte{0xd8, 0xc1}, "fadd st0, st1"},
		{[]byte{0x0f, 0x6f, 0xca}, "movq mm1, mm2"},
		{[]byte{0x0f, 0x28, 0xc1}, "movaps xmm0, xmm1"},
		{[]byte{0x88, 0xe0}, "mov al, ah"},
		{[]byte{0x40, 0x88, 0xfc}, "mov spl, dil"},
		{[]byte{0x44, 0x88, 0xf8}, "mov al, r15b"},
		{[]byte{0x66, 0x45, 0x89, 0xc1}, "mov r9w, r8w"},
		{[]byte{0xff, 0xe0}, "jmp rax"},
		{[]byte{0xe9, 0, 0, 1, 0}, "jmp 0x100ed"},
		{[]byte{0x48, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8}, "mov rax, 0x807060504030201"},
	}
	for _, tt := range tests {
		p := &x64.Program{Items: []x64.Item{x64.Label{Name: "_start"}}}
		p.Items = append(p.Items, nops(len(tt.code))...)
		b := image(t, p, elf64.Options{})
		copy(b[elf64.HeaderSize:], tt.code)
		lines := strings.Split(strings.TrimSpace(string(disassemble(t, b, Options{}).Bytes())), "\n")
		code, _, _ := strings.Cut(lines[len(lines)-1], ";")
		if got := strings.Join(strings.Fields(code), " "); got != tt.want {
			t.Errorf("% x: got %q, want %q", tt.code, got, tt.want)
		}
	}
}

func TestDisassembleShowsBytes(t *testing.T) {
	b := image(t, small(), elf64.Options{})
	b[elf64.HeaderSize] = 0x06 // push es: invalid in 64-bit mode
	got := string(disassemble(t, b, Options{}).Bytes())
	if !strings.Contains(got, "db      0x06") {
		t.Error(got)
	}
}

// A program that was not made by this compiler.
func TestDisassembleForeign(t *testing.T) {
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skip("needs a linux/amd64 program")
	}
	name, err := exec.LookPath("true")
	if err != nil {
		t.Skip("true is not installed")
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(disassemble(t, b, Options{}).Bytes()); !strings.Contains(got, "_start:") {
		t.Errorf("no entry in\n%.2000s", got)
	}
}

func FuzzDisassemble(f *testing.F) {
	f.Add(image(f, randomProgram(rand.New(rand.NewPCG(1, 1)), 900), elf64.Options{})) // every form
	f.Add(image(f, small(), elf64.Options{}))
	f.Add(image(f, small(), elf64.Options{Symbols: true}))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := Disassemble(bytes.NewReader(b), int64(len(b)), Options{})
		if err != nil {
			return
		}
		for _, c := range l.Bytes() {
			if c != '\n' && !printable(c) {
				t.Fatalf("byte %#x in the listing", c)
			}
		}
	})
}
