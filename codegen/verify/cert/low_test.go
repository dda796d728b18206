package cert

import (
	"bytes"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/x64"
)

// A branch may go by the low byte of a register that is made of an address, where that byte is not;
// and where it is, a node does not say otherwise.
func TestLowByte(t *testing.T) {
	test := func(r x64.Reg) []x64.Item {
		return []x64.Item{x64.Inst{Op: x64.TEST, Dst: r, Src: r}, x64.Inst{Op: x64.JE, Dst: x64.Target("_start")}}
	}
	set := x64.Inst{Op: x64.MOV, Dst: x64.DL, Src: x64.Imm(2)}
	const byAddress = "a branch goes by what was made of an address"
	for _, c := range []struct {
		name    string
		code    []x64.Item
		low     bool // the node says that the low byte is a number
		refusal string
	}{
		{"of an address", test(x64.DL), false, byAddress},
		{"a constant", append([]x64.Item{set}, test(x64.DL)...), false, ""},
		{"all of it", append([]x64.Item{set}, test(x64.EDX)...), false, byAddress},
		{"as a node says", test(x64.DL), true, ""},
		{"as a node would say", []x64.Item{x64.Inst{Op: x64.MOV, Dst: x64.RDX, Src: x64.RSP}, x64.Inst{Op: x64.JMP, Dst: x64.Target("_start")}}, true, "the low byte of rdx"},
		{"another", []x64.Item{set, x64.Inst{Op: x64.JMP, Dst: x64.Target("_start")}}, true, "the low byte of rdx"},
	} {
		t.Run(c.name, func(t *testing.T) {
			items := append([]x64.Item{x64.Label{Name: "_start", Doc: []string{""}}}, c.code...)
			file, entry := assembled(t, append(items, x64.Inst{Op: x64.RET}))
			server, err := load(bytes.NewReader(file), int64(len(file)))
			if err != nil {
				t.Fatal(err)
			}
			node := Node{Addr: entry, Vars: []Variable{{Bounds: linear.Bounds{Lo: 1, Hi: 255}}}}
			node.Lows[x86.RDX] = Reg{c.low, linear.Of(FirstVar)}
			checker := &checker{server: server, proof: &Proof{Nodes: []Node{node}}, guide: oneFact{}}
			got := followed(checker, entry)
			if got != c.refusal && (c.refusal == "" || !strings.Contains(got, c.refusal)) {
				t.Errorf("refused with %q, not %q", got, c.refusal)
			}
		})
	}
}

// followed says why a way from the first node on is refused, back to it, with 1 for its variable, or to a return.
func followed(c *checker, entry uint64) (refusal string) {
	return followedBack(c, entry, func(*State) linear.Sum { return linear.Const(1) })
}

// followedBack is followed with what the node's variable is.
func followedBack(c *checker, entry uint64, image func(*State) linear.Sum) (refusal string) {
	defer func() {
		if r, ok := recover().(*Refusal); ok {
			refusal = r.Msg
		}
	}()
	s := c.start(0)
	for {
		if s = c.next(s)[0]; c.at(s.pc).Op == x86.RET {
			return ""
		}
		if s.pc == entry {
			s.arrives(0, []linear.Sum{image(s)})
			return ""
		}
	}
}

// An address of the data is not 0, which tells nothing of it; where a sum may be beside the data, it is
// not asked for.
func TestAddressOfData(t *testing.T) {
	items := []x64.Item{
		x64.Label{Name: "_start", Doc: []string{""}}, x64.Inst{Op: x64.TEST, Dst: x64.RBX, Src: x64.RBX},
		x64.Inst{Op: x64.JE, Dst: x64.Target("_start")}, x64.Inst{Op: x64.RET},
	}
	file, entry := assembled(t, items)
	server, err := load(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	end := server.dataAddr + int64(len(server.data))
	for _, c := range []struct {
		lo, hi  int64
		refused bool
	}{{server.dataAddr, end, false}, {server.dataAddr - 1, end, true}, {server.dataAddr, end + 1, true}} {
		address, _ := linear.Of(ImageBase).Plus(linear.Of(FirstVar), 1)
		node := Node{Addr: entry, Vars: []Variable{{Bounds: linear.Bounds{Lo: c.lo, Hi: c.hi}}}}
		node.Regs[x86.RBX] = Reg{true, address}
		checker := &checker{server: server, proof: &Proof{Nodes: []Node{node}}, guide: oneFact{}}
		if got := followed(checker, entry); (got != "") != c.refused {
			t.Errorf("from %d to %d: refused with %q", c.lo, c.hi, got)
		}
	}
}
