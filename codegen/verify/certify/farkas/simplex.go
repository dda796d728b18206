package farkas

import (
	"math/bits"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// simplex looks for the sum of facts and bounds that shows the least constant above the goal, by
// the revised simplex method in whole numbers: the inverse of the basis is inverse/denominator, all
// of whose numbers are minors (Edmonds, "Systems of distinct representatives and linear algebra",
// 1967; Bareiss 1968). A column is a fact, or a bound of a row; a row's multiplier is the value of
// its variable where the sum that was found says least, so a column is worth to enter where that
// value contradicts it. A bound that a row does not have is taken for M, above all numbers.
type simplex struct {
	*system
	rows        int
	inverse     []int64 // rows*rows
	level       []int64 // of each column in the basis, in 1/denominator
	tilt        []int64 // what it would be if the goal had a little of each row: no two ways tie then
	basis       []int
	denominator int64
	value       []amount // of each row's variable, in 1/denominator
	entering    []int64  // the column that enters, in terms of the basis
	limit       int64    // of the numbers
	steps       int      // taken
	stalled     int      // steps since something was won
	open        int      // how many of the facts are tried
	wider       []int32  // how many are tried next
}

type outcome int

const (
	shown   outcome = iota // the goal is below 1
	least                  // nothing lower can be shown
	ray                    // entering contradicts the rest: anything can be shown
	stopped                // too many steps, or too large numbers
)

// begin has the bounds alone in the basis.
func (p *simplex) begin(s *system) {
	m := len(s.bounds)
	p.system, p.rows, p.denominator, p.limit, p.stalled = s, m, 1, s.limitOf(), 0
	p.inverse, p.level, p.tilt, p.entering = room(p.inverse, m*m), room(p.level, m), room(p.tilt, m), room(p.entering, m)
	p.basis, p.value = room(p.basis, m), room(p.value, m)
	p.open, p.wider = len(s.facts), s.within
	if len(s.within) > 0 {
		p.open, p.wider = int(s.within[0]), s.within[1:]
	}
	for r := range m {
		at := 2 * side(r)
		if !s.finite(at) && s.finite(at+1) {
			at++
		}
		p.put(r, at, 0)
	}
	for _, e := range s.goal.terms {
		p.put(int(e.row), e.side(), max(e.coef, -e.coef))
	}
}

// put has a side's bound in its row's place in the basis, before the first step.
func (p *simplex) put(r int, at side, level int64) {
	p.basis[r], p.level[r], p.inverse[r*p.rows+r] = p.bound(at), level, 1
	p.tilt[r] = int64(1 + r*37%101)
	if at&1 == 1 {
		p.inverse[r*p.rows+r] = -1
	}
}

// bound is the column of a side's bound: they are behind the facts.
func (p *simplex) bound(at side) int { return len(p.facts) + int(at) }

// cost is what a column adds to what is shown.
func (p *simplex) cost(col int) amount {
	if col < len(p.facts) {
		return amount{c: wideOf(p.facts[col].c).times(-1)}
	}
	at := side(col - len(p.facts))
	switch b := p.bounds[at>>1]; {
	case !p.finite(at):
		return amount{inf: 1}
	case at&1 == 1:
		return amount{c: wideOf(b.Lo).times(-1)}
	default:
		return amount{c: wideOf(b.Hi)}
	}
}

// shows is the least constant above the goal by the columns of the basis.
func (p *simplex) shows() amount {
	a := amount{c: product(p.goal.c, p.denominator)}
	for r, col := range p.basis {
		if p.level[r] != 0 {
			a = a.plus(p.cost(col), p.level[r])
		}
	}
	return a
}

// run takes steps until the goal is below 1 (it is whole, so at most 0), or, if whole, until nothing
// lower can be shown. For a ray it says which column enters.
func (p *simplex) run(whole bool) (outcome, int) {
	for p.steps = range MaxSteps {
		if !whole {
			if a := p.shows(); a.inf == 0 && a.c.compare(wideOf(p.denominator)) < 0 {
				return shown, 0
			}
		}
		p.evaluate()
		col := p.choose()
		for ; col < 0 && len(p.wider) > 0; p.wider = p.wider[1:] {
			p.open = int(p.wider[0])
			col = p.choose()
		}
		if col < 0 {
			return least, 0
		}
		if !p.express(col) {
			return stopped, 0
		}
		row := p.leaving()
		if row < 0 {
			return ray, col
		}
		if p.level[row] == 0 {
			p.stalled++
		} else {
			p.stalled = 0
		}
		if !p.pivot(row, col) {
			return stopped, 0
		}
	}
	return stopped, 0
}

// evaluate finds the values of the variables.
func (p *simplex) evaluate() {
	clear(p.value)
	for r, col := range p.basis {
		cost := p.cost(col)
		if cost == (amount{}) {
			continue
		}
		for i, n := range p.inverse[r*p.rows : (r+1)*p.rows] {
			if n != 0 {
				p.value[i] = p.value[i].plus(cost, n)
			}
		}
	}
}

// choose is the column that the values contradict most for its size (small factors keep numbers
// small), -1 where there is none; the first one where nothing was won for long (Bland's rule, which
// ends).
func (p *simplex) choose() int {
	best, inf, c := -1, 0., 0.
	bland := p.stalled > 10*p.rows
	consider := func(a amount, size int64, col int) {
		if a.sign() <= 0 || bland && best >= 0 {
			return
		}
		by := 1 / float64(size)
		i, f := float64(a.inf)*by, a.c.float()*by
		if best < 0 || i > inf || i == inf && f > c {
			best, inf, c = col, i, f
		}
	}
	for i, f := range p.facts[:p.open] {
		a, size := amount{c: product(f.c, p.denominator)}, int64(0)
		for _, e := range f.terms {
			a = a.plus(p.value[e.row], e.coef)
			size += max(e.coef, -e.coef)
		}
		consider(a, max(size, 1), i)
	}
	for r, value := range p.value {
		up, lo := p.bound(2*side(r)), p.bound(2*side(r)+1)
		consider(value.plus(p.cost(up), -p.denominator), 1, up)
		consider(amount{}.plus(value, -1).plus(p.cost(lo), -p.denominator), 1, lo)
	}
	return best
}

// express puts a column in terms of the basis; false where a number of it is too large.
func (p *simplex) express(col int) bool {
	terms := []entry{{int32(max(col-len(p.facts), 0) >> 1), 1}}
	if col < len(p.facts) {
		terms = p.facts[col].terms
	} else if (col-len(p.facts))&1 == 1 {
		terms[0].coef = -1
	}
	for r := range p.rows {
		sum := int64(0)
		for _, e := range terms {
			sum += p.inverse[r*p.rows+int(e.row)] * e.coef
			if p.tooLarge(sum) {
				return false
			}
		}
		p.entering[r] = sum
	}
	return true
}

func (p *simplex) tooLarge(n int64) bool { return n > p.limit || n < -p.limit }

// limitOf is what numbers of the inverse may be, so that what is made of them fits: a value is one
// times a cost for each row, and a fact's is a value times a factor for each term.
func (s *system) limitOf() int64 {
	var factor, terms int
	cost := bits.Len64(uint64(s.goal.c ^ s.goal.c>>63))
	for _, f := range s.facts {
		terms = max(terms, bits.Len(uint(len(f.terms))))
		cost = max(cost, bits.Len64(uint64(f.c^f.c>>63)))
		for _, e := range f.terms {
			factor = max(factor, bits.Len64(uint64(max(e.coef, -e.coef))))
		}
	}
	for r, b := range s.bounds {
		if s.finite(2 * side(r)) {
			cost = max(cost, bits.Len64(uint64(b.Hi^b.Hi>>63)))
		}
		if s.finite(2*side(r) + 1) {
			cost = max(cost, bits.Len64(uint64(b.Lo^b.Lo>>63)))
		}
	}
	sums := factor + terms + bits.Len(uint(len(s.bounds))) + 1
	return 1 << max(0, min(62-sums, 126-sums-cost))
}

// leaving is the row whose column reaches 0 first, -1 where none does.
func (p *simplex) leaving() int {
	best := -1
	for r, d := range p.entering {
		if d <= 0 {
			continue
		}
		if best >= 0 {
			c := product(p.level[r], p.entering[best]).compare(product(p.level[best], d))
			if c == 0 {
				c = product(p.tilt[r], p.entering[best]).compare(product(p.tilt[best], d))
			}
			if c > 0 || c == 0 && p.basis[r] > p.basis[best] {
				continue
			}
		}
		best = r
	}
	return best
}

// pivot puts a column into the basis; false where a number is too large.
func (p *simplex) pivot(row, col int) bool {
	m, by := p.rows, p.entering[row]
	own := p.inverse[row*m : (row+1)*m]
	for r, d := range p.entering {
		if r == row || d == 0 && by == p.denominator {
			continue
		}
		line := p.inverse[r*m : (r+1)*m]
		for i, n := range line {
			if n|own[i] != 0 && !p.replace(&line[i], by, d, own[i]) {
				return false
			}
		}
		if !p.replace(&p.level[r], by, d, p.level[row]) || !p.replace(&p.tilt[r], by, d, p.tilt[row]) {
			return false
		}
	}
	p.basis[row], p.denominator = col, by
	return true
}

// replace puts (n*by - d*own) / denominator in the place of n: no remainder is left.
func (p *simplex) replace(n *int64, by, d, own int64) bool {
	var q int64
	ok := true
	if small(*n) && small(by) && small(d) && small(own) {
		q = *n*by - d*own
		if p.denominator != 1 {
			q /= p.denominator
		}
	} else {
		q, ok = product(*n, by).minus(product(d, own)).over(p.denominator)
	}
	*n = q
	return ok && !p.tooLarge(q)
}

func small(n int64) bool { return n == int64(int32(n)) }

// taken are the facts of the basis, and how many times each is taken of denominator.
func (p *simplex) taken() []linear.Premise {
	var out []linear.Premise
	for r, col := range p.basis {
		if col < len(p.facts) && p.level[r] != 0 {
			out = append(out, linear.Premise{Fact: p.facts[col].fact, Factor: p.level[r]})
		}
	}
	return out
}

// contradiction are facts whose sum with bounds is above 0 though it should not be, where col
// enters and no column leaves.
func (p *simplex) contradiction(col int) []linear.Premise {
	var out []linear.Premise
	if col < len(p.facts) {
		out = append(out, linear.Premise{Fact: p.facts[col].fact, Factor: p.denominator})
	}
	for r, of := range p.basis {
		if of < len(p.facts) && p.entering[r] != 0 {
			out = append(out, linear.Premise{Fact: p.facts[of].fact, Factor: -p.entering[r]})
		}
	}
	return out
}
