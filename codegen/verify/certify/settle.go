package certify

import (
	"github.com/verbosel/verbosel/codegen/verify/cert"
)

// maxRounds bounds how often nodes are weakened: each round drops something.
const maxRounds = 200

// maxTimes is how often a node may be followed in a round: what becomes weaker for ever comes to an end by rounds.
const maxTimes = 8

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
		g.changed = false
		if err := w.round(proof, g); err != nil || !g.changed {
			return err
		}
	}
	return nil
}

// round follows the nodes that ways come to, and up to w.times those that became weaker since they were followed. Where
// nodes are passed it notes behind which others something is refused, and goes on.
func (w *writing) round(proof *cert.Proof, g *search) error {
	w.ways, g.weaker = [2][]way{}, nil
	for i := range g.nodes {
		g.nodes[i].ways = 0
	}
	e, err := cert.NewExplorer(w.r, w.size, proof, g, func(s *cert.State, x cert.Way) {
		if !g.changed { // else there is another round
			w.ways[x.Account] = append(w.ways[x.Account], w.way(s, x))
		}
	})
	if err != nil {
		return err
	}
	refused := error(nil)
	times, waits := make([]int, len(g.nodes)), make([]bool, len(g.nodes))
	for next, reached := []int{-1}, 0; len(next) > 0; {
		i := next[0]
		next = next[1:]
		if i >= 0 {
			times[i]++
			waits[i] = false
		}
		g.follows++
		if err := e.Follow(i); err != nil && !g.head(err) {
			if len(g.passed) == 0 || i < 0 {
				return err
			}
			refused, g.refused = err, append(g.refused, g.nodes[i].place)
		}
		for _, v := range g.weaker {
			if !waits[v] && 0 < times[v] && times[v] < w.times {
				next, waits[v] = append(next, v), true
			}
		}
		g.weaker = nil
		for ; reached < len(e.Reached()); reached++ {
			v := e.Reached()[reached]
			next, waits[v] = append(next, v), true
		}
	}
	if refused != nil {
		return refused
	}
	if err := e.End(); err != nil && !g.head(err) {
		return err
	}
	return nil
}

// way is what is kept of one. What comes to a node is told of as one of instructions, and then as one of calls.
func (w *writing) way(s *cert.State, x cert.Way) way {
	if of := w.ways[cert.Instructions]; x.Account == cert.Calls && x.To >= 0 {
		last := of[len(of)-1]
		if last.From == x.From {
			return way{x, last.at, last.falls}
		}
		return way{x, last.at, new([][]fall)}
	}
	return way{x, s.Clone(), new([][]fall)}
}
