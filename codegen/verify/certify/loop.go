package certify

import (
	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// loop is a strongly connected part of the nodes' graph, in which nodes have numbers of their own.
type loop struct {
	*ranker
	part       []int
	quantities [][]quantity // of each node
	ways       []*passage   // in it
	in, out    []*passage   // to it from elsewhere, and from it
	near       [][]int      // of each node, the ways that it is an end of
}

// passage is a way in a loop, or to or from it: then one of its ends is -1.
type passage struct {
	way
	a, b  int      // from and to
	falls [][]fall // of each quantity at its beginning to each at its end, once they are looked at

	after, before []nearby // of each quantity at its beginning, and at its end, once it is looked at
}

func (r *ranker) newLoop(part []int) *loop {
	l := &loop{ranker: r, part: part, near: make([][]int, len(part))}
	local := map[int]int{}
	for i, v := range part {
		local[v] = i
		q := r.nodes[v].quantities()
		l.quantities = append(l.quantities, q[:min(len(q), maxQuantities)])
	}
	number := func(v int) int {
		if i, ok := local[v]; ok {
			return i
		}
		return -1
	}
	for _, w := range r.ways {
		p := &passage{way: w, a: number(w.From), b: number(w.To)}
		switch {
		case p.a >= 0 && p.b >= 0:
			l.near[p.a] = append(l.near[p.a], len(l.ways))
			if p.b != p.a {
				l.near[p.b] = append(l.near[p.b], len(l.ways))
			}
			l.ways = append(l.ways, p)
		case p.a >= 0:
			l.out = append(l.out, p)
		case p.b >= 0:
			l.in = append(l.in, p)
		}
	}
	return l
}

// fall is by how much less a quantity is than another one at least and at most, as far as it is seen at once.
type fall struct{ least, most int64 }

// fall is that from a quantity at a way's beginning to one at its end.
func (l *loop) fall(p *passage, i, j int) fall {
	if p.falls == nil && p.a >= 0 && *p.way.falls != nil {
		p.falls = *p.way.falls
	}
	if p.falls == nil {
		p.falls = l.allFalls(p)
		if p.a >= 0 {
			*p.way.falls = p.falls
		}
	}
	return p.falls[i][j]
}

// allFalls are those from each quantity to each.
func (l *loop) allFalls(p *passage) [][]fall {
	from, to := []quantity{{}}, l.quantities[p.b]
	if p.a >= 0 {
		from = l.quantities[p.a]
	}
	d := distancesOf(p.at)
	falls := make([][]fall, len(from))
	for i := range from {
		falls[i] = make([]fall, len(to))
	}
	for j := range to {
		is := substitute(to[j].is, p.Images)
		for i := range from {
			x := &falls[i][j]
			if *x = (fall{from[i].Lo - to[j].Hi, from[i].Hi - to[j].Lo}); i+j == 0 {
				continue
			}
			if by, ok := from[i].is.Plus(is, -1); ok {
				least, most := d.of(p.at, by)
				x.least, x.most = max(x.least, least), min(x.most, most)
				if p.a >= 0 && x.least < 0 && x.most > 0 && l.unlike(p.a, i, p.b, j) == 0 {
					x.least = max(x.least, leastOf(p.at, by))
				}
			}
		}
	}
	return falls
}

// leastOf is what a sum is at least, as far as premises show it.
func leastOf(s *cert.State, a linear.Sum) int64 {
	if a, ok := a.Times(-1); ok {
		if n, _, ok := most(s, a); ok {
			return -n
		}
	}
	return -linear.NoBound
}
