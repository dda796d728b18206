package certify

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
)

// maxRounds bounds how often nodes are weakened: each round drops something.
const maxRounds = 200

// maxTimes is how often a node may be followed in a round: what becomes weaker for ever comes to an end by rounds.
const maxTimes = 64

// settle weakens nodes until all of them can be shown. The error is that of the last check.
func (w *writing) settle(proof *cert.Proof, g *search) error {
	g.fixed = false
	for i := range g.nodes {
		g.nodes[i].ends = nil
	}
	defer func() {
		g.fixed = true
		for i := range g.nodes {
			g.nodes[i].keepEnds()
		}
	}()
	for range maxRounds {
		g.again = false
		if err := w.round(proof, g); err != nil || !g.again {
			return err
		}
	}
	return nil
}

// round follows the nodes that ways come to, and up to w.times those that became weaker since they were followed. Where none of
// these is left there need be no other round: what came to a node when it said more may come to it still. Where
// nodes are passed it notes behind which others something is refused, and goes on.
func (w *writing) round(proof *cert.Proof, g *search) error {
	found := make([]fromNode, len(g.nodes)+1) // from each node, and from none
	e, err := cert.NewExplorer(w.r, w.size, proof, g, func(s *cert.State, x cert.Way) {
		of := &found[s.From()+1] // it may have got anew what it spends
		of[x.Account] = append(of[x.Account], of.way(s, x))
	})
	if err != nil {
		return err
	}
	refused := error(nil)
	x := &waiting{number: map[int]int{}, times: make([]int, len(g.nodes)), is: make([]bool, len(g.nodes)), most: w.times}
	for i := -1; ; {
		g.follows++
		g.weaker, g.more = g.weaker[:0], g.more[:0]
		if i >= 0 {
			found[i+1] = fromNode{}
		}
		switch err := e.Follow(i); {
		case err == nil:
		case g.head(err):
			g.again = !x.again(i) || g.again
		case len(g.passed) == 0 || i < 0:
			return err
		default:
			refused, g.refused = err, append(g.refused, g.nodes[i].place)
		}
		x.reach(e.Reached())
		for _, v := range g.weaker {
			g.again = !x.again(v) || g.again
		}
		for _, v := range g.more {
			for from, ways := range found {
				if slices.ContainsFunc(ways[cert.Instructions], func(w way) bool { return w.To == v }) {
					g.again = from == 0 || !x.again(from-1) || g.again
				}
			}
		}
		if i = x.next(); i < 0 {
			break
		}
	}
	if refused != nil {
		return refused
	}
	if err := e.End(); err != nil {
		if !g.head(err) {
			return err
		}
		g.again = true
	}
	w.keep(g, found, e.Reached())
	return nil
}

// waiting are nodes that are to be followed. Those that ways came to first are first: what became weaker is looked at again before what
// follows from it.
type waiting struct {
	order  []int       // nodes, as ways came to them
	number map[int]int // of these, in that order
	first  int         // none in front of it waits
	is     []bool      // by node
	times  []int       // that each was followed
	most   int
}

// reach lets those that ways came to now wait.
func (x *waiting) reach(order []int) {
	for i := len(x.order); i < len(order); i++ {
		x.number[order[i]], x.is[order[i]] = i, true
	}
	x.order = order
}

// again lets a node wait that was followed, if it was. It is false where that was too often.
func (x *waiting) again(v int) bool {
	if x.times[v] == 0 || x.is[v] {
		return true
	}
	if x.times[v] >= x.most {
		return false
	}
	x.is[v], x.first = true, min(x.first, x.number[v])
	return true
}

// next is a node that is to be followed now; -1 where there is none.
func (x *waiting) next() int {
	for ; x.first < len(x.order); x.first++ {
		if v := x.order[x.first]; x.is[v] {
			x.is[v] = false
			x.times[v]++
			return v
		}
	}
	return -1
}

// keep keeps the ways, by where they begin, in the order in which ways came there.
func (w *writing) keep(g *search, found []fromNode, reached []int) {
	w.ways = found[0]
	for i := range g.nodes {
		g.nodes[i].ways = 0
	}
	for _, i := range reached {
		for account, list := range found[i+1] {
			w.ways[account] = append(w.ways[account], list...)
		}
	}
	for _, x := range w.ways[cert.Instructions] {
		if x.To >= 0 {
			g.nodes[x.To].ways++
		}
	}
}

// fromNode are ways of each account that begin at a node, or at none.
type fromNode [2][]way

// way is what is kept of one. What comes to a node is told of as one of instructions, and then as one of calls.
func (w *fromNode) way(s *cert.State, x cert.Way) way {
	if of := w[cert.Instructions]; x.Account == cert.Calls && x.To >= 0 {
		last := of[len(of)-1]
		if last.From == x.From {
			return way{x, last.at, last.falls}
		}
		return way{x, last.at, new([][]fall)}
	}
	return way{x, s.Clone(), new([][]fall)}
}
