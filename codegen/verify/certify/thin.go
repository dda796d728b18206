package certify

import (
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
)

// maxThinned bounds how often nodes are taken out: each time more of them are kept.
const maxThinned = 24

// thin is what is left without nodes to which one way comes, settled: but for those around nodes behind which something could not be
// shown then. No search where that leads to nothing.
func (w *writing) thin(proof *cert.Proof, g *search) (*cert.Proof, *search) {
	var near [2][][]int // of each node, where ways from it lead to, and where those come from that lead to it
	for i := range near {
		near[i] = make([][]int, len(g.nodes))
	}
	for _, x := range w.ways[cert.Instructions] {
		if from := x.at.From(); from >= 0 && x.To >= 0 { // also behind a call, where instructions begin anew
			near[0][from], near[1][x.To] = append(near[0][from], x.To), append(near[1][x.To], from)
		}
	}
	wanted := make([]bool, len(g.nodes))
	for range maxThinned {
		thin, by := g.clone(proof)
		err := error(nil)
		for err == nil && by.passOver(thin, wanted) {
			err = w.settle(thin, by)
		}
		if err == nil {
			return thin, by
		}
		if !by.want(wanted, near[0], near[1]) {
			break
		}
	}
	return nil, nil
}

// want adds the nodes that were passed behind those where something was refused, or else in front of these; where there are none,
// those behind and in front of the nodes next to these, and so on. It reports whether there are any.
func (g *search) want(wanted []bool, near ...[][]int) (more bool) {
	is, seen := make([]bool, len(wanted)), make([]bool, len(wanted))
	for _, n := range g.nodes {
		is[n.place] = true
	}
	for around, ring := g.refused, 0; !more && len(around) > 0; ring++ {
		var others []int // the certificate's that are next to these
		for _, next := range near {
			if ring == 0 && more { // what is behind may be enough
				break
			}
			for list := slices.Clone(around); len(list) > 0; {
				v := list[len(list)-1]
				list = list[:len(list)-1]
				for _, u := range next[v] {
					switch {
					case !is[u] && !wanted[u]:
						wanted[u], more = true, true
						list = append(list, u)
					case is[u] && !seen[u]:
						seen[u] = true
						others = append(others, u)
					}
				}
			}
		}
		around = others
	}
	return more
}

// passOver takes out nodes to which one way comes, or none, if they are not wanted: what comes there goes on. It reports
// whether there were any.
func (g *search) passOver(proof *cert.Proof, wanted []bool) bool {
	var nodes []cert.Node
	kept := g.nodes[:0]
	for _, n := range g.nodes {
		if n.ways < 2 && !n.Head && !wanted[n.place] {
			g.passed[n.Addr] = append(g.passed[n.Addr], &n)
			continue
		}
		nodes, kept = append(nodes, *n.Node), append(kept, n)
	}
	fewer := len(nodes) < len(proof.Nodes)
	proof.Nodes, g.nodes = nodes, kept
	for i := range g.nodes {
		g.nodes[i].Node = &proof.Nodes[i]
	}
	return fewer
}

// clone has nodes of its own.
func (g *search) clone(proof *cert.Proof) (*cert.Proof, *search) {
	p, by := *proof, newSearch(g.input)
	by.fixed, by.answers = g.fixed, g.answers
	p.Nodes = make([]cert.Node, len(proof.Nodes))
	for i, n := range g.nodes {
		p.Nodes[i] = cloned(*n.Node)
		n.Node, n.times = &p.Nodes[i], maps.Clone(n.times)
		n.grown = nil // other ways
		n.holders, n.bases = slices.Clip(n.holders), slices.Clip(n.bases)
		by.nodes = append(by.nodes, n)
	}
	return &p, by
}

// cloned has lists of its own, but for sums, which nobody changes, and what is left as it is: frames, and rows of choices.
func cloned(n cert.Node) cert.Node {
	n.Vars, n.Facts, n.Cells, n.Texts = slices.Clone(n.Vars), slices.Clone(n.Facts), slices.Clone(n.Cells), slices.Clone(n.Texts)
	n.Loads, n.Givens, n.Choices = slices.Clone(n.Loads), slices.Clone(n.Givens), slices.Clone(n.Choices)
	for i := range n.Choices {
		n.Choices[i].Rows = slices.Clone(n.Choices[i].Rows)
	}
	n.Bytes, n.Marks, n.First, n.Waits = slices.Clone(n.Bytes), slices.Clone(n.Marks), slices.Clone(n.First), slices.Clone(n.Waits)
	return n
}
