package x64

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestObject shows all that an Object holds for a small program.
func TestObject(t *testing.T) {
	section, start := Section{"start"}, Label{Name: "start", Doc: []string{"in: nothing"}}
	items := []Item{
		section,
		start,
		Inst{Op: LEA, Dst: RSI, Src: Sym(0, "hello", 2)},
		Inst{Op: CMP, Dst: Sym(4, "hello", 4), Src: Imm(0x11223344)},
		Label{Name: "again"},
		Inst{Op: CALL, Dst: Target("done")},
		Inst{Op: JNE, Dst: Target("again")},
		Inst{Op: LEA, Dst: RDI, Src: Sym(0, "done", 0)},
		Inst{Op: MOV, Dst: Sym(1, "hello", -1), Src: Imm(7), Note: "why", Pos: "routes.yaml:3:5"},
		Label{Name: "done"},
		Inst{Op: REPMOVSB},
		Inst{Op: RET},
		Label{Name: "end"},
	}
	data := []Datum{{Label: "hello", Fields: []Field{Bytes{B: []byte("hi")}}}}
	got, err := Assemble(&Program{Items: items, Data: data})
	if err != nil {
		t.Fatal(err)
	}
	want := &Object{
		Text: []byte{
			0x48, 0x8d, 0x35, 0, 0, 0, 0,
			0x81, 0x3d, 0, 0, 0, 0, 0x44, 0x33, 0x22, 0x11,
			0xe8, 0x10, 0, 0, 0,
			0x75, 0xf9,
			0x48, 0x8d, 0x3d, 0, 0, 0, 0,
			0xc6, 0x05, 0, 0, 0, 0, 0x07,
			0xf3, 0xa4,
			0xc3,
		},
		Lines: []Line{
			{section, 0, 0}, {start, 0, 0}, {items[2], 0, 7}, {items[3], 7, 10}, {items[4], 17, 0},
			{items[5], 17, 5}, {items[6], 22, 2}, {items[7], 24, 7}, {items[8], 31, 7},
			{items[9], 38, 0}, {items[10], 38, 2}, {items[11], 40, 1}, {items[12], 41, 0},
		},
		Refs: []Ref{
			{Off: 3, Sym: "hello", Add: 2},
			{Off: 9, Sym: "hello", Add: 0}, // 4, less the immediate behind
			{Off: 27, Sym: "done", Add: 0},
			{Off: 33, Sym: "hello", Add: -2},
		},
		Labels: map[string]int{"start": 0, "again": 17, "done": 38, "end": 41},
		Data:   data,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestEmptyProgram(t *testing.T) {
	for _, p := range []*Program{{}, {Items: []Item{Section{"nothing"}, Label{Name: "end"}}}} {
		o, err := Assemble(p)
		if err != nil || len(o.Text) != 0 || len(o.Lines) != len(p.Items) {
			t.Errorf("%v: %v, %v", p, o, err)
		}
	}
}

// TestAssembleTwice shows that a program is not used up or changed by an assembly.
func TestAssembleTwice(t *testing.T) {
	p, fresh := newSampler(5, 0).program(500), newSampler(5, 0).program(500)
	first, err := Assemble(p)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Assemble(p)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Text, second.Text) {
		t.Error("the second assembly differs")
	}
	if diff := cmp.Diff(fresh, p); diff != "" {
		t.Errorf("the program was changed: %s", diff)
	}
}

// TestConcurrent assembles in parallel, the first use of golang-asm's tables
// included when it runs alone; go test -race watches.
func TestConcurrent(t *testing.T) {
	var wg sync.WaitGroup
	texts := make([][]byte, 8)
	for k := range texts {
		wg.Go(func() {
			o, err := Assemble(newSampler(3, 0).program(300))
			if err != nil {
				t.Error(err)
				return
			}
			texts[k] = o.Text
		})
	}
	wg.Wait()
	for k := range texts {
		if !bytes.Equal(texts[0], texts[k]) {
			t.Errorf("assembly %d differs from the first", k)
		}
	}
}

// TestErrors has every mistake that a program can hold, and what is said about it.
func TestErrors(t *testing.T) {
	ret := Inst{Op: RET}
	for _, test := range []struct {
		name  string
		items []Item
		want  string
	}{
		{"no operation", []Item{Inst{}}, "item 0: (none) is no operation"},
		{"unknown operation", []Item{Inst{Op: 255}}, "item 0: (unknown op) is no operation"},
		{"nil item", []Item{ret, nil}, "item 1: an item is a Section, a Label or an Inst, not <nil>"},
		{"place", []Item{Inst{Op: POP, Note: "why", Pos: "routes.yaml:3:5"}},
			"routes.yaml:3:5: item 0 (why): pop: no such form; there is pop r64"},
		{"widths differ", []Item{Inst{Op: MOVZX, Dst: EAX, Src: ECX}},
			"movzx eax, ecx: no such form; there is movzx r32, r8 | movzx r32, r16 | movzx r32, m8 | movzx r32, m16"},
		{"memory's width differs", []Item{Inst{Op: MOV, Dst: EAX, Src: M(8, RSP, 0)}},
			"mov eax, qword [rsp]: no such form"},
		{"lea with a width", []Item{Inst{Op: LEA, Dst: RAX, Src: M(8, RSP, 0)}},
			"there is lea r32, m | lea r64, m"},
		{"no register", []Item{Inst{Op: INC, Dst: NoReg}}, "inc (no register): no such form"},
		{"odd width", []Item{Inst{Op: INC, Dst: M(3, RAX, 0)}}, "inc [rax]: no such form"},
		{"aligned memory", []Item{Inst{Op: PXOR, Dst: XMM0, Src: M(16, RSP, 0)}}, "there is pxor xmm, xmm"},
		{"operand too many", []Item{Inst{Op: RET, Dst: RAX}}, "ret rax: no such form; there is ret"},

		{"imm8", []Item{Inst{Op: ADD, Dst: AL, Src: Imm(256)}},
			"add al, 256: immediate 256 is out of range: add r8, imm8 takes -128 to 255"},
		{"imm16", []Item{Inst{Op: CMP, Dst: M(2, RSP, 0), Src: Imm(-32769)}}, "cmp m16, imm16 takes -32768 to 65535"},
		{"imm32", []Item{Inst{Op: MOV, Dst: EAX, Src: Imm(1 << 32)}}, "takes -2147483648 to 4294967295"},
		{"imm64", []Item{Inst{Op: CMP, Dst: RAX, Src: Imm(1 << 31)}}, "cmp r64, simm32 takes -2147483648 to 2147483647"},
		{"push", []Item{Inst{Op: PUSH, Dst: Imm(1 << 31)}}, "push simm32 takes -2147483648 to 2147483647"},
		{"no shift", []Item{Inst{Op: SHL, Dst: EAX, Src: Imm(0)}}, "shl r32, 1..31 takes 1 to 31"},
		{"shift", []Item{Inst{Op: SHL, Dst: AX, Src: Imm(16)}}, "shl r16, 1..15 takes 1 to 15"},
		{"bit", []Item{Inst{Op: BT, Dst: RAX, Src: Imm(64)}}, "bt r64, 0..63 takes 0 to 63"},
		{"mov r64 of 32 bits", []Item{Inst{Op: MOV, Dst: R9, Src: Imm(41)}},
			"mov r9, 41: the value fits 32 bits: write mov r9d, 41, which clears the upper half"},

		{"xchg with itself", []Item{Inst{Op: XCHG, Dst: EAX, Src: EAX}}, "encoded as nop"},
		{"spl", []Item{Inst{Op: INC, Dst: SPL}}, "spl is not known to the assembler"},
		{"sym and base", []Item{Inst{Op: LEA, Dst: RAX, Src: Mem{Sym: "a", Base: RCX}}}, "has no base and no index"},
		{"no base", []Item{Inst{Op: LEA, Dst: RAX, Src: Mem{Index: RCX, Scale: 2}}}, "needs a base register or a symbol"},
		{"32-bit base", []Item{Inst{Op: LEA, Dst: RAX, Src: Mem{Base: ECX}}}, "made of 64-bit registers"},
		{"32-bit index", []Item{Inst{Op: LEA, Dst: RAX, Src: MX(0, RAX, ECX, 0)}}, "made of 64-bit registers"},
		{"rsp index", []Item{Inst{Op: LEA, Dst: RAX, Src: MX(0, RAX, RSP, 0)}}, "rsp cannot be an index"},
		{"scale without index", []Item{Inst{Op: LEA, Dst: RAX, Src: Mem{Base: RCX, Scale: 1}}}, "a scale needs an index"},
		{"scale 3", []Item{Inst{Op: LEA, Dst: RAX, Src: Mem{Base: RCX, Index: RDX, Scale: 3}}}, "scale 3:"},

		{"undefined", []Item{Inst{Op: JMP, Dst: Target("gone")}}, `item 0: jmp gone: label "gone" is not defined`},
		{"jump to data", []Item{Inst{Op: CALL, Dst: Target("datum")}}, "datum is data, not a label of the text"},
		{"no name", []Item{Label{}}, "item 0: label without a name"},
		{"duplicate", []Item{Label{Name: "a"}, ret, Label{Name: "a"}}, "item 2: label a is defined before, by item 0"},
		{"a datum's name", []Item{Label{Name: "datum"}}, "item 0: label datum is the name of a datum too"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, err := Assemble(&Program{Items: test.items, Data: []Datum{{Label: "datum"}}})
			if o != nil || err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, %v\nwant an error with %q", o, err, test.want)
			}
		})
	}
}

