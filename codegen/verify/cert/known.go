package cert

import (
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// made is what a sum may tell of.
func (s *State) made(a linear.Sum) (made Trace) {
	for _, t := range a.Terms {
		made = max(made, s.vars[t.Var].Made)
	}
	return made
}

// shows: goal <= 0 by bounds, or as the certificate says.
func (s *State) shows(goal linear.Sum) bool {
	if s.rangeOf(goal).Hi <= 0 {
		return true
	}
	if len(s.facts) == 0 {
		return false
	}
	premises, ok := s.check.guide.Premises(s, goal)
	if !ok {
		return false
	}
	if !s.follows(premises, goal) {
		s.refuse(rules.Bounds, "the certificate's premises do not show that %v is at most 0", goal)
	}
	return true
}

// follows: goal <= 0 by premises.
func (s *State) follows(premises []linear.Premise, goal linear.Sum) bool {
	var bufs [2][32]linear.Term
	rest, ok := linear.Rest(s.facts, premises, goal, bufs[0][:], bufs[1][:])
	return ok && s.rangeOf(rest).Hi <= 0
}

// atMost: a <= b.
func (s *State) atMost(a, b linear.Sum) bool {
	var buf [12]linear.Term
	if d, ok := a.PlusIn(buf[:], b, -1); !ok || s.rangeOf(d).Hi <= 0 || len(s.facts) == 0 {
		return ok && s.rangeOf(d).Hi <= 0
	}
	d, _ := a.Plus(b, -1)
	return s.shows(d)
}

// most is a bound of a sum, NoBound where there is none.
func (s *State) most(a linear.Sum) int64 {
	hi := s.rangeOf(a).Hi
	if len(a.Terms) == 0 || len(s.facts) == 0 {
		return hi
	}
	c, premises, ok := s.check.guide.Most(s, a)
	if !ok || c >= hi {
		return hi
	}
	if !s.follows(premises, s.plusConst(a, -c)) {
		s.refuse(rules.Bounds, "the certificate's premises do not show that %v is at most %d", a, c)
	}
	return c
}

// least is the other bound.
func (s *State) least(a linear.Sum) int64 {
	neg, ok := a.Times(-1)
	if !ok {
		return -linear.NoBound
	}
	return -s.most(neg)
}

// know notes that a sum is at most 0. It reports whether that is possible. Of a choice rows are left, and of a variable numbers, with
// which it can be, whatever the other variables are.
func (s *State) know(a linear.Sum) bool {
	for i := range s.choices {
		c := &s.choices[i]
		factors, rest, any := c.of(a)
		if !any {
			continue
		}
		if least := s.rangeOf(rest).Lo; least != -linear.NoBound && !s.narrow(c, factors, least, func(x int64) bool { return x <= 0 }) {
			return false
		}
		if len(rest.Terms) == 0 {
			return true
		}
	}
	for i, t := range a.Terms {
		var buf [8]linear.Term
		rest := append(append(buf[:0], a.Terms[:i]...), a.Terms[i+1:]...)
		if !s.limits(t, s.rangeOf(linear.Sum{C: a.C, Terms: rest}).Lo) {
			return false
		}
	}
	if len(a.Terms) > 1 {
		s.facts = append(s.facts, a)
	}
	return s.rangeOf(a).Lo <= 0
}

// limits notes that a variable times a factor, with the least that others are, if there is one, is at most 0. It reports whether that
// is possible.
func (s *State) limits(t linear.Term, least int64) bool {
	v := &s.vars[t.Var]
	switch {
	case t.Var < FirstVar || least <= -linear.NoBound || t.Coef == -linear.NoBound-1:
	case t.Coef > 0:
		v.Hi = min(v.Hi, floorDiv(-least, t.Coef))
	default:
		v.Lo = max(v.Lo, -floorDiv(-least, -t.Coef))
	}
	return v.Lo <= v.Hi
}
