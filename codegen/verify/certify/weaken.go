package certify

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
)

// drop removes of a list what cannot be shown.
func drop[T any](g *search, list []T, keep func(T) bool) []T {
	n := len(list)
	list = slices.DeleteFunc(list, func(x T) bool { return !keep(x) })
	g.changed = g.changed || len(list) < n
	return list
}

// weaken leaves of what a node says what is shown of a state that comes to it: images are what the node's variables are.
func (g *search) weaken(n *node, s *cert.State, images []linear.Sum) {
	put := func(a linear.Sum) linear.Sum { return substitute(a, images) }
	for i := range n.Choices {
		g.widen(n, &n.Choices[i], s, images)
	}
	n.Choices = slices.DeleteFunc(n.Choices, func(c cert.Choice) bool { return c.Vars == nil })
	for i := range n.Vecs {
		if v := &n.Vecs[i]; v.Known && s.Vec(i) != *v {
			*v, g.changed = cert.Vector{}, true
		}
	}
	n.Texts = drop(g, n.Texts, func(t cert.Text) bool {
		return slices.ContainsFunc(s.Texts(), func(x cert.Text) bool { return string(x.Bytes) == string(t.Bytes) && g.same(s, x.At, put(t.At)) })
	})
	n.Loads = drop(g, n.Loads, func(l cert.Loaded) bool { return s.IsLoaded(images[l.Is-cert.FirstVar], put(l.At), l.Width) })
	n.Givens = drop(g, n.Givens, func(x cert.Given) bool { return s.Gives(&x, put(linear.Of(x.Is)), put(linear.Of(x.Of))) })
	g.weakenVars(n, s, images)
	g.weakenFacts(n, s, put)
	g.weakenRegs(n, s, put)
	n.Cells = drop(g, n.Cells, func(c cert.Cell) bool {
		return slices.ContainsFunc(s.Cells(), func(x cert.Cell) bool { return x.Off == c.Off && x.Width == c.Width && g.same(s, put(c.Sum), x.Sum) })
	})
	g.weakenBytes(n, s, put)
	for _, m := range s.Marks() {
		if !slices.ContainsFunc(n.Marks, func(w cert.Mark) bool { return w.Made >= m.Made && w.Lo <= m.Lo && m.Hi <= w.Hi }) {
			n.Marks, g.changed = append(n.Marks, m), true
		}
	}
	n.First = g.common(n.First, s.First())
	if !n.Head {
		n.Waits = g.common(n.Waits, s.Waits())
	}
	n.leaves()
	if s.Answered() && !n.Answered && !n.Head {
		n.Answered, g.changed = true, true
	}
}

// weakenVars leaves the bits and bounds of variables that what arrives for them has too.
func (g *search) weakenVars(n *node, s *cert.State, images []linear.Sum) {
	for i := range n.Vars {
		v, a := &n.Vars[i], images[i]
		before := *v
		b := s.BitsOf(a)
		v.Zeros, v.Ones = v.Zeros&b.Zeros, v.Ones&b.Ones
		if v.Lo != -linear.NoBound && !g.atMost(s, linear.Const(v.Lo), a) {
			a, _ := a.Times(-1)
			v.Lo = min(v.Lo, -n.widened(2*i, s, a)) // another bound may be found by other premises
		}
		if v.Hi != linear.NoBound && !g.atMost(s, a, linear.Const(v.Hi)) {
			v.Hi = max(v.Hi, n.widened(2*i+1, s, a))
		}
		v.Made, v.Word = max(v.Made, s.Made(a)), v.Word && s.IsWord(a)
		if v.Result != s.ResultOf(a) {
			v.Result = 0
		}
		g.changed = g.changed || *v != before
	}
}

// weakenRegs leaves of registers, of what they are modulo their width, and of their low bytes what is the same.
func (g *search) weakenRegs(n *node, s *cert.State, put func(linear.Sum) linear.Sum) {
	for r := range n.Regs {
		if reg := &n.Regs[r]; reg.Known && !g.same(s, put(reg.Sum), s.Reg(x86.Reg(r))) {
			*reg, g.changed = cert.Reg{}, true
		}
	}
	for r := range n.Wraps {
		wrap := &n.Wraps[r]
		if of, ok := s.Wrap(x86.Reg(r)); wrap.Known && (!ok || !g.same(s, put(wrap.Sum), of)) {
			*wrap, g.changed = cert.Reg{}, true
		}
	}
	for r := range n.Lows {
		low := &n.Lows[r]
		is, ok := s.Low(x86.Reg(r))
		if !low.Known || ok && g.same(s, put(low.Sum), is) {
			continue
		}
		low.Known, low.Sum, g.changed = ok && low.Sum.IsConst(), n.lows[r], true
	}
}

