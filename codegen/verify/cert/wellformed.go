package cert

import (
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// wellFormed: all sums are of the node's variables, and fields have values that they can have.
func (n *Node) wellFormed(input Span) error {
	own := func(v linear.Var) bool { return v >= FirstVar && int(v) < int(FirstVar)+len(n.Vars) }
	sum := func(a linear.Sum) bool { return isSum(a, int(FirstVar)+len(n.Vars)) }
	reg := func(r Reg) bool { return sum(r.Sum) }
	var chosen []linear.Var
	for _, c := range n.Choices {
		chosen = append(chosen, c.Vars...)
	}
	slices.Sort(chosen)
	ok := n.Phase < phases && n.Zero < zeros && n.Booted.Mode < modes && len(n.Frames) <= maxFrames && sum(n.Instructions) && sum(n.Calls) &&
		all(chosen, own) && len(chosen) == len(slices.Compact(chosen)) && all(n.Choices, isAscending) &&
		all(n.Vars, func(v Variable) bool { return v.Result < results && v.Made < traces }) &&
		all(n.Facts, sum) && all(n.Regs[:], reg) && all(n.Lows[:], reg) && all(n.Wraps[:], reg) &&
		all(n.Cells, func(c Cell) bool {
			return sum(c.Sum) && (c.Width == 1 || c.Width == 2 || c.Width == 4 || c.Width == 8)
		}) &&
		all(n.Texts, func(t Text) bool { return sum(t.At) }) &&
		all(n.Loads, func(l Loaded) bool { return sum(l.At) && own(l.Is) && l.Width >= 1 && l.Width <= 8 }) &&
		all(n.Bytes, func(w Range) bool { return sum(w.Lo) && sum(w.Hi) }) &&
		all(n.Marks, func(m Mark) bool { return m.Made < traces }) &&
		all(n.Givens, func(g Given) bool {
			return own(g.Is) && g.Bit < 2*64 && (g.Of == 0 || own(g.Of)) && slices.IsSorted(g.Values)
		})
	if !ok || n.Head && !n.isHead(input) {
		return fmt.Errorf("a number is none that can stand there")
	}
	return nil
}

// all: something holds for each of a list.
func all[T any](list []T, holds func(T) bool) bool {
	return !slices.ContainsFunc(list, func(x T) bool { return !holds(x) })
}

// isAscending: each row of a choice has a number for each variable, and is behind the one before it.
func isAscending(c Choice) bool {
	for i, row := range c.Rows {
		if len(row) != len(c.Vars) || i > 0 && slices.Compare(c.Rows[i-1], row) >= 0 {
			return false
		}
	}
	return true
}

// isSum: it is one of the first vars variables, which ascend, with factors.
func isSum(a linear.Sum, vars int) bool {
	last := int64(-1)
	for _, t := range a.Terms {
		if t.Coef == 0 || int64(t.Var) <= last || int64(t.Var) >= int64(vars) {
			return false
		}
		last = int64(t.Var)
	}
	return true
}
