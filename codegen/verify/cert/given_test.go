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
	node := Node{Addr: entry, Vars: []Variable{low, low}, Givens: []Given{{Is: FirstVar, Bit: 2, Span: Span{-16, -8}}}}
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
		if got := s.Gives(&Given{Bit: k.bit, Span: k.at}, k.is, linear.Sum{}); got != k.ok {
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
		if forgets(s); s.Gives(&Given{Bit: 2, Span: at}, linear.Of(FirstVar), linear.Sum{}) {
			t.Error("bytes are given that were lost")
		}
	}
	s := checker.start(0)
	s.wrote(linear.Const(-16), linear.Const(-8))
	s.wrote(linear.Const(-8), linear.Of(FirstVar))
	if !slices.Contains(fixed(s.bytes), at) || len(s.bytes) != 2 || !linear.Equal(s.bytes[1].Lo, linear.Const(-16)) {
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
	for _, g := range []Given{
		{Is: FirstVar - 1, Bit: 2, Span: at}, {Is: FirstVar + 2, Bit: 2, Span: at}, {Is: FirstVar, Bit: 128, Span: at},
		{Is: FirstVar, Bit: 2, Of: FirstVar + 2, Values: []int64{1}}, {Is: FirstVar, Bit: 2, Of: FirstVar, Values: []int64{2, 1}},
	} {
		if node.Givens[0] = g; node.wellFormed(Span{}) == nil {
			t.Errorf("%+v is well formed", g)
		}
	}
}

// Where a bit says which of a few numbers another variable is, it is one of these where the bit is so, and the bit is not so where
// it is none of them.
func TestGivenOf(t *testing.T) {
	inst := func(op x64.Op, dst, src x64.Operand) x64.Item { return x64.Inst{Op: op, Dst: dst, Src: src} }
	test := func(bit int64) x64.Item { return inst(x64.TEST, x64.R9B, x64.Imm(1<<bit)) }
	is := func(n int64) x64.Item { return inst(x64.CMP, x64.EBX, x64.Imm(n)) }
	unless, where := x64.Inst{Op: x64.JE, Dst: x64.Target("end")}, x64.Inst{Op: x64.JNE, Dst: x64.Target("end")}
	for _, c := range []struct {
		name string
		code []x64.Item
		want []int64 // nil where no way goes on
	}{
		{"nobody asked", nil, []int64{10, 20, 30}},
		{"where it is set", []x64.Item{test(2), unless}, []int64{10, 20}},
		{"where it is clear", []x64.Item{test(2), where}, []int64{10, 20, 30}},
		{"where another is clear", []x64.Item{test(3), where}, []int64{20, 30}},
		{"where that is set", []x64.Item{test(3), unless}, []int64{10, 20, 30}},
		{"both", []x64.Item{test(2), unless, test(3), where}, []int64{20}},
		{"a third one", []x64.Item{test(4), unless}, []int64{10, 20, 30}},
		{"one of two", []x64.Item{inst(x64.TEST, x64.R9B, x64.Imm(0x14)), unless}, []int64{10, 20, 30}},
		{"where it cannot be set", []x64.Item{is(30), where, test(2), unless}, nil},
		{"where it is clear, as it is", []x64.Item{is(30), where, test(2), where}, []int64{30}},
		{"where it cannot be clear", []x64.Item{is(10), where, test(3), where}, nil},
		{"where it is set, as it is", []x64.Item{is(10), where, test(3), unless}, []int64{10}},
		{"where it may be set", []x64.Item{is(20), where, test(2), unless}, []int64{20}},
		{"it becomes set", []x64.Item{inst(x64.BTS, x64.R9D, x64.Imm(2)), test(2), unless}, []int64{10, 20, 30}},
		{"another becomes clear", []x64.Item{inst(x64.AND, x64.R9D, x64.Imm(-9)), test(3), where}, []int64{10, 20, 30}},
		{"others become set", []x64.Item{inst(x64.OR, x64.R9D, x64.Imm(0x13)), test(2), unless}, []int64{10, 20}},
		{"others become clear", []x64.Item{inst(x64.AND, x64.R9D, x64.Imm(-4)), test(3), where}, []int64{20, 30}},
		{"the bit of another", []x64.Item{inst(x64.TEST, x64.R8B, x64.Imm(4)), unless}, []int64{10, 20, 30}},
	} {
		t.Run(c.name, func(t *testing.T) {
			items := append([]x64.Item{x64.Label{Name: "_start", Doc: []string{""}}}, c.code...)
			checker, _ := atGiven(t, append(items, x64.Inst{Op: x64.RET}, x64.Label{Name: "end"}, x64.Inst{Op: x64.UD2}))
			givesOf(t, &checker.proof.Nodes[0])
			s := checker.start(0)
			for s != nil && checker.at(s.pc).Op != x86.RET {
				ways := checker.next(s)
				if s = nil; len(ways) > 0 && checker.at(ways[0].pc).Op != x86.UD2 {
					s = ways[0]
				}
			}
			var got []int64
			for i := 0; s != nil && i < len(s.choices[0].Rows); i++ {
				got = append(got, s.choices[0].Rows[i][0])
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("it is one of %v, not of %v", got, c.want)
			}
		})
	}
}

