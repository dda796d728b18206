package cert

import (
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
)

// Rule names what a server breaks, as package rules does.
type Rule string

// The rules.
const (
	Segments  Rule = "segments"
	Decode    Rule = "decode"
	Syscalls  Rule = "syscalls"
	Writes    Rule = "writes"
	Reads     Rule = "reads"
	Isolation Rule = "isolation"
	Bounds    Rule = "bounds"
)

// Refusal says why a server is not accepted with its certificate.
type Refusal struct {
	Rule Rule
	Addr uint64 // of the instruction
	Msg  string
}

func (r *Refusal) Error() string { return fmt.Sprintf("%s: at %#x: %s", r.Rule, r.Addr, r.Msg) }

// refuse ends the check: Check returns the Refusal.
func refuse(rule Rule, addr uint64, format string, args ...any) {
	panic(&Refusal{rule, addr, fmt.Sprintf(format, args...)})
}

// State is what is known on a way between two nodes. A variable has one value on it: what
// changes gets a variable of its own, so that facts stay.
type State struct {
	check *checker
	pc    uint64

	vars   []Variable
	facts  []linear.Sum // at most 0 each
	regs   [16]linear.Sum
	flags  flags
	cells  []Cell
	bytes  []Range
	marks  []Span
	first  []Span
	frames []Frame
	cuts   []cut

	vecs    [16]vector
	texts   []Text
	loads   []loaded
	masks   []mask
	choices []Choice

	from          int  // the node where the way began, or -1
	reads, writes bool // the client was read from on it, and written to

	phase    Phase
	family   int64
	answered bool
	input    *incoming

	instructions, calls budget
}

// cut is a variable that is a sum modulo 1<<(8*width).
type cut struct {
	of    linear.Sum
	width uint8
	is    linear.Sum
}

// incoming is a read whose result was not looked at yet.
type incoming struct {
	at     linear.Sum
	result linear.Var
}

// budget is what may be spent yet.
type budget struct {
	left  linear.Sum
	spent int64
	from  int // the node that granted it, or -1
}

func (s *State) clone() *State {
	c := *s
	c.vars, c.facts, c.cells, c.bytes = slices.Clone(s.vars), slices.Clone(s.facts), slices.Clone(s.cells), slices.Clone(s.bytes)
	c.marks, c.frames, c.cuts = slices.Clone(s.marks), slices.Clone(s.frames), slices.Clone(s.cuts)
	c.texts, c.loads, c.masks, c.choices = slices.Clone(s.texts), slices.Clone(s.loads), slices.Clone(s.masks), slices.Clone(s.choices)
	return &c
}

func (s *State) refuse(rule Rule, format string, args ...any) { refuse(rule, s.pc, format, args...) }

// maxVars bounds the variables of a way, which are copied where it branches.
const maxVars = 1 << 9

// fresh is a new variable.
func (s *State) fresh(v Variable) linear.Sum {
	if len(s.vars) == maxVars {
		s.refuse(Bounds, "a way has more than %d variables: a loop has no node", maxVars)
	}
	s.vars = append(s.vars, v)
	return linear.Of(linear.Var(len(s.vars) - 1))
}

// anything is a number of width bytes of which nothing is known.
func (s *State) anything(width uint8, made bool) linear.Sum {
	v := Variable{Bounds: linear.Bounds{Lo: -linear.NoBound, Hi: linear.NoBound}, Made: made}
	if width < 8 {
		v.Lo, v.Hi = 0, int64(limit(width)-1)
	}
	return s.fresh(v)
}

// limit is 1 << (8*width), for widths below 8.
func limit(width uint8) uint64 { return 1 << (8 * width) }

// plus is a + k*b, which must fit.
func (s *State) plus(a, b linear.Sum, k int64) linear.Sum {
	sum, ok := a.Plus(b, k)
	if !ok {
		s.refuse(Bounds, "a number does not fit in 64 bits")
	}
	return sum
}

func (s *State) plusConst(a linear.Sum, c int64) linear.Sum { return s.plus(a, linear.Const(c), 1) }

// made says that a sum may tell something of an address.
func (s *State) made(a linear.Sum) bool {
	return slices.ContainsFunc(a.Terms, func(t linear.Term) bool { return s.vars[t.Var].Made })
}

// shows: goal <= 0 by bounds, or as the certificate says.
func (s *State) shows(goal linear.Sum) bool {
	if s.rangeOf(goal).Hi <= 0 {
		return true
	}
	if len(s.facts) == 0 {
		return false
	}
	premises, ok := s.check.guide.Premises(s, goal)
	if !ok {
		return false
	}
	if !s.follows(premises, goal) {
		s.refuse(Bounds, "the certificate's premises do not show that %v is at most 0", goal)
	}
	return true
}

// follows: goal <= 0 by premises.
func (s *State) follows(premises []linear.Premise, goal linear.Sum) bool {
	rest, ok := linear.Rest(s.facts, premises, goal)
	return ok && s.rangeOf(rest).Hi <= 0
}

// atMost: a <= b.
func (s *State) atMost(a, b linear.Sum) bool {
	d, ok := a.Plus(b, -1)
	return ok && s.shows(d)
}

// most is a bound of a sum, NoBound where there is none.
func (s *State) most(a linear.Sum) int64 {
	hi := s.rangeOf(a).Hi
	if len(a.Terms) == 0 || len(s.facts) == 0 {
		return hi
	}
	c, premises, ok := s.check.guide.Most(s, a)
	if !ok || c >= hi {
		return hi
	}
	if !s.follows(premises, s.plusConst(a, -c)) {
		s.refuse(Bounds, "the certificate's premises do not show that %v is at most %d", a, c)
	}
	return c
}

