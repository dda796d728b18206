package certify

import (
	"math"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
)

// search finds what a certificate has to say, and weakens nodes of which something cannot be
// shown. It is the Guide of a check that is made to find out.
type search struct {
	nodes   []node
	fixed   bool // nodes are what they are
	input   cert.Span
	changed bool   // a node became weaker: what was found before may not hold
	passed  []node // of which the certificate has none: what would come there goes on
}

func (g *search) Premises(s *cert.State, goal linear.Sum) ([]linear.Premise, bool) {
	return premises(s, goal)
}

func (g *search) Most(s *cert.State, sum linear.Sum) (int64, []linear.Premise, bool) {
	return most(s, sum)
}

func (g *search) Bytes(s *cert.State, lo, hi linear.Sum) (int, bool) {
	for i, w := range s.Written() {
		if atMost(s, w.Lo, lo) && atMost(s, hi, w.Hi) {
			return i, true
		}
	}
	return 0, false
}

// Node takes the candidate of the state's phase and calls that is least wrong, and drops of it what cannot be
// shown.
func (g *search) Node(s *cert.State, candidates []int) (int, []linear.Sum) {
	best, images := g.best(s, candidates)
	if best < 0 || best == len(g.nodes) {
		return best, nil
	}
	n := &g.nodes[best]
	n.ways++
	if !n.reached {
		n.bound(s, images)
	}
	if !g.fixed {
		g.weaken(n, s, images)
	}
	if n.kept != nil {
		all := images
		images = make([]linear.Sum, len(n.kept))
		for i, k := range n.kept {
			images[i] = all[k]
		}
	}
	return best, images
}

// best is the candidate that is least wrong, no node's number where none can be right, and -1 where one is better of
// which the certificate has none.
func (g *search) best(s *cert.State, candidates []int) (best int, images []linear.Sum) {
	best, least := len(g.nodes), math.MaxInt
	for _, i := range candidates {
		n := &g.nodes[i]
		if n.unused && (g.fixed || best < len(g.nodes)) {
			break
		}
		if n.unused {
			n.arrived(s)
			g.changed = true
		}
		if !n.fits(s) {
			continue
		}
		if n.own && best < len(g.nodes) {
			break
		}
		if n.own {
			g.changed = !g.fixed && n.loosen(s) || g.changed
			return i, n.images(s)
		}
		by := n.images(s)
		if wrong := n.amiss(s, by); wrong < least {
			best, images, least = i, by, wrong
		}
	}
	addr := g.nodes[candidates[0]].Addr
	for i := range g.passed {
		n := &g.passed[i]
		if n.Addr != addr || !n.fits(s) {
			continue
		}
		if wrong := n.amiss(s, n.images(s)); wrong < least || wrong == least && n.place < g.nodes[best].place {
			return -1, nil
		}
	}
	if best < len(g.nodes) && !g.fixed && g.nodes[best].loosen(s) {
		g.changed, images = true, g.nodes[best].images(s)
	}
	return best, images
}

// fits says that the node is of such a phase and calls.
func (n *node) fits(s *cert.State) bool {
	return n.Phase == s.Phase() && n.HasFrames(s.Frames()) && s.HasZero(n.Zero)
}

// bound bounds numbers of 8 bytes that the proof has no bound for by what arrives first.
func (n *node) bound(s *cert.State, images []linear.Sum) {
	n.reached = true
	for i := range n.Vars {
		if v := &n.Vars[i]; v.Word && v.Hi == linear.NoBound {
			v.Hi, _, _ = most(s, images[i])
		}
	}
}

// drop removes of a list what cannot be shown.
func drop[T any](g *search, list []T, keep func(T) bool) []T {
	n := len(list)
	list = slices.DeleteFunc(list, func(x T) bool { return !keep(x) })
	g.changed = g.changed || len(list) < n
	return list
}

