// Package farkas finds the premises by which an inequality follows from others, for a certificate:
// what linear.Follows then checks. Nothing here is trusted, and what it does not find may follow all
// the same.
//
// It looks, in this order, at the bounds alone, at each fact alone, at the shortest paths where goal
// and facts are differences, at sums of up to Few facts each of which takes all that there is of a
// variable, and at all sums, by a linear program in whole numbers. The last one is complete over the
// rationals, but for its limits (MaxSteps, MaxFactor) and for facts that contradict each other, which
// Impossible is for: a goal may then be found or not. Its premises are none too many, but others may be fewer.
package farkas

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

const (
	// Few is how many facts are tried before a linear program is.
	Few = 3

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
	if p, ok := one(facts, goal, of); ok && linear.Follows(facts, p, goal, of) {
		return p, true
	}
	return all(facts, goal, of)
}

// Impossible finds premises whose sum shows 1 <= 0.
func Impossible(facts []linear.Sum, of func(linear.Var) linear.Bounds) ([]linear.Premise, bool) {
	for i := range facts {
		if facts[i].Range(of).Lo <= 0 {
			continue
		}
		if p := []linear.Premise{{Fact: i, Factor: 1}}; linear.Follows(facts, p, linear.Const(1), of) {
			return p, true
		}
	}
	return all(facts, linear.Const(1), of)
}

// all finds premises among all facts.
func all(facts []linear.Sum, goal linear.Sum, of func(linear.Var) linear.Bounds) ([]linear.Premise, bool) {
	if !touched(facts, goal) {
		return nil, false
	}
	s := systems.Get().(*system)
	defer systems.Put(s)
	if !s.read(facts, goal, of) || !s.relevant() {
		return nil, false
	}
	premises, ok := s.find(len(facts))
	return premises, ok && linear.Follows(facts, premises, goal, of)
}

// find finds premises in the system, where the goal's contrary is number contrary.
func (s *system) find(contrary int) ([]linear.Premise, bool) {
	if p := &s.paths; p.begin(s) {
		ended := p.run(false)
		if p.shows() {
			return p.taken()
		}
		if ended && p.pure {
			return nil, false
		}
	}
	if premises, ok := s.few.run(s, Few); ok {
		return premises, true
	}
	premises, ok := s.solve(contrary)
	if !ok {
		return nil, false
	}
	return s.fewer(contrary, premises), true
}

// Least is the least number that a sum is shown to never exceed, with the premises of that;
// linear.NoBound where there is none.
func Least(facts []linear.Sum, sum linear.Sum, of func(linear.Var) linear.Bounds) (int64, []linear.Premise) {
	by := sum.Range(of).Hi
	if sum.IsConst() || !touched(facts, sum) {
		return by, nil
	}
	s := systems.Get().(*system)
	defer systems.Put(s)
	if !s.read(facts, sum, of) || !s.relevant() {
		return by, nil
	}
	c, ok := s.least()
	if !ok || c >= by {
		return by, nil
	}
	goal, ok := sum.PlusConst(-c)
	if !ok {
		return by, nil
	}
	s.goal.c = goal.C
	premises, ok := one(facts, goal, of)
	if !ok {
		premises, ok = s.find(len(facts))
	}
	if !ok || !linear.Follows(facts, premises, goal, of) {
		return by, nil
	}
	return c, premises
}

// least is the least number that the goal is shown to never exceed.
func (s *system) least() (int64, bool) {
	if p := &s.paths; p.begin(s) && p.run(true) && p.pure {
		if p.far[p.target] {
			return 0, false
		}
		return p.at[p.target].floor(1)
	}
	p := &s.simplex
	p.begin(s)
	p.run(true) // what it has shown when it ends stands, however it ends
	a := p.shows()
	if a.inf != 0 {
		return 0, false
	}
	return a.c.floor(p.denominator)
}

// solve finds premises in the system, where the goal's contrary is number contrary.
func (s *system) solve(contrary int) ([]linear.Premise, bool) {
	p := &s.simplex
	p.begin(s)
	switch how, col := p.run(false); how {
	case shown:
		return scaled(p.taken(), p.denominator, contrary), true
	case ray:
		return s.impossible(p.taken(), p.contradiction(col), contrary)
	}
	return nil, false
}

// impossible takes the facts that contradict each other as often as it takes for what the others
// leave of the goal; false where that has no bound.
func (s *system) impossible(taken, contradiction []linear.Premise, contrary int) ([]linear.Premise, bool) {
	above, times := s.simplex.shows(), s.simplex.denominator
	if above.inf != 0 {
		return nil, false
	}
	by := int64(1) // what above is in parts of
	if len(taken) == 0 {
		by, times = times, 1
	}
	below, ok := wide{}.minus(above.c).floor(by)
	if !ok {
		return nil, false
	}
	for _, p := range scaled(contradiction, 0, contrary) { // each time, it shows 1 <= 0
		if p.Factor, ok = product(p.Factor, -below).over(1); !ok {
			return nil, false
		}
		if i := slices.IndexFunc(taken, func(t linear.Premise) bool { return t.Fact == p.Fact }); i >= 0 {
			taken[i].Factor += p.Factor
		} else {
			taken = append(taken, p)
		}
	}
	return scaled(taken, times, contrary), true
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

// fewer leaves premises out without which the others are enough.
func (s *system) fewer(contrary int, premises []linear.Premise) []linear.Premise {
	all, within := s.facts, s.within
	few := s.order[:0]
	s.within = nil
	for i := 0; i < len(premises) && len(premises) > 1; {
		few = few[:0]
		for _, f := range all {
			j := slices.IndexFunc(premises, func(p linear.Premise) bool { return p.Fact == f.fact })
			if j >= 0 && j != i {
				few = append(few, f)
			}
		}
		s.facts = few
		if less, ok := s.solve(contrary); ok && len(less) < len(premises) {
			premises, i = less, 0
			continue
		}
		i++
	}
	s.facts, s.within, s.order = all, within, few
	return premises
}
