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

// Of the environment a server may read argc, a pointer where the one before it is not null, and a byte where
// the one before it is not NUL, while it boots; and go by whether a pointer is null, but not by where it leads.
func TestEnvironment(t *testing.T) {
	inst := func(op x64.Op, ops ...x64.Operand) x64.Item {
		in := x64.Inst{Op: op}
		if len(ops) > 0 {
			in.Dst = ops[0]
		}
		if len(ops) > 1 {
			in.Src = ops[1]
		}
		return in
	}
	code := func(items ...x64.Item) []x64.Item { return items }
	at := func(base x64.Reg, disp int32, width uint8) x64.Mem {
		return x64.Mem{Base: base, Disp: disp, Width: width}
	}
	const other = "neither on the stack nor in the data"
	const address = "a branch goes by what was made of an address"
	end := x64.Target("end")
	unlessZero, ifZero := inst(x64.JE, end), inst(x64.JNE, end)
	first := inst(x64.MOVZX, x64.EAX, at(x64.R9, 0, 1))
	second := inst(x64.MOVZX, x64.EAX, at(x64.R9, 1, 1))
	test := inst(x64.TEST, x64.EAX, x64.EAX)
	pointer := inst(x64.MOV, x64.RSI, at(x64.R11, 0, 8))
	isNull := inst(x64.TEST, x64.RSI, x64.RSI)
	next := inst(x64.MOV, x64.RSI, at(x64.R11, 8, 8))
	argc := inst(x64.MOV, x64.RCX, at(x64.RSP, frame, 8))
	array := func(disp int32, scale uint8) x64.Item {
		return inst(x64.MOV, x64.RSI, x64.Mem{Base: x64.RSP, Index: x64.RCX, Scale: scale, Disp: frame + disp, Width: 8})
	}
	for _, c := range []struct {
		name  string
		phase Phase
		code  []x64.Item
		want  string
	}{
		{"a first byte", Starting, code(first), ""},
		{"a second byte", Starting, code(second), other},
		{"a byte in front", Starting, code(inst(x64.MOVZX, x64.EAX, at(x64.R9, -1, 1))), other},
		{"a second byte behind one that is not NUL", Listening, code(first, test, unlessZero, second), ""},
		{"a second byte behind NUL", Starting, code(first, test, ifZero, second), other},
		{"a second byte behind one that was not looked at", Starting, code(first, second), other},
		{"a third byte behind one that is not NUL", Starting, code(first, test, unlessZero, inst(x64.MOVZX, x64.EAX, at(x64.R9, 2, 1))), other},
		{"a second byte behind one of which a bit is clear", Starting, code(first, inst(x64.TEST, x64.EAX, x64.Imm(1)), ifZero, second), other},
		{"a second byte behind one that is a letter", Starting, code(first, inst(x64.CMP, x64.AL, x64.Imm('P')), ifZero, second), ""},
		{"a second byte behind one that is NUL", Starting, code(first, inst(x64.CMP, x64.AL, x64.Imm(0)), ifZero, second), other},
		{"two bytes at once", Starting, code(inst(x64.MOVZX, x64.EAX, at(x64.R9, 0, 2))), other},
		{"eight bytes at once", Starting, code(inst(x64.MOV, x64.RAX, at(x64.R9, 0, 8))), other},
		{"a byte is written", Starting, code(inst(x64.MOV, at(x64.R9, 0, 1), x64.AL)), "is no place on the stack"},
		{"a byte where its own address says", Starting, code(inst(x64.MOVZX, x64.EAX, x64.Mem{Base: x64.R9, Index: x64.R9, Scale: 1, Width: 1})), other},
		{"a byte when clients are served", Serving, code(first), other},
		{"a byte behind the boot", Idle, code(first), other},
		{"a byte in a handler", Interrupted, code(first), other},
		{"a pointer", Starting, code(pointer), ""},
		{"a pointer when clients are served", Serving, code(pointer), "are not known to be written"},
		{"half of a pointer", Starting, code(inst(x64.MOV, x64.ESI, at(x64.R11, 0, 4))), "are not known to be written"},
		{"a pointer behind one that is not null", Starting, code(pointer, isNull, unlessZero, next), ""},
		{"a pointer behind the null", Starting, code(pointer, isNull, ifZero, next), "are not known to be written"},
		{"a pointer behind one that was not looked at", Starting, code(pointer, next), "are not known to be written"},
		{"a pointer far behind", Starting, code(pointer, isNull, unlessZero, inst(x64.MOV, x64.RSI, at(x64.R11, 16, 8))), "are not known to be written"},
		{"a pointer is written", Starting, code(inst(x64.MOV, at(x64.R11, 0, 8), x64.RAX)), "are not all in the frame"},
		{"the string of what may be null", Starting, code(pointer, inst(x64.MOVZX, x64.EAX, at(x64.RSI, 0, 1))), other},
		{"the string of what is not null", Starting, code(pointer, isNull, unlessZero, inst(x64.MOVZX, x64.EAX, at(x64.RSI, 0, 1))), ""},
		{"half of a pointer is compared with 0", Starting, code(pointer, inst(x64.TEST, x64.ESI, x64.ESI), unlessZero), address},
		{"a pointer is compared with another one", Starting, code(pointer, inst(x64.CMP, x64.RSI, x64.R9), unlessZero), address},
		{"a pointer's sign", Starting, code(pointer, isNull, inst(x64.JS, end)), address},
		{"the first pointer", Starting, code(argc, array(16, 8)), ""},
		{"argc when clients are served", Serving, code(argc), "are not known to be written"},
		{"argc's half", Starting, code(inst(x64.MOV, x64.ECX, at(x64.RSP, frame, 4))), "are not known to be written"},
		{"an argument", Starting, code(argc, array(8, 8)), "are not known to be written"},
		{"the second pointer", Starting, code(argc, array(24, 8)), "are not known to be written"},
		{"a pointer at half of argc", Starting, code(argc, array(16, 4)), "are not known to be written"},
		{"a pointer behind fewer arguments", Starting, code(argc, inst(x64.DEC, x64.RCX), array(16, 8)), "are not known to be written"},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			items := append(code(x64.Label{Name: "_start", Doc: []string{""}}), c.code...)
			items = append(items, x64.Inst{Op: x64.RET}, x64.Label{Name: "end"}, x64.Inst{Op: x64.UD2})
			if got := followed(atEnvironment(t, items, c.phase)); c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("refused with %q, want %q", got, c.want)
			}
		})
	}
}

