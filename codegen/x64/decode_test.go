package x64

import (
	"slices"
	"strings"
	"testing"
)

// TestCompare damages an object in every way that compare looks for.
func TestCompare(t *testing.T) {
	for _, test := range []struct {
		name   string
		inst   Inst
		damage func(*Object)
		want   string
	}{
		{"no instruction", Inst{Op: MOV, Dst: EAX, Src: Imm(1)}, func(o *Object) { o.Text[0] = 0x06 }, "does not decode"},
		{"too short", Inst{Op: MOV, Dst: EAX, Src: Imm(1)}, func(o *Object) { o.Lines[1].Len-- }, "decodes to 1 of 4 bytes"},
		{"too long", Inst{Op: RET}, func(o *Object) { o.Text = append(o.Text, 0x90); o.Lines[1].Len++ }, "decodes to 1 of 2 bytes"},
		{"operation", Inst{Op: RET}, func(o *Object) { o.Text[0] = 0x90 }, "decodes as NOP; bytes 90"},
		{"register", Inst{Op: POP, Dst: RCX}, func(o *Object) { o.Text[0]++ }, "operand 1: decodes as POP RDX"},
		{"immediate", Inst{Op: CMP, Dst: AL, Src: Imm(13)}, func(o *Object) { o.Text[1]++ }, "operand 2: decodes as CMP AL, 0xe"},
		{"no immediate", Inst{Op: SHL, Dst: EAX, Src: Imm(1)}, func(o *Object) { o.Text[0] = 0xd3 }, "decodes as SHL EAX, CL"},
		{"target", Inst{Op: JE, Dst: Target("here")}, func(o *Object) { o.Text[1]++ }, "operand 1: decodes as JE .-1"},
		{"condition", Inst{Op: JE, Dst: Target("here")}, func(o *Object) { o.Text[0]++ }, "decodes as JNE"},
		{"call", Inst{Op: CALL, Dst: Target("here")}, func(o *Object) { o.Text[1]++ }, "operand 1: decodes as CALL .-4"},
		{"displacement", Inst{Op: INC, Dst: M(4, RSP, 8)}, func(o *Object) { o.Text[3]++ }, "decodes as INC [RSP"},
		{"base", Inst{Op: INC, Dst: M(4, RAX, 0)}, func(o *Object) { o.Text[1]++ }, "decodes as INC [RCX]"},
		{"scale", Inst{Op: INC, Dst: MX(4, RAX, RCX, 0)}, func(o *Object) { o.Text[2] += 0x40 }, "[RAX+2*RCX]"},
		{"register for memory", Inst{Op: INC, Dst: M(4, RAX, 0)}, func(o *Object) { o.Text[1] |= 0xc0 }, "decodes as INC EAX"},
		{"width", Inst{Op: INC, Dst: M(4, RAX, 0)}, func(o *Object) { o.Text[0]-- }, "access of 1 bytes"},
		{"rep", Inst{Op: REPMOVSB}, func(o *Object) { o.Text[0] = 0xf2 }, "other prefixes"},

		{"bytes in a label", Inst{Op: RET}, func(o *Object) { o.Lines[0].Len = 1 }, "stands where no instruction is"},
		{"not rip", Inst{Op: INC, Dst: Sym(4, "data", 0)}, func(o *Object) { o.Text[1] += 0x80 }, "decodes as INC [RBP"},
		{"reference gone", Inst{Op: INC, Dst: Sym(4, "data", 0)}, func(o *Object) { o.Refs = nil }, "no reference to its symbol"},
		{"other symbol", Inst{Op: INC, Dst: Sym(4, "data", 0)}, func(o *Object) { o.Refs[0].Sym = "x" }, "no reference to its symbol"},
		{"reference moved", Inst{Op: INC, Dst: Sym(4, "data", 0)}, func(o *Object) { o.Refs[0].Off++ }, "reference at offset 3 instead of 2"},
		{"addend", Inst{Op: CMP, Dst: Sym(1, "data", 0), Src: Imm(7)}, func(o *Object) { o.Refs[0].Add = 0 }, "addend 0, and 1 bytes behind it"},
		{"field", Inst{Op: INC, Dst: Sym(4, "data", 0)}, func(o *Object) { o.Text[2] = 1 }, "decodes as INC"},
		{"reference too many", Inst{Op: RET}, func(o *Object) { o.Refs = append(o.Refs, Ref{Sym: "x"}) }, "belongs to no instruction"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.inst.Note = "why"
			o, err := Assemble(&Program{Items: []Item{Label{Name: "here"}, test.inst}})
			if err != nil {
				t.Fatal(err)
			}
			test.damage(o)
			err = compare(o)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// TestCompareFindsEveryBit flips each bit of each line of ops.txt: compare finds all
// but those that leave the instruction's meaning.
func TestCompareFindsEveryBit(t *testing.T) {
	for _, l := range readOps(t) {
		inst, err := parseInst(l.text)
		if err != nil {
			t.Fatal(err)
		}
		o, err := Assemble(&Program{Items: []Item{Label{Name: "here"}, inst}})
		if err != nil {
			t.Fatal(err)
		}
		text := slices.Clone(o.Text)
		for bit := range 8 * len(text) {
			at := bit / 8
			o.Text = slices.Clone(text)
			o.Text[at] ^= 1 << (bit % 8)
			if compare(o) == nil && !unread(inst, text, at) {
				t.Errorf("%v: % x is accepted for % x", inst, o.Text, text)
			}
		}
	}
}

// unread says whether the processor ignores bits of a byte, so that flipping them
// changes nothing.
func unread(inst Inst, text []byte, at int) bool {
	switch {
	case text[at]&0xf0 == 0x40: // REX: the extension of a field that is not there
		return true
	case at > 0 && text[at-1]&7 == 4 && text[at]&0x38 == 0x20: // SIB: the scale of no index
		return true
	case SETO <= inst.Op && inst.Op <= SETG: // ModRM: the reg field
		return true
	}
	return inst.Dst == inst.Src // the direction of a register with itself
}
