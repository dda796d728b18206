package cert

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/x64"
)

// Bytes that are given by bit 2 of r9 may be loaded where that bit is known to be set, of the number that
// r9 had at the node or of one that has its bit; and nowhere else.
func TestGiven(t *testing.T) {
	inst := func(op x64.Op, ops ...x64.Operand) x64.Item {
		in := x64.Inst{Op: op, Dst: ops[0]}
		if len(ops) > 1 {
			in.Src = ops[1]
		}
		return in
	}
	unless, where := inst(x64.JE, x64.Target("end")), inst(x64.JNE, x64.Target("end"))
	test := inst(x64.TEST, x64.R9B, x64.Imm(4))
	for _, c := range []struct {
		name string
		code []x64.Item
		ok   bool
	}{
		{"where it is set", []x64.Item{test, unless}, true},
		{"nobody asked", nil, false},
		{"where it is clear", []x64.Item{test, where}, false},
		{"another bit", []x64.Item{inst(x64.TEST, x64.R9B, x64.Imm(2)), unless}, false},
		{"one of two", []x64.Item{inst(x64.TEST, x64.R9B, x64.Imm(6)), unless}, false},
		{"the bit of another", []x64.Item{inst(x64.TEST, x64.R8B, x64.Imm(4)), unless}, false},
		{"where it was set", []x64.Item{inst(x64.BTS, x64.R9D, x64.Imm(2)), inst(x64.JAE, x64.Target("end"))}, true},
		{"where it was clear", []x64.Item{inst(x64.BTS, x64.R9D, x64.Imm(2)), inst(x64.JB, x64.Target("end"))}, false},
		{"it becomes set", []x64.Item{inst(x64.BTS, x64.R9D, x64.Imm(2)), test, unless}, false},
		{"it becomes set with others", []x64.Item{inst(x64.OR, x64.R9D, x64.Imm(6)), test, unless}, false},
		{"it is turned", []x64.Item{inst(x64.XOR, x64.R9D, x64.Imm(4)), test, unless}, false},
		{"it is moved", []x64.Item{inst(x64.SHL, x64.R9D, x64.Imm(1)), test, unless}, false},
		{"it is counted", []x64.Item{inst(x64.ADD, x64.R9D, x64.Imm(2)), test, unless}, false},
		{"another becomes set", []x64.Item{inst(x64.BTS, x64.R9D, x64.Imm(1)), test, unless}, true},
		{"others become set", []x64.Item{inst(x64.OR, x64.R9D, x64.Imm(3)), test, unless}, true},
		{"another is turned", []x64.Item{inst(x64.XOR, x64.R9D, x64.Imm(1)), test, unless}, true},
		{"it is one of those that stay", []x64.Item{inst(x64.AND, x64.R9D, x64.Imm(6)), test, unless}, true},
		{"another becomes set in the low byte", []x64.Item{inst(x64.OR, x64.R9B, x64.Imm(-128)), test, unless}, true},
		{"it becomes set in the low byte", []x64.Item{inst(x64.OR, x64.R9B, x64.Imm(4)), test, unless}, false},
		{"the low byte is another", []x64.Item{inst(x64.MOV, x64.R9B, x64.R8B), test, unless}, false},
		{"a number that has not its bit is mixed in", []x64.Item{inst(x64.SHL, x64.R8D, x64.Imm(3)), inst(x64.OR, x64.R9D, x64.R8D), test, unless}, true},
		{"a number that may have its bit is mixed in", []x64.Item{inst(x64.SHL, x64.R8D, x64.Imm(2)), inst(x64.OR, x64.R9D, x64.R8D), test, unless}, false},
		{"it is mixed into one that has not its bit", []x64.Item{inst(x64.SHL, x64.R8D, x64.Imm(3)), inst(x64.XOR, x64.R8D, x64.R9D), inst(x64.TEST, x64.R8B, x64.Imm(4)), unless}, true},
		{"it is left by one that may have its bit", []x64.Item{inst(x64.AND, x64.R8D, x64.R9D), inst(x64.TEST, x64.R8B, x64.Imm(4)), unless}, false},
		{"its low byte has it", []x64.Item{inst(x64.MOVZX, x64.EAX, x64.R9B), inst(x64.TEST, x64.AL, x64.Imm(4)), unless}, true},
		{"the bytes are left by rsp", []x64.Item{inst(x64.ADD, x64.RSP, x64.Imm(frame)), inst(x64.SUB, x64.RSP, x64.Imm(frame)), test, unless}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			items := append([]x64.Item{x64.Label{Name: "_start", Doc: []string{""}}}, c.code...)
			items = append(items, inst(x64.MOV, x64.RAX, x64.Mem{Base: x64.RBP, Disp: -16, Width: 8}), x64.Inst{Op: x64.RET}, x64.Label{Name: "end"}, x64.Inst{Op: x64.UD2})
			got := followed(atGiven(t, items))
			if c.ok != (got == "") || !c.ok && !strings.Contains(got, "not known to be written") {
				t.Errorf("refused with %q", got)
			}
		})
	}
}

