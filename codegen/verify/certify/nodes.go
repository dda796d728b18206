package certify

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// node is a node of the certificate and where each of its variables is found in a state.
type node struct {
	*cert.Node
	holders []prove.Holder
	bases   []prove.Base
	input   cert.Span  // where it may be stored
	text    linear.Sum // the pointer to the environment's string, unless constant
	unused  bool       // it is of nothing yet
	own     bool       // it is of what arrived, not of a place
	records []uint8    // of each choice, which of the place's it is
	rest    bool       // input waits in front of which nothing may be read

	place   int  // which of the places it is of
	reached bool // a way came to it
	ways    int  // how many did in this round

	ends map[int]end // of regions, by their variables, as facts had them before some were left out; nil while nodes are weakened

	kept []int // which variables are left; nil before compact

	weakened int // how often facts became weaker

	times map[int]int    // how often bounds of variables were widened
	grown map[int]growth // by the nodes that ways come from

	lows [16]linear.Sum // of registers' low bytes, where these are no constants

	regs     [cert.NumRegs]cert.Reg // as they were at first
	vars     []cert.Variable
	answered bool
}

func (n *node) wrote(lo, hi int64) {
	if lo < hi {
		n.Bytes = append(n.Bytes, cert.Range{Lo: linear.Const(lo), Hi: linear.Const(hi)})
	}
}

func spans(list []prove.Piece) (out []cert.Span) {
	for _, w := range list {
		out = append(out, cert.Span(w))
	}
	return out
}

// byAge are the phases in which a process goes through the ages of its clients.
var byAge = []cert.Phase{cert.Waiting, cert.Taken, cert.Unset, cert.Handed, cert.Shut}

// sum is a thing's number: a constant, or a variable of the node. So is a register that is 0 where ages are looked at one by one: what
// they say, they say of variables, and the first descriptor is 0.
func (n *node) sum(t prove.Thing) linear.Sum {
	if t.Lo == t.Hi && !(t.Lo == 0 && t.In == prove.InReg && slices.Contains(byAge, n.Phase)) {
		return linear.Const(t.Lo)
	}
	n.holders, n.bases = append(n.holders, t.Holder), append(n.bases, t.Base)
	v := cert.FirstVar + linear.Var(len(n.Vars))
	// Of what the proof has no bounds for, 8 bytes are a number from 0 on.
	word := t.Lo == -linear.NoBound && t.Hi == linear.NoBound && t.Base == prove.FromZero && (t.In == prove.InReg || t.In == prove.InSlot && t.Width == 8)
	if word {
		t.Lo = 0
	}
	n.Vars = append(n.Vars, cert.Variable{Bounds: linear.Bounds{Lo: t.Lo, Hi: t.Hi}, Result: cert.Result(t.Result), Made: trace(t), Word: word, Bits: cert.Bits{Zeros: t.Zeros, Ones: t.Ones}})
	if t.Record > 0 {
		i := slices.Index(n.records, t.Record)
		if i < 0 {
			i = len(n.records)
			n.records, n.Choices = append(n.records, t.Record), append(n.Choices, cert.Choice{})
		}
		n.Choices[i].Vars = append(n.Choices[i].Vars, v)
	}
	return linear.Of(v)
}

func trace(t prove.Thing) cert.Trace {
	if t.Made {
		return cert.Address
	}
	return cert.Nothing
}

// based is what a thing's number is with what it is added to; of a string the pointer to it is a variable.
func (n *node) based(a linear.Sum, t prove.Thing) linear.Sum {
	if t.Base != prove.FromString {
		return based(a, t.Base)
	}
	if n.text.IsConst() {
		pointer := cert.Variable{Bounds: linear.Bounds{Lo: 1, Hi: 1 << 56}, Made: cert.Address, Result: cert.String}
		n.text = n.variable(prove.Holder{In: prove.AString, Reg: t.Reg}, prove.FromZero, pointer)
	}
	a, _ = a.Plus(n.text, 1)
	return a
}

// knows notes how many bytes of the string are no NUL: they and the next one may be read.
func (n *node) knows(count linear.Sum) {
	lo, _ := n.text.Plus(linear.Of(cert.StackBase), -1)
	hi, _ := lo.Plus(count, 1)
	hi, _ = hi.PlusConst(1)
	n.Bytes = append(n.Bytes, cert.Range{Lo: lo, Hi: hi})
}

// based is what stands in a register or slot.
func based(a linear.Sum, b prove.Base) linear.Sum {
	if base, ok := baseOf(b); ok {
		a, _ = a.Plus(linear.Of(base), 1)
	}
	return a
}

