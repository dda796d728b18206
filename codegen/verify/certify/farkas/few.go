package farkas

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// few tries sums of few facts, each of which takes all that there is of some variable.
type few struct {
	*system
	rest    []int64 // of each row, what facts have left of the goal
	most    amount  // the greatest value of that
	touched []int32 // rows of it, some of them twice
	taken   []linear.Premise
	tries   int
}

// MaxTries is how many sums are tried.
const MaxTries = 2000

// run tries sums of up to so many facts, those of less first.
func (w *few) run(s *system, facts int) ([]linear.Premise, bool) {
	w.system, w.tries, w.taken, w.touched = s, 0, w.taken[:0], w.touched[:0]
	w.rest, w.most = room(w.rest, len(s.bounds)), amount{c: wideOf(s.goal.c)}
	for _, e := range s.goal.terms {
		w.add(e, 1)
	}
	for n := 1; n <= facts; n++ {
		if w.search(n) {
			return slices.Clone(w.taken), true
		}
	}
	return nil, false
}

// add adds k times a term to the rest.
func (w *few) add(e entry, k int64) {
	a := w.rest[e.row]
	w.most = w.most.plus(w.greatest(e.row, a), -1)
	a += e.coef * k
	w.most = w.most.plus(w.greatest(e.row, a), 1)
	w.rest[e.row] = a
	w.touched = append(w.touched, e.row)
}

// greatest is the greatest value of a times a row.
func (w *few) greatest(row int32, a int64) amount {
	at := entry{row, a}.side()
	switch b := w.bounds[row]; {
	case a == 0:
		return amount{}
	case !w.finite(at):
		return amount{inf: 1}
	case a < 0:
		return amount{c: product(b.Lo, a)}
	default:
		return amount{c: product(b.Hi, a)}
	}
}

// search takes up to so many facts more.
func (w *few) search(facts int) bool {
	if w.most.inf == 0 && w.most.c.compare(wide{}) <= 0 {
		return true
	}
	if facts == 0 {
		return false
	}
	for _, row := range w.touched { // what has no bound must be taken away
		if a := w.rest[row]; a != 0 && !w.finite(entry{row, a}.side()) {
			return w.take(row, facts)
		}
	}
	for i, row := range w.touched {
		if w.rest[row] != 0 && !slices.Contains(w.touched[:i], row) && w.take(row, facts) {
			return true
		}
	}
	return false
}

// take takes all that there is of a row, by each fact that does.
func (w *few) take(row int32, facts int) bool {
	n, a := len(w.touched), w.rest[row]
	for _, i := range w.users.of(entry{row, a}.side()) {
		if w.tries++; w.tries > MaxTries {
			return false
		}
		f := &w.facts[i]
		k := a / f.coef(row)
		if k > MaxFactor || k*f.coef(row) != a {
			continue
		}
		w.move(f, -k)
		w.taken = append(w.taken, linear.Premise{Fact: f.fact, Factor: k})
		if w.search(facts - 1) {
			return true
		}
		w.taken = w.taken[:len(w.taken)-1]
		w.move(f, k)
		w.touched = w.touched[:n]
	}
	return false
}

// move adds k times a fact.
func (w *few) move(f *column, k int64) {
	w.most.c = w.most.c.plus(product(f.c, k))
	for _, e := range f.terms {
		w.add(e, k)
	}
}

// coef is the factor of a row that the column has.
func (c *column) coef(row int32) int64 {
	i := 0
	for c.terms[i].row != row {
		i++
	}
	return c.terms[i].coef
}
