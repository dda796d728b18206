package cert

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// start is the state that node i says.
func (c *checker) start(i int) *State {
	n := &c.proof.Nodes[i]
	s := (&State{
		check: c, pc: n.Addr, vars: c.variables(n.Vars), phase: n.Phase, booted: n.Booted, answered: n.Answered,
		frames: n.Frames, facts: n.Facts, cells: n.Cells, bytes: n.Bytes, texts: n.Texts, choices: n.Choices, givens: n.Givens,
		flags: n.Zero.flags(), from: i, since: i, marks: n.Marks, first: n.First, waits: n.Waits,
		instructions: budget{left: n.Instructions, from: i}, calls: budget{left: n.Calls, from: i},
	}).Clone()
	if n.Head {
		for _, v := range n.variables() {
			c.figures.Variables[v] = true
		}
	}
	for i, v := range n.Vecs {
		if s.vecs[i].Vector = v; !v.Known {
			s.vecs[i].made = Address
		}
	}
	for _, l := range n.Loads {
		s.loads = append(s.loads, loaded{is: l.Is, at: l.At, width: l.Width, and: ^uint64(0)})
	}
	for r, reg := range n.Regs {
		s.regs[r] = reg.Sum
		if !reg.Known {
			s.regs[r] = s.anything(8, Address)
		}
	}
	for r := range n.Lows {
		if low := n.Lows[r]; low.Known {
			s.cuts = append(s.cuts, cut{of: s.regs[r], width: 1, is: low.Sum})
		}
		if wrap := n.Wraps[r]; wrap.Known {
			s.cuts = append(s.cuts, cut{of: wrap.Sum, width: 4, is: s.regs[r]})
		}
	}
	return s
}

// arrival is a state that comes to a node: images say what each of the node's variables is.
type arrival struct {
	*State
	node   *Node
	images []linear.Sum
}

// arrives demands that all that the state stands for is in node i: each of its statements holds.
func (s *State) arrives(i int, images []linear.Sum) {
	a := &arrival{s, &s.check.proof.Nodes[i], images}
	n := a.node
	s.demand(len(images) == len(n.Vars), rules.Bounds, "the certificate has not as many variables as the node")
	for _, x := range images {
		s.demand(isSum(x, len(s.vars)), rules.Bounds, "a variable of the node is no sum of variables that there are")
	}
	a.say(n.Phase == s.phase && n.Booted.Contains(s.booted) && (n.Answered || n.Head || !s.answered), "its phase is another")
	a.say(a.HasZero(n.Zero), "its ZF is another")
	a.say(n.HasFrames(s.frames), "its calls are others")
	a.variables()
	a.registers()
	a.memory()
	s.pays(&s.instructions, a.put(n.Instructions), Way{Account: Instructions, To: i, Images: images})
	s.pays(&s.calls, a.put(n.Calls), Way{Account: Calls, To: i, Images: images})
}

// say refuses what does not hold.
func (a *arrival) say(holds bool, format string, args ...any) {
	if !holds {
		a.refuse(rules.Bounds, "the node does not contain what arrives: "+format, args...)
	}
}

// put is a sum of the node's variables in terms of the state's.
func (a *arrival) put(x linear.Sum) linear.Sum {
	out := linear.Const(x.C)
	for _, t := range x.Terms {
		by := linear.Of(t.Var)
		if t.Var >= FirstVar {
			by = a.images[t.Var-FirstVar]
		}
		out = a.plus(out, by, t.Coef)
	}
	return out
}

// variables: what the node says of its variables, alone and together.
func (a *arrival) variables() {
	for i := range a.node.Choices {
		a.say(a.IsChoice(&a.node.Choices[i], a.images), "choice %d has not all rows", i)
	}
	for i, v := range a.node.Vars {
		x := a.images[i]
		if v.Result != noResult && v.Result != a.ResultOf(x) {
			a.say(false, "variable %d is no such result", i)
		}
		var b Bits
		if v.Bits != b {
			b = a.bitsOf(x, 8)
		}
		if !(v.Zeros&^b.Zeros == 0 && v.Ones&^b.Ones == 0 && (!v.Word || a.IsWord(x)) && v.Made >= a.made(x) &&
			(v.Lo == -linear.NoBound || a.atMost(linear.Const(v.Lo), x)) && (v.Hi == linear.NoBound || a.atMost(x, linear.Const(v.Hi)))) {
			a.say(false, "variable %d is not all of %+v", i, v)
		}
	}
	for _, f := range a.node.Facts {
		if !a.shows(a.put(f)) {
			a.say(false, "%v is not at most 0", f)
		}
	}
}

// registers: what the node says that they hold.
func (a *arrival) registers() {
	claims := func(regs []Reg, of func(x86.Reg) (linear.Sum, bool), format string) {
		for r, reg := range regs {
			if !reg.Known {
				continue
			}
			if is, ok := of(x86.Reg(r)); !ok || !a.same(a.put(reg.Sum), is) {
				a.say(false, format, x86.Reg(r), reg.Sum)
			}
		}
	}
	claims(a.node.Regs[:], func(r x86.Reg) (linear.Sum, bool) { return a.regs[r], true }, "%s is not %v")
	claims(a.node.Wraps[:], a.Wrap, "%s is not the low 4 bytes of %v")
	claims(a.node.Lows[:], a.Low, "the low byte of %s is not %v")
	for i, v := range a.node.Vecs {
		x := &a.vecs[i]
		a.say(!v.Known || x.Known && x.Bytes == v.Bytes, "xmm%d is not what it says", i)
	}
}

