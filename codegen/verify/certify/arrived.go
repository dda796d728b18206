package certify

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// perAddr is how many nodes there can be at an address that differ in phase or calls.
const perAddr = 4

// arrived makes a node of the first state that comes to it, with all that may hold for others.
func (n *node) arrived(s *cert.State) {
	*n.Node = cert.Node{
		Addr: n.Addr, Phase: s.Phase(), Booted: s.Booted(), Answered: s.Answered(),
		Frames: append([]cert.Frame(nil), s.Frames()...),
		Marks:  append([]cert.Mark(nil), s.Marks()...), First: append([]cert.Span(nil), s.First()...), Waits: append([]cert.Span(nil), s.Waits()...),
	}
	n.unused, n.own = false, true
	for r := range x86.Reg(cert.Reported) {
		a := s.Reg(r)
		if r != x86.RSP {
			a = n.holds(s, prove.Holder{In: prove.InReg, Reg: r}, a)
		}
		n.Regs[r] = cert.Reg{Known: true, Sum: a}
	}
	for _, c := range s.Cells() {
		c.Sum = n.holds(s, prove.Holder{In: prove.InSlot, Off: c.Off, Width: c.Width}, c.Sum)
		n.Cells = append(n.Cells, c)
	}
	if s.Phase() >= cert.Waiting {
		n.countEvents(s)
	}
	for _, w := range s.Written() {
		if w.Lo.IsConst() && !w.Hi.IsConst() {
			w.Hi = n.holds(s, prove.Holder{In: prove.EndOfRegion, Off: w.Lo.C}, w.Hi)
		}
		if w.Lo.IsConst() {
			n.Bytes = append(n.Bytes, w)
		}
	}
	images := n.images(s)
	for i, a := range images {
		for j, b := range images {
			d, ok := a.Plus(b, -1)
			if c, _, bounded := most(s, d); i != j && ok && bounded {
				n.differ(i, j, c)
				if c < 0 {
					n.differ(i, j, 0)
				}
			}
		}
	}
}

// countEvents says how many events there are and were picked, in terms of a number on the stack that is as many, or some more or
// less, and by how much more were picked at most.
func (n *node) countEvents(s *cert.State) {
	for r := x86.Reg(cert.Reported); r < cert.NumRegs; r++ {
		n.Regs[r] = cert.Reg{}
		for _, c := range s.Cells() {
			i := slices.IndexFunc(n.Cells, func(x cert.Cell) bool { return x.Off == c.Off && x.Width == c.Width })
			if d, ok := s.Reg(r).Plus(c.Sum, -1); ok && i >= 0 && d.IsConst() {
				is, _ := n.Cells[i].Sum.Plus(d, 1)
				n.Regs[r] = cert.Reg{Known: true, Sum: is}
			}
		}
	}
	picked, reported := n.Regs[cert.Picked], n.Regs[cert.Reported]
	d, _ := s.Reg(cert.Picked).Plus(s.Reg(cert.Reported), -1)
	if c, _, ok := most(s, d); ok && picked.Known && reported.Known {
		f, _ := picked.Sum.Plus(reported.Sum, -1)
		if f, ok := f.PlusConst(-c); ok && len(f.Terms) > 1 {
			n.Facts = append(n.Facts, f)
		}
	}
}

// holds is a variable for what a state has somewhere, beside its base.
func (n *node) holds(s *cert.State, h prove.Holder, a linear.Sum) linear.Sum {
	base := prove.FromZero
	for b := range prove.FromImage + 1 {
		if v, ok := baseOf(b); ok && a.Coef(v) == 1 {
			base = b
			a, _ = a.Plus(linear.Of(v), -1)
		}
	}
	b := a.Range(s.Bounds)
	if b.Lo == b.Hi && s.ResultOf(a) == 0 {
		return based(linear.Const(b.Lo), base)
	}
	return n.variable(h, base, cert.Variable{Bounds: b, Result: s.ResultOf(a), Made: s.Made(a)})
}

// variable adds one for what a holder has.
func (n *node) variable(h prove.Holder, base prove.Base, v cert.Variable) linear.Sum {
	n.holders, n.bases = append(n.holders, h), append(n.bases, base)
	n.Vars = append(n.Vars, v)
	return based(linear.Of(cert.FirstVar+linear.Var(len(n.Vars)-1)), base)
}

// differ notes that variable i is at most c above variable j.
func (n *node) differ(i, j int, c int64) {
	f, _ := linear.Of(cert.FirstVar+linear.Var(i)).Plus(linear.Of(cert.FirstVar+linear.Var(j)), -1)
	if f, ok := f.PlusConst(-c); ok && len(n.Facts) < 48 {
		n.Facts = append(n.Facts, f)
	}
}

// loosen puts a variable where a constant stood and something else arrives.
func (n *node) loosen(s *cert.State) (changed bool) {
	loose := func(h prove.Holder, is *linear.Sum, comes linear.Sum) {
		c, base := *is, prove.FromZero
		for b := range prove.FromImage + 1 {
			if v, ok := baseOf(b); ok && c.Coef(v) == 1 {
				base = b
				c, _ = c.Plus(linear.Of(v), -1)
				comes, _ = comes.Plus(linear.Of(v), -1)
			}
		}
		if !c.IsConst() || same(s, c, comes) {
			return
		}
		changed = true
		b := comes.Range(s.Bounds)
		*is = n.variable(h, base, cert.Variable{Bounds: linear.Bounds{Lo: min(b.Lo, c.C), Hi: max(b.Hi, c.C)}, Made: s.Made(comes)})
		i := len(n.Vars) - 1
		v := cert.FirstVar + linear.Var(i)
		n.choose(s, v, c.C)
		for j := range i {
			n.differ(i, j, 0)
			n.differ(j, i, 0)
		}
	}
	for r := range cert.Reported {
		if reg := &n.Regs[r]; reg.Known && x86.Reg(r) != x86.RSP {
			loose(prove.Holder{In: prove.InReg, Reg: x86.Reg(r)}, &reg.Sum, s.Reg(x86.Reg(r)))
		}
	}
	for i := range n.Cells {
		c := &n.Cells[i]
		for _, x := range s.Cells() {
			if x.Off == c.Off && x.Width == c.Width {
				loose(prove.Holder{In: prove.InSlot, Off: c.Off, Width: c.Width}, &c.Sum, x.Sum)
			}
		}
	}
	if changed && s.Phase() >= cert.Waiting {
		n.countEvents(s)
	}
	return changed
}

// choose lets a variable that was a constant be of a choice, if what arrives is: of one that there is, where it is
// of the same one as that, so that what belongs together stays so.
func (n *node) choose(s *cert.State, v linear.Var, was int64) {
	images := n.images(s)
	for i := range n.Choices {
		c := &n.Choices[i]
		if vars := append(slices.Clone(c.Vars), v); s.Rows(vars, images) != nil {
			c.Vars = vars
			for j, row := range c.Rows {
				c.Rows[j] = append(slices.Clone(row), was)
			}
			return
		}
	}
	if s.Rows([]linear.Var{v}, images) != nil {
		n.Choices = append(n.Choices, cert.Choice{Vars: []linear.Var{v}, Rows: [][]int64{{was}}})
	}
}
