package isa

import "testing"

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
	seen := map[string]meaning{}
	for _, m := range ops {
		name := (&Inst{Op: m.op, Cond: m.cond}).Form()
		if old, ok := seen[name]; ok && old != m || name == "" {
			t.Errorf("%q is %v and %v", name, m, old)
		}
		seen[name] = m
	}
	shapes := map[string]shape{}
	for s := r8; s <= place; s <<= 1 {
		name := shapeNames[s]
		if _, ok := shapes[name]; (ok || name == "") && s != cl {
			t.Errorf("%q is %#x and %#x", name, s, shapes[name])
		}
		shapes[name] = s
	}
}
