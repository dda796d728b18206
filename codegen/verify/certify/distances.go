package certify

import (
	"math"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// distances are how much a state's variables differ by at the most, by facts of two variables and bounds alone: far
// less than premises show, and found at once. The first row is 0's.
type distances struct {
	row  map[linear.Var]int
	most [][]int64 // of a row less a column's
}

// unbounded is a distance that nothing bounds: what is added to it is one.
const unbounded = 1 << 50

// distancesOf takes in the variables of facts of two.
func distancesOf(s *cert.State) *distances {
	d := &distances{row: map[linear.Var]int{}}
	type edge struct {
		a, b linear.Var
		most int64
	}
	var edges []edge
	for _, f := range s.Facts() {
		if len(f.Terms) == 2 && f.Terms[0].Coef*f.Terms[1].Coef == -1 && f.C > -unbounded && f.C < unbounded {
			e := edge{f.Terms[0].Var, f.Terms[1].Var, -f.C}
			if f.Terms[0].Coef < 0 {
				e.a, e.b = e.b, e.a
			}
			edges = append(edges, e)
			for _, t := range f.Terms {
				if d.row[t.Var] == 0 {
					d.row[t.Var] = len(d.row) + 1
				}
			}
		}
	}
	d.most = make([][]int64, len(d.row)+1)
	for i := range d.most {
		d.most[i] = make([]int64, len(d.most))
		for j := range d.most[i] {
			if i != j {
				d.most[i][j] = unbounded
			}
		}
	}
	for v, i := range d.row {
		b := s.Bounds(v)
		if b.Hi < unbounded {
			d.most[i][0] = b.Hi
		}
		if b.Lo > -unbounded {
			d.most[0][i] = -b.Lo
		}
	}
	for _, e := range edges {
		i, j := d.row[e.a], d.row[e.b]
		d.most[i][j] = min(d.most[i][j], e.most)
	}
	for k := range d.most {
		for i := range d.most {
			if by := d.most[i][k]; by < unbounded {
				for j, x := range d.most[k] {
					d.most[i][j] = min(d.most[i][j], by+x)
				}
			}
		}
	}
	return d
}

// between is how much one variable is more than another one at the most; each may be 0's, none.
func (d *distances) between(s *cert.State, a, b linear.Var) int64 {
	i, j := d.row[a], d.row[b]
	if (i > 0 || a == none) && (j > 0 || b == none) {
		return d.most[i][j]
	}
	hi, lo := int64(0), int64(0)
	if a != none {
		hi = min(unbounded, s.Bounds(a).Hi)
	}
	if b != none {
		lo = max(-unbounded, s.Bounds(b).Lo)
	}
	return min(unbounded, hi-lo)
}

// none stands for no variable.
const none = math.MaxUint32

// of is from what to what a sum is, as far as the distances of two and two variables show.
func (d *distances) of(s *cert.State, a linear.Sum) (lo, hi int64) {
	b := s.Range(a)
	lo, hi = max(b.Lo, -unbounded), min(b.Hi, unbounded)
	var more, less [4]linear.Var
	i, j := 0, 0
	for _, t := range a.Terms {
		if t.Coef > 4 || t.Coef < -4 {
			return lo, hi
		}
		for range t.Coef {
			if i == len(more) {
				return lo, hi
			}
			more[i], i = t.Var, i+1
		}
		for range -t.Coef {
			if j == len(less) {
				return lo, hi
			}
			less[j], j = t.Var, j+1
		}
	}
	n := max(i, j)
	for ; i < n; i++ {
		more[i] = none
	}
	for ; j < n; j++ {
		less[j] = none
	}
	return max(lo, a.C-d.pairs(s, less[:n], more[:n])), min(hi, a.C+d.pairs(s, more[:n], less[:n]))
}

// pairs is the least sum of how much each variable is more than another one at the most.
func (d *distances) pairs(s *cert.State, more, less []linear.Var) int64 {
	if len(more) == 0 {
		return 0
	}
	best := int64(unbounded)
	for i := range less {
		x := d.between(s, more[0], less[i])
		less[0], less[i] = less[i], less[0]
		best = min(best, x+d.pairs(s, more[1:], less[1:]))
		less[0], less[i] = less[i], less[0]
	}
	return best
}