// atEnvironment is at a node where r11 is where a pointer of the environment stands, and r9 another one.
func atEnvironment(t *testing.T, items []x64.Item, phase Phase) (c *checker, entry uint64) {
	file, entry := assembled(t, items)
	server, err := load(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	const place, text = FirstVar, FirstVar + 1
	node := Node{Addr: entry, Phase: phase, Vars: []Variable{
		{Bounds: linear.Bounds{Lo: 16, Hi: maxEnvironment}, Result: Element},
		{Bounds: linear.Bounds{Lo: 1, Hi: maxAddress}, Made: Address, Result: String},
	}}
	sum := func(c int64, terms ...linear.Term) linear.Sum { return linear.Sum{C: c, Terms: terms} }
	node.Regs[x86.RSP] = Reg{true, sum(-frame, linear.Term{Var: StackBase, Coef: 1})}
	node.Regs[x86.R11] = Reg{true, sum(0, linear.Term{Var: StackBase, Coef: 1}, linear.Term{Var: place, Coef: 1})}
	node.Regs[x86.R9] = Reg{true, linear.Of(text)}
	begin := []linear.Term{{Var: StackBase, Coef: -1}, {Var: text, Coef: 1}}
	node.Bytes = []Range{{sum(0, begin...), sum(1, begin...)}}
	if err := node.wellFormed(Span{}); err != nil {
		t.Fatal(err)
	}
	return &checker{server: server, proof: &Proof{Nodes: []Node{node}}, guide: oneFact{}, figures: Figures{Calls: map[int64]bool{}}}, entry
}

// A node may not say of a place of the frame that it is a string's, nor of a number that it is one of the
// environment: what was not loaded from there is none.
func TestEnvironmentClaims(t *testing.T) {
	stack, _ := linear.Of(StackBase).PlusConst(-frame)
	for _, c := range []struct {
		name     string
		place, p linear.Sum
	}{
		{"a place in the frame as a string", linear.Of(FirstVar), stack},
		{"a number as a string", linear.Of(FirstVar), linear.Const(1 << 40)},
		{"a string moved on", linear.Of(FirstVar), linear.Sum{C: 1, Terms: []linear.Term{{Var: FirstVar + 1, Coef: 1}}}},
		{"a place among the pointers without a look", linear.Sum{C: 8, Terms: []linear.Term{{Var: FirstVar, Coef: 1}}}, linear.Of(FirstVar + 1)},
		{"a constant as a place", linear.Const(24), linear.Of(FirstVar + 1)},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			ck, entry := atEnvironment(t, []x64.Item{x64.Label{Name: "_start", Doc: []string{""}}, x64.Inst{Op: x64.RET}}, Starting)
			s := ck.start(0)
			s.pc = entry
			defer func() {
				if r, ok := recover().(*Refusal); !ok || !strings.Contains(r.Msg, "is no such result") {
					t.Errorf("refused with %v", r)
				}
			}()
			s.arrives(0, []linear.Sum{c.place, c.p})
			t.Error("it arrives")
		})
	}
}

