package certify

import (
	"errors"
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/prove"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// head lets another request begin at the node before a read behind a response, if that is why a check was refused.
func (g *search) head(err error) bool {
	refusal := (*cert.Refusal)(nil)
	if !errors.As(err, &refusal) || refusal.Rule != rules.Isolation || refusal.From < 0 {
		return false
	}
	n := &g.nodes[refusal.From]
	if n.Head || !n.Answered {
		return false
	}
	n.Head, n.Answered = true, false
	n.leaves()
	return true
}

// waits lets nodes say that nothing was written for a request where servers put responses that wait.
func (g *search) waits() {
	ends := map[int64]int64{} // of regions where no input is
	for _, n := range g.nodes {
		for i, h := range n.holders {
			end := n.Vars[i].Hi
			if h.In == prove.EndOfRegion && (h.Off >= g.input.Hi || end <= g.input.Lo) && end != linear.NoBound {
				if last, ok := ends[h.Off]; !ok || end > last {
					ends[h.Off] = end
				}
			}
		}
	}
	for i := range g.nodes {
		n := &g.nodes[i]
		if n.Phase == cert.Serving || n.Phase == cert.Reading || n.Phase >= cert.Answering && n.Phase <= cert.HandedSignals {
			for _, off := range slices.Sorted(maps.Keys(ends)) {
				n.Waits = append(n.Waits, cert.Span{Lo: off, Hi: ends[off]})
			}
		}
		n.leaves()
	}
}

// leaves forgets at the head of a request what cert lets no request have of an earlier one.
func (n *node) leaves() {
	if !n.Head {
		return
	}
	n.Givens = nil
	var kept []cert.Range
	rests := 0
	for _, w := range n.Bytes {
		lo, hi := n.bounds(w.Lo).Lo, n.bounds(w.Hi).Hi
		fixed := w.Lo.IsConst() && w.Hi.IsConst()
		switch {
		case fixed:
			for _, part := range [][2]int64{{lo, min(hi, n.input.Lo)}, {max(lo, n.input.Hi), hi}} {
				if part[0] < part[1] {
					kept = append(kept, cert.Range{Lo: linear.Const(part[0]), Hi: linear.Const(part[1])})
				}
			}
		case n.input.Lo <= lo && hi <= n.input.Hi:
			if rests++; rests == 1 {
				kept = append(kept, w)
			}
		case w.Lo.IsConst() && (lo >= n.input.Hi || hi <= n.input.Lo):
			kept = append(kept, w)
		}
	}
	n.Bytes = slices.Clip(kept)
	n.Waits = slices.DeleteFunc(n.Waits, func(w cert.Span) bool {
		return w.Lo < n.input.Hi && n.input.Lo < w.Hi || slices.ContainsFunc(n.Bytes, func(x cert.Range) bool {
			return x.Lo.IsConst() && x.Hi.IsConst() && w.Lo < x.Hi.C && x.Lo.C < w.Hi
		})
	})
}

// bounds are those of a sum by those of the node's variables.
func (n *node) bounds(a linear.Sum) linear.Bounds {
	return a.Range(func(v linear.Var) linear.Bounds {
		if v < cert.FirstVar {
			return linear.Bounds{Lo: -linear.NoBound, Hi: linear.NoBound}
		}
		return n.Vars[v-cert.FirstVar].Bounds
	})
}
