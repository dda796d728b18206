package cert

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
)

// start is the state that node i says.
func (c *checker) start(i int) *State {
	n := &c.proof.Nodes[i]
	s := &State{
		check: c, pc: n.Addr, vars: c.variables(n.Vars), phase: n.Phase, family: n.Family, answered: n.Answered,
		frames: slices.Clone(n.Frames), facts: slices.Clone(n.Facts), cells: slices.Clone(n.Cells), bytes: slices.Clone(n.Bytes),
		marks: slices.Clone(n.Marks), first: slices.Clone(n.First),
		instructions: budget{left: n.Instructions, from: i}, calls: budget{left: n.Calls, from: i},
	}
	for r, reg := range n.Regs {
		s.regs[r] = reg.Sum
		if !reg.Known {
			s.regs[r] = s.anything(8, true)
		}
	}
	return s
}

// arrives demands that all that the state stands for is in a node: by images, which say what
// each of the node's variables is, each of the node's statements holds.
func (s *State) arrives(i int, images []linear.Sum) {
	n := &s.check.proof.Nodes[i]
	if len(images) != len(n.Vars) {
		s.refuse(Bounds, "the certificate has %d variables for the %d of the node", len(images), len(n.Vars))
	}
	for i, a := range images {
		if !isSum(a, len(s.vars)) {
			s.refuse(Bounds, "variable %d of the node is no sum of variables that there are: %v", i, a)
		}
	}
	say := func(holds bool, format string, args ...any) {
		if !holds {
			s.refuse(Bounds, "the node does not contain what arrives: "+format, args...)
		}
	}
	put := func(a linear.Sum) linear.Sum {
		out := linear.Const(a.C)
		for _, t := range a.Terms {
			by := linear.Of(t.Var)
			if t.Var >= FirstVar {
				by = images[t.Var-FirstVar]
			}
			out = s.plus(out, by, t.Coef)
		}
		return out
	}
	say(n.Phase == s.phase && n.Family == s.family && (n.Answered || !s.answered), "its phase is another")
	say(slices.Equal(n.Frames, s.frames), "its calls are others")
	for i, v := range n.Vars {
		a := images[i]
		say(v.Result == noResult || v.Result == s.ResultOf(a), "variable %d is no such result", i)
		say(v.Made || !s.made(a), "variable %d is made of an address", i)
		say(v.Lo == -linear.NoBound || s.atMost(linear.Const(v.Lo), a), "variable %d is not at least %d", i, v.Lo)
		say(v.Hi == linear.NoBound || s.atMost(a, linear.Const(v.Hi)), "variable %d is not at most %d", i, v.Hi)
	}
	for _, f := range n.Facts {
		say(s.shows(put(f)), "%v is not at most 0", f)
	}
	for r, reg := range n.Regs {
		say(!reg.Known || s.same(put(reg.Sum), s.regs[r]), "%s is not %v", x86.Reg(r), reg.Sum)
	}
	for _, c := range n.Cells {
		i := slices.IndexFunc(s.cells, func(x Cell) bool { return x.Off == c.Off && x.Width == c.Width })
		say(i >= 0 && s.same(put(c.Sum), s.cells[i].Sum), "what stands at %d is not %v", c.Off, c.Sum)
	}
	for _, w := range n.Bytes {
		s.demandWritten(put(w.Lo), put(w.Hi))
	}
	for _, m := range s.marks {
		rest := []Span{m}
		for _, w := range n.Marks {
			rest = subtract(rest, w)
		}
		say(len(rest) == 0, "bytes from %d to %d may be made of an address", m.Lo, m.Hi)
	}
	for _, f := range n.First {
		rest := []Span{f}
		for _, w := range s.first {
			rest = subtract(rest, w)
		}
		say(len(rest) == 0, "bytes from %d to %d were not written before the first client", f.Lo, f.Hi)
	}
	s.pays(&s.instructions, put(n.Instructions), Way{Account: Instructions, To: i, Images: images})
	s.pays(&s.calls, put(n.Calls), Way{Account: Calls, To: i, Images: images})
}

// same: two sums are equal.
func (s *State) same(a, b linear.Sum) bool {
	return linear.Equal(a, b) || s.atMost(a, b) && s.atMost(b, a)
}
