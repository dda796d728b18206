package certify

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// way is one of an account that was found.
type way struct {
	cert.Way
	at    *cert.State // where it ends
	falls *[][]fall   // between quantities of the nodes that it goes from and to, once they are looked at: those of calls are the same
}

// ranker finds what nodes have to grant of an account, so that it is enough on each way.
type ranker struct {
	nodes  []node
	ways   []way
	grants []linear.Sum // by node
}

// rank finds the grants of an account, and how much of it begins anew at the most; false where
// a loop is not bounded.
func rank(nodes []node, ways []way) (grants []linear.Sum, most int64, ok bool) {
	r := &ranker{nodes: nodes, ways: ways, grants: make([]linear.Sum, len(nodes))}
	for _, part := range components(len(nodes), r.inner(func(way) bool { return true })) {
		if !r.rankPart(part) {
			return nil, 0, false
		}
	}
	for _, w := range ways {
		if w.From < 0 {
			n, ok := r.need(w, linear.Sum{})
			if !ok {
				return nil, 0, false
			}
			most = max(most, n)
		}
	}
	return r.grants, most, true
}

// inner are the ways between nodes.
func (r *ranker) inner(such func(way) bool) (out []way) {
	for _, w := range r.ways {
		if w.From >= 0 && w.To >= 0 && such(w) {
			out = append(out, w)
		}
	}
	return out
}

// need is what a way costs with what follows it, less a sum of where it begins.
func (r *ranker) need(w way, less linear.Sum) (int64, bool) {
	sum := linear.Const(w.Spent)
	if w.To >= 0 {
		sum, _ = sum.Plus(substitute(r.grants[w.To], w.Images), 1)
	}
	sum, ok := sum.Plus(less, -1)
	if !ok {
		return 0, false
	}
	n, _, bounded := most(w.at, sum)
	return n, bounded
}

// below0 is by how much the grant of the node that a way comes to may be below 0.
func (r *ranker) below0(w way) (int64, bool) {
	sum, ok := substitute(r.grants[w.To], w.Images).Times(-1)
	if !ok {
		return 0, false
	}
	n, _, bounded := most(w.at, sum)
	return n, bounded
}

// rankPart grants to the nodes of a component, all that follow it having theirs.
func (r *ranker) rankPart(part []int) bool {
	l := r.newLoop(part)
	x := &rates{loop: l, leaves: make([]float64, len(part))}
	for _, p := range l.out {
		n, ok := r.need(p.way, linear.Sum{})
		if !ok {
			return false
		}
		x.leaves[p.a] = max(x.leaves[p.a], float64(n))
	}
	if len(l.ways) > 0 {
		whole, ok := x.solve()
		if !ok {
			return false
		}
		for i, v := range part {
			if r.grants[v], ok = l.grantOf(i, x.counters, whole); !ok {
				return false
			}
		}
	}
	return l.constants()
}

// constants are granted beside the counters. It fails where constants grow without end.
func (l *loop) constants() bool {
	var ways []*passage
	var needs []int64
	more := make([]int64, len(l.part))
	for _, p := range slices.Concat(l.ways, l.out) {
		n, ok := l.need(p.way, l.grants[p.From])
		if !ok {
			return false
		}
		ways, needs = append(ways, p), append(needs, n)
	}
	for _, p := range slices.Concat(l.ways, l.in) {
		n, ok := l.below0(p.way)
		if !ok {
			return false
		}
		more[p.b] = max(more[p.b], n)
	}
	for round, grew := 0, true; grew; round++ {
		grew = false
		for i, p := range ways {
			n := needs[i]
			if p.b >= 0 {
				n += more[p.b]
			}
			if n > more[p.a] {
				more[p.a], grew = n, true
			}
		}
		if round > len(l.part) {
			return false
		}
	}
	for i, v := range l.part {
		var ok bool
		if l.grants[v], ok = l.grants[v].PlusConst(more[i]); !ok {
			return false
		}
	}
	return true
}

// numbered are the strongly connected parts of the nodes' graph.
func numbered(n int, ways []way) []int {
	next := make([][]int, n)
	for _, w := range ways {
		next[w.From] = append(next[w.From], w.To)
	}
	return cert.Components(next)
}

// components are these parts, each behind those that it leads to.
func components(n int, ways []way) [][]int {
	part := numbered(n, ways)
	out := make([][]int, slices.Max(append(part, 0)))
	for v, i := range part {
		out[i-1] = append(out[i-1], v)
	}
	return out
}