// Where the boot is done nothing that may be made of the environment is known, nor may be read: but constants,
// addresses and the listener are, and constant bytes that a vector has stored.
func TestEnvironmentIsForgotten(t *testing.T) {
	ck, _ := atEnvironment(t, []x64.Item{x64.Label{Name: "_start", Doc: []string{""}}, x64.Inst{Op: x64.RET}}, Listening)
	s := ck.start(0)
	b := s.load(s.regs[x86.R9], 1)
	listener := s.fresh(Variable{Bounds: linear.Bounds{Lo: 0, Hi: 9}, Result: Listener})
	place := func(off int64) linear.Sum { return s.plusConst(linear.Of(StackBase), off) }
	s.regs[x86.RAX], s.regs[x86.RBX], s.regs[x86.R12], s.regs[x86.RBP] = b, linear.Const(7), listener, place(-64)
	s.store(place(-8), 8, b)
	s.store(place(-16), 8, linear.Const(3))
	s.store(place(-24), 8, listener)
	s.storeBytes(place(-40), 16, nil, Nothing)
	s.vecs[0] = vector{}
	s.vecs[1] = vector{Vector: Vector{Known: true}}
	s.writeVector(x86.Operand{Kind: x86.MemOperand, Width: 16, Mem: x86.Mem{Base: x86.RSP, Index: x86.NoReg}}, s.vecs[1])
	s.store(place(8-frame), 1, b) // into these zeros
	s.push(b, 0)
	s.forgetEnvironment()
	for r, made := range map[x86.Reg]Trace{x86.RAX: Address, x86.R9: Address, x86.R11: Address, x86.RCX: Address, x86.RBX: Nothing, x86.R12: Nothing} {
		if s.made(s.regs[r]) != made {
			t.Errorf("%s is %v", r, s.regs[r])
		}
	}
	if !linear.Equal(s.regs[x86.RBP], place(-64)) {
		t.Errorf("rbp is %v", s.regs[x86.RBP])
	}
	if s.vecs[0].made != Address || s.vecs[1].made != Nothing {
		t.Error("a vector that is not known may be told, or one that is may not")
	}
	if want := []Span{{-24, -8}, {-frame, 8 - frame}, {9 - frame, 16 - frame}}; !slices.Equal(s.first, want) {
		t.Errorf("%v are left, want %v", s.first, want)
	}
	s.keep(s.first)
	if a := s.pop(0); s.made(a) != Address {
		t.Error("what was pushed may be told")
	}
}

