package emit

import (
	"testing"

	"github.com/verbosel/verbosel/codegen/x64"
)

// far is code that no short jump reaches over.
func far(n int) []x64.Item {
	items := make([]x64.Item, n)
	for i := range items {
		items[i] = x64.Inst{Op: x64.MOV, Dst: x64.RAX, Src: x64.Imm(0x1122334455667788)}
	}
	return items
}

// A long conditional jump goes by way of an unconditional one that is near.
func TestShorten(t *testing.T) {
	items := []x64.Item{
		x64.Inst{Op: x64.JE, Dst: x64.Target("end")},
		x64.Inst{Op: x64.RET},
		x64.Inst{Op: x64.JMP, Dst: x64.Target("end")},
	}
	items = append(append(items, far(20)...), x64.Label{Name: "end"}, x64.Inst{Op: x64.RET})
	before, err := x64.Assemble(&x64.Program{Items: items})
	if err != nil {
		t.Fatal(err)
	}
	after, err := x64.Assemble(Shorten(&x64.Program{Items: items}))
	if err != nil {
		t.Fatal(err)
	}
	if saved := len(before.Text) - len(after.Text); saved != 4 {
		t.Errorf("saved %d bytes, not 4", saved)
	}
	if got := after.Text[:2]; got[0] != 0x74 || got[1] != 1 {
		t.Errorf("the jump is % x, not je to the instruction behind ret", got)
	}
}

// Where there is no way in reach, the jump stays as it is.
func TestShortenOutOfReach(t *testing.T) {
	items := append([]x64.Item{x64.Inst{Op: x64.JE, Dst: x64.Target("end")}}, far(20)...)
	items = append(items, x64.Inst{Op: x64.JMP, Dst: x64.Target("end")})
	items = append(append(items, far(20)...), x64.Label{Name: "end"}, x64.Inst{Op: x64.RET})
	p := Shorten(&x64.Program{Items: items})
	if got := p.Items[0].(x64.Inst).Dst; got != x64.Target("end") {
		t.Errorf("the jump goes to %v", got)
	}
}

// A jump to what is behind it is left out.
func TestDropJumps(t *testing.T) {
	items := []x64.Item{
		x64.Inst{Op: x64.JMP, Dst: x64.Target("next")},
		x64.Section{Title: "a section between"},
		x64.Label{Name: "other"}, x64.Label{Name: "next"},
		x64.Inst{Op: x64.JMP, Dst: x64.Target("other")},
	}
	got := dropJumps(items)
	if len(got) != 4 {
		t.Fatalf("%d items are left, not 4", len(got))
	}
	if in := got[3].(x64.Inst); in.Dst != x64.Target("other") {
		t.Errorf("the wrong jump is gone: %v is left", in)
	}
}
