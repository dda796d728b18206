package certify

import (
	"math"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// way is one of an account that was found.
type way struct {
	cert.Way
	at *cert.State // where it ends
}

// ranker finds what nodes have to grant of an account, so that it is enough on each way.
type ranker struct {
	nodes  []node
	ways   []way
	grants []linear.Sum     // by node
	falls  map[change]int64 // as far as they were looked at
}

// rank finds the grants of an account, and how much of it begins anew at the most; false where
// a loop is not bounded.
func rank(nodes []node, ways []way) (grants []linear.Sum, most int64, ok bool) {
	r := &ranker{nodes: nodes, ways: ways, grants: make([]linear.Sum, len(nodes)), falls: map[change]int64{}}
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
	return ok && r.weigh(levels) && r.grant(part, levels)
}

// level is a sum at each node that no way raises but those that outer levels lower.
type level struct {
	at     map[int]linear.Sum // by node
	lowers []way
	weight int64
}

// levels are found one within the other: the ways that one lowers are done with, and those that lie on no
// cycle any more, which lead from one part of what is left to another one.
func (r *ranker) levels(part []int, within []way) (out []level, ok bool) {
	var passed []way
	for rest := r.costly(within); len(rest) > 0; rest = r.costly(rest) {
		l, tight := r.best(part, rest, passed)
		if len(l.lowers) == 0 {
			return nil, false
		}
		order := level{at: map[int]linear.Sum{}}
		number := numbered(len(r.nodes), tight)
		for _, v := range part {
			order.at[v] = linear.Const(int64(number[v]))
		}
		rest = nil
		for _, w := range tight {
			if number[w.From] == number[w.To] {
				rest = append(rest, w)
			} else {
				order.lowers, passed = append(order.lowers, w), append(passed, w)
			}
		}
		out = append(out, l)
		if len(order.lowers) > 0 {
			out = append(out, order)
		}
	}
	return out, true
}

// costly are the ways of those parts in which some way costs anything: one of calls that are interrupted may
// go round for ever.
func (r *ranker) costly(ways []way) []way {
	number, costs := numbered(len(r.nodes), ways), map[int]bool{}
	for _, w := range ways {
		costs[number[w.From]] = costs[number[w.From]] || w.Spent > 0 && number[w.From] == number[w.To]
	}
	return slices.DeleteFunc(slices.Clone(ways), func(w way) bool { return number[w.From] == number[w.To] && !costs[number[w.From]] })
}

// rise is by how much a level rises along a way at the most.
func (r *ranker) rise(w way, l *level) (int64, bool) {
	d, ok := substitute(l.at[w.To], w.Images).Plus(l.at[w.From], -1)
	if !ok {
		return 0, false
	}
	n, _, bounded := most(w.at, d)
	return n, bounded
}

// weigh gives each level a weight, so that what a way lowers it by pays for the way, and for all by which it
// raises inner levels; false where that would be too much.
func (r *ranker) weigh(levels []level) bool {
	const limit = 1 << 56
	for i := len(levels) - 1; i >= 0; i-- {
		l := &levels[i]
		l.weight = 1
		for _, w := range l.lowers {
			needs := float64(w.Spent)
			for k := i + 1; k < len(levels); k++ {
				n, ok := r.rise(w, &levels[k])
				if !ok {
					return false
				}
				needs += float64(max(0, n)) * float64(levels[k].weight)
			}
			fall, ok := r.rise(w, l)
			if needs = math.Ceil(needs/float64(-fall)*1.001) + 1; !ok || fall >= 0 || needs > limit {
				return false
			}
			l.weight = max(l.weight, int64(needs))
		}
	}
	return true
}

// grant grants a constant beside the levels. It fails where constants grow without end.
func (r *ranker) grant(part []int, levels []level) bool {
	for _, i := range part {
		var sum linear.Sum
		for _, l := range levels {
			var ok bool
			if sum, ok = sum.Plus(l.at[i], l.weight); !ok {
				return false
			}
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
