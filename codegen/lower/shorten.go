package lower

import (
	"fmt"

	. "github.com/verbosel/verbosel/codegen/x64"
)

// shorten turns conditional jumps that need a 32-bit distance, six bytes, into short
// ones of two where an unconditional jump to the same place is near: they go there
// by way of it. Those ways are the rare ones, and size is a budget.
func shorten(p *Program) *Program {
	p = &Program{Items: dropJumps(p.Items), Data: p.Data}
	obj, err := Assemble(p)
	if err != nil {
		return p // the assembler's own stage reports it
	}
	ways := map[Target][]int{} // the unconditional jumps to a place, as lines
	for i, line := range obj.Lines {
		if in, ok := line.Item.(Inst); ok && in.Op == JMP {
			ways[in.Dst.(Target)] = append(ways[in.Dst.(Target)], i)
		}
	}
	items := make([]Item, len(p.Items))
	names := map[int]string{} // the labels to put in front of items
	for i, line := range obj.Lines {
		items[i] = line.Item
		if way, ok := shortWay(obj, line, ways); ok {
			in := line.Item.(Inst)
			if names[way] == "" {
				names[way] = fmt.Sprintf("%s_way_%d", in.Dst, len(names)+1)
			}
			in.Dst = Target(names[way])
			items[i] = in
		}
	}
	return &Program{Items: insertLabels(items, names), Data: p.Data}
}

// longJump is the size in bytes of a conditional jump with a 32-bit distance, and
// reach how far a short one goes: the code only gets shorter.
const (
	longJump = 6
	reach    = 127 - longJump
)

// shortWay finds an unconditional jump to the same place within a short jump's reach.
func shortWay(obj *Object, line Line, ways map[Target][]int) (int, bool) {
	in, ok := line.Item.(Inst)
	if !ok || line.Len != longJump || in.Op < JO || in.Op > JG {
		return 0, false
	}
	for _, way := range ways[in.Dst.(Target)] {
		distance := obj.Lines[way].Off - line.Off
		if -reach < distance && distance < reach {
			return way, true
		}
	}
	return 0, false
}

func insertLabels(items []Item, names map[int]string) []Item {
	var out []Item
	for i, item := range items {
		if names[i] != "" {
			out = append(out, Label{Name: names[i]})
		}
		out = append(out, item)
	}
	return out
}

// dropJumps leaves out jumps to the instruction behind them.
func dropJumps(items []Item) []Item {
	var out []Item
	for i, item := range items {
		in, ok := item.(Inst)
		if ok && in.Op == JMP && labelled(items[i+1:], in.Dst.(Target)) {
			continue
		}
		out = append(out, item)
	}
	return out
}

// labelled reports whether the next instruction has a label.
func labelled(items []Item, name Target) bool {
	for _, item := range items {
		switch item := item.(type) {
		case Label:
			if item.Name == string(name) {
				return true
			}
		case Inst:
			return false
		}
	}
	return false
}
