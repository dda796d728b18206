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
