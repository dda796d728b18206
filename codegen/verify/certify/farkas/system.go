package farkas

import (
	"sync"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// system is a goal and the facts that may help to show it, their variables numbered as rows. It has
// the room of the systems before it.
type system struct {
	rows   map[linear.Var]int32
	bounds []linear.Bounds // of each row
	facts  []column        // those that may help, the nearest first
	goal   column
	within []int32 // how many of the facts are within each number of steps of the goal; none: all

	entries     []entry
	users       index
	left        []int32
	dead, used  []bool // facts
	seen        []bool // sides
	lost, found []side
	renamed     []int32
	order       []column
	simplex     simplex
	paths       paths
	few         few
}

var systems = sync.Pool{New: func() any { return &system{rows: map[linear.Var]int32{}} }}

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

// difference: k*x - k*y + c, or k*x + c.
func (c column) difference() bool {
	return len(c.terms) == 1 || len(c.terms) == 2 && c.terms[0].coef == -c.terms[1].coef
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

// room is n zeros, in the place of old ones where they suffice.
func room[T any](old []T, n int) []T {
	if cap(old) < n {
		return make([]T, n, n+n/2)
	}
	old = old[:n]
	clear(old)
	return old
}

// read numbers the variables of all facts that can be used; false where the goal cannot.
func (s *system) read(facts []linear.Sum, goal linear.Sum, of func(linear.Var) linear.Bounds) bool {
	clear(s.rows)
	s.bounds, s.facts, s.entries, s.within = s.bounds[:0], s.facts[:0], s.entries[:0], s.within[:0]
	total := len(goal.Terms)
	for i := range facts {
		total += len(facts[i].Terms)
	}
	s.entries = room(s.entries, total)[:0]
	var ok bool
	if s.goal, ok = s.column(-1, goal, of); !ok {
		return false
	}
	for i := range facts {
		if c, ok := s.column(i, facts[i], of); ok {
			s.facts = append(s.facts, c)
		}
	}
	return true
}

func (s *system) column(fact int, sum linear.Sum, of func(linear.Var) linear.Bounds) (column, bool) {
	from := len(s.entries)
	for _, t := range sum.Terms {
		if t.Coef > MaxFactor || t.Coef < -MaxFactor {
			s.entries = s.entries[:from]
			return column{}, false
		}
		row, ok := s.rows[t.Var]
		if !ok {
			row = int32(len(s.bounds))
			s.rows[t.Var] = row
			s.bounds = append(s.bounds, of(t.Var))
		}
		s.entries = append(s.entries, entry{row, t.Coef})
	}
	return column{fact, sum.C, s.entries[from:len(s.entries):len(s.entries)]}, true
}

// index has the facts of each side.
type index struct{ start, list []int32 }

func (x *index) of(at side) []int32 { return x.list[x.start[at]:x.start[at+1]] }

func (x *index) fill(rows int, facts []column) {
	x.start = room(x.start, 2*rows+2)
	total := 0
	for i := range facts {
		for _, e := range facts[i].terms {
			x.start[e.side()+2]++
			total++
		}
	}
	for i := 2; i < len(x.start); i++ {
		x.start[i] += x.start[i-1]
	}
	x.list = room(x.list, total)
	for i := range facts {
		for _, e := range facts[i].terms {
			at := &x.start[e.side()+1] // where the side before ends is at last where this one begins
			x.list[*at] = int32(i)
			*at++
		}
	}
}

// relevant leaves the facts out that can be no part of a sum that shows the goal. It is false where
// there is no such sum.
func (s *system) relevant() bool {
	s.users.fill(len(s.bounds), s.facts)
	if !s.support() {
		return false
	}
	if len(s.goal.terms) > 0 {
		s.reach()
	} else {
		s.all()
	}
	s.renumber()
	s.users.fill(len(s.bounds), s.facts)
	return true
}

// support marks the facts dead of which no sum can be made that is bounded: one of their rows has
// no bound where the fact adds to it, and no fact takes that away. It is false where that holds of
// the goal.
func (s *system) support() bool {
	s.left = room(s.left, 2*len(s.bounds)) // how much there is that takes a side away
	s.dead = room(s.dead, len(s.facts))
	for at := range s.left {
		s.left[at] = int32(len(s.users.of(side(at))))
		if s.finite(side(at)) {
			s.left[at]++
		}
	}
	for _, e := range s.goal.terms {
		s.left[e.side()^1]++ // the goal itself has less of it
	}
	lost := s.lost[:0]
	for at, n := range s.left {
		if n == 0 {
			lost = append(lost, side(at))
		}
	}
	for len(lost) > 0 {
		at := lost[len(lost)-1]
		lost = lost[:len(lost)-1]
		for _, i := range s.users.of(at ^ 1) { // such a fact adds to the side
			if s.dead[i] {
				continue
			}
			s.dead[i] = true
			for _, e := range s.facts[i].terms {
				if s.left[e.side()]--; s.left[e.side()] == 0 {
					lost = append(lost, e.side())
				}
			}
		}
	}
	s.lost = lost
	for _, e := range s.goal.terms {
		if s.left[e.side()] == 0 {
			return false
		}
	}
	return true
}

// reach keeps the facts that take away what the goal, or a fact that is reached, has too much of, in
// the order of how many steps away they are.
func (s *system) reach() {
	s.seen = room(s.seen, 2*len(s.bounds))
	s.used = room(s.used, len(s.facts))
	s.order = s.order[:0]
	found := s.found[:0]
	for _, e := range s.goal.terms {
		found = append(found, e.side())
		s.seen[e.side()] = true
	}
	for from := 0; from < len(found); {
		to := len(found)
		for ; from < to; from++ {
			for _, i := range s.users.of(found[from]) {
				if s.dead[i] {
					continue
				}
				f := s.facts[i]
				if !s.used[i] {
					s.used[i] = true
					s.order = append(s.order, f)
				}
				for _, e := range f.terms {
					// To take more of a difference than there is only pays where facts contradict.
					if at := e.side() ^ 1; !s.seen[at] && (e.side() != found[from] || !f.difference()) {
						s.seen[at] = true
						found = append(found, at)
					}
				}
			}
		}
		s.within = append(s.within, int32(len(s.order)))
	}
	s.found = found
	s.facts, s.order = s.order, s.facts
}

// all keeps those that are not dead.
func (s *system) all() {
	kept := s.facts[:0]
	for i, f := range s.facts {
		if !s.dead[i] {
			kept = append(kept, f)
		}
	}
	s.facts = kept
}

// renumber leaves the rows out that neither a fact nor the goal has.
func (s *system) renumber() {
	s.renamed = room(s.renamed, len(s.bounds))
	for _, e := range s.goal.terms {
		s.renamed[e.row] = 1
	}
	for i := range s.facts {
		for _, e := range s.facts[i].terms {
			s.renamed[e.row] = 1
		}
	}
	n := int32(0)
	for row, used := range s.renamed {
		if used == 1 {
			s.renamed[row] = n
			s.bounds[n] = s.bounds[row]
			n++
		}
	}
	s.bounds = s.bounds[:n]
	for i := range s.goal.terms {
		s.goal.terms[i].row = s.renamed[s.goal.terms[i].row]
	}
	for _, f := range s.facts {
		for i := range f.terms {
			f.terms[i].row = s.renamed[f.terms[i].row]
		}
	}
}