// givesOf lets bits 2 and 3 of a node's r9 say which number its rbx is.
func givesOf(t *testing.T, n *Node) {
	of := FirstVar + linear.Var(len(n.Vars))
	n.Vars = append(n.Vars, Variable{Bounds: linear.Bounds{Lo: 10, Hi: 30}})
	n.Choices = []Choice{{Vars: []linear.Var{of}, Rows: [][]int64{{10}, {20}, {30}}}}
	n.Regs[x86.RBX] = Reg{true, linear.Of(of)}
	n.Givens = []Given{{Is: FirstVar, Bit: 2, Of: of, Values: []int64{10, 20}}, {Is: FirstVar, Bit: 64 + 3, Of: of, Values: []int64{20, 30, 40}}}
	if err := n.wellFormed(Span{}); err != nil {
		t.Fatal(err)
	}
}

// What arrives where a bit says which number another variable is has one of these, or not the bit, or says the same.
func TestGivenOfArrives(t *testing.T) {
	checker, _ := atGiven(t, []x64.Item{x64.Label{Name: "_start", Doc: []string{""}}, x64.Inst{Op: x64.RET}})
	givesOf(t, &checker.proof.Nodes[0])
	flags, other, of := linear.Of(FirstVar), linear.Of(FirstVar+1), linear.Of(FirstVar+2)
	twice, _ := of.Times(2)
	for _, k := range []struct {
		name   string
		is, of linear.Sum
		bit    uint8
		values []int64
		ok     bool
	}{
		{"the same", flags, of, 2, []int64{10, 20}, true},
		{"more numbers", flags, of, 2, []int64{5, 10, 20, 25}, true},
		{"fewer", flags, of, 2, []int64{10}, false},
		{"one more that it may be", flags, of, 2, []int64{20, 30}, false},
		{"all that it may be", other, of, 2, []int64{10, 20, 30}, true},
		{"another bit", flags, of, 4, []int64{10, 20}, false},
		{"another number", other, of, 2, []int64{10, 20}, false},
		{"the bit as it is not", flags, of, 64 + 2, []int64{10, 20}, false},
		{"a bit that is clear", flags, of, 64 + 3, []int64{20, 30}, true},
		{"as it is not", flags, of, 3, []int64{20, 30}, false},
		{"a number that has not the bit", linear.Const(3), linear.Const(7), 2, []int64{10, 20}, true},
		{"a number that has it", linear.Const(4), linear.Const(7), 2, []int64{10, 20}, false},
		{"one that has it, and should not", linear.Const(8), linear.Const(7), 64 + 3, []int64{20}, true},
		{"one that has it not, and should not", linear.Const(4), linear.Const(7), 64 + 3, []int64{20}, false},
		{"one of the numbers", flags, linear.Const(10), 2, []int64{10, 20}, true},
		{"none of them", flags, linear.Const(30), 2, []int64{10, 20}, false},
		{"a bit that it cannot have", other, other, 9, []int64{10}, true},
		{"no few numbers", flags, other, 2, []int64{10, 20}, false},
		{"twice it", flags, twice, 2, []int64{20, 40}, false},
		{"twice all of it", flags, twice, 2, []int64{20, 40, 60}, true},
		{"no number", flags, of, 2, nil, false},
	} {
		s := checker.start(0)
		if got := s.Gives(&Given{Bit: k.bit, Of: FirstVar, Values: k.values}, k.is, k.of); got != k.ok {
			t.Errorf("%s: %v", k.name, got)
		}
	}
	// What is given of a number is given as long as there is the number; bytes are written where they are.
	s := checker.start(0)
	s.loseGiven(Span{-frame, 0})
	if !s.Gives(&Given{Bit: 2, Of: FirstVar, Values: []int64{10, 20}}, flags, of) || s.Gives(&Given{Bit: 2, Span: Span{-16, -8}}, flags, linear.Sum{}) {
		t.Error("what is given of a number is lost with bytes, or gives bytes")
	}
	for _, values := range [][]int64{{2, 1}, {3, 1, 2}} {
		n := checker.proof.Nodes[0]
		n.Givens = []Given{{Is: FirstVar, Of: FirstVar + 2, Values: values}}
		if n.wellFormed(Span{}) == nil {
			t.Errorf("%v is well formed", values)
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