// What the boot made of the environment is left where the certificate says, and tells of a secret: branches may go by it, but it is
// written to no client, and no number is made of flags of it.
func TestSecrets(t *testing.T) {
	for _, c := range []struct {
		name string
		does func(s *State, at func(int64) linear.Sum)
		want string
	}{
		{"a branch", func(s *State, _ func(int64) linear.Sum) { s.decides(x86.CondE, Secret) }, ""},
		{"a number of flags", func(s *State, _ func(int64) linear.Sum) { s.decides(x86.CondE, Nothing) }, "flags that tell of a secret"},
		{"carry", func(s *State, _ func(int64) linear.Sum) { s.decides(x86.CondB, Nothing) }, "flags that tell of a secret"},
		{"what is written", func(s *State, at func(int64) linear.Sum) { s.tells(at(-24), linear.Const(8)) }, "may be made of a secret"},
		{"beside it", func(s *State, at func(int64) linear.Sum) { s.tells(at(-32), linear.Const(8)) }, ""},
		{"what is written in the boot", func(s *State, at func(int64) linear.Sum) {
			s.phase = Listening
			s.tells(at(-24), linear.Const(8))
		}, ""},
		{"an address is stored there", func(s *State, at func(int64) linear.Sum) {
			s.store(at(-24), 8, at(-8))
			s.tells(at(-24), linear.Const(8))
		}, "may be made of an address"},
		{"it is stored elsewhere", func(s *State, at func(int64) linear.Sum) {
			s.store(at(-32), 8, s.load(at(-24), 8))
			s.tells(at(-32), linear.Const(8))
		}, "may be made of a secret"},
		{"a constant is stored there", func(s *State, at func(int64) linear.Sum) {
			s.store(at(-24), 8, linear.Const(1))
			s.tells(at(-24), linear.Const(8))
		}, ""},
		{"it is stored somewhere where an address is", func(s *State, at func(int64) linear.Sum) {
			s.store(at(-24), 8, at(-8))
			s.storeBytes(at(-24), 8, nil, Secret)
			s.tells(at(-24), linear.Const(1))
		}, "may be made of an address"},
		{"an address is stored somewhere where it is", func(s *State, at func(int64) linear.Sum) {
			s.storeBytes(at(-24), 8, nil, Address)
			s.tells(at(-17), linear.Const(1))
		}, "may be made of an address"},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			ck, _ := atEnvironment(t, []x64.Item{x64.Label{Name: "_start", Doc: []string{""}}, x64.Inst{Op: x64.RET}}, Listening)
			ck.proof.Kept = Span{-24, -8}
			s := ck.start(0)
			at := func(off int64) linear.Sum { return s.plusConst(linear.Of(StackBase), off) }
			b := s.load(s.regs[x86.R9], 1)
			for _, off := range []int64{-8, -16, -24, -32} {
				s.store(at(off), 8, b)
			}
			s.store(at(-16), 8, linear.Const(3))
			s.store(at(-32), 8, linear.Const(3))
			s.forgetEnvironment()
			s.keep(s.first)
			s.phase = Serving
			if want := []Span{{-32, -8}}; !slices.Equal(s.first, want) {
				t.Errorf("%v are left, want %v", s.first, want)
			}
			secret, constant := s.load(at(-24), 8), s.load(at(-16), 8)
			if s.made(secret) != Secret || s.made(constant) != Nothing || linear.Equal(secret, b) {
				t.Errorf("%v tells of %d, %v of %d", secret, s.made(secret), constant, s.made(constant))
			}
			sum := s.plus(secret, constant, 1)
			if address := s.plus(secret, at(0), 1); s.made(sum) != Secret || s.made(address) != Address {
				t.Errorf("a sum tells of %d, with an address of %d", s.made(sum), s.made(address))
			}
			s.compares(sum, linear.Const(5), 8)
			defer func() {
				r, ok := recover().(*Refusal)
				if ok != (c.want != "") || ok && !strings.Contains(r.Msg, c.want) {
					t.Errorf("refused with %v, want %q", r, c.want)
				}
			}()
			c.does(s, at)
		})
	}
}

