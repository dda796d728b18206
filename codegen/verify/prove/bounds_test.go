package prove_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/prove"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// assembled is a program without data as it lies in memory.
func assembled(t *testing.T, parts ...[]Item) prove.Image {
	t.Helper()
	o, err := Assemble(&Program{Items: slices.Concat(parts...)})
	if err != nil {
		t.Fatal(err)
	}
	return prove.Image{Entry: 0x1000, TextAddr: 0x1000, Text: o.Text}
}

func in(op Op, operands ...Operand) Item {
	i := Inst{Op: op}
	if len(operands) > 0 {
		i.Dst = operands[0]
	}
	if len(operands) > 1 {
		i.Src = operands[1]
	}
	return i
}

func at(name string) Item { return Label{Name: name} }

// exit is exit(0), which takes three instructions; what is behind it is never executed.
var exit = []Item{in(XOR, EDI, EDI), in(MOV, EAX, Imm(60)), in(SYSCALL), at("behind"), in(JMP, Target("behind"))}

// anyNumber puts a number from 0 to mask into a register: what it is depends on the clock.
func anyNumber(r Reg, mask int) []Item {
	return []Item{in(RDTSC), in(AND, EAX, Imm(mask)), in(MOV, r, EAX)}
}

// top is a variable on the stack, which it makes room for.
var top = Mem{Base: RSP, Width: 4}

// TestLoops bounds small programs. The least is what they take at most, exactly; the
// bound may be somewhat above it.
func TestLoops(t *testing.T) {
	for name, c := range map[string]struct {
		body        []Item
		least, most int64
	}{
		"straight": {nil, 3, 3},
		"falling":  {append(anyNumber(ECX, 255), at("l"), in(DEC, ECX), in(JNS, Target("l"))), 3 + 2*256 + 3, 530},
		"rising": {append(anyNumber(ECX, 15), at("l"), in(ADD, ECX, Imm(3)), in(CMP, ECX, Imm(100)), in(JB, Target("l"))),
			3 + 3*34 + 3, 120},
		"memory": {slices.Concat([]Item{in(SUB, RSP, Imm(16))}, anyNumber(EAX, 127), []Item{in(MOV, top, EAX), at("l"), in(DEC, top),
			in(JNS, Target("l"))}), 1 + 3 + 1 + 2*128 + 3, 280},
		"nested": {slices.Concat(anyNumber(EBX, 15), []Item{at("outer"), in(MOV, ECX, Imm(9)), at("inner"), in(DEC, ECX), in(JNZ, Target("inner")),
			in(DEC, EBX), in(JNS, Target("outer"))}), 3 + 16*(1+2*9+2) + 3, 400},
		// the inner loop goes on where the outer one was: together they go to 1,000 once
		"one cursor": {slices.Concat(anyNumber(ECX, 15), []Item{at("outer"), in(INC, ECX), in(CMP, ECX, Imm(1000)), in(JAE, Target("end")),
			at("inner"), in(RDTSC), in(TEST, EAX, Imm(1)), in(JZ, Target("outer")), in(INC, ECX), in(CMP, ECX, Imm(1000)),
			in(JB, Target("inner")), at("end")}), 3 + 1000*6, 7000},
	} {
		t.Run(name, func(t *testing.T) {
			w := bounds(t, assembled(t, c.body, exit))
			if n := w.Boot.Instructions; n < c.least || n > c.most {
				t.Errorf("%d instructions, not from %d to %d", n, c.least, c.most)
			}
		})
	}
}

