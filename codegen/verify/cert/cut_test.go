package cert

import (
	"bytes"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/x64"
)

// What a number modulo a width is, is known where bounds leave one possibility, at the latest behind a branch.
// The first variable is in rcx, from 0 to 100, the second in rdx, from -400 to 400, the third in rsi, from 0 on
// without a bound, the fourth in rdi, likewise, but with bit 63 clear.
func TestCuts(t *testing.T) {
	inst := func(op x64.Op, dst, src x64.Operand) x64.Item { return x64.Inst{Op: op, Dst: dst, Src: src} }
	end := x64.Target("end")
	jump := func(op x64.Op) x64.Item { return x64.Inst{Op: op, Dst: end} }
	difference := []x64.Item{inst(x64.MOV, x64.EAX, x64.ECX), inst(x64.SUB, x64.EAX, x64.EDX)}
	low := []x64.Item{inst(x64.MOV, x64.EAX, x64.ECX), inst(x64.SUB, x64.AL, x64.DL)}
	loaded := inst(x64.MOV, x64.RAX, x64.Mem{Base: x64.RBP, Disp: -8, Width: 8})
	half := func(r x64.Reg, by int64) []x64.Item {
		return []x64.Item{inst(x64.MOV, x64.RAX, r), inst(x64.SHR, x64.RAX, x64.Imm(by))}
	}
	divided := func(r x64.Reg, by int64, divisor x64.Reg) []x64.Item {
		return []x64.Item{inst(x64.MOV, x64.RAX, r), inst(x64.XOR, x64.EDX, x64.EDX), inst(x64.MOV, x64.R8D, x64.Imm(by)), x64.Inst{Op: x64.DIV, Dst: divisor}}
	}
	v := func(i int) linear.Sum { return linear.Of(FirstVar + linear.Var(i)) }
	minus := func(a, b linear.Sum) linear.Sum {
		d, _ := a.Plus(b, -1)
		return d
	}
	for _, c := range []struct {
		name string
		code []x64.Item
		of   func(s *State) linear.Sum
		most int64
	}{
		{"counted down, and not below 0", []x64.Item{x64.Inst{Op: x64.DEC, Dst: x64.ECX}, jump(x64.JS)}, func(s *State) linear.Sum { return minus(s.regs[x86.RCX], v(0)) }, -1},
		{"counted down", []x64.Item{x64.Inst{Op: x64.DEC, Dst: x64.ECX}}, func(s *State) linear.Sum { return s.regs[x86.RCX] }, 1<<32 - 1},
		{"a difference that is 12", append(difference, inst(x64.CMP, x64.EAX, x64.Imm(12)), jump(x64.JNE)), func(s *State) linear.Sum { return minus(v(0), v(1)) }, 12},
		{"one that is at most 12", append(difference, inst(x64.CMP, x64.EAX, x64.Imm(12)), jump(x64.JA)), func(s *State) linear.Sum { return minus(v(0), v(1)) }, 12},
		{"one that is above 12", append(difference, inst(x64.CMP, x64.EAX, x64.Imm(12)), jump(x64.JBE)), func(s *State) linear.Sum { return minus(v(0), v(1)) }, 500},
		{"of which the low byte is 12", append(low, inst(x64.CMP, x64.AL, x64.Imm(12)), jump(x64.JNE)), func(s *State) linear.Sum { return minus(v(0), v(1)) }, 500},
		{"nothing left of it", append(half(x64.RDI, 59), jump(x64.JNE)), func(s *State) linear.Sum { return v(3) }, 1<<59 - 1},
		{"something left of it", append(half(x64.RDI, 59), jump(x64.JE)), func(s *State) linear.Sum { return v(3) }, linear.NoBound},
		{"nothing left of what has no bound", append(half(x64.RSI, 59), jump(x64.JNE)), func(s *State) linear.Sum { return v(2) }, linear.NoBound},
		{"8 bytes that are at most 2", []x64.Item{loaded, inst(x64.CMP, x64.RAX, x64.Imm(2)), jump(x64.JA)}, func(s *State) linear.Sum { return s.regs[x86.RAX] }, 2},
		{"8 bytes that are at most 2 as they have a sign", []x64.Item{loaded, inst(x64.CMP, x64.RAX, x64.Imm(2)), jump(x64.JG)}, func(s *State) linear.Sum { return s.regs[x86.RAX] }, linear.NoBound},
		{"what has no bound is at most 2", []x64.Item{inst(x64.CMP, x64.RSI, x64.Imm(2)), jump(x64.JA)}, func(s *State) linear.Sum { return s.regs[x86.RSI] }, linear.NoBound},
		{"with a bit that it has not", []x64.Item{inst(x64.AND, x64.ECX, x64.Imm(7)), inst(x64.MOV, x64.EAX, x64.ECX), inst(x64.OR, x64.EAX, x64.Imm(128))}, func(s *State) linear.Sum { return minus(s.regs[x86.RCX], s.regs[x86.RAX]) }, -128},
		{"with a bit that it may have", []x64.Item{inst(x64.MOV, x64.EAX, x64.ECX), inst(x64.OR, x64.EAX, x64.Imm(16))}, func(s *State) linear.Sum { return minus(s.regs[x86.RCX], s.regs[x86.RAX]) }, 0},
		{"by no more than a bit", []x64.Item{inst(x64.MOV, x64.EAX, x64.ECX), inst(x64.BTS, x64.EAX, x64.Imm(4))}, func(s *State) linear.Sum { return minus(s.regs[x86.RAX], s.regs[x86.RCX]) }, 16},
		{"without a bit", []x64.Item{inst(x64.MOV, x64.EAX, x64.ECX), inst(x64.BTR, x64.EAX, x64.Imm(4))}, func(s *State) linear.Sum { return minus(s.regs[x86.RCX], s.regs[x86.RAX]) }, 100},
		{"what a node says to have 8 bytes", []x64.Item{inst(x64.CMP, x64.RBX, x64.Imm(2)), jump(x64.JA)}, func(s *State) linear.Sum { return s.regs[x86.RBX] }, 2},
		{"its highest bit", half(x64.RSI, 63), func(s *State) linear.Sum { return s.regs[x86.RAX] }, linear.NoBound},
		{"a quotient", divided(x64.RCX, 7, x64.R8D), func(s *State) linear.Sum { return s.regs[x86.RAX] }, 14},
		{"what is left by it", divided(x64.RCX, 7, x64.R8D), func(s *State) linear.Sum { return s.regs[x86.RDX] }, 6},
		{"both", divided(x64.RCX, 7, x64.R8), func(s *State) linear.Sum {
			whole, _ := s.regs[x86.RDX].Plus(s.regs[x86.RAX], 7)
			return minus(whole, v(0))
		}, 0},
		{"a quotient of 4 bytes", []x64.Item{inst(x64.MOV, x64.EAX, x64.EDX), inst(x64.XOR, x64.EDX, x64.EDX), inst(x64.MOV, x64.R8D, x64.Imm(5)), x64.Inst{Op: x64.DIV, Dst: x64.R8D}}, func(s *State) linear.Sum { return s.regs[x86.RAX] }, 858_993_459},
		{"one of what has no bound", divided(x64.RSI, 5, x64.R8), func(s *State) linear.Sum { return s.regs[x86.RAX] }, 3_689_348_814_741_910_323},
		{"what is left of what has no bound", divided(x64.RSI, 5, x64.R8), func(s *State) linear.Sum { return s.regs[x86.RDX] }, 4},
		{"two bits of what a node says to have 8 bytes", []x64.Item{inst(x64.SHR, x64.RBX, x64.Imm(62))}, func(s *State) linear.Sum { return s.regs[x86.RBX] }, 3},
		{"two bits of it", half(x64.RSI, 62), func(s *State) linear.Sum { return s.regs[x86.RAX] }, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			items := append([]x64.Item{x64.Label{Name: "_start", Doc: []string{""}}}, c.code...)
			file, entry := assembled(t, append(items, x64.Inst{Op: x64.RET}, x64.Label{Name: "end"}, x64.Inst{Op: x64.UD2}))
			server, err := load(bytes.NewReader(file), int64(len(file)))
			if err != nil {
				t.Fatal(err)
			}
			endless := linear.Bounds{Lo: 0, Hi: linear.NoBound}
			node := Node{Addr: entry, Vars: []Variable{
				{Bounds: linear.Bounds{Lo: 0, Hi: 100}}, {Bounds: linear.Bounds{Lo: -400, Hi: 400}}, {Bounds: endless}, {Bounds: endless, Bits: Bits{Zeros: 1 << 63}}, {Bounds: endless, Word: true},
			}}
			node.Regs[x86.RBP], node.Bytes = Reg{true, linear.Of(StackBase)}, []Range{{linear.Const(-8), linear.Const(0)}}
			for i, r := range []x86.Reg{x86.RCX, x86.RDX, x86.RSI, x86.RDI, x86.RBX} {
				node.Regs[r] = Reg{true, v(i)}
			}
			checker := &checker{server: server, proof: &Proof{Nodes: []Node{node}}, guide: oneFact{}}
			s := checker.start(0)
			for checker.at(s.pc).Op != x86.RET {
				s = checker.next(s)[0]
			}
			if got := s.most(c.of(s)); got != c.most {
				t.Errorf("at most %d, not %d", got, c.most)
			}
		})
	}
	// What arrives as a word is one that an instruction made, or one with bounds from 0 on.
	s := &State{vars: (&checker{}).variables([]Variable{{Bounds: linear.Bounds{Lo: 0, Hi: linear.NoBound}}, {Bounds: linear.Bounds{Lo: 0, Hi: 9}}, {Bounds: linear.Bounds{Lo: -1, Hi: 9}}})}
	if s.IsWord(v(0)) || !s.IsWord(v(1)) || s.IsWord(v(2)) || !s.IsWord(s.anything(8, Nothing)) || s.IsWord(s.anything(16, Nothing)) {
		t.Error("what is from 0 to below 1<<64 is not what is known to be")
	}
}

