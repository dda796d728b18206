package cert

import (
	"encoding/binary"
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
		texts: slices.Clone(n.Texts), choices: slices.Clone(n.Choices), from: i,
		marks: slices.Clone(n.Marks), first: slices.Clone(n.First),
		instructions: budget{left: n.Instructions, from: i}, calls: budget{left: n.Calls, from: i},
	}
	for i, v := range n.Vecs {
		s.vecs[i] = vector{Vector: v, made: !v.Known}
	}
	for _, l := range n.Loads {
		s.loads = append(s.loads, loaded{is: l.Is, at: l.At, width: l.Width, and: ^uint64(0)})
	}
	for r, reg := range n.Regs {
		s.regs[r] = reg.Sum
		if !reg.Known {
			s.regs[r] = s.anything(8, true)
		}
		if low := n.Lows[r]; low.Known {
			s.cuts = append(s.cuts, cut{s.regs[r], 1, low.Sum})
		}
		if wrap := n.Wraps[r]; wrap.Known {
			s.cuts = append(s.cuts, cut{wrap.Sum, 4, s.regs[r]})
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
	say(n.HasFrames(s.frames), "its calls are others")
	for i := range n.Choices {
		say(s.isChoice(&n.Choices[i], images), "choice %d has not all rows", i)
	}
	for i, v := range n.Vars {
		a := images[i]
		say(v.Result == noResult || v.Result == s.ResultOf(a), "variable %d is no such result", i)
		b := s.bitsOf(a, 8)
		say(v.Zeros&^b.Zeros == 0 && v.Ones&^b.Ones == 0, "variable %d has not such bits", i)
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
	for r, wrap := range n.Wraps {
		of, ok := s.Wrap(x86.Reg(r))
		say(!wrap.Known || ok && s.same(put(wrap.Sum), of), "%s is not the low 4 bytes of %v", x86.Reg(r), wrap.Sum)
	}
	for r, low := range n.Lows {
		is, ok := s.Low(x86.Reg(r))
		say(!low.Known || ok && s.same(put(low.Sum), is), "the low byte of %s is not %v", x86.Reg(r), low.Sum)
	}
	for i, v := range n.Vecs {
		x := &s.vecs[i]
		say(!v.Known || x.Known && x.Bytes == v.Bytes, "xmm%d is not what it says", i)
	}
	for _, t := range n.Texts {
		say(s.stands(Text{put(t.At), t.Bytes}), "what stands at %v is not %q", t.At, t.Bytes)
	}
	for _, l := range n.Loads {
		say(s.isLoaded(images[l.Is-FirstVar], put(l.At), l.Width), "variable %d is not what stands at %v", l.Is, l.At)
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

// HasFrames: what calls and pushes left is what the node says, which may leave out where one
// returns to: then no way from there returns.
func (n *Node) HasFrames(frames []Frame) bool {
	return slices.EqualFunc(n.Frames, frames, func(a, b Frame) bool { return a == b || a == Frame{Off: b.Off} })
}

// isChoice: the images of a node's choice are constants, or of one of the state's choices, and each
// row that they can be is one of the node's.
func (s *State) isChoice(n *Choice, images []linear.Sum) bool {
	rows := map[string]bool{}
	for _, row := range n.Rows {
		rows[key(row)] = true
	}
	for _, row := range s.rowsOf(n.Vars, images) {
		if !rows[key(row)] {
			return false
		}
	}
	return s.rowsOf(n.Vars, images) != nil
}

// rowsOf are the rows that the images of a node's variables can be; none where they are not of one
// choice.
func (s *State) rowsOf(vars []linear.Var, images []linear.Sum) [][]int64 {
	of := &Choice{Rows: [][]int64{nil}}
	for _, v := range vars {
		if c, _, ok := s.alone(images[v-FirstVar]); ok {
			of = c
		}
	}
	out := make([][]int64, len(of.Rows))
	for _, v := range vars {
		a := images[v-FirstVar]
		factors, rest, _ := of.of(a)
		if len(rest.Terms) > 0 {
			return nil
		}
		for i, row := range of.Rows {
			x, ok := sumOfRow(factors, row)
			sum, fits := linear.Const(x).PlusConst(a.C)
			if !ok || !fits {
				return nil
			}
			out[i] = append(out[i], sum.C)
		}
	}
	return out
}

// key is a row as a map's key.
func key(row []int64) string {
	var b []byte
	for _, x := range row {
		b = binary.LittleEndian.AppendUint64(b, uint64(x))
	}
	return string(b)
}

// same: two sums are equal.
func (s *State) same(a, b linear.Sum) bool {
	return linear.Equal(a, b) || s.atMost(a, b) && s.atMost(b, a)
}
