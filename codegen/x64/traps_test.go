package x64

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/twitchyliquid64/golang-asm/obj"
	"github.com/twitchyliquid64/golang-asm/obj/x86"
)

// assembleAs assembles one instruction with a wrong row of the table, as if the table
// had that mistake, and says what compare finds.
func assembleAs(t *testing.T, inst Inst, wrong form) (text []byte, found error) {
	t.Helper()
	p := &Program{Items: []Item{Label{Name: "here"}, inst}}
	c, err := encodeOnce(p, []*form{nil, &wrong}, nil)
	if err != nil {
		t.Fatal(err)
	}
	o := c.object(p)
	return o.Text, compare(o)
}

// TestSilentMistakes shows golang-asm's silent wrong code, and that compare finds it.
func TestSilentMistakes(t *testing.T) {
	for _, test := range []struct {
		name  string
		inst  Inst
		wrong form
		text  string // what golang-asm makes of it
		want  string
	}{
		{"pop in From is a push", Inst{Op: POP, Dst: RCX},
			form{POP, r64, none, x86.APUSHQ, dstFrom}, "\x51", "decodes as PUSH RCX"},
		{"cmp is not ordered as sub", Inst{Op: CMP, Dst: EAX, Src: ECX},
			form{CMP, r32, r32, x86.ACMPL, dstTo}, "\x39\xc1", "operand 1: decodes as CMP ECX, EAX"},
		{"exchange with itself is nop", Inst{Op: XCHG, Dst: EAX, Src: EAX},
			form{XCHG, r32, r32, x86.AXCHGL, dstFrom}, "\x90", "decodes as NOP"},
		{"immediate too wide", Inst{Op: ADD, Dst: AL, Src: Imm(256 + 7)},
			form{ADD, r8, imm8, x86.AADDB, dstTo}, "\x04\x07", "operand 2: decodes as ADD AL, 0x7"},
		{"move of 64 bits is shortened", Inst{Op: MOV, Dst: RAX, Src: Imm(1 << 31)},
			form{MOV, r64, imm64, x86.AMOVQ, dstTo}, "\xb8\x00\x00\x00\x80", "operand 1: decodes as MOV EAX"},
		{"width is the opcode's", Inst{Op: INC, Dst: EAX},
			form{INC, r32, none, x86.AINCQ, dstTo}, "\x48\xff\xc0", "operand 1: decodes as INC RAX"},
		{"memory's width is the opcode's", Inst{Op: INC, Dst: M(4, RSP, 0)},
			form{INC, m32, none, x86.AINCQ, dstTo}, "\x48\xff\x04\x24", "access of 8 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, found := assembleAs(t, test.inst, test.wrong)
			if string(text) != test.text {
				t.Errorf("golang-asm gives % x", text)
			}
			if found == nil || !strings.Contains(found.Error(), test.want) {
				t.Errorf("compare says %v, want %q", found, test.want)
			}
		})
	}
}

// TestJumpWithoutTarget shows golang-asm's reading of one: a jump to itself.
func TestJumpWithoutTarget(t *testing.T) {
	p := obj.Prog{Ctxt: newContext(), As: obj.AJMP, To: obj.Addr{Type: obj.TYPE_BRANCH}}
	sym, err := run(p.Ctxt, &p)
	if err != nil || string(sym.P) != "\xeb\xfe" {
		t.Errorf("% x, %v", sym.P, err)
	}
}

// TestChainTwice shows why a chain is made for each assembly: golang-asm leaves marks
// in the Progs: it takes a jump forward for one backward when it meets it again, and
// goes by the old place of the label, which is wrong once the chain has changed.
func TestChainTwice(t *testing.T) {
	p := &Program{Items: []Item{Inst{Op: JMP, Dst: Target("end")}, Inst{Op: NOP}, Label{Name: "end"}}}
	chosen, err := check(p)
	if err != nil {
		t.Fatal(err)
	}
	c, err := encodeOnce(p, chosen, nil)
	if err != nil || string(c.sym.P) != "\xeb\x01\x90" {
		t.Fatal(c.sym, err)
	}
	c.progs[2].Pc = 0 // another old place
	again, err := run(c.ctxt, &c.progs[0])
	if err != nil {
		t.Fatal(err)
	}
	if string(again.P) == string(c.sym.P) {
		t.Error("golang-asm can assemble a chain twice: the rule can go")
	}
}

// TestDiagnosis shows that what golang-asm prints and drops is an error here, with
// the item's place.
func TestDiagnosis(t *testing.T) {
	p := &Program{Items: []Item{Inst{Op: RET}, Inst{Op: INC, Dst: AL, Note: "why"}}}
	wrong := form{INC, r8, none, x86.ALEAQ, dstTo}
	c, err := encodeOnce(p, []*form{&forms[RET][0], &wrong}, nil)
	want := "item 1 (why): inc al: golang-asm: invalid instruction"
	if err == nil || !strings.HasPrefix(err.Error(), want) || c.sym != nil {
		t.Errorf("got %v, want %q", err, want)
	}
}

// TestDiagnosisWithoutProg has a message that does not say which instruction.
func TestDiagnosisWithoutProg(t *testing.T) {
	d := newDiagnosis("bad reloc", nil)
	c := &chain{}
	if err := c.blame(&Program{}, d); err.Error() != "golang-asm: bad reloc" {
		t.Error(err)
	}
}

// TestFatal shows that a call without a symbol, where golang-asm ends the program
// with log.Fatalf, is an error: the diagnosis comes first.
func TestFatal(t *testing.T) {
	p := obj.Prog{Ctxt: newContext(), As: obj.ACALL, To: obj.Addr{Type: obj.TYPE_BRANCH}}
	_, err := run(p.Ctxt, &p)
	var d diagnosis
	if !errors.As(err, &d) || d.text != "call without target" {
		t.Error(err)
	}
}

// TestPanics shows that other panics of golang-asm are errors too.
func TestPanics(t *testing.T) {
	p := obj.Prog{Ctxt: newContext(), As: x86.AINCB, To: obj.Addr{Type: obj.TYPE_REG, Reg: -1}}
	ctxt := newContext()
	ctxt.DiagFunc = func(string, ...any) { panic("text") }
	if _, err := run(ctxt, &p); err == nil || !strings.HasPrefix(err.Error(), "golang-asm panicked: text") {
		t.Error(err)
	}
	ctxt.DiagFunc = func(string, ...any) { panic(os.ErrInvalid) }
	if _, err := run(ctxt, &p); !errors.Is(err, os.ErrInvalid) {
		t.Error(err)
	}
}

// TestEnvironment runs this test program with a GOOS that obj.Linknew ends the
// program for.
func TestEnvironment(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestObject$")
	cmd.Env = append(os.Environ(), "GOOS=none", "GOAMD64=v3")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestNoPadding shows that jumps at the end of a block of 32 bytes are not moved.
func TestNoPadding(t *testing.T) {
	items := append([]Item{Label{Name: "here"}}, nops(31)...)
	o, err := Assemble(&Program{Items: append(items, Inst{Op: JMP, Dst: Target("here")})})
	if err != nil {
		t.Fatal(err)
	}
	if len(o.Text) != 33 {
		t.Errorf("% x", o.Text)
	}
}
