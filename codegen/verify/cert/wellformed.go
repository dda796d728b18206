package cert

import (
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// wellFormed: all sums are of the node's variables, and fields have values that they can have.
func (n *Node) wellFormed(input Span) error {
	ok := n.Phase < phases && n.Zero < zeros && n.Booted.Mode < modes && len(n.Frames) <= maxFrames
	own := func(v linear.Var) bool { return v >= FirstVar && int(v) < int(FirstVar)+len(n.Vars) }
	var chosen []linear.Var
	for _, c := range n.Choices {
		for _, v := range c.Vars {
			ok = ok && own(v) && !slices.Contains(chosen, v)
			chosen = append(chosen, v)
		}
		for i, row := range c.Rows {
			ok = ok && len(row) == len(c.Vars) && (i == 0 || slices.Compare(c.Rows[i-1], row) < 0)
		}
	}
	sum := func(a linear.Sum) { ok = ok && isSum(a, int(FirstVar)+len(n.Vars)) }
	for _, v := range n.Vars {
		ok = ok && v.Result < results && v.Made < traces
	}
	for _, f := range n.Facts {
		sum(f)
	}
	for _, r := range n.Regs {
		sum(r.Sum)
	}
	for r := range n.Lows {
		sum(n.Lows[r].Sum)
		sum(n.Wraps[r].Sum)
	}
	for _, c := range n.Cells {
		sum(c.Sum)
		ok = ok && (c.Width == 1 || c.Width == 2 || c.Width == 4 || c.Width == 8)
	}
	for _, t := range n.Texts {
		sum(t.At)
	}
	for _, l := range n.Loads {
		sum(l.At)
		ok = ok && own(l.Is) && l.Width >= 1 && l.Width <= 8
	}
	for _, w := range n.Bytes {
		sum(w.Lo)
		sum(w.Hi)
	}
	for _, m := range n.Marks {
		ok = ok && m.Made < traces
	}
	for _, g := range n.Givens {
		ok = ok && own(g.Is) && g.Bit < 2*64 && (g.Of == 0 || own(g.Of)) && slices.IsSorted(g.Values)
	}
	sum(n.Instructions)
	sum(n.Calls)
	if !ok || n.Head && !n.isHead(input) {
		return fmt.Errorf("a number is none that can stand there")
	}
	return nil
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
