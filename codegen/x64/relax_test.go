package x64

import (
	"fmt"
	"strings"
	"testing"
)

// nops is n bytes of text.
func nops(n int) (items []Item) {
	for range n {
		items = append(items, Inst{Op: NOP})
	}
	return items
}

// TestJumpLengths shows both forms of a jump around the reach of the short one.
func TestJumpLengths(t *testing.T) {
	for _, test := range []struct {
		op      Op
		forward bool
		between int
		want    int
	}{
		{JMP, true, 127, 2}, {JMP, true, 128, 5},
		{JNE, true, 127, 2}, {JNE, true, 128, 6},
		{JMP, false, 126, 2}, {JMP, false, 127, 5},
		{JNE, false, 126, 2}, {JNE, false, 127, 6},
	} {
		jump, label := Inst{Op: test.op, Dst: Target("there")}, Label{Name: "there"}
		items := append([]Item{jump}, append(nops(test.between), label)...)
		at := 0
		if !test.forward {
			items = append([]Item{label}, append(nops(test.between), jump)...)
			at = len(items) - 1
		}
		o, err := Assemble(&Program{Items: items})
		if err != nil {
			t.Fatal(err)
		}
		if got := o.Lines[at].Len; got != test.want {
			t.Errorf("%v over %d bytes, forward %v: %d bytes, want %d", test.op, test.between, test.forward, got, test.want)
		}
	}
}

// dominoes is a row of n jumps over 127 bytes each, just within the reach of a short
// jump, two of the others among these. push bytes more for the last: from 1 on it is
// near, which pushes the one before out of reach, and so on.
func dominoes(n, push int) *Program {
	const between = 60 // bytes from a jump to the next; 2*(2+60)+3 = 127
	ops := []Op{JE, JMP, JG, JO}
	p := &Program{}
	for k := range n + 2 {
		if k < n {
			p.Items = append(p.Items, Inst{Op: ops[k%len(ops)], Dst: domino(k)})
		} else {
			p.Items = append(p.Items, nops(shortJump)...)
		}
		p.Items = append(p.Items, nops(3)...)
		if k == n+1 {
			p.Items = append(p.Items, nops(push)...)
		}
		if k >= 2 {
			p.Items = append(p.Items, Label{Name: string(domino(k - 2))})
		}
		p.Items = append(p.Items, nops(between-3)...)
	}
	return p
}

func domino(k int) Target { return Target(fmt.Sprintf("L%d", k)) }

// TestDominoes has jumps that grow one after the other, in more rounds than golang-asm
// makes. In the row that stands, every jump is one that nasm may widen.
func TestDominoes(t *testing.T) {
	for _, test := range []struct {
		n, push int
		near    int // how many of the jumps are near at the end
	}{
		{5, 0, 0}, {5, 1, 5}, {25, 1, 25}, {100, 0, 0}, {100, 1, 100},
	} {
		t.Run(fmt.Sprintf("n=%d,push=%d", test.n, test.push), func(t *testing.T) {
			o, err := Assemble(dominoes(test.n, test.push))
			if err != nil {
				t.Fatal(err)
			}
			if near := countNear(o); near != test.near {
				t.Errorf("%d near jumps, want %d", near, test.near)
			}
			if got, want := countTrue(o.NASMMayWiden()), test.n-test.near; got != want {
				t.Errorf("nasm may widen %d, want %d", got, want)
			}
			sameText(t, o, link(o), nasm(t, o))
		})
	}
}

func countNear(o *Object) (n int) {
	for _, l := range o.Lines {
		if inst, ok := l.Item.(Inst); ok && inst.Op.jumps() && l.Len > shortJump {
			n++
		}
	}
	return n
}

func countTrue(bs []bool) (n int) {
	for _, b := range bs {
		if b {
			n++
		}
	}
	return n
}

// TestDominoesNeedHelp shows that golang-asm alone gives up on the long row: the test
// above goes through jumps that encode writes out.
func TestDominoesNeedHelp(t *testing.T) {
	p := dominoes(100, 1)
	chosen, err := check(p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := encodeOnce(p, chosen, nil); err == nil || !strings.Contains(err.Error(), spanLoops) {
		t.Errorf("golang-asm says %v", err)
	}
	c, err := encode(p, chosen)
	if err != nil || len(c.long) == 0 {
		t.Errorf("%v, no jump written out", err)
	}
}