// common are the bytes that are in both lists.
func (g *search) common(list, of []cert.Span) (both []cert.Span) {
	for _, w := range list {
		for _, x := range of {
			if lo, hi := max(w.Lo, x.Lo), min(w.Hi, x.Hi); lo < hi {
				both = append(both, cert.Span{Lo: lo, Hi: hi})
			}
		}
	}
	g.changed = g.changed || !slices.Equal(both, list)
	return both
}

// maxWeakened bounds how often facts of a node are made weaker rather than dropped.
const maxWeakened = 256

// weakenFacts leaves of facts what is shown, with other constants where that is something.
func (g *search) weakenFacts(n *node, s *cert.State, put func(linear.Sum) linear.Sum) {
	var weaker []linear.Sum
	n.Facts = drop(g, n.Facts, func(f linear.Sum) bool {
		if g.shown(s, put(f)) {
			return true
		}
		if c, _, ok := most(s, put(f)); ok && c < farthest && n.weakened < maxWeakened {
			n.weakened++
			if f, ok := f.PlusConst(-c); ok {
				weaker = append(weaker, f)
			}
		}
		return false
	})
	n.Facts = append(n.Facts, weaker...)
}

// weakenBytes leaves of ranges of bytes what is written, of those at fixed places the parts.
func (g *search) weakenBytes(n *node, s *cert.State, put func(linear.Sum) linear.Sum) {
	var kept []cert.Range
	for _, w := range n.Bytes {
		if s.IsWritten(put(w.Lo), put(w.Hi)) {
			kept = append(kept, w)
			continue
		}
		g.changed = true
		for _, x := range s.Written() {
			fixed := w.Lo.IsConst() && w.Hi.IsConst() && x.Lo.IsConst() && x.Hi.IsConst()
			if lo, hi := max(w.Lo.C, x.Lo.C), min(w.Hi.C, x.Hi.C); fixed && lo < hi {
				kept = append(kept, cert.Range{Lo: linear.Const(lo), Hi: linear.Const(hi)})
			}
		}
	}
	n.Bytes = kept
}

// maxWidened is how often a bound becomes another one before it is one of thresholds: it may move on for ever.
const maxWidened = 4

// thresholds are what bounds stop at before they are given up: numbers of 4 bytes, and such as are still some when a digit is
// put behind them, or when two of them are added up. A chunk's size has any number of digits.
var thresholds = []int64{1<<32 - 1, 1<<59 - 1, 1<<62 - 1}

// widened is a bound of a sum, for the bound of a variable that has a number.
func (n *node) widened(bound int, s *cert.State, a linear.Sum) int64 {
	if n.times == nil {
		n.times = map[int]int{}
	}
	c, _, ok := most(s, a)
	if !ok {
		return linear.NoBound
	}
	if n.times[bound]++; n.times[bound] <= maxWidened {
		return c
	}
	for _, t := range thresholds {
		if c <= t {
			return t
		}
	}
	return linear.NoBound
}

// maxGrown is how often ways from one node make a choice of another larger before it is given up: what counts does for ever.
const maxGrown = 32

// widen adds the rows that arrive to a choice, or gives it up.
func (g *search) widen(n *node, c *cert.Choice, s *cert.State, images []linear.Sum) {
	if s.IsChoice(c, images) {
		return
	}
	rows := s.Rows(c.Vars, images)
	if rows == nil || n.grows(s.From(), g.follows) > maxGrown {
		*c, g.changed = cert.Choice{}, true
		return
	}
	all := slices.Concat(c.Rows, rows)
	slices.SortFunc(all, slices.Compare)
	if all = slices.CompactFunc(all, slices.Equal); len(all) > len(c.Rows) {
		c.Rows, g.changed = slices.Clip(all), true
	}
}

// growth is how often a node was followed so that choices of another one became larger.
type growth struct{ last, times int }

// grows counts that.
func (n *node) grows(from, follow int) int {
	if n.grown == nil {
		n.grown = map[int]growth{}
	}
	x := n.grown[from]
	if x.last != follow {
		x = growth{follow, x.times + 1}
		n.grown[from] = x
	}
	return x.times
}
