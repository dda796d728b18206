package x64

import (
	"math"
	"testing"
)

func TestInstString(t *testing.T) {
	for _, test := range []struct {
		inst Inst
		want string
	}{
		{Inst{Op: RET}, "ret"},
		{Inst{Op: REPMOVSB}, "rep movsb"},
		{Inst{Op: JC, Dst: Target("again")}, "jb again"},
		{Inst{Op: MOV, Dst: EAX, Src: MX(4, RBP, RCX, 16)}, "mov eax, [rbp + rcx + 16]"},
		{Inst{Op: CMP, Dst: MX(1, RBP, RCX, 0), Src: Imm(13)}, "cmp byte [rbp + rcx], 13"},
		{Inst{Op: MOVZX, Dst: EAX, Src: M(1, RSP, -8)}, "movzx eax, byte [rsp - 8]"},
		{Inst{Op: SHL, Dst: M(1, RSP, 0), Src: CL}, "shl byte [rsp], cl"},
		{Inst{Op: LEA, Dst: RSI, Src: Sym(0, "hello", 0)}, "lea rsi, [rel hello]"},
		{Inst{Op: MOV, Dst: Sym(8, "hello", 4), Src: RSI}, "mov [rel hello + 4], rsi"},
		{Inst{Op: INC, Dst: Sym(2, "hello", -4)}, "inc word [rel hello - 4]"},
		{Inst{Op: MOVDQU, Dst: XMM7, Src: M(16, R12, 0)}, "movdqu xmm7, [r12]"},
		{Inst{Op: NOT, Dst: M(16, R12, 0)}, "not oword [r12]"}, // no form, but errors show it
		{Inst{Op: LEA, Dst: RAX, Src: Mem{Base: RCX, Index: RDX, Scale: 4, Disp: math.MinInt32}}, "lea rax, [rcx + rdx*4 - 0x80000000]"},
		{Inst{Op: ADD, Dst: EAX, Src: Imm(-1)}, "add eax, -1"},
		{Inst{Op: ADD, Dst: EAX, Src: Imm(65535)}, "add eax, 65535"},
		{Inst{Op: ADD, Dst: EAX, Src: Imm(65536)}, "add eax, 0x10000"},
		{Inst{Op: ADD, Dst: EAX, Src: Imm(-65536)}, "add eax, -0x10000"},
		{Inst{Op: MOV, Dst: RAX, Src: Imm(math.MinInt64)}, "mov rax, 0x8000000000000000"},
		{Inst{Op: MOV, Dst: RAX, Src: Imm(-1 << 33)}, "mov rax, 0xfffffffe00000000"},
		{Inst{Op: PUSH, Dst: Imm(math.MinInt64)}, "push 0x8000000000000000"},
	} {
		if got := test.inst.String(); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}
