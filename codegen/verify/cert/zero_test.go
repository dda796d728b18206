package cert

import (
	"bytes"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/x64"
)

// A node may say whether ZF is set. What arrives must be known to have it so, by the branch that it took or
// by what it computed; behind the node nobody may ask for another flag.
func TestZero(t *testing.T) {
	end := x64.Target("end")
	ten, five := x64.Inst{Op: x64.CMP, Dst: x64.EAX, Src: x64.Imm(10)}, x64.Inst{Op: x64.CMP, Dst: x64.EBX, Src: x64.Imm(5)}
	unless, where := x64.Inst{Op: x64.JNE, Dst: end}, x64.Inst{Op: x64.JE, Dst: end}
	back := x64.Inst{Op: x64.JMP, Dst: x64.Target("_start")}
	const another, unset = "its ZF is another", "flags are asked for that nothing set"
	for _, c := range []struct {
		name    string
		says    Zero
		code    []x64.Item
		refusal string
	}{
		{"equal", ZeroSet, []x64.Item{ten, unless, back}, ""},
		{"not equal", ZeroClear, []x64.Item{ten, where, back}, ""},
		{"not equal, and set", ZeroSet, []x64.Item{ten, where, back}, another},
		{"equal, and clear", ZeroClear, []x64.Item{ten, unless, back}, another},
		{"compared, and set", ZeroSet, []x64.Item{ten, back}, another},
		{"compared, and clear", ZeroClear, []x64.Item{ten, back}, another},
		{"a constant", ZeroSet, []x64.Item{x64.Inst{Op: x64.XOR, Dst: x64.EAX, Src: x64.EAX}, back}, ""},
		{"a constant, and clear", ZeroClear, []x64.Item{x64.Inst{Op: x64.XOR, Dst: x64.EAX, Src: x64.EAX}, back}, another},
		{"moved since", ZeroSet, []x64.Item{ten, unless, x64.Inst{Op: x64.MOV, Dst: x64.EAX, Src: x64.Imm(1)}, back}, ""},
		{"compared again since", ZeroSet, []x64.Item{ten, unless, five, back}, another},
		{"counted since", ZeroSet, []x64.Item{ten, unless, x64.Inst{Op: x64.INC, Dst: x64.EBX}, back}, another},
		{"shifted since", ZeroSet, []x64.Item{ten, unless, x64.Inst{Op: x64.SHL, Dst: x64.EBX, Src: x64.CL}, back}, another},
		{"multiplied since", ZeroSet, []x64.Item{ten, unless, x64.Inst{Op: x64.IMUL, Dst: x64.EBX, Src: x64.ECX}, back}, another},
		{"nothing happened", ZeroSet, []x64.Item{back}, ""},
		{"asked for", ZeroSet, []x64.Item{unless, x64.Inst{Op: x64.RET}}, ""},
		{"it was set", ZeroSet, []x64.Item{where, x64.Inst{Op: x64.RET}}, "ud2"},
		{"it was clear", ZeroClear, []x64.Item{unless, x64.Inst{Op: x64.RET}}, "ud2"},
		{"not said", NoZero, []x64.Item{where}, unset},
		{"carry", ZeroSet, []x64.Item{x64.Inst{Op: x64.JB, Dst: end}}, unset},
		{"sign", ZeroSet, []x64.Item{x64.Inst{Op: x64.JS, Dst: end}}, unset},
		{"zero or carry", ZeroSet, []x64.Item{x64.Inst{Op: x64.JBE, Dst: end}}, unset},
		{"less or equal", ZeroSet, []x64.Item{x64.Inst{Op: x64.JLE, Dst: end}}, unset},
		{"carry behind a count", ZeroSet, []x64.Item{x64.Inst{Op: x64.INC, Dst: x64.EBX}, x64.Inst{Op: x64.JB, Dst: end}}, "made of an address"},
	} {
		t.Run(c.name, func(t *testing.T) {
			items := append([]x64.Item{x64.Label{Name: "_start", Doc: []string{""}}}, c.code...)
			file, entry := assembled(t, append(items, x64.Inst{Op: x64.RET}, x64.Label{Name: "end"}, x64.Inst{Op: x64.UD2}))
			server, err := load(bytes.NewReader(file), int64(len(file)))
			if err != nil {
				t.Fatal(err)
			}
			node := Node{Addr: entry, Vars: []Variable{{Bounds: linear.Bounds{Lo: 0, Hi: 99}}}, Zero: c.says}
			node.Regs[x86.RAX] = Reg{true, linear.Of(FirstVar)}
			checker := &checker{server: server, proof: &Proof{Nodes: []Node{node}}, guide: oneFact{}, explore: func(*State, Way) {}}
			if got := followedBack(checker, entry, func(s *State) linear.Sum { return s.regs[x86.RAX] }); got != c.refusal && (c.refusal == "" || !strings.Contains(got, c.refusal)) {
				t.Errorf("refused with %q, not %q", got, c.refusal)
			}
		})
	}
	if n := (&Node{Zero: zeros}); n.wellFormed(Span{}) == nil {
		t.Error("a node says of ZF what is nothing")
	}
}

// An interim response answers nothing; what is no such response, or more than one, does.
func TestInterim(t *testing.T) {
	for _, c := range []struct {
		data     string
		from, to int64
		ok       bool
	}{
		{"HTTP/1.1 100 Continue\r\n\r\n", 0, 25, true},
		{"HTTP/1.1 100 Continue\r\n\r\n", 0, 20, true},
		{"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", 0, 37, true},
		{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", 0, 26, false},
		{"HTTP/1.1 100 Continue\r\n\r\n", 1, 25, false},
		{"HTTP/1.1 101 Switching Protocols\r\n\r\n", 0, 36, false},
		{"HTTP/1.1 200 OK\r\n\r\n", 0, 19, false},
		{"HTTP/1.1 100 Continue\r\n", 0, 23, false},
		{"HTTP/1.1 100 " + strings.Repeat("x", maxInterim) + "\r\n\r\n", 0, 20, false},
	} {
		s := &State{check: &checker{server: &server{dataAddr: 4096, data: []byte(c.data)}}, vars: (&checker{}).variables(nil)}
		at, _ := linear.Of(ImageBase).PlusConst(4096 + c.from)
		if got := s.interim(at, linear.Const(c.to-c.from)); got != c.ok {
			t.Errorf("%q from %d to %d: %v", c.data, c.from, c.to, got)
		}
		if s.interim(linear.Of(StackBase), linear.Const(1)) {
			t.Error("what stands on the stack is interim")
		}
	}
	// Where it may begin a byte later, its end may be one too far.
	s := &State{check: &checker{server: &server{dataAddr: 4096, data: []byte("HTTP/1.1 100 Continue\r\n\r\n?")}}}
	s.vars = (&checker{}).variables([]Variable{{Bounds: linear.Bounds{Lo: 4096, Hi: 4097}}})
	at, _ := linear.Of(ImageBase).Plus(linear.Of(FirstVar), 1)
	if !s.interim(at, linear.Const(24)) || s.interim(at, linear.Const(25)) {
		t.Error("of a place that is known by its bounds the last one counts")
	}
	// A certificate that said where it is may say so no more when it is asked again.
	for _, b := range []linear.Bounds{{Lo: -linear.NoBound, Hi: linear.NoBound}, {Lo: 4000, Hi: 4097}, {Lo: 5000, Hi: 5001}} {
		s.vars[FirstVar].Bounds = b
		if s.interim(at, linear.Const(1)) {
			t.Errorf("what is from %d to %d is interim", b.Lo, b.Hi)
		}
	}
}