func TestErrorDuplicateDatum(t *testing.T) {
	_, err := Assemble(&Program{Data: []Datum{{Label: "a"}, {Label: "a"}}})
	if err == nil || err.Error() != "datum 1: label a is defined before: rename one" {
		t.Error(err)
	}
}

func TestErrorTooManyItems(t *testing.T) {
	_, err := Assemble(&Program{Items: make([]Item, maxItems+1)})
	if err == nil || !strings.Contains(err.Error(), "a program has at most 16777216") {
		t.Error(err)
	}
}

// TestErrorsAreBounded shows that all mistakes are reported together, up to a limit.
func TestErrorsAreBounded(t *testing.T) {
	p := &Program{}
	for range 3 * maxErrors {
		p.Items = append(p.Items, Inst{Op: POP})
	}
	_, err := Assemble(p)
	if err == nil || strings.Count(err.Error(), "\n")+1 != maxErrors {
		t.Errorf("want %d lines: %v", maxErrors, err)
	}
}

func ExampleAssemble() {
	p := &Program{Items: []Item{
		Label{Name: "exit", Doc: []string{"in: edi status"}},
		Inst{Op: MOV, Dst: EAX, Src: Imm(60), Note: "exit"},
		Inst{Op: SYSCALL},
	}}
	o, err := Assemble(p)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range o.Lines[1:] {
		fmt.Printf("%v: % x\n", l.Item, o.Text[l.Off:l.Off+l.Len])
	}
	// Output:
	// mov eax, 60: b8 3c 00 00 00
	// syscall: 0f 05
}
