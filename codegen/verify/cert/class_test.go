package cert

import (
	"bytes"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/x64"
)

// A byte of a class that has neither CR nor LF is not in a line's end: where p <= q, and a line's end is at q,
// a byte at p that a table has in the class stands in front of q. front is how many bytes do.
func TestClass(t *testing.T) {
	in := func(disp int32) x64.Item {
		return x64.Inst{Op: x64.MOVZX, Dst: x64.EAX, Src: x64.Mem{Base: x64.RBP, Index: x64.RCX, Scale: 1, Disp: disp, Width: 1}}
	}
	class := x64.Inst{Op: x64.TEST, Dst: x64.Mem{Base: x64.R15, Index: x64.RAX, Scale: 1, Width: 1}, Src: x64.Imm(2)}
	if0, ifNot0 := x64.Inst{Op: x64.JE, Dst: x64.Target("end")}, x64.Inst{Op: x64.JNE, Dst: x64.Target("end")}
	over := x64.Inst{Op: x64.MOV, Dst: x64.Mem{Base: x64.RBP, Index: x64.RCX, Scale: 1, Width: 1}, Src: x64.Imm('\r')}
	lower := x64.Inst{Op: x64.OR, Dst: x64.AL, Src: x64.Imm(32)}
	compared := func(with int64) x64.Item { return x64.Inst{Op: x64.CMP, Dst: x64.EAX, Src: x64.Imm(with)} }
	ifLess, ifMore := x64.Inst{Op: x64.JB, Dst: x64.Target("end")}, x64.Inst{Op: x64.JA, Dst: x64.Target("end")}
	two := x64.Inst{Op: x64.MOVZX, Dst: x64.EAX, Src: x64.Mem{Base: x64.RBP, Index: x64.RCX, Scale: 1, Width: 2}}
	for _, c := range []struct {
		name  string
		code  []x64.Item
		class string // the table has 2 for its bytes, 1 for all others
		front int64
	}{
		{"digits", []x64.Item{in(0), class, if0}, "0123456789", 1},
		{"the byte behind", []x64.Item{in(1), class, if0}, "0123456789", 2},
		{"CR is one", []x64.Item{in(0), class, if0}, "0123456789\r", 0},
		{"LF is one", []x64.Item{in(0), class, if0}, "\n0123456789", 0},
		{"all but digits", []x64.Item{in(0), class, ifNot0}, "0123456789", 0},
		{"all but a line's end", []x64.Item{in(0), class, ifNot0}, "\r\n", 1},
		{"nobody asked", []x64.Item{in(0), class}, "0123456789", 0},
		{"of what is written over", []x64.Item{in(0), over, class, if0}, "0123456789", 0},
		{"one less than what is", []x64.Item{in(0), x64.Inst{Op: x64.INC, Dst: x64.AL}, class, if0}, "0123456789", 1},
		{"one less than what may be CR", []x64.Item{in(0), x64.Inst{Op: x64.INC, Dst: x64.AL}, class, if0}, "\x0e0123456789", 0},
		{"letters in lower case", []x64.Item{in(0), lower, class, if0}, "abcdef", 1},
		{"what CR becomes", []x64.Item{in(0), lower, class, if0}, "abcdef-", 0},
		{"by its bounds", []x64.Item{in(0), compared(' '), ifLess}, "", 1},
		{"by bounds between them", []x64.Item{in(0), compared('\n' + 1), ifLess, compared('\r' - 1), ifMore}, "", 1},
		{"CR is within bounds", []x64.Item{in(0), compared('\r'), ifLess}, "", 0},
		{"LF is within bounds", []x64.Item{in(0), compared('\n'), ifMore}, "", 0},
		{"a digit's number", []x64.Item{in(0), x64.Inst{Op: x64.SUB, Dst: x64.EAX, Src: x64.Imm('0')}, compared(9), ifMore}, "", 1},
		{"by bounds of what is written over", []x64.Item{in(0), over, compared(' '), ifLess}, "", 0},
		{"by bounds of two bytes", []x64.Item{two, compared(0x2020), ifLess}, "", 0},
		{"with a bit that is set, by its bounds", []x64.Item{in(0), lower, compared('\r' | 0x20 + 1), ifLess}, "", 1},
		{"with a bit that is set, which CR is then", []x64.Item{in(0), lower, compared('\r' | 0x20), ifLess}, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			items := append([]x64.Item{x64.Label{Name: "_start", Doc: []string{""}}}, c.code...)
			file, entry := assembled(t, append(items, x64.Inst{Op: x64.RET}, x64.Label{Name: "end"}, x64.Inst{Op: x64.UD2}))
			server, err := load(bytes.NewReader(file), int64(len(file)))
			if err != nil {
				t.Fatal(err)
			}
			server.data = bytes.Repeat([]byte{1}, 256)
			for _, b := range []byte(c.class) {
				server.data[b] = 2
			}
			p, q := linear.Of(FirstVar), linear.Of(FirstVar+1)
			order, _ := p.Plus(q, -1)
			place := Variable{Bounds: linear.Bounds{Lo: -frame, Hi: -16}}
			node := Node{
				Addr: entry, Vars: []Variable{place, place}, Facts: []linear.Sum{order},
				Bytes: []Range{{linear.Const(-frame), linear.Sum{}}}, Texts: []Text{{q, []byte("\r\n")}},
			}
			table, _ := linear.Of(ImageBase).PlusConst(server.dataAddr)
			node.Regs[x86.RSP], node.Regs[x86.RBP] = Reg{true, plusBase(t, -frame)}, Reg{true, linear.Of(StackBase)}
			node.Regs[x86.RCX], node.Regs[x86.R15] = Reg{true, p}, Reg{true, table}
			checker := &checker{server: server, proof: &Proof{Nodes: []Node{node}}, guide: oneFact{}}
			s := checker.start(0)
			for checker.at(s.pc).Op != x86.RET {
				s = checker.next(s)[0]
			}
			if d, _ := p.Plus(q, -1); s.most(d) != -c.front {
				t.Errorf("%d bytes are in front, not %d", -s.most(d), c.front)
			}
		})
	}
}