// A call that was interrupted is given back, and only one that is known to have been, once.
func TestInterrupted(t *testing.T) {
	result := linear.Of(FirstVar)
	for _, c := range []struct {
		name   string
		lo, hi int64
		called linear.Var
		spent  int64
	}{
		{"interrupted", -4, -4, FirstVar, 1},
		{"maybe", -4, 0, FirstVar, 2},
		{"timed out", -11, -11, FirstVar, 2},
		{"of an earlier call", -4, -4, FirstVar + 1, 2},
		{"of an accept", -4, -4, 0, 2},
	} {
		check := &checker{}
		s := &State{check: check, vars: check.variables([]Variable{{Bounds: linear.Bounds{Lo: -maxErrno, Hi: 9}}, {}}), called: c.called, calls: budget{spent: 2}}
		if !s.know(s.plusConst(result, -c.hi)) || !s.know(s.plusConst(s.plus(linear.Sum{}, result, -1), c.lo)) || !s.settle() || !s.settle() {
			t.Fatal(c.name)
		}
		if s.calls.spent != c.spent {
			t.Errorf("%s: %d calls are spent, not %d", c.name, s.calls.spent, c.spent)
		}
	}
}

// A number that may be below 0 by its bounds alone is what it is cut to where facts say that it is not.
func TestCutByFacts(t *testing.T) {
	ck, _ := atEnvironment(t, []x64.Item{x64.Label{Name: "_start", Doc: []string{""}}, x64.Inst{Op: x64.RET}}, Starting)
	s := ck.start(0)
	v := s.fresh(Variable{Bounds: linear.Bounds{Lo: 0, Hi: 100}})
	w := s.fresh(Variable{Bounds: linear.Bounds{Lo: 0, Hi: 100}})
	less := s.plusConst(v, -1)
	if is := s.Clone().cut(less, 4); linear.Equal(is, less) {
		t.Error("0 less 1 is taken for -1, in 4 bytes")
	}
	s.know(s.plusConst(s.plus(w, v, -1), 1))
	if is := s.cut(less, 4); !linear.Equal(is, less) {
		t.Errorf("it is %v, want %v", is, less)
	}
	if is := s.cut(s.plusConst(v, -2), 4); linear.Equal(is, s.plusConst(v, -2)) {
		t.Error("1 less 2 is taken for -1, in 4 bytes")
	}
}
