package cert

import (
	"bytes"
	"testing"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/x64"
)

// What was computed of bytes says of them where no line ends: a line's end at q is not among them, if
// they begin at p, p <= q. front is how many bytes are known to stand in front of it.
func TestFound(t *testing.T) {
	at := func(width uint8) x64.Mem {
		return x64.Mem{Base: x64.RBP, Index: x64.RCX, Scale: 1, Width: width}
	}
	for _, c := range []struct {
		name  string
		code  []x64.Item
		front int64
	}{
		{"four letters", []x64.Item{
			x64.Inst{Op: x64.CMP, Dst: at(4), Src: x64.Imm(0x70747468)},
		}, 4},
		{"four letters in either case", []x64.Item{
			x64.Inst{Op: x64.MOV, Dst: x64.EAX, Src: at(4)},
			x64.Inst{Op: x64.OR, Dst: x64.EAX, Src: x64.Imm(0x20202020)},
			x64.Inst{Op: x64.CMP, Dst: x64.EAX, Src: x64.Imm(0x70747468)},
		}, 4},
		{"a letter in either case", []x64.Item{
			x64.Inst{Op: x64.MOVZX, Dst: x64.EAX, Src: at(1)},
			x64.Inst{Op: x64.OR, Dst: x64.AL, Src: x64.Imm(0x20)},
			x64.Inst{Op: x64.CMP, Dst: x64.AL, Src: x64.Imm('s')},
		}, 1},
		{"one that a CR becomes", []x64.Item{
			x64.Inst{Op: x64.MOVZX, Dst: x64.EAX, Src: at(1)},
			x64.Inst{Op: x64.OR, Dst: x64.AL, Src: x64.Imm(0x20)},
			x64.Inst{Op: x64.CMP, Dst: x64.AL, Src: x64.Imm('\r' | 0x20)},
		}, 0},
		{"bits that a CR has", []x64.Item{
			x64.Inst{Op: x64.MOVZX, Dst: x64.EAX, Src: at(1)},
			x64.Inst{Op: x64.AND, Dst: x64.EAX, Src: x64.Imm(0x0c)},
			x64.Inst{Op: x64.CMP, Dst: x64.EAX, Src: x64.Imm(0x0c)},
		}, 0},
		{"bits that it has not", []x64.Item{
			x64.Inst{Op: x64.MOVZX, Dst: x64.EAX, Src: at(1)},
			x64.Inst{Op: x64.AND, Dst: x64.EAX, Src: x64.Imm(0xdf)},
			x64.Inst{Op: x64.XOR, Dst: x64.EAX, Src: x64.Imm('S')},
		}, 1},
		{"eight letters against a constant", []x64.Item{
			x64.Inst{Op: x64.MOV, Dst: x64.RAX, Src: x64.Imm(0x312e312f50545448)},
			x64.Inst{Op: x64.XOR, Dst: x64.RAX, Src: at(8)},
		}, 8},
		{"three of four bytes", []x64.Item{
			x64.Inst{Op: x64.MOV, Dst: x64.EAX, Src: at(4)},
			x64.Inst{Op: x64.SHL, Dst: x64.EAX, Src: x64.Imm(8)},
			x64.Inst{Op: x64.CMP, Dst: x64.EAX, Src: x64.Imm(0x2f2f3a00)},
		}, 3},
		{"a part of a byte", []x64.Item{
			x64.Inst{Op: x64.MOVZX, Dst: x64.EAX, Src: at(1)},
			x64.Inst{Op: x64.SHL, Dst: x64.EAX, Src: x64.Imm(28)},
			x64.Inst{Op: x64.CMP, Dst: x64.EAX, Src: x64.Imm(0x50000000)},
		}, 0},
		// The three bytes behind the one that is looked at were taken for zeros.
		{"one of four bytes", []x64.Item{
			x64.Inst{Op: x64.MOV, Dst: x64.EAX, Src: at(4)},
			x64.Inst{Op: x64.CMP, Dst: x64.AL, Src: x64.Imm('h')},
		}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := inFront(t, c.code); got != c.front {
				t.Errorf("%d bytes are in front, not %d", got, c.front)
			}
		})
	}
}

// inFront is by how much p is below q where code leaves ZF set.
func inFront(t *testing.T, code []x64.Item) int64 {
	items := []x64.Item{x64.Label{Name: "_start", Doc: []string{""}}}
	items = append(append(items, code...), x64.Inst{Op: x64.JE, Dst: x64.Target("_start")}, x64.Inst{Op: x64.RET})
	file, entry := assembled(t, items)
	server, err := load(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	p, q := linear.Of(FirstVar), linear.Of(FirstVar+1)
	order, _ := p.Plus(q, -1)
	place := Variable{Bounds: linear.Bounds{Lo: 0, Hi: frame - 16}}
	node := Node{
		Addr: entry, Vars: []Variable{place, place}, Facts: []linear.Sum{order}, Bytes: []Range{{linear.Const(0), linear.Const(frame)}},
		Texts: []Text{{q, []byte("\r\n")}},
	}
	node.Regs[x86.RBP], node.Regs[x86.RCX] = Reg{true, linear.Of(StackBase)}, Reg{true, p}
	c := &checker{server: server, proof: &Proof{Nodes: []Node{node}}, guide: oneFact{}}
	s := c.start(0)
	for {
		ways := c.next(s)
		if s = ways[len(ways)-1]; s.pc == entry { // that on which the jump is taken
			break
		}
	}
	d, _ := p.Plus(q, -1)
	return -s.most(d)
}

// assembled is a server of some instructions.
func assembled(t *testing.T, items []x64.Item) (file []byte, entry uint64) {
	o, err := x64.Assemble(&x64.Program{Items: items, Data: []x64.Datum{{Label: "table", Fields: []x64.Field{x64.Bytes{B: make([]byte, 64)}}}}})
	if err != nil {
		t.Fatal(err)
	}
	image, err := elf64.Link(o, elf64.Options{})
	if err != nil {
		t.Fatal(err)
	}
	file, err = image.Bytes(nil)
	if err != nil {
		t.Fatal(err)
	}
	start, _ := image.Lookup("_start")
	return file, start.Addr
}