// memory: what the node says that stands on the stack, was written there, and may be made of an
// address.
func (a *arrival) memory() {
	n := a.node
	for _, t := range n.Texts {
		a.say(a.stands(Text{a.put(t.At), t.Bytes}), "what stands at %v is not %q", t.At, t.Bytes)
	}
	for _, l := range n.Loads {
		a.say(a.IsLoaded(a.images[l.Is-FirstVar], a.put(l.At), l.Width), "variable %d is not what stands at %v", l.Is, l.At)
	}
	for _, c := range n.Cells {
		i := slices.IndexFunc(a.cells, func(x Cell) bool { return x.Off == c.Off && x.Width == c.Width })
		if i < 0 || !a.same(a.put(c.Sum), a.cells[i].Sum) {
			a.say(false, "what stands at %d is not %v", c.Off, c.Sum)
		}
	}
	for _, w := range n.Bytes {
		a.demandWritten(a.put(w.Lo), a.put(w.Hi))
	}
	for _, g := range n.Givens {
		a.say(a.Gives(&g, a.put(linear.Of(g.Is)), a.put(linear.Of(g.Of))), "bit %d of variable %d does not say what is given", g.Bit, g.Is)
	}
	for _, m := range a.marks {
		rest := []Span{m.Span}
		for _, x := range n.Marks {
			if x.Made >= m.Made {
				rest = subtract(rest, x.Span)
			}
		}
		a.say(rest == nil, "bytes from %d to %d may be made of %s", m.Lo, m.Hi, m.Made)
	}
	for _, w := range n.Waits {
		a.say(n.Head || within(w, a.waits), "bytes from %d to %d were written since this request began", w.Lo, w.Hi)
	}
	for _, f := range n.First {
		a.say(within(f, a.first), "bytes from %d to %d were not written before the first client", f.Lo, f.Hi)
	}
}

// within: all bytes of a span are in a list.
func within(w Span, list []Span) bool {
	rest := []Span{w}
	for _, x := range list {
		rest = subtract(rest, x)
	}
	return len(rest) == 0
}

// HasFrames: what calls and pushes left is what the node says, which may leave out where one
// returns to: then no way from there returns.
func (n *Node) HasFrames(frames []Frame) bool {
	return slices.EqualFunc(n.Frames, frames, func(a, b Frame) bool { return a == b || a == Frame{Off: b.Off} })
}

// IsChoice: the images of a node's choice are constants, or of one of the state's choices, and each
// row that they can be is one of the node's.
func (s *State) IsChoice(n *Choice, images []linear.Sum) bool {
	if s.isSame(n, images) {
		return true
	}
	next := 0
	return s.eachRow(n.Vars, images, func(row []int64) bool {
		ok := next < len(n.Rows) && slices.Equal(n.Rows[next], row) // mostly they are in order
		if !ok {
			next, ok = slices.BinarySearchFunc(n.Rows, row, slices.Compare)
		}
		next++
		return ok
	})
}

// isSame: the images are the variables of one of the state's choices in their order, and its rows are the same list in memory.
func (s *State) isSame(n *Choice, images []linear.Sum) bool {
	return slices.ContainsFunc(s.choices, func(c Choice) bool {
		return len(c.Rows) > 0 && len(c.Rows) == len(n.Rows) && &c.Rows[0] == &n.Rows[0] && slices.EqualFunc(n.Vars, c.Vars, func(v, w linear.Var) bool {
			x, ok := plain(images[v-FirstVar])
			return ok && x == w
		})
	})
}

// Rows are the rows that the images of a node's variables can be; none where they are not of one
// choice.
func (s *State) Rows(vars []linear.Var, images []linear.Sum) [][]int64 {
	out := [][]int64{}
	if !s.eachRow(vars, images, func(row []int64) bool { out = append(out, slices.Clone(row)); return true }) {
		return nil
	}
	return out
}

// eachRow says that the images of a node's variables are of one choice, and all rows that they can be are such. These are in
// the same memory one after the other.
func (s *State) eachRow(vars []linear.Var, images []linear.Sum, such func([]int64) bool) bool {
	of := &Choice{Rows: [][]int64{nil}}
	for _, v := range vars {
		if c, _, ok := s.alone(images[v-FirstVar]); ok {
			of = c
		}
	}
	factors, out := make([][]int64, len(vars)), make([]int64, len(vars))
	for i, v := range vars {
		var rest linear.Sum
		if factors[i], rest, _ = of.of(images[v-FirstVar]); len(rest.Terms) > 0 {
			return false
		}
	}
	for _, row := range of.Rows {
		for i, v := range vars {
			var ok bool
			if out[i], ok = sumOfRow(factors[i], row, images[v-FirstVar].C); !ok {
				return false
			}
		}
		if !such(out) {
			return false
		}
	}
	return true
}

// same: two sums are equal.
func (s *State) same(a, b linear.Sum) bool {
	return linear.Equal(a, b) || s.atMost(a, b) && s.atMost(b, a)
}
