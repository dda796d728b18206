package cert

import (
	"bytes"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/x64"
)

// A node says where a variable was loaded: what arrives must have been loaded there, or be a constant
// that stands there; and what is found of it behind the node says where no line ends.
func TestNodeLoads(t *testing.T) {
	at := func(disp int32) x64.Mem {
		return x64.Mem{Base: x64.RBP, Index: x64.RCX, Scale: 1, Disp: disp, Width: 1}
	}
	load := x64.Inst{Op: x64.MOVZX, Dst: x64.EAX, Src: at(0)}
	for _, c := range []struct {
		name string
		code []x64.Item
		ok   bool
	}{
		{"loaded", []x64.Item{load}, true},
		{"a constant that stands there", []x64.Item{x64.Inst{Op: x64.CMP, Dst: at(0), Src: x64.Imm('%')}, x64.Inst{Op: x64.JNE, Dst: x64.Target("end")}, x64.Inst{Op: x64.MOV, Dst: x64.EAX, Src: x64.Imm('%')}}, true},
		{"another constant", []x64.Item{x64.Inst{Op: x64.CMP, Dst: at(0), Src: x64.Imm('%')}, x64.Inst{Op: x64.JNE, Dst: x64.Target("end")}, x64.Inst{Op: x64.MOV, Dst: x64.EAX, Src: x64.Imm('/')}}, false},
		{"from another place", []x64.Item{x64.Inst{Op: x64.MOVZX, Dst: x64.EAX, Src: at(1)}}, false},
		{"in lower case", []x64.Item{load, x64.Inst{Op: x64.OR, Dst: x64.EAX, Src: x64.Imm(0x20)}}, false},
		{"and overwritten", []x64.Item{load, x64.Inst{Op: x64.MOV, Dst: at(0), Src: x64.Imm('/')}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			items := append([]x64.Item{x64.Label{Name: "_start", Doc: []string{""}}}, c.code...)
			items = append(items, x64.Inst{Op: x64.JMP, Dst: x64.Target("_start")}, x64.Label{Name: "end"}, x64.Inst{Op: x64.RET})
			s, entry := atLoads(t, items)
			for {
				if s = s.check.next(s)[0]; s.pc == entry {
					break
				}
			}
			if got := s.IsLoaded(s.regs[x86.RAX], linear.Of(FirstVar), 1); got != c.ok {
				t.Errorf("it stands there: %v", got)
			}
		})
	}
	s, _ := atLoads(t, []x64.Item{x64.Label{Name: "_start", Doc: []string{""}}, x64.Inst{Op: x64.RET}})
	s.found(s.regs[x86.RAX], 1, '%')
	if d, _ := linear.Of(FirstVar).Plus(linear.Of(FirstVar+1), -1); s.most(d) != -1 {
		t.Errorf("a percent sign is at most %d behind a line's end, not in front of it", s.most(d))
	}
}

// atLoads is a state at a node whose rax stands at rcx, which is not behind a line's end.
func atLoads(t *testing.T, items []x64.Item) (s *State, entry uint64) {
	file, entry := assembled(t, items)
	server, err := load(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	p, q, letter := linear.Of(FirstVar), linear.Of(FirstVar+1), linear.Of(FirstVar+2)
	order, _ := p.Plus(q, -1)
	place := Variable{Bounds: linear.Bounds{Lo: -frame, Hi: -16}}
	node := Node{
		Addr: entry, Vars: []Variable{place, place, {Bounds: linear.Bounds{Lo: 0, Hi: 255}}}, Facts: []linear.Sum{order},
		Bytes: []Range{{linear.Const(-frame), linear.Sum{}}}, Texts: []Text{{q, []byte("\r\n")}}, Loads: []Loaded{{FirstVar + 2, p, 1}},
	}
	rsp, _ := linear.Of(StackBase).PlusConst(-frame)
	node.Regs[x86.RSP] = Reg{true, rsp}
	node.Regs[x86.RBP], node.Regs[x86.RCX], node.Regs[x86.RAX] = Reg{true, linear.Of(StackBase)}, Reg{true, p}, Reg{true, letter}
	if err := node.wellFormed(Span{}); err != nil {
		t.Fatal(err)
	}
	c := &checker{server: server, proof: &Proof{Nodes: []Node{node}}, guide: oneFact{}}
	return c.start(0), entry
}
