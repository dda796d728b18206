// Package farkas finds the premises by which an inequality follows from others, for a certificate:
// what linear.Follows then checks. Nothing here is trusted, and what it does not find may follow all
// the same.
//
// It looks, in this order, at the bounds alone, at each fact alone, and at all sums of facts, by a
// linear program in whole numbers. The last one is complete over the rationals, but for its limits
// (MaxSteps, MaxFactor) and for facts that contradict each other, which Impossible is for.
package farkas

import (
	"math"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

const (
	// MaxSteps is how many steps a linear program may take.
	MaxSteps = 500

	// MaxFactor is the largest factor in a fact that is used where more than one is needed.
	MaxFactor = 1 << 20
)

// Find finds premises such that linear.Follows; false where it finds none. The contrary of the goal
// is among them where the goal follows only by a multiple, or because numbers are whole.
func Find(facts []linear.Sum, goal linear.Sum, of func(linear.Var) linear.Bounds) ([]linear.Premise, bool) {
	if goal.Range(of).Hi <= 0 {
		return nil, true
	}
	if p, ok := one(facts, goal, of); ok {
		return []linear.Premise{p}, true
	}
	s, ok := newSystem(facts, goal, of)
	if !ok || !s.supported() {
		return nil, false
	}
	s.reached()
	premises, ok := s.solve(len(facts))
	if !ok {
		return nil, false
	}
	premises = s.fewer(len(facts), premises)
	return premises, linear.Follows(facts, premises, goal, of)
}

// Impossible finds premises whose sum shows 1 <= 0.
func Impossible(facts []linear.Sum, of func(linear.Var) linear.Bounds) ([]linear.Premise, bool) {
	for i, f := range facts {
		if f.Range(of).Lo > 0 {
			return []linear.Premise{{Fact: i, Factor: 1}}, true
		}
	}
	s, ok := newSystem(facts, linear.Const(1), of)
	if !ok || !s.supported() {
		return nil, false
	}
	premises, ok := s.solve(len(facts))
	if !ok {
		return nil, false
	}
	premises = s.fewer(len(facts), premises)
	return premises, linear.Follows(facts, premises, linear.Const(1), of)
}

// Least is the least number that a sum is shown to never exceed, with the premises of that;
// linear.NoBound where there is none.
func Least(facts []linear.Sum, sum linear.Sum, of func(linear.Var) linear.Bounds) (int64, []linear.Premise) {
	by := sum.Range(of).Hi
	s, ok := newSystem(facts, sum, of)
	if !ok || !s.supported() {
		return by, nil
	}
	s.reached()
	p := newSimplex(s)
	p.run(true) // what it has shown when it ends stands, however it ends
	c, ok := p.constant()
	if !ok || c >= by {
		return by, nil
	}
	goal, ok := sum.PlusConst(-c)
	if !ok {
		return by, nil
	}
	premises, ok := Find(facts, goal, of)
	if !ok {
		return by, nil
	}
	return c, premises
}

// one finds a fact that is enough.
func one(facts []linear.Sum, goal linear.Sum, of func(linear.Var) linear.Bounds) (linear.Premise, bool) {
	for i, f := range facts {
		for _, t := range goal.Terms {
			c := f.Coef(t.Var)
			if c == 0 || (c < 0) != (t.Coef < 0) || t.Coef%c != 0 {
				continue
			}
			p := linear.Premise{Fact: i, Factor: t.Coef / c}
			if rest, ok := goal.Plus(f, -p.Factor); ok && rest.Range(of).Hi <= 0 {
				return p, true
			}
		}
	}
	return linear.Premise{}, false
}

// solve finds premises in the system, where the goal's contrary is number contrary.
func (s *system) solve(contrary int) ([]linear.Premise, bool) {
	p := newSimplex(s)
	switch how, col := p.run(false); how {
	case shown:
		return scaled(p.taken(), p.denominator, contrary), true
	case ray:
		a := p.shows()
		if a.inf != 0 {
			return nil, false
		}
		if len(s.goal.terms) == 0 {
			return scaled(p.contradiction(col), 0, contrary), true
		}
	}
	return nil, false
}

// scaled divides the factors, and those of the goal, which is taken times times, by what they have
// in common.
func scaled(premises []linear.Premise, times int64, contrary int) []linear.Premise {
	common := times
	for _, p := range premises {
		common = gcd(common, p.Factor)
	}
	for i := range premises {
		premises[i].Factor /= common
	}
	if times > common {
		premises = append(premises, linear.Premise{Fact: contrary, Factor: times/common - 1})
	}
	slices.SortFunc(premises, func(a, b linear.Premise) int { return a.Fact - b.Fact })
	return premises
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// constant is what was shown to be above the goal, rounded down.
func (p *simplex) constant() (int64, bool) {
	a := p.shows()
	if a.inf != 0 {
		return 0, false
	}
	lo, hi := int64(-math.MaxInt64), int64(math.MaxInt64)
	for lo < hi { // the greatest number that is not above it
		mid := lo + int64(uint64(hi-lo)/2) + 1
		if product(mid, p.denominator).compare(a.c) <= 0 {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return lo, product(lo, p.denominator).compare(a.c) <= 0 && lo < math.MaxInt64
}

// fewer leaves premises out without which the others are enough.
func (s *system) fewer(contrary int, premises []linear.Premise) []linear.Premise {
	few := &system{bounds: s.bounds, goal: s.goal}
	for i := 0; i < len(premises) && len(premises) > 1; {
		few.facts = few.facts[:0]
		for _, f := range s.facts {
			j := slices.IndexFunc(premises, func(p linear.Premise) bool { return p.Fact == f.fact })
			if j >= 0 && j != i {
				few.facts = append(few.facts, f)
			}
		}
		if less, ok := few.solve(contrary); ok && len(less) < len(premises) {
			premises, i = less, 0
			continue
		}
		i++
	}
	return premises
}
