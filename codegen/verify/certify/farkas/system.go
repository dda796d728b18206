package farkas

import "github.com/verbosel/verbosel/codegen/verify/cert/linear"

// system is a goal and the facts that may help to show it, their variables numbered as rows.
type system struct {
	bounds []linear.Bounds // of each row
	facts  []column
	within []int // how many of the facts are within each number of steps; none: all
	goal   column
}

// column is a sum whose variables are rows.
type column struct {
	fact  int // its number
	c     int64
	terms []entry
}

type entry struct {
	row  int32
	coef int64
}

// side is a row with a sign: 2*row for what a sum has too much of, which a fact takes away in which
// the row's factor is above 0, or else the row's upper bound; 2*row+1 for the opposite.
type side = int32

func (e entry) side() side {
	if e.coef < 0 {
		return 2*e.row + 1
	}
	return 2 * e.row
}

// finite says that a side's bound is a number.
func (s *system) finite(at side) bool {
	b := s.bounds[at>>1].Hi
	if at&1 == 1 {
		b = s.bounds[at>>1].Lo
	}
	return b != linear.NoBound && b != -linear.NoBound
}

// newSystem numbers the variables of all facts that can be used.
func newSystem(facts []linear.Sum, goal linear.Sum, of func(linear.Var) linear.Bounds) (*system, bool) {
	s := &system{facts: make([]column, 0, len(facts))}
	total := len(goal.Terms)
	for _, f := range facts {
		total += len(f.Terms)
	}
	entries := make([]entry, 0, total)
	rows := make(map[linear.Var]int32, 64)
	number := func(i int, sum linear.Sum) (column, bool) {
		from := len(entries)
		for _, t := range sum.Terms {
			if t.Coef > MaxFactor || t.Coef < -MaxFactor {
				entries = entries[:from]
				return column{}, false
			}
			row, ok := rows[t.Var]
			if !ok {
				row = int32(len(s.bounds))
				rows[t.Var] = row
				s.bounds = append(s.bounds, of(t.Var))
			}
			entries = append(entries, entry{row, t.Coef})
		}
		return column{i, sum.C, entries[from:len(entries):len(entries)]}, true
	}
	var ok bool
	if s.goal, ok = number(-1, goal); !ok {
		return nil, false
	}
	for i, f := range facts {
		if c, ok := number(i, f); ok {
			s.facts = append(s.facts, c)
		}
	}
	return s, true
}

// supported leaves the facts out of which no sum can be made that is bounded: one of their rows has
// no bound where the fact adds to it, and no fact takes that away. It is false where that holds of
// the goal.
func (s *system) supported() bool {
	users := make([][]int32, 2*len(s.bounds)) // the facts that have a side
	left := make([]int, len(users))           // what takes the side away
	for i := range s.bounds {
		for at := side(2 * i); at < side(2*i+2); at++ {
			if s.finite(at) {
				left[at]++
			}
		}
	}
	for _, e := range s.goal.terms {
		left[e.side()^1]++ // the goal itself has less of it
	}
	for i, f := range s.facts {
		for _, e := range f.terms {
			users[e.side()] = append(users[e.side()], int32(i))
			left[e.side()]++
		}
	}
	dead := make([]bool, len(s.facts))
	var lost []side
	for at, n := range left {
		if n == 0 {
			lost = append(lost, side(at))
		}
	}
	for len(lost) > 0 {
		at := lost[len(lost)-1]
		lost = lost[:len(lost)-1]
		for _, i := range users[at^1] { // such a fact adds to the side
			if dead[i] {
				continue
			}
			dead[i] = true
			for _, e := range s.facts[i].terms {
				if left[e.side()]--; left[e.side()] == 0 {
					lost = append(lost, e.side())
				}
			}
		}
	}
	for _, e := range s.goal.terms {
		if left[e.side()] == 0 {
			return false
		}
	}
	kept := s.facts[:0]
	for i, f := range s.facts {
		if !dead[i] {
			kept = append(kept, f)
		}
	}
	s.facts = kept
	s.renumber()
	return true
}

// reached leaves the facts out that take nothing away from what the goal, or a fact that is
// reached, has too much of. It orders the others by how many steps away they are, and says how many
// are not further away than each number of steps.
func (s *system) reached() {
	users := make([][]int32, 2*len(s.bounds))
	for i, f := range s.facts {
		for _, e := range f.terms {
			users[e.side()] = append(users[e.side()], int32(i))
		}
	}
	seen := make([]bool, len(users))
	used := make([]bool, len(s.facts))
	var open, next []side
	add := func(at side) {
		if !seen[at] {
			seen[at] = true
			next = append(next, at)
		}
	}
	for _, e := range s.goal.terms {
		add(e.side())
	}
	var order []column
	for len(next) > 0 {
		open, next = next, nil
		for _, at := range open {
			for _, i := range users[at] {
				f := s.facts[i]
				if !used[i] {
					used[i] = true
					order = append(order, f)
				}
				for _, e := range f.terms {
					// To take more of a difference than there is only pays where facts contradict.
					if e.side() != at || !f.difference() {
						add(e.side() ^ 1)
					}
				}
			}
		}
		s.within = append(s.within, len(order))
	}
	s.facts = order
	s.renumber()
}

// difference: k*x - k*y + c, or k*x + c.
func (c column) difference() bool {
	return len(c.terms) == 1 || len(c.terms) == 2 && c.terms[0].coef == -c.terms[1].coef
}

// renumber leaves the rows out that no fact and not the goal has.
func (s *system) renumber() {
	rows := make([]int32, len(s.bounds))
	var bounds []linear.Bounds
	number := func(c column) {
		for i, e := range c.terms {
			if rows[e.row] == 0 {
				bounds = append(bounds, s.bounds[e.row])
				rows[e.row] = int32(len(bounds))
			}
			c.terms[i].row = rows[e.row] - 1
		}
	}
	number(s.goal)
	for _, f := range s.facts {
		number(f)
	}
	s.bounds = bounds
}
