package isa

import (
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
)

func TestForm(t *testing.T) {
	for want, code := range map[string][]byte{
		"cmovb r32, m32":     {0x0f, 0x42, 0x45, 0x08},
		"lea r64, place":     {0x48, 0x8d, 0x45, 0x08},
		"shr r8, r8":         {0xd2, 0xe9},
		"mov m8, imm":        {0xc6, 0x45, 0x00, 0x01},
		"movdqu m128, xmm":   {0xf3, 0x0f, 0x7f, 0x45, 0x00},
		"imul r32, r32, imm": {0x6b, 0xc1, 0x0a},
		"jle":                {0x7e, 0x00},
		"rep movsb":          {0xf3, 0xa4},
	} {
		in, err := Decode(code, 0)
		if err != nil {
			t.Fatalf("%s: %v", want, err)
		}
		if got := in.Form(); got != want {
			t.Errorf("% x is %q, want %q", code, got, want)
		}
	}
}

// TestFormNamesDiffer: no two operations, conditions or shapes of operands have the same name,
// by which forms are told apart.
func TestFormNamesDiffer(t *testing.T) {
	seen := map[string]bool{}
	add := func(name string) {
		if seen[name] || name == "" {
			t.Errorf("%q is the name of two, or of none", name)
		}
		seen[name] = true
	}
	for op := MOV; op < numOps; op++ {
		for cond := range Always {
			if in := (Inst{x86.Inst{Op: op, Cond: cond}}); op == JCC || op == CMOVCC || op == SETCC || cond == 0 {
				add(in.Form())
			}
		}
	}
	add(shapeName(Operand{Kind: ImmOperand}))
	for _, width := range []uint8{1, 2, 4, 8, 16} {
		add(shapeName(Operand{Kind: MemOperand, Width: width}))
		if width < 16 {
			add(shapeName(Operand{Kind: RegOperand, Width: width}))
		}
	}
	add(shapeName(Operand{Kind: RegOperand, Width: 16, Reg: XMM0}))
	add(shapeName(Operand{Kind: MemOperand}))
}
