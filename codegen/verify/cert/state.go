package cert

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Refusal says why a server is not accepted with its certificate.
type Refusal struct {
	Rule rules.Rule
	Addr uint64 // of the instruction
	Msg  string
	From int // the node where the way began that breaks the rule; -1 for none
}

func (r *Refusal) Error() string { return fmt.Sprintf("%s: at %#x: %s", r.Rule, r.Addr, r.Msg) }

// refuse ends the check: Check returns the Refusal.
func refuse(rule rules.Rule, addr uint64, format string, args ...any) {
	panic(&Refusal{rule, addr, fmt.Sprintf(format, args...), -1})
}

// State is what is known on a way between two nodes. A variable has one value on it: what
// changes gets a variable of its own, so that facts stay.
type State struct {
	check *checker
	pc    uint64

	vars   []Variable
	facts  []linear.Sum // at most 0 each
	regs   [NumRegs]linear.Sum
	flags  flags
	cells  []Cell
	bytes  []Range
	marks  []Mark
	first  []Span
	waits  []Span
	frames []Frame
	cuts   []cut

	vecs    [16]vector
	texts   []Text
	loads   []loaded
	masks   []mask
	choices []Choice
	givens  []Given

	from          int  // the node where the way began, or -1
	since         int  // from, or -1 where the process turned to another client on it
	reads, writes bool // the client was read from on it since then, and written to

	phase    Phase
	booted   Booted
	answered bool
	input    *incoming
	peer     Span // of the stack, where a call writes if it succeeds: accept, in a child, and getpeername the client's address, pipe2 descriptors

	instructions, calls budget
	called              linear.Var // the result of the last call, which the calls pay for; 0 for none
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

// Clone is a copy, in the memory of a state that is not needed any more if there is one. First and waits
// are never changed in place.
func (s *State) Clone() *State {
	var c *State
	if n := len(s.check.spare) - 1; n >= 0 {
		c, s.check.spare = s.check.spare[n], s.check.spare[:n]
	} else {
		c = new(State)
	}
	old := *c
	*c = *s
	c.vars, c.facts, c.cells, c.bytes = append(old.vars[:0], s.vars...), append(old.facts[:0], s.facts...), append(old.cells[:0], s.cells...), append(old.bytes[:0], s.bytes...)
	c.marks, c.frames, c.cuts, c.givens = append(old.marks[:0], s.marks...), append(old.frames[:0], s.frames...), append(old.cuts[:0], s.cuts...), append(old.givens[:0], s.givens...)
	c.texts, c.loads, c.masks, c.choices = append(old.texts[:0], s.texts...), append(old.loads[:0], s.loads...), append(old.masks[:0], s.masks...), append(old.choices[:0], s.choices...)
	return c
}

// ends says that nobody needs the state any more.
func (s *State) ends() { s.check.spare = append(s.check.spare, s) }

// demand refuses what does not hold.
func (s *State) demand(holds bool, rule rules.Rule, why string) {
	if !holds {
		s.refuse(rule, "%s", why)
	}
}

func (s *State) refuse(rule rules.Rule, format string, args ...any) {
	panic(&Refusal{rule, s.pc, fmt.Sprintf(format, args...), s.from})
}

// maxVars bounds the variables of a way, which are copied where it branches.
const maxVars = 1 << 9

// fresh is a new variable.
func (s *State) fresh(v Variable) linear.Sum {
	s.demand(len(s.vars) < maxVars, rules.Bounds, "a way has more than 512 variables: a loop has no node")
	s.vars = append(s.vars, v)
	return linear.Of(linear.Var(len(s.vars) - 1))
}

// anything is a number of width bytes, from 0 on, of which nothing is known.
func (s *State) anything(width uint8, made Trace) linear.Sum {
	v := Variable{Bounds: linear.Bounds{Lo: 0, Hi: linear.NoBound}, Made: made, Word: width == 8}
	if width < 8 {
		v.Hi = int64(limit(width) - 1)
	}
	return s.fresh(v)
}

// plus is a + k*b, which must fit. Its terms are in memory that is taken for many sums at once.
func (s *State) plus(a, b linear.Sum, k int64) linear.Sum {
	c, n := s.check, len(a.Terms)+len(b.Terms)
	if len(c.terms) < n {
		c.terms = make([]linear.Term, n+1<<8)
	}
	sum, ok := a.PlusIn(c.terms[:n:n], b, k)
	s.demand(ok, rules.Bounds, "a number does not fit in 64 bits")
	if m := len(sum.Terms); m > 0 && &sum.Terms[0] == &c.terms[0] {
		sum.Terms, c.terms = sum.Terms[:m:m], c.terms[m:]
	}
	return sum
}

func (s *State) plusConst(a linear.Sum, c int64) linear.Sum { return s.plus(a, linear.Const(c), 1) }

// offset is how far a place on the stack is from StackBase.
func (s *State) offset(a linear.Sum) (linear.Sum, bool) { return s.relative(a, StackBase) }

func (s *State) relative(a linear.Sum, base linear.Var) (linear.Sum, bool) {
	if len(a.Terms) == 0 || a.Terms[0] != (linear.Term{Var: base, Coef: 1}) || a.Coef(StackBase+ImageBase-base) != 0 {
		return linear.Sum{}, false
	}
	return linear.Sum{C: a.C, Terms: a.Terms[1:]}, true
}
