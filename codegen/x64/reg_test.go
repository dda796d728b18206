package x64

import "testing"

func TestReg(t *testing.T) {
	for _, test := range []struct {
		reg    Reg
		name   string
		width  uint8
		number uint8
	}{
		{NoReg, "(no register)", 0, 0},
		{RAX, "rax", 8, 0}, {RSP, "rsp", 8, 4}, {R15, "r15", 8, 15},
		{EAX, "eax", 4, 0}, {EDI, "edi", 4, 7}, {R8D, "r8d", 4, 8}, {R15D, "r15d", 4, 15},
		{AX, "ax", 2, 0}, {SI, "si", 2, 6}, {R9W, "r9w", 2, 9},
		{AL, "al", 1, 0}, {SPL, "spl", 1, 4}, {DIL, "dil", 1, 7}, {R8B, "r8b", 1, 8}, {R15B, "r15b", 1, 15},
		{XMM0, "xmm0", 16, 0}, {XMM7, "xmm7", 16, 7},
		{XMM7 + 1, "(no register)", 0, 0},
	} {
		if test.reg.String() != test.name || test.reg.Width() != test.width || test.reg.Number() != test.number {
			t.Errorf("%v, %d bytes, number %d; want %v", test.reg, test.reg.Width(), test.reg.Number(), test)
		}
	}
}

func TestRegAs(t *testing.T) {
	for _, test := range []struct {
		reg   Reg
		width uint8
		want  Reg
	}{
		{RCX, 1, CL}, {CL, 8, RCX}, {R13, 4, R13D}, {R13D, 2, R13W}, {DIL, 4, EDI}, {RBX, 8, RBX},
		{RCX, 3, NoReg}, {RCX, 0, NoReg}, {RCX, 16, NoReg}, {XMM1, 8, NoReg}, {NoReg, 8, NoReg},
	} {
		if got := test.reg.As(test.width); got != test.want {
			t.Errorf("%v.As(%d) = %v, want %v", test.reg, test.width, got, test.want)
		}
	}
}

func TestMemConstructors(t *testing.T) {
	for _, test := range []struct{ got, want Mem }{
		{M(4, RSP, 8), Mem{Base: RSP, Disp: 8, Width: 4}},
		{MX(1, RSP, RCX, -8), Mem{Base: RSP, Index: RCX, Scale: 1, Disp: -8, Width: 1}},
		{Sym(0, "hello", 2), Mem{Sym: "hello", Disp: 2}},
	} {
		if test.got != test.want {
			t.Errorf("%+v, want %+v", test.got, test.want)
		}
	}
}