// least is the other bound.
func (s *State) least(a linear.Sum) int64 {
	neg, ok := a.Times(-1)
	if !ok {
		return -linear.NoBound
	}
	return -s.most(neg)
}

// know notes that a sum is at most 0. It reports whether that is possible.
func (s *State) know(a linear.Sum) bool {
	if c, factors, ok := s.alone(a); ok {
		return s.narrow(c, factors, a.C, func(x int64) bool { return x <= 0 })
	}
	switch len(a.Terms) {
	case 0:
		return a.C <= 0
	case 1:
		t := a.Terms[0]
		if a.C == -linear.NoBound-1 {
			return true
		}
		v := &s.vars[t.Var]
		if t.Coef > 0 {
			v.Hi = min(v.Hi, floorDiv(-a.C, t.Coef))
		} else if t.Coef != -linear.NoBound-1 {
			v.Lo = max(v.Lo, -floorDiv(-a.C, -t.Coef))
		}
		return v.Lo <= v.Hi
	}
	s.facts = append(s.facts, a)
	return s.rangeOf(a).Lo <= 0
}

// floorDiv is a / b rounded down, for b above 0.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// cut is a sum modulo 1<<(8*width), as a sum from 0 to below that; for 8 bytes the sum as it is.
func (s *State) cut(a linear.Sum, width uint8) linear.Sum {
	if width >= 8 {
		return a
	}
	if is, ok := s.cutOf(a, width); ok {
		return is
	}
	size := int64(limit(width))
	r := s.reduced(a, width)
	if is, ok := s.cutOf(r, width); ok {
		return is
	}
	if len(r.Terms) < len(a.Terms) {
		a = r
	}
	if len(a.Terms) > 1 && a.Coef(StackBase) == 0 && a.Coef(ImageBase) == 0 && s.least(a) >= 0 && s.most(a) < size {
		return a
	}
	if is, ok := s.mapped(a, func(x int64) int64 { return x & (size - 1) }); ok {
		return is
	}
	is := s.ofBits(s.bitsOf(a, width), width, s.made(a))
	s.cuts = append(s.cuts, cut{a, width, is})
	return is
}

// cutOf is cut where that is known, or is the sum moved by a constant.
func (s *State) cutOf(a linear.Sum, width uint8) (linear.Sum, bool) {
	for _, c := range s.cuts {
		if c.width == width && linear.Equal(c.of, a) {
			return c.is, true
		}
	}
	size := int64(limit(width))
	r := s.rangeOf(a)
	if r.Lo == -linear.NoBound || r.Hi == linear.NoBound || floorDiv(r.Lo, size) != floorDiv(r.Hi, size) {
		return linear.Sum{}, false
	}
	return a.PlusConst(-floorDiv(r.Lo, size) * size)
}

// reduced is a sum that is the same modulo 1<<(8*width), in terms of what variables were cut from.
func (s *State) reduced(a linear.Sum, width uint8) linear.Sum {
	out := a
	for _, c := range s.cuts {
		if v, ok := plain(c.is); ok && c.width >= width {
			if k := out.Coef(v); k != 0 {
				by, fits := c.of.Plus(c.is, -1)
				if sum, ok := out.Plus(by, k); fits && ok {
					out = sum
				}
			}
		}
	}
	return out
}

// signed is the signed number of width bytes that a sum is modulo 1<<(8*width), as a sum that is
// in its range; false where none is known.
func (s *State) signed(a linear.Sum, width uint8) (linear.Sum, bool) {
	half, size := int64(1)<<62, int64(0)
	if width < 8 {
		half, size = int64(limit(width)/2), int64(limit(width))
	}
	if out, ok := s.within(a, -half, half-1, size); ok || size == 0 {
		return out, ok
	}
	return s.mapped(a, func(x int64) int64 { return (x+half)&(size-1) - half })
}

// unsigned is likewise for unsigned ones.
func (s *State) unsigned(a linear.Sum, width uint8) (linear.Sum, bool) {
	if width < 8 {
		return s.cut(a, width), true
	}
	return s.within(a, 0, 1<<62, 0)
}

// within is a sum moved by a multiple of size so that it is from lo to hi.
func (s *State) within(a linear.Sum, lo, hi, size int64) (linear.Sum, bool) {
	r := s.rangeOf(a)
	if size != 0 && r.Lo != -linear.NoBound {
		if d, ok := linear.Const(r.Lo).Plus(linear.Const(lo), -1); ok {
			if moved, ok := a.PlusConst(-floorDiv(d.C, size) * size); ok {
				a, r = moved, s.rangeOf(moved)
			}
		}
	}
	if r.Lo >= lo && r.Hi <= hi {
		return a, true
	}
	return a, len(a.Terms) > 1 && s.least(a) >= lo && s.most(a) <= hi
}

// number is the constant that a register holds in its low width bytes.
func (s *State) number(r x86.Reg, width uint8) (int64, bool) {
	a := s.regs[r]
	if b := s.rangeOf(a); b.Lo == b.Hi && b.Lo > -linear.NoBound && b.Hi < linear.NoBound {
		a = linear.Const(b.Lo)
	}
	if !a.IsConst() {
		return 0, false
	}
	if width < 8 {
		return a.C & int64(limit(width)-1), true
	}
	return a.C, true
}

// offset is how far a place on the stack is from StackBase.
func (s *State) offset(a linear.Sum) (linear.Sum, bool) { return s.relative(a, StackBase) }

func (s *State) relative(a linear.Sum, base linear.Var) (linear.Sum, bool) {
	d, ok := a.Plus(linear.Of(base), -1)
	return d, ok && d.Coef(StackBase) == 0 && d.Coef(ImageBase) == 0
}