func (g *search) weaken(n *node, s *cert.State, images []linear.Sum) {
	put := func(a linear.Sum) linear.Sum { return substitute(a, images) }
	for i := range n.Choices {
		g.widen(&n.Choices[i], s, images)
	}
	n.Choices = slices.DeleteFunc(n.Choices, func(c cert.Choice) bool { return c.Vars == nil })
	for i := range n.Vecs {
		if v := &n.Vecs[i]; v.Known && s.Vec(i) != *v {
			*v, g.changed = cert.Vector{}, true
		}
	}
	n.Texts = drop(g, n.Texts, func(t cert.Text) bool {
		return slices.ContainsFunc(s.Texts(), func(x cert.Text) bool { return string(x.Bytes) == string(t.Bytes) && same(s, x.At, put(t.At)) })
	})
	n.Loads = drop(g, n.Loads, func(l cert.Loaded) bool { return s.IsLoaded(images[l.Is-cert.FirstVar], put(l.At), l.Width) })
	n.Givens = drop(g, n.Givens, func(x cert.Given) bool { return s.Gives(images[x.Is-cert.FirstVar], x.Bit, x.Span) })
	for i := range n.Vars {
		v, a := &n.Vars[i], images[i]
		before := *v
		b := s.BitsOf(a)
		v.Zeros, v.Ones = v.Zeros&b.Zeros, v.Ones&b.Ones
		if v.Lo != -linear.NoBound && !atMost(s, linear.Const(v.Lo), a) {
			a, _ := a.Times(-1)
			v.Lo = -n.widened(2*i, s, a)
		}
		if v.Hi != linear.NoBound && !atMost(s, a, linear.Const(v.Hi)) {
			v.Hi = n.widened(2*i+1, s, a)
		}
		v.Made, v.Word = v.Made || s.Made(a), v.Word && s.IsWord(a)
		if v.Result != s.ResultOf(a) {
			v.Result = 0
		}
		g.changed = g.changed || *v != before
	}
	g.weakenFacts(n, s, put)
	for r := range n.Regs {
		if reg := &n.Regs[r]; reg.Known && !same(s, put(reg.Sum), s.Reg(x86.Reg(r))) {
			*reg, g.changed = cert.Reg{}, true
		}
	}
	for r := range n.Wraps {
		wrap := &n.Wraps[r]
		if of, ok := s.Wrap(x86.Reg(r)); wrap.Known && (!ok || !same(s, put(wrap.Sum), of)) {
			*wrap, g.changed = cert.Reg{}, true
		}
	}
	for r := range n.Lows {
		low := &n.Lows[r]
		if is, ok := s.Low(x86.Reg(r)); low.Known && (!ok || !same(s, put(low.Sum), is)) {
			*low, g.changed = cert.Reg{}, true
		}
	}
	n.Cells = drop(g, n.Cells, func(c cert.Cell) bool {
		return slices.ContainsFunc(s.Cells(), func(x cert.Cell) bool { return x.Off == c.Off && x.Width == c.Width && same(s, put(c.Sum), x.Sum) })
	})
	g.weakenBytes(n, s, put)
	for _, m := range s.Marks() {
		if !slices.ContainsFunc(n.Marks, func(w cert.Span) bool { return w.Lo <= m.Lo && m.Hi <= w.Hi }) {
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
		if shown(s, put(f)) {
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

// maxWidened is how often a bound becomes another one before it is given up: it may move on for ever.
const maxWidened = 4

// widened is a bound of a sum, for the bound of a variable that has a number.
func (n *node) widened(bound int, s *cert.State, a linear.Sum) int64 {
	if n.times == nil {
		n.times = map[int]int{}
	}
	if n.times[bound]++; n.times[bound] > maxWidened {
		return linear.NoBound
	}
	c, _, ok := most(s, a)
	if !ok {
		return linear.NoBound
	}
	return c
}

// widen adds the rows that arrive to a choice, or gives it up.
func (g *search) widen(c *cert.Choice, s *cert.State, images []linear.Sum) {
	rows := s.Rows(c.Vars, images)
	if rows == nil {
		*c, g.changed = cert.Choice{}, true
		return
	}
	all := slices.Concat(c.Rows, rows)
	slices.SortFunc(all, slices.Compare)
	if all = slices.CompactFunc(all, slices.Equal); len(all) > len(c.Rows) {
		c.Rows, g.changed = slices.Clip(all), true
	}
}

// constants counts registers that were known as constants, less than there are registers.
func (n *node) constants() (count int) {
	for _, reg := range n.regs {
		if reg.Known && (len(reg.Sum.Terms) == 0 || len(reg.Sum.Terms) == 1 && reg.Sum.Terms[0].Var < cert.FirstVar) {
			count++
		}
	}
	return min(count, len(n.regs)-1)
}

// amiss is wrong, and of those that are as wrong less where the node says more.
func (n *node) amiss(s *cert.State, images []linear.Sum) int {
	return n.wrong(s, images)*len(n.Node.Regs) - n.constants()
}

// wrong says how far a state is from what the node said at first: what is known to be otherwise weighs most,
// then a constant that is not known, then bounds.
func (n *node) wrong(s *cert.State, images []linear.Sum) (count int) {
	const otherwise, unknown = 1000, 20
	if s.Answered() != n.answered && !n.Head {
		count += otherwise
	}
	for r, reg := range n.regs {
		if !reg.Known {
			continue
		}
		d, ok := substitute(reg.Sum, images).Plus(s.Reg(x86.Reg(r)), -1)
		switch b := s.Range(d); {
		case !ok || b.Lo > 0 || b.Hi < 0 || d.Coef(cert.StackBase) != 0 || d.Coef(cert.ImageBase) != 0:
			count += otherwise
		case b.Lo < 0 || b.Hi > 0:
			count += unknown
		}
	}
	for i, v := range n.vars {
		switch bits := s.BitsOf(images[i]); {
		case v.Zeros&bits.Ones|v.Ones&bits.Zeros != 0:
			count += otherwise
		case v.Zeros&^bits.Zeros|v.Ones&^bits.Ones != 0:
			count++
		}
		switch b := s.Range(images[i]); {
		case b.Lo > v.Hi || b.Hi < v.Lo:
			count += otherwise
		case b.Lo < v.Lo || b.Hi > v.Hi:
			count++
		}
	}
	return count
}

// Stands remembers where lines end.
func (g *search) Stands(s *cert.State, at linear.Sum) bool { return true }

// maxChosen bounds the values of a variable that is made a choice.
const maxChosen = 1 << 14

func (g *search) Chooses(s *cert.State, addr linear.Sum) bool {
	b := s.Range(addr)
	if len(addr.Terms) > 1 {
		return b.Lo != -linear.NoBound && b.Hi < b.Lo+farthestChosen
	}
	return b.Hi-b.Lo < maxChosen*addr.Terms[0].Coef
}

// farthestChosen is how far addresses may be apart that are looked at one by one, in bytes.
const farthestChosen = 1 << 24

func substitute(a linear.Sum, images []linear.Sum) linear.Sum {
	out := linear.Const(a.C)
	for _, t := range a.Terms {
		by := linear.Of(t.Var)
		if t.Var >= cert.FirstVar {
			by = images[t.Var-cert.FirstVar]
		}
		out, _ = out.Plus(by, t.Coef)
	}
	return out
}

// shown: a sum is at most 0.
func shown(s *cert.State, a linear.Sum) bool {
	_, ok := premises(s, a)
	return ok
}

func atMost(s *cert.State, a, b linear.Sum) bool {
	d, ok := a.Plus(b, -1)
	return ok && shown(s, d)
}

func same(s *cert.State, a, b linear.Sum) bool {
	return linear.Equal(a, b) || atMost(s, a, b) && atMost(s, b, a)
}