func baseOf(b prove.Base) (linear.Var, bool) {
	switch b {
	case prove.FromStack:
		return cert.StackBase, true
	case prove.FromImage:
		return cert.ImageBase, true
	}
	return 0, false
}

// fact notes a fact of things, if their variables leave one.
func (n *node) fact(f linear.Sum, is []linear.Sum) {
	out, ok := sumOfThings(f, is)
	if ok && len(out.Terms) > 1 && !slices.ContainsFunc(n.Facts, func(g linear.Sum) bool { return linear.Equal(out, g) }) {
		n.Facts = append(n.Facts, out)
	}
}

// sumOfThings is a sum of things with what these are; false where it does not fit.
func sumOfThings(a linear.Sum, is []linear.Sum) (linear.Sum, bool) {
	out, ok := linear.Const(a.C), true
	for _, t := range a.Terms {
		if ok {
			out, ok = out.Plus(is[t.Var], t.Coef)
		}
	}
	return out, ok
}

// pointerIn is the pointer to a string of the environment in a sum; 0 where there is none.
func pointerIn(s *cert.State, a linear.Sum) linear.Sum {
	for _, t := range a.Terms {
		if v := linear.Of(t.Var); t.Coef == 1 && s.ResultOf(v) == cert.String {
			return v
		}
	}
	return linear.Sum{}
}

// knownOf is how many bytes of a string are known to be no NUL.
func knownOf(s *cert.State, text linear.Sum) (n linear.Sum) {
	lo, _ := text.Plus(linear.Of(cert.StackBase), -1)
	for _, w := range s.Written() {
		if linear.Equal(w.Lo, lo) {
			n, _ = w.Hi.Plus(lo, -1)
			n, _ = n.PlusConst(-1)
		}
	}
	return n
}

// restIn is where the input stands that waits: what begins first of it, up to the last end.
func (n *node) restIn(s *cert.State) (rest cert.Range) {
	found := false
	rest = cert.Range{Lo: linear.Const(n.input.Lo), Hi: linear.Const(n.input.Lo)}
	if !n.rest {
		return rest
	}
	for _, w := range s.Written() {
		if w.Lo.IsConst() && !w.Hi.IsConst() && s.Range(w.Hi).Hi >= n.input.Lo { // variables in front of it may be a part of the range
			w.Lo.C = max(w.Lo.C, n.input.Lo)
		}
		if lo := s.Range(w.Lo); w.Lo.IsConst() && w.Hi.IsConst() || lo.Lo < n.input.Lo || lo.Hi >= n.input.Hi {
			continue
		}
		switch {
		case !found || !atMost(s, rest.Lo, w.Lo):
			rest, found = w, true
		case atMost(s, w.Lo, rest.Lo) && (atMost(s, rest.Hi, w.Hi) || !atMost(s, w.Hi, rest.Hi)):
			rest.Hi = w.Hi
		}
	}
	return rest
}

// endOf is where the bytes that begin at an offset end that were written: the last end that is no constant and
// not known to be in front of another one, else the greatest; the offset itself where there are none. Where no such end is a
// variable, the bytes may go on from what stands in front of the offset.
func endOf(s *cert.State, off int64) linear.Sum {
	end := linear.Const(off)
	for _, begins := range []func(cert.Range) bool{
		func(w cert.Range) bool { return beginsAt(s, w, off) },
		func(w cert.Range) bool {
			return w.Lo.IsConst() && w.Lo.C < off && !w.Hi.IsConst() && s.Range(w.Hi).Hi >= off
		},
	} {
		for _, w := range s.Written() {
			if begins(w) && (atMost(s, end, w.Hi) || !w.Hi.IsConst() && !atMost(s, w.Hi, end)) {
				end = w.Hi
			}
		}
		if !end.IsConst() {
			break
		}
	}
	return end
}

// beginsAt says that bytes that were written begin at an offset.
func beginsAt(s *cert.State, w cert.Range, off int64) bool {
	return linear.Equal(w.Lo, linear.Const(off)) || !w.Lo.IsConst() && same(s, w.Lo, linear.Const(off))
}

// textAt is where a text stands that was written last, at no fixed place if there is one.
func textAt(s *cert.State, text string) (at linear.Sum) {
	for _, t := range s.Texts() {
		if string(t.Bytes) == text && (at.IsConst() || !t.At.IsConst()) {
			at = t.At
		}
	}
	return at
}