// Of what an instruction reads of the environment that the certificate names clients may get something: it tells of nothing. What
// others read tells of a secret, if something is left of it.
func TestShown(t *testing.T) {
	for _, c := range []struct {
		name  string
		shown []uint64
		kept  Span
		byte  Trace
		argc  Trace
		left  []Span
	}{
		{"nothing is shown", nil, Span{}, Nothing, Nothing, []Span{{-32, -24}}},
		{"another instruction", []uint64{0x11}, Span{-24, -8}, Secret, Secret, []Span{{-32, -8}}},
		{"this one", []uint64{0x11, 0x10}, Span{-24, -8}, Nothing, Nothing, []Span{{-32, -8}}},
		{"this one, to nowhere", []uint64{0x10}, Span{}, Nothing, Nothing, []Span{{-32, -24}}},
		{"none, and it is left", nil, Span{-24, -8}, Secret, Secret, []Span{{-32, -8}}},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			ck, _ := atEnvironment(t, []x64.Item{x64.Label{Name: "_start", Doc: []string{""}}, x64.Inst{Op: x64.RET}}, Listening)
			ck.proof.Shown, ck.proof.Kept = c.shown, c.kept
			s := ck.start(0)
			s.pc = 0x10
			b, argc := s.load(s.regs[x86.R9], 1), s.load(linear.Of(StackBase), 8)
			if s.made(b) != c.byte || s.made(argc) != c.argc {
				t.Errorf("a byte tells of %s, argc of %s", s.made(b), s.made(argc))
			}
			for _, off := range []int64{-8, -16, -24, -32} {
				s.store(s.plusConst(linear.Of(StackBase), off), 8, b)
			}
			s.store(s.plusConst(linear.Of(StackBase), -32), 8, linear.Const(3))
			s.regs[x86.RSI], s.regs[x86.RCX], s.regs[x86.RDI] = s.regs[x86.R9], linear.Const(1), s.plusConst(linear.Of(StackBase), -40)
			s.moveBytes()
			if made := s.marked(linear.Const(-40), linear.Const(-39)); made != c.byte {
				t.Errorf("a byte that is moved tells of %s", made)
			}
			s.forgetEnvironment()
			if !slices.Equal(s.first, c.left) {
				t.Errorf("%v are left, want %v", s.first, c.left)
			}
			s.keep(s.first)
			if made := s.marked(linear.Const(-24), linear.Const(-8)); (made == Nothing) != (c.byte == Nothing) {
				t.Errorf("what is left tells of %s", made)
			}
		})
	}
}

// A byte of a string that was not looked at yet is known to be the one that was loaded where something else is stored: nothing is
// stored there.
func TestStringIsNotStored(t *testing.T) {
	ck, _ := atEnvironment(t, []x64.Item{x64.Label{Name: "_start", Doc: []string{""}}, x64.Inst{Op: x64.RET}}, Starting)
	s := ck.start(0)
	place := s.plusConst(linear.Of(StackBase), -frame)
	s.store(place, 8, linear.Const(1))
	b, of := s.load(s.regs[x86.R9], 1), s.load(s.plus(place, s.fresh(Variable{Bounds: linear.Bounds{Lo: 0, Hi: 4}}), 1), 1)
	s.store(place, 8, linear.Const(3))
	for a, want := range map[linear.Var]bool{b.Terms[0].Var: true, of.Terms[0].Var: false} {
		if is := slices.ContainsFunc(s.loads, func(l loaded) bool { return l.is == a }); is != want {
			t.Errorf("%d is known to stand there: %t", a, is)
		}
	}
}
