package certify

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
)

// way is one of an account that was found.
type way struct {
	cert.Way
	at *cert.State // where it ends
}

// ranker finds what nodes have to grant of an account, so that it is enough on each way.
type ranker struct {
	nodes   []node
	ways    []way
	grants  []linear.Sum // by node
	granted []bool
}

// rank finds the grants of an account, and how much of it begins anew at the most; false where
// a loop is not bounded.
func rank(nodes []node, ways []way) (grants []linear.Sum, most int64, ok bool) {
	r := &ranker{nodes: nodes, ways: ways, grants: make([]linear.Sum, len(nodes)), granted: make([]bool, len(nodes))}
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
	within := r.inner(func(w way) bool { return slices.Contains(part, w.From) && slices.Contains(part, w.To) })
	levels, ok := r.levels(part, within)
	if !ok {
		return false
	}
	for scale := int64(1); scale < 1<<40; scale *= 4 {
		if r.grant(part, within, levels, scale) {
			return true
		}
		if len(levels) == 0 {
			return false
		}
	}
	return false
}

// level is a sum at each node that no way raises, and the innermost loops lower.
type level func(n *node) (linear.Sum, bool)

// levels are found one within the other: the ways that one lowers are done with.
func (r *ranker) levels(part []int, within []way) (out []level, ok bool) {
	for rest := cyclic(len(r.nodes), within); len(rest) > 0; rest = cyclic(len(r.nodes), rest) {
		l, lowered := r.best(part, rest)
		if l == nil {
			return nil, false
		}
		out = append(out, l)
		rest = slices.DeleteFunc(rest, func(w way) bool { return lowered[w.at] })
	}
	return out, true
}

// best is the level that lowers the most ways and raises none.
func (r *ranker) best(part []int, ways []way) (best level, lowers map[*cert.State]bool) {
	for _, l := range r.candidates(part) {
		lowered := map[*cert.State]bool{}
		ok := true
		for _, w := range ways {
			d, known := r.fall(w, l)
			ok = ok && known && d >= 0
			if ok && d > 0 {
				lowered[w.at] = true
			}
		}
		if ok && len(lowered) > len(lowers) {
			best, lowers = l, lowered
		}
	}
	return best, lowers
}

// fall is by how much a level falls along a way at least.
func (r *ranker) fall(w way, l level) (int64, bool) {
	a, ok := l(&r.nodes[w.From])
	b, ok2 := l(&r.nodes[w.To])
	if !ok || !ok2 {
		return 0, false
	}
	d, ok := substitute(b, w.Images).Plus(a, -1)
	if !ok {
		return 0, false
	}
	rise, _, bounded := most(w.at, d)
	return -rise, bounded
}

// candidates are registers and numbers on the stack, and their differences.
func (r *ranker) candidates(part []int) (out []level) {
	atoms := []level{func(*node) (linear.Sum, bool) { return linear.Sum{}, true }}
	for reg := range x86.Reg(16) {
		atoms = append(atoms, func(n *node) (linear.Sum, bool) { return n.Regs[reg].Sum, n.Regs[reg].Known })
	}
	for _, c := range r.nodes[part[0]].Cells {
		atoms = append(atoms, func(n *node) (linear.Sum, bool) {
			i := slices.IndexFunc(n.Cells, func(x cert.Cell) bool { return x.Off == c.Off && x.Width == c.Width })
			if i < 0 {
				return linear.Sum{}, false
			}
			return n.Cells[i].Sum, true
		})
	}
	for i, a := range atoms {
		for j, b := range atoms {
			if i != j {
				out = append(out, difference(a, b))
			}
		}
	}
	return out
}

// difference is a - b, less the places where they begin.
func difference(a, b level) level {
	return func(n *node) (linear.Sum, bool) {
		x, ok := a(n)
		y, ok2 := b(n)
		d, ok3 := x.Plus(y, -1)
		for _, base := range []linear.Var{cert.StackBase, cert.ImageBase} {
			d, _ = d.Plus(linear.Of(base), -d.Coef(base))
		}
		return d, ok && ok2 && ok3
	}
}

// grant grants a constant beside the levels, of which outer ones weigh more. It fails where
// constants grow without end.
func (r *ranker) grant(part []int, within []way, levels []level, scale int64) bool {
	for _, i := range part {
		sum, weight := linear.Sum{}, scale
		for k := len(levels) - 1; k >= 0; k-- {
			a, _ := levels[k](&r.nodes[i])
			sum, _ = sum.Plus(a, weight)
			weight *= scale
		}
		r.grants[i] = sum
	}
	for range len(part) + 1 {
		grew := false
		raise := func(i int, n int64, ok bool) bool {
			if n > 0 {
				r.grants[i], _ = r.grants[i].PlusConst(n)
				grew = true
			}
			return ok
		}
		for _, w := range r.ways {
			if w.To >= 0 && slices.Contains(part, w.To) {
				if n, ok := r.below0(w); !raise(w.To, n, ok) {
					return false
				}
			}
			if slices.Contains(part, w.From) {
				if n, ok := r.need(w, r.grants[w.From]); !raise(w.From, n, ok) {
					return false
				}
			}
		}
		if !grew {
			return true
		}
	}
	return false
}

// cyclic are the ways that lie on a cycle.
func cyclic(n int, ways []way) (out []way) {
	number := numbered(n, ways)
	for _, w := range ways {
		if number[w.From] == number[w.To] {
			out = append(out, w)
		}
	}
	return out
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