// atGiven is at a node whose r9 says in bit 2 that 8 bytes of the stack are written.
func atGiven(t *testing.T, items []x64.Item) (c *checker, entry uint64) {
	file, entry := assembled(t, items)
	server, err := load(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	low := Variable{Bounds: linear.Bounds{Lo: 0, Hi: 511}}
	node := Node{Addr: entry, Vars: []Variable{low, low}, Givens: []Given{{FirstVar, 2, Span{-16, -8}}}}
	rsp, _ := linear.Of(StackBase).PlusConst(-frame)
	node.Regs[x86.RSP], node.Regs[x86.RBP] = Reg{true, rsp}, Reg{true, linear.Of(StackBase)}
	node.Regs[x86.R9], node.Regs[x86.R8] = Reg{true, linear.Of(FirstVar)}, Reg{true, linear.Of(FirstVar + 1)}
	if err := node.wellFormed(Span{}); err != nil {
		t.Fatal(err)
	}
	return &checker{server: server, proof: &Proof{Nodes: []Node{node}}, guide: oneFact{}, figures: Figures{Calls: map[int64]bool{}}}, entry
}

// What arrives at a node has the bytes that are given there, or not the bit, or says the same by a bit of
// the same number.
func TestGivenArrives(t *testing.T) {
	checker, _ := atGiven(t, []x64.Item{x64.Label{Name: "_start", Doc: []string{""}}, x64.Inst{Op: x64.RET}})
	at := Span{-16, -8}
	for _, k := range []struct {
		name  string
		is    linear.Sum
		bytes []Span
		bit   uint8
		at    Span
		ok    bool
	}{
		{"the same", linear.Of(FirstVar), nil, 2, at, true},
		{"fewer bytes", linear.Of(FirstVar), nil, 2, Span{-16, -12}, true},
		{"more bytes", linear.Of(FirstVar), nil, 2, Span{-17, -8}, false},
		{"another bit", linear.Of(FirstVar), nil, 3, at, false},
		{"another number", linear.Of(FirstVar + 1), nil, 2, at, false},
		{"a number that has not the bit", linear.Const(3), nil, 2, at, true},
		{"a number that has it", linear.Const(4), nil, 2, at, false},
		{"below 0, which has it", linear.Const(-1), nil, 2, at, false},
		{"below 0, which has it not", linear.Const(-5), nil, 2, at, true},
		{"a bit that it cannot have", linear.Of(FirstVar + 1), nil, 9, at, true},
		{"they are written", linear.Const(4), []Span{{-24, -12}, {-12, 0}}, 2, at, true},
		{"a part is written", linear.Const(4), []Span{{-24, -9}}, 2, at, false},
	} {
		s := checker.start(0)
		for _, w := range k.bytes {
			s.wrote(linear.Const(w.Lo), linear.Const(w.Hi))
		}
		if got := s.Gives(k.is, k.bit, k.at); got != k.ok {
			t.Errorf("%s: %v", k.name, got)
		}
	}
	for _, forgets := range []func(s *State){
		func(s *State) { s.keep([]Span{at}) }, // the next client, or request
		func(s *State) { readsTo(t, s, -9, 0) },
		func(s *State) { readsTo(t, s, -frame, -15) },
		func(s *State) { s.moveStack(plusBase(t, -12)) }, // a new rsp
	} {
		s := checker.start(0)
		if forgets(s); s.Gives(linear.Of(FirstVar), 2, at) {
			t.Error("bytes are given that were lost")
		}
	}
	s := checker.start(0)
	s.wrote(linear.Const(-16), linear.Const(-8))
	s.wrote(linear.Const(-8), linear.Of(FirstVar))
	if !slices.Contains(s.fixed(), at) || len(s.bytes) != 2 || !linear.Equal(s.bytes[1].Lo, linear.Const(-16)) {
		t.Errorf("a variable in front of other bytes, or both, is not written: %v", s.bytes)
	}
	// What begins in a range goes on with it; what may begin behind it does not.
	for _, c := range []struct {
		end int64 // of the range, at least
		lo  int64
	}{{511, -16}, {510, 0}} {
		s := checker.start(0)
		s.bytes = []Range{{linear.Const(-16), linear.Of(FirstVar + 1)}}
		s.vars[FirstVar+1].Bounds = linear.Bounds{Lo: c.end, Hi: 1000}
		s.wrote(linear.Of(FirstVar), linear.Const(1001))
		if got := s.rangeOf(s.bytes[len(s.bytes)-1].Lo).Lo; got != c.lo {
			t.Errorf("where a range ends at %d or behind, what is written begins at %d, not %d", c.end, got, c.lo)
		}
	}
	if end := linear.Of(FirstVar + 1); !s.IsWritten(end, end) || s.IsWritten(end, plusOne(t, end)) {
		t.Error("no byte is not written, or one")
	}
	node := checker.proof.Nodes[0]
	for _, g := range []Given{{FirstVar - 1, 2, at}, {FirstVar + 2, 2, at}, {FirstVar, 64, at}} {
		if node.Givens[0] = g; node.wellFormed(Span{}) == nil {
			t.Errorf("%v is well formed", g)
		}
	}
}

// readsTo reads from the client to a part of the stack.
func readsTo(t *testing.T, s *State, lo, hi int64) {
	s.check.proof.Input, s.phase = Span{lo, hi}, Serving
	s.regs[x86.RDI] = s.fresh(Variable{Bounds: linear.Bounds{Lo: 0, Hi: 9}, Result: Client})
	s.regs[x86.RSI], s.regs[x86.RDX] = plusBase(t, lo), linear.Const(hi-lo)
	s.callRead()
}

func plusOne(t *testing.T, a linear.Sum) linear.Sum {
	a, ok := a.PlusConst(1)
	if !ok {
		t.Fatal(a)
	}
	return a
}

// plusBase is so many bytes from StackBase.
func plusBase(t *testing.T, by int64) linear.Sum {
	a, ok := linear.Of(StackBase).PlusConst(by)
	if !ok {
		t.Fatal(by)
	}
	return a
}
