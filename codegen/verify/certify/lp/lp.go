// Package lp solves small linear programs in floating point: the least cost of x >= 0 for which each row's
// product with x is no less than a number. Costs are no less than 0, so that the dual simplex method can begin
// with x = 0 (Lemke 1954; the dictionary is that of V. Chvátal, "Linear Programming", 1983). Nothing rests on what
// it finds.
package lp

import (
	"math"
	"slices"
)

// Program is a linear program.
type Program struct {
	costs  []float64 // of each variable that is not in the basis
	rows   [][]float64
	consts []float64 // of each basic variable, where all others are 0
	basic  []int     // which variable has a row: of x, or len(x) + the number of a row
	other  []int     // which variable has a column
	n      int
	scale  []float64 // of each row, by which it was divided
	large  float64   // the largest number of a row, divided like that
}

const (
	tolerance = 1e-9
	quarter   = 0.25 // what a row's product may be less than its number at the most: of whole numbers none is
	maxPivots = 20000
)

// New is a program without rows.
func New(costs []float64) *Program {
	p := &Program{costs: slices.Clone(costs), n: len(costs)}
	for j := range costs {
		p.other = append(p.other, j)
	}
	return p
}

// Add demands that a row's product with x is least or more.
func (p *Program) Add(row []float64, least float64) {
	scale := 0.0
	for _, a := range row {
		scale = max(scale, math.Abs(a))
	}
	if scale == 0 {
		scale = 1
	}
	p.large = max(p.large, math.Abs(least)/scale)
	out, c := make([]float64, p.n), -least/scale
	for j, v := range p.other {
		if v < p.n {
			out[j] += row[v] / scale
		}
	}
	for i, v := range p.basic {
		if v < p.n && row[v] != 0 {
			for j, a := range p.rows[i] {
				out[j] += a * row[v] / scale
			}
			c += p.consts[i] * row[v] / scale
		}
	}
	p.rows, p.consts, p.basic = append(p.rows, out), append(p.consts, c), append(p.basic, p.n+len(p.scale))
	p.scale = append(p.scale, scale)
}

// Solve finds x, and what each row costs: by how much the cost grows with its number. Where no x is one, these are
// factors by which the rows add up to what no x >= 0 can be. It is neither if ok is false: it took too long.
func (p *Program) Solve() (x, y []float64, feasible, ok bool) {
	for range maxPivots {
		r := -1
		for i, c := range p.consts {
			if c < -p.tolerated(i) && (r < 0 || c < p.consts[r]) {
				r = i
			}
		}
		if r < 0 {
			return p.values(), p.duals(p.costs, 1), true, true
		}
		at := -1
		for j, a := range p.rows[r] {
			if a > tolerance && (at < 0 || p.costs[j]*p.rows[r][at] < p.costs[at]*a) {
				at = j
			}
		}
		if at < 0 {
			y = p.duals(p.rows[r], -1)
			if v := p.basic[r]; v >= p.n {
				y[v-p.n] = 1 / p.scale[v-p.n]
			}
			return nil, y, false, true
		}
		p.pivot(r, at)
	}
	return nil, nil, false, false
}

// tolerated is how far a basic variable may be below 0, by what is lost in computing.
func (p *Program) tolerated(i int) float64 {
	if v := p.basic[i]; v >= p.n {
		return min(tolerance*p.large, quarter/p.scale[v-p.n])
	}
	return tolerance * p.large
}

func (p *Program) values() []float64 {
	x := make([]float64, p.n)
	for i, v := range p.basic {
		if v < p.n {
			x[v] = max(0, p.consts[i])
		}
	}
	return x
}

// duals are numbers of columns as those of the rows whose variables these are.
func (p *Program) duals(of []float64, sign float64) []float64 {
	y := make([]float64, len(p.scale))
	for j, v := range p.other {
		if v >= p.n {
			y[v-p.n] = max(0, sign*of[j]/p.scale[v-p.n])
		}
	}
	return y
}

// pivot swaps a row's variable with a column's.
func (p *Program) pivot(r, at int) {
	row, by := p.rows[r], p.rows[r][at]
	for j := range row {
		row[j] /= -by
	}
	row[at] = 1 / by
	p.consts[r] /= -by
	p.basic[r], p.other[at] = p.other[at], p.basic[r]
	for i, other := range p.rows {
		if a := other[at]; i != r && a != 0 {
			other[at] = 0
			for j, b := range row {
				other[j] += a * b
			}
			p.consts[i] += a * p.consts[r]
		}
	}
	c := p.costs[at]
	p.costs[at] = 0
	for j, b := range row {
		p.costs[j] = max(0, p.costs[j]+c*b)
	}
}
