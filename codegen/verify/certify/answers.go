package certify

import (
	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// premises are those by which a sum is at most 0: what they were when it was asked for before, if that is still enough. A goal is asked
// for where a node is weakened, where it is shown then, and again in each round and check.
func (g *search) premises(s *cert.State, goal linear.Sum) ([]linear.Premise, bool) {
	if s.Range(goal).Hi <= 0 {
		return nil, true
	}
	key := question(s.From(), goal)
	if p, ok := g.answers[key]; ok && linear.Follows(s.Facts(), p, goal, s.Bounds) {
		return p, true
	}
	p, ok := premises(s, goal)
	if ok && p != nil {
		g.answers[key] = p
	}
	return p, ok
}

// question tells goals on ways from a node apart, mostly.
func question(from int, goal linear.Sum) uint64 {
	const prime = 1099511628211 // FNV-1a's, by words
	h := (uint64(from)^14695981039346656037)*prime ^ uint64(goal.C)
	for _, t := range goal.Terms {
		h = (h*prime^uint64(t.Var))*prime ^ uint64(t.Coef)
	}
	return h * prime
}

// shown: a sum is at most 0.
func (g *search) shown(s *cert.State, a linear.Sum) bool {
	_, ok := g.premises(s, a)
	return ok
}

func (g *search) atMost(s *cert.State, a, b linear.Sum) bool {
	d, ok := a.Plus(b, -1)
	return ok && g.shown(s, d)
}

func (g *search) same(s *cert.State, a, b linear.Sum) bool {
	return linear.Equal(a, b) || g.atMost(s, a, b) && g.atMost(s, b, a)
}
