package certify

import (
	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// premises are those by which a sum is at most 0.
func premises(s *cert.State, goal linear.Sum) ([]linear.Premise, bool) {
	if goal.Range(s.Bounds).Hi <= 0 {
		return nil, true
	}
	facts := s.Facts()
	for i := range facts {
		p := []linear.Premise{{Fact: i, Factor: 1}}
		if linear.Follows(facts, p, goal, s.Bounds) {
			return p, true
		}
	}
	for i := range facts {
		rest, ok := goal.Plus(facts[i], -1)
		if !ok || len(rest.Terms) > len(goal.Terms)+1 {
			continue
		}
		for j := range facts {
			if d, ok := rest.Plus(facts[j], -1); ok && d.Range(s.Bounds).Hi <= 0 {
				return []linear.Premise{{Fact: i, Factor: 1}, {Fact: j, Factor: 1}}, true
			}
		}
	}
	return nil, false
}

// most is the least bound of a sum that one or two facts show.
func most(s *cert.State, sum linear.Sum) (int64, []linear.Premise, bool) {
	best, by := sum.Range(s.Bounds).Hi, []linear.Premise(nil)
	facts := s.Facts()
	for i := range facts {
		rest, ok := sum.Plus(facts[i], -1)
		if !ok {
			continue
		}
		if hi := rest.Range(s.Bounds).Hi; hi < best {
			best, by = hi, []linear.Premise{{Fact: i, Factor: 1}}
		}
	}
	return best, by, best != linear.NoBound
}
