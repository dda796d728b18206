package emit

import (
	"fmt"
	"slices"

	. "github.com/verbosel/verbosel/codegen/x64"
)

// Shorten turns jumps that need a 32-bit distance, six bytes where they are conditional
// and five where not, into short ones of two where an unconditional jump to the same place
// is near: they go there by way of it. Those ways are the rare ones, and size is a budget.
func Shorten(p *Program) *Program {
	p = &Program{Items: dropJumps(p.Items), Data: p.Data}
	made := 0
	for range shortenRounds {
		obj, err := Assemble(&Program{Items: p.Items}) // no distance in the text hangs on data
		if err != nil {
			break // the assembler's own stage reports it
		}
		names := map[int]string{} // the labels to put in front of items
		items := shortJumps(p, obj, func(way int, to Target) string {
			if way > 0 {
				if before, ok := p.Items[way-1].(Label); ok {
					return before.Name
				}
			}
			if names[way] == "" {
				made++
				names[way] = fmt.Sprintf("%s_way_%d", to, made)
			}
			return names[way]
		})
		if items == nil {
			break
		}
		p = &Program{Items: insertLabels(items, names), Data: p.Data}
	}
	return p
}

// shortenRounds: what got shorter brings more within reach. A third time finds nothing in
// any example.
const shortenRounds = 2

// shortJumps goes by way of others where that is shorter, and is nil where that is nowhere;
// nameOf names the instruction that is the way.
func shortJumps(p *Program, obj *Object, nameOf func(way int, to Target) string) []Item {
	ways := map[Target][]int{} // the unconditional jumps to a place, as lines
	for i, line := range obj.Lines {
		if in, ok := line.Item.(Inst); ok && in.Op == JMP {
			ways[in.Dst.(Target)] = append(ways[in.Dst.(Target)], i)
		}
	}
	var items []Item
	for i := range obj.Lines {
		if way, ok := shortWay(obj, i, ways); ok {
			if items == nil {
				items = slices.Clone(p.Items)
			}
			in := p.Items[i].(Inst)
			in.Dst = Target(nameOf(way, in.Dst.(Target)))
			items[i] = in
		}
	}
	return items
}

// Sizes in bytes of jumps with a 32-bit distance, and how far a short one goes: the code
// only gets shorter.
const (
	longJump   = 5
	longBranch = 6
	reach      = 127 - longBranch
)

// shortWay finds an unconditional jump to the same place within a short jump's reach of
// the i-th line: for one that is unconditional itself an earlier one, so that no way is
// its own.
func shortWay(obj *Object, i int, ways map[Target][]int) (int, bool) {
	line := obj.Lines[i]
	in, ok := line.Item.(Inst)
	if !ok {
		return 0, false
	}
	branch := in.Op >= JO && in.Op <= JG && line.Len == longBranch
	if !branch && !(in.Op == JMP && line.Len == longJump) {
		return 0, false
	}
	for _, way := range ways[in.Dst.(Target)] {
		distance := obj.Lines[way].Off - line.Off
		if -reach < distance && distance < reach && (branch || way < i) {
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
