package certify

import (
	"io"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// fact is one of a node's, by number.
type fact struct{ node, number int }

// needs is a Guide that notes what facts of nodes are premises of: those of other nodes where a way arrives, which may be needed by
// nobody themselves, and all else.
type needs struct {
	*search
	at     *cert.State  // what arrived last,
	to     int          // at which node,
	goals  []linear.Sum // whose facts are these in terms of that; each is asked for once, in order
	asked  int          // how many of them were
	uses   map[fact][]fact
	direct []fact // those of all else
}

func (x *needs) Node(s *cert.State, candidates []int) (int, []linear.Sum) {
	i, images := x.search.Node(s, candidates)
	if x.at, x.to, x.goals, x.asked = s, i, x.goals[:0], 0; i >= 0 && i < len(x.nodes) {
		for _, f := range x.nodes[i].Facts {
			x.goals = append(x.goals, substitute(f, images))
		}
		x.noteEnds(s, i)
	}
	return i, images
}

// noteEnds notes by which facts it was chosen where a node's regions end: nobody asks a Guide for these.
func (x *needs) noteEnds(s *cert.State, node int) {
	m := x.nodes[node].imagine(s)
	for i, e := range x.nodes[node].ends {
		for _, goal := range m.endGoals(i, e) {
			list, _ := premises(s, goal)
			x.note(s, list, func(by fact) { x.direct = append(x.direct, by) })
		}
	}
}

func (x *needs) Premises(s *cert.State, goal linear.Sum) ([]linear.Premise, bool) {
	list, ok := x.search.Premises(s, goal)
	for k := x.asked; s == x.at && k < len(x.goals); k++ {
		if linear.Equal(x.goals[k], goal) {
			x.asked = k + 1
			f := fact{x.to, k}
			x.note(s, list, func(by fact) { x.uses[f] = append(x.uses[f], by) })
			return list, ok
		}
	}
	x.note(s, list, func(by fact) { x.direct = append(x.direct, by) })
	return list, ok
}

func (x *needs) Most(s *cert.State, sum linear.Sum) (int64, []linear.Premise, bool) {
	n, list, ok := x.search.Most(s, sum)
	x.note(s, list, func(by fact) { x.direct = append(x.direct, by) })
	return n, list, ok
}

// note tells which facts of the node where a state comes from are premises.
func (x *needs) note(s *cert.State, list []linear.Premise, tell func(fact)) {
	for _, p := range list {
		if from := s.From(); from >= 0 && p.Fact < len(x.nodes[from].Facts) {
			tell(fact{from, p.Fact})
		}
	}
}

// needed are those by which something else than a fact that nobody needs is shown.
func (x *needs) needed() map[fact]bool {
	is := map[fact]bool{}
	for list := x.direct; len(list) > 0; {
		f := list[len(list)-1]
		if list = list[:len(list)-1]; !is[f] {
			is[f] = true
			list = append(list, x.uses[f]...)
		}
	}
	return is
}

// leave leaves of nodes' facts those that something is shown by, if the server is accepted with these too.
func (g *search) leave(r io.ReaderAt, size int64, proof *cert.Proof) {
	x := &needs{search: g, uses: map[fact][]fact{}}
	if _, err := cert.Check(r, size, proof, x); err != nil {
		return
	}
	needed, all := x.needed(), make([][]linear.Sum, len(g.nodes))
	for i := range g.nodes {
		n := &g.nodes[i]
		all[i], n.Facts = n.Facts, nil
		for k, f := range all[i] {
			if needed[fact{i, k}] {
				n.Facts = append(n.Facts, f)
			}
		}
	}
	if _, err := cert.Check(r, size, proof, g); err != nil {
		for i := range g.nodes {
			g.nodes[i].Facts = all[i]
		}
	}
}