func bounds(t *testing.T, img prove.Image) *prove.Worst {
	t.Helper()
	r, err := prove.Prove(img)
	if err != nil {
		t.Fatal(err)
	}
	w, err := r.Bounds()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestEndless refuses programs with a loop that may not end.
func TestEndless(t *testing.T) {
	for name, body := range map[string][]Item{
		"nothing counts": {at("l"), in(JMP, Target("l"))},
		"it may not move": slices.Concat(anyNumber(ECX, 15), []Item{at("l"), in(RDTSC), in(TEST, EAX, Imm(1)), in(JZ, Target("skip")),
			in(INC, ECX), at("skip"), in(CMP, ECX, Imm(100)), in(JB, Target("l"))}),
		"it may be set back": slices.Concat(anyNumber(ECX, 15), []Item{at("l"), in(INC, ECX), in(CMP, ECX, Imm(50)), in(JNE, Target("on")),
			in(RDTSC), in(AND, EAX, Imm(31)), in(MOV, ECX, EAX), at("on"), in(CMP, ECX, Imm(100)), in(JB, Target("l"))}),
		"it wraps around":    append(anyNumber(ECX, 255), at("l"), in(ADD, ECX, Imm(2)), in(CMP, ECX, Imm(5)), in(JNE, Target("l"))),
		"it passes its mark": append(anyNumber(ECX, 255), at("l"), in(SUB, ECX, Imm(2)), in(JNZ, Target("l"))),
		"only one of two": slices.Concat(anyNumber(ECX, 15), anyNumber(EBX, 15), []Item{at("l"), in(DEC, ECX), in(INC, EBX), in(JS, Target("end")),
			in(INC, ECX), in(TEST, EBX, EBX), in(JNS, Target("l")), at("end")}),
	} {
		t.Run(name, func(t *testing.T) {
			r, err := prove.Prove(assembled(t, body, exit))
			if err == nil {
				_, err = r.Bounds()
			}
			var f *prove.Failure
			if !errors.As(err, &f) || f.Rule != rules.Bounds {
				t.Fatalf("not refused: %v", err)
			}
			if f.Addr < 0x1000 || !strings.Contains(f.Msg, "not known to end") {
				t.Errorf("%v", f)
			}
		})
	}
}

// server accepts, forks and lets the child do something with its client, r13d.
func server(child ...Item) []Item {
	address := func(disp int32) Mem { return Mem{Base: RSP, Disp: disp, Width: 8} }
	call := func(n int) []Item { return []Item{in(MOV, EAX, Imm(n)), in(SYSCALL)} }
	failed := []Item{in(TEST, EAX, EAX), in(JS, Target("exit"))}
	return slices.Concat(
		[]Item{in(SUB, RSP, Imm(256)), in(MOV, EDI, Imm(2)), in(MOV, ESI, Imm(1)), in(XOR, EDX, EDX)}, call(41), failed,
		[]Item{in(MOV, R12D, EAX), in(XOR, EAX, EAX), in(MOV, address(0), RAX), in(MOV, address(8), RAX),
			in(LEA, RSI, Mem{Base: RSP}), in(MOV, EDX, Imm(16)), in(MOV, EDI, R12D)}, call(49), failed,
		[]Item{in(MOV, EDI, R12D), in(MOV, ESI, Imm(1))}, call(50), failed,
		[]Item{at("accept"), in(XOR, EDX, EDX), in(XOR, ESI, ESI), in(MOV, EDI, R12D)}, call(43),
		[]Item{in(TEST, EAX, EAX), in(JS, Target("accept")), in(MOV, R13D, EAX)}, call(57),
		[]Item{in(TEST, EAX, EAX), in(JZ, Target("child")), in(MOV, EDI, R13D)}, call(3),
		[]Item{in(JMP, Target("accept")), at("child"), in(MOV, EDI, R12D)}, call(3),
		child, []Item{at("exit")}, exit)
}

// read is read(client, rsp+64, 64), and leaves where that fails.
var read = []Item{in(MOV, EDI, R13D), in(LEA, RSI, Mem{Base: RSP, Disp: 64}), in(MOV, EDX, Imm(64)), in(XOR, EAX, EAX), in(SYSCALL),
	in(TEST, EAX, EAX), in(JLE, Target("exit"))}

// retried is read(client, rsp+64, 64) that is made again where it failed with EINTR, and goes
// to failed where it moved no byte.
func retried(failed string) []Item {
	return slices.Concat([]Item{at("again")}, read[:5], []Item{in(CMP, EAX, Imm(-4)), in(JE, Target("again")),
		in(TEST, EAX, EAX), in(JLE, Target(failed))})
}

// TestCalls bounds the system calls of a connection. The bound may be somewhat above what
// is made at most.
func TestCalls(t *testing.T) {
	for name, c := range map[string]struct {
		child       []Item
		least, most int64
	}{
		"none":     {nil, 3, 3}, // fork, close, exit
		"one":      {read, 4, 4},
		"a budget": {slices.Concat([]Item{in(MOV, EBX, Imm(10)), at("again")}, read, []Item{in(DEC, EBX), in(JNZ, Target("again"))}), 13, 14},
		"retried":  {retried("exit"), 4, 4},
		"failures": {slices.Concat([]Item{in(MOV, EBX, Imm(10)), at("more")}, read[:5], []Item{in(DEC, EBX), in(JNZ, Target("more"))}), 13, 14},
		"what may be read": {slices.Concat([]Item{in(MOV, EBX, Imm(1000)), at("more")}, read,
			[]Item{in(SUB, EBX, EAX), in(JA, Target("more"))}), 1003, 1004},
	} {
		t.Run(name, func(t *testing.T) {
			w := bounds(t, assembled(t, server(c.child...)))
			if w.Calls < c.least || w.Calls > c.most || w.Requests != 1 {
				t.Errorf("%d calls, %d requests; want from %d to %d, and one", w.Calls, w.Requests, c.least, c.most)
			}
			if w.Parent.Instructions != 7 || w.Stack != 256 {
				t.Errorf("%d instructions of the parent, %d bytes of stack", w.Parent.Instructions, w.Stack)
			}
		})
	}
}

// TestEndlessCalls refuses a loop whose system calls nothing bounds: they may all fail, each
// may bring a byte, only the clock ends them, there is always another request, or what
// bounds them is no number to speak of.
func TestEndlessCalls(t *testing.T) {
	const endless = "the loop goes on with system calls"
	answer := []Item{in(MOV, EDI, R13D), in(LEA, RSI, Mem{Base: RSP, Disp: 64}), in(MOV, EDX, Imm(1)), in(MOV, EAX, Imm(1)), in(SYSCALL)}
	for name, c := range map[string]struct {
		child []Item
		want  string
	}{
		"failing": {retried("again"), endless},
		"reading": {slices.Concat([]Item{at("more")}, read, []Item{in(JMP, Target("more"))}), endless},
		"the clock": {slices.Concat([]Item{in(RDTSC), in(MOV, EBX, EDX)}, retried("late"), []Item{in(JMP, Target("exit")), at("late"),
			in(RDTSC), in(CMP, EDX, EBX), in(JE, Target("again"))}), endless},
		"requests": {slices.Concat([]Item{at("more")}, read, answer, []Item{in(JMP, Target("more"))}), "the loop goes on with requests"},
		"too many": {slices.Concat([]Item{in(MOV, RBX, Imm(1<<52)), at("more")}, read, []Item{in(DEC, RBX), in(JNZ, Target("more"))}),
			"more than can be counted"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := prove.Prove(assembled(t, server(c.child...)))
			if err != nil {
				t.Fatal(err)
			}
			_, err = r.Bounds()
			var f *prove.Failure
			if !errors.As(err, &f) || f.Rule != rules.Bounds || !strings.Contains(f.Msg, c.want) {
				t.Errorf("not refused: %v", err)
			}
		})
	}
}
