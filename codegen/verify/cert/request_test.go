package cert

import (
	"errors"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// What a head of a request may have of earlier ones.
func TestIsHead(t *testing.T) {
	input := Span{-100, -50}
	v := FirstVar // from -100 to -50
	sum := func(c int64) linear.Sum { a, _ := linear.Of(v).PlusConst(c); return a }
	for _, c := range []struct {
		name  string
		node  Node
		wants bool
	}{
		{"nothing", Node{}, true},
		{"a variable", Node{Bytes: []Range{{linear.Const(-8), linear.Const(-4)}}}, true},
		{"a variable where input is", Node{Bytes: []Range{{linear.Const(-51), linear.Const(-47)}}}, false},
		{"the rest", Node{Bytes: []Range{{sum(0), linear.Const(-50)}}}, true},
		{"two rests", Node{Bytes: []Range{{sum(0), linear.Const(-50)}, {linear.Const(-100), sum(0)}}}, false},
		{"a rest from in front of the input", Node{Bytes: []Range{{sum(-1), linear.Const(-50)}}}, false},
		{"a rest beyond the input", Node{Bytes: []Range{{linear.Const(-100), sum(1)}}}, false},
		{"a response", Node{Bytes: []Range{{linear.Const(-40), sum(60)}}}, true},
		{"a response from where a sum says", Node{Bytes: []Range{{sum(60), linear.Const(12)}}}, false},
		{"answered", Node{Answered: true}, false},
		{"what a bit says", Node{Givens: []Given{{Is: v, Span: Span{-8, -4}}}}, false},
		{"where responses wait", Node{Waits: []Span{{-40, -20}}}, true},
		{"responses wait where input is", Node{Waits: []Span{{-60, -20}}}, false},
		{"responses wait where a variable is", Node{Waits: []Span{{-40, -20}}, Bytes: []Range{{linear.Const(-24), linear.Const(-20)}}}, false},
	} {
		c.node.Head, c.node.Vars = true, []Variable{{Bounds: linear.Bounds{Lo: -100, Hi: -50}}}
		if err := c.node.wellFormed(input); (err == nil) != c.wants {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// A loop that reads and writes is entered at heads, whatever its phases; one that does one of both need not be.
func TestDemandHeads(t *testing.T) {
	const entry = -1
	loop := []edge{{from: entry, to: 0}, {from: 0, to: 1, reads: true}, {from: 1, to: 2, writes: true}, {from: 2, to: 1}}
	for _, c := range []struct {
		name  string
		heads [3]bool
		edges []edge
		wants bool
	}{
		{"entered at a head", [3]bool{true, false, true}, loop, true},
		{"a head within it", [3]bool{false, true, true}, loop, false},
		{"no head", [3]bool{}, loop, false},
		{"only writes", [3]bool{}, []edge{{from: entry, to: 0}, {from: 0, to: 1, writes: true}, {from: 1, to: 2}, {from: 2, to: 1}}, true},
		{"reads and then writes", [3]bool{}, []edge{{from: entry, to: 0, reads: true}, {from: 0, to: 1, writes: true}}, true},
	} {
		// Node 2 is node 0 in another phase.
		p := &Proof{Nodes: []Node{{Addr: 1, Phase: Serving}, {Addr: 2, Phase: Reading}, {Addr: 1, Phase: Reading}}}
		for i, head := range c.heads {
			p.Nodes[i].Head = head
		}
		err := func() (err error) {
			defer func() {
				if r, ok := recover().(*Refusal); ok {
					err = r
				}
			}()
			(&checker{proof: p, edges: c.edges}).demandHeads()
			return nil
		}()
		if refusal := (*Refusal)(nil); (err == nil) != c.wants || err != nil && (!errors.As(err, &refusal) || refusal.Rule != rules.Isolation) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
