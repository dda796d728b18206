package certify

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// imagined are a node's variables in a state that arrives, each found when it is asked for: of most nodes the first few say that
// it is another one.
type imagined struct {
	*node
	of    *cert.State
	is    []linear.Sum
	found []bool
	waits *cert.Range // where the input stands that waits, once it was asked for
}

func (n *node) imagine(s *cert.State) *imagined {
	return &imagined{node: n, of: s, is: make([]linear.Sum, len(n.holders)), found: make([]bool, len(n.holders))}
}

// images are what the node's variables are in a state that arrives. Where a region is missing
// it is one that is empty.
func (n *node) images(s *cert.State) []linear.Sum { return n.imagine(s).all() }

func (m *imagined) all() []linear.Sum {
	for i := range m.is {
		m.at(i)
	}
	return m.is
}

// put is a sum of the node's variables in terms of the state's.
func (m *imagined) put(a linear.Sum) linear.Sum {
	for _, t := range a.Terms {
		if t.Var >= cert.FirstVar {
			m.at(int(t.Var - cert.FirstVar))
		}
	}
	return substitute(a, m.is)
}

// at is variable i.
func (m *imagined) at(i int) linear.Sum {
	if m.found[i] {
		return m.is[i]
	}
	a, h, s := m.held(m.holders[i]), m.holders[i], m.of
	if h.In == prove.EndOfRegion {
		a = m.end(i, a)
	}
	if m.bases[i] == prove.FromString {
		a, _ = a.Plus(pointerIn(s, a), -1)
	}
	if base, ok := baseOf(m.bases[i]); ok && (h.In == prove.InReg || h.In == prove.InSlot) {
		a, _ = a.Plus(linear.Of(base), -1)
	}
	m.is[i], m.found[i] = a, true
	return a
}

// held is what a holder has.
func (m *imagined) held(h prove.Holder) (a linear.Sum) {
	s := m.of
	switch h.In {
	case prove.InReg:
		a = s.Reg(h.Reg)
	case prove.InSlot:
		for _, c := range s.Cells() {
			if c.Off == h.Off && c.Width == h.Width {
				a = c.Sum
			}
		}
	case prove.LowByte:
		a, _ = s.Low(h.Reg)
	case prove.Wrapped:
		a, _ = s.Wrap(h.Reg)
	case prove.AString:
		a = pointerIn(s, s.Reg(h.Reg))
	case prove.IsKnown:
		a = knownOf(s, m.text())
	case prove.RestIn:
		a, _ = m.rest().Lo.PlusConst(-h.Off)
	case prove.EndOfRegion:
		if m.node.rest && m.input.Lo <= h.Off && h.Off < m.input.Hi {
			return m.rest().Hi
		}
		a = endOf(s, h.Off)
	case prove.AtZeros:
		a = textAt(s, string(make([]byte, 16)))
	case prove.AtLine:
		a = textAt(s, "\r\n")
	}
	return a
}

// text is the pointer to the environment's string.
func (m *imagined) text() linear.Sum {
	if i := slices.IndexFunc(m.holders, func(h prove.Holder) bool { return h.In == prove.AString }); i >= 0 {
		return m.at(i)
	}
	return linear.Sum{}
}

func (m *imagined) rest() cert.Range {
	if m.waits == nil {
		rest := m.restIn(m.of)
		m.waits = &rest
	}
	return *m.waits
}

// end is where the region of variable i ends that is found to end at a: if facts of the node have it elsewhere, where they have it, as far as
// the bytes up to there are written.
func (m *imagined) end(i int, a linear.Sum) linear.Sum {
	e, kept := m.node.ends[i]
	if !kept {
		e = m.node.endOf(i)
	}
	is := func(b linear.Sum) bool { return same(m.of, a, m.put(b)) }
	behind := func(b linear.Sum) bool { return !atMost(m.of, m.put(b), a) }
	if (len(e.at) == 0 || slices.ContainsFunc(e.at, is)) && !slices.ContainsFunc(e.from, behind) {
		return a
	}
	for _, b := range slices.Concat(e.at, e.from) {
		if b = m.put(b); m.of.IsWritten(linear.Const(m.holders[i].Off), b) {
			return b
		}
	}
	return a
}

// endGoals are what end asks of a state: whether sums are at most 0.
func (m *imagined) endGoals(i int, e end) (goals []linear.Sum) {
	a := m.held(m.holders[i])
	add := func(b, c linear.Sum) {
		if d, ok := b.Plus(c, -1); ok {
			goals = append(goals, d)
		}
	}
	for _, b := range e.at {
		add(a, m.put(b))
		add(m.put(b), a)
	}
	for _, b := range e.from {
		add(m.put(b), a)
	}
	return goals
}

// end is what facts say of where a region ends: at sums of registers and numbers on the stack, and not in front of places in registers.
type end struct{ at, from []linear.Sum }

func (n *node) endOf(i int) (e end) {
	v := cert.FirstVar + linear.Var(i)
	for _, f := range n.Facts {
		b, ok := f.Plus(linear.Of(v), 1)
		if !ok || f.Coef(v) != -1 || slices.ContainsFunc(b.Terms, func(t linear.Term) bool { return !n.isHeld(t.Var) }) {
			continue
		}
		back, _ := f.Times(-1)
		switch {
		case slices.ContainsFunc(n.Facts, func(g linear.Sum) bool { return linear.Equal(g, back) }):
			e.at = append(e.at, b)
		case len(b.Terms) == 1 && b.Terms[0].Coef == 1 && n.bases[b.Terms[0].Var-cert.FirstVar] == prove.FromStack:
			e.from = append(e.from, b)
		}
	}
	return e
}

// isHeld says that a variable is what a register or a place of the stack has.
func (n *node) isHeld(v linear.Var) bool {
	if v < cert.FirstVar {
		return false
	}
	in := n.holders[v-cert.FirstVar].In
	return in == prove.InReg || in == prove.InSlot
}

// keepEnds keeps what facts say of ends, for whoever leaves some out.
func (n *node) keepEnds() {
	n.ends = map[int]end{}
	for i, h := range n.holders {
		if h.In == prove.EndOfRegion {
			n.ends[i] = n.endOf(i)
		}
	}
}
