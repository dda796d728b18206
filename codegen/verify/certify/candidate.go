package certify

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// candidate makes a node of what the proof knows at a place. Whether all of that can be shown
// with the checker's own means is another question.
func candidate(p *prove.Place, at *cert.Node) node {
	*at = cert.Node{Addr: p.Addr, Phase: cert.Phase(p.Phase), Answered: p.Answered && !p.Head, Head: p.Head, Booted: cert.Booted{Family: p.Family, Mode: cert.Mode(p.Mode), Signals: p.Signals}, Zero: cert.Zero(p.Zero)}
	n := node{Node: at}
	for _, f := range p.Frames {
		n.Frames = append(n.Frames, cert.Frame(f))
	}
	is := make([]linear.Sum, len(p.Things))
	for i, b := range p.Vectors {
		if b >= 0 {
			v := cert.Vector{Known: true}
			for k := range v.Bytes {
				v.Bytes[k] = byte(b)
			}
			n.Vecs[i] = v
		}
	}
	rests := map[int64]linear.Sum{} // in which region, and how far in it
	for _, t := range p.Things {
		n.rest = n.rest || t.In == prove.RestIn
	}
	for i, t := range p.Things {
		if j, c, ok := p.Equal(i); ok && t.In == prove.IsKnown && !is[j].IsConst() { // the range ends where what is read of it does
			is[i], _ = is[j].PlusConst(c)
		} else {
			is[i] = n.sum(t)
		}
		if t.In == prove.RestIn {
			rests[t.Off] = is[i]
		}
		n.takes(t, is[i])
	}
	for i := range n.Bytes {
		if w := &n.Bytes[i]; w.Lo.IsConst() {
			w.Lo, _ = w.Lo.Plus(rests[w.Lo.C], 1)
		}
	}
	for _, f := range p.Facts {
		n.fact(f, is)
	}
	for i, e := range p.Events {
		if a, ok := sumOfThings(e.Is, is); ok && e.Known {
			n.Regs[cert.Reported+i] = cert.Reg{Known: true, Sum: a}
		}
	}
	n.given(p, is)
	for _, w := range p.Written {
		for _, f := range slices.Backward(p.Frames) { // ascending; their bytes need not be said
			if w.Lo < f.Off {
				n.wrote(w.Lo, min(w.Hi, f.Off))
			}
			w.Lo = max(w.Lo, min(w.Hi, f.Off+8))
		}
		n.wrote(w.Lo, w.Hi)
	}
	n.First = spans(p.First)
	for _, m := range p.Marked {
		n.Marks = append(n.Marks, cert.Mark{Span: cert.Span(m), Made: cert.Address})
	}
	n.regs, n.vars, n.answered = n.Regs, slices.Clone(n.Vars), p.Answered
	return n
}

// given takes over where variables were loaded, and what their bits say.
func (n *node) given(p *prove.Place, is []linear.Sum) {
	for _, l := range p.Loads {
		if at, ok := sumOfThings(l.At, is); ok && !is[l.Thing].IsConst() {
			n.Loads = append(n.Loads, cert.Loaded{Is: is[l.Thing].Terms[0].Var, At: at, Width: l.Width})
		}
	}
	for _, g := range p.Givens {
		if p.Head || is[g.Thing].IsConst() || g.Picks && is[g.Of].IsConst() {
			continue
		}
		x := cert.Given{Is: is[g.Thing].Terms[0].Var, Bit: g.Bit, Span: cert.Span(g.Piece), Values: slices.Clone(g.Values)}
		if g.Picks {
			x.Of = is[g.Of].Terms[0].Var
		}
		n.Givens = append(n.Givens, x)
	}
}

// takes notes where a thing of the place is found, and that it is the number is.
func (n *node) takes(t prove.Thing, is linear.Sum) {
	at := n.based(is, t)
	switch t.In {
	case prove.InReg:
		n.Regs[t.Reg] = cert.Reg{Known: true, Sum: at}
		if t.Low || t.Base == prove.FromZero && (t.Lo < 0 || t.Hi > 255) { // cert may know of an address where the proof does not
			byteOf := prove.Thing{Holder: prove.Holder{In: prove.LowByte, Reg: t.Reg}, Hi: 255}
			n.Lows[t.Reg] = cert.Reg{Known: true, Sum: n.sum(byteOf)}
		}
	case prove.Wrapped:
		n.Wraps[t.Reg] = cert.Reg{Known: true, Sum: at}
	case prove.InSlot:
		n.Cells = append(n.Cells, cert.Cell{Off: t.Off, Width: t.Width, Sum: at})
	case prove.IsKnown:
		n.knows(is)
	case prove.EndOfRegion:
		n.Bytes = append(n.Bytes, cert.Range{Lo: linear.Const(t.Off), Hi: is})
	case prove.AtZeros:
		n.Texts = append(n.Texts, cert.Text{At: is, Bytes: make([]byte, 16)})
	case prove.AtLine:
		n.Texts = append(n.Texts, cert.Text{At: is, Bytes: []byte("\r\n")})
	}
}
