package lp

import (
	"math"
	"math/rand/v2"
	"testing"
)

type row struct {
	of    []float64
	least float64
}

func TestSolve(t *testing.T) {
	for _, c := range []struct {
		name  string
		costs []float64
		rows  []row
		want  float64 // the cost; infinite if there is no x
	}{
		{"no row", []float64{1, 2}, nil, 0},
		{"one variable", []float64{3}, []row{{[]float64{2}, 5}}, 7.5},
		{"the cheaper of two", []float64{3, 1}, []row{{[]float64{1, 1}, 4}}, 4},
		{"two rows that share", []float64{1, 1}, []row{{[]float64{1, 2}, 4}, {[]float64{2, 1}, 4}}, 8. / 3},
		{"a row that another one makes true", []float64{1}, []row{{[]float64{1}, 4}, {[]float64{1}, 2}}, 4},
		{"no more than", []float64{1, 5}, []row{{[]float64{1, 1}, 4}, {[]float64{-1, 0}, -3}}, 8},
		{"against each other", []float64{1, 1}, []row{{[]float64{1, -2}, 1}, {[]float64{-2, 1}, 1}}, math.Inf(1)},
		{"beside a row of large numbers", []float64{1, 1}, []row{{[]float64{1, 0}, 4e9}, {[]float64{0, 1}, 1}}, 4e9 + 1},
		{"nothing of a variable", []float64{1}, []row{{[]float64{0}, 1}}, math.Inf(1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := solved(t, c.costs, c.rows); math.Abs(got-c.want) > 1e-6 {
				t.Errorf("%v, not %v", got, c.want)
			}
		})
	}
}

// What costs of rows say is what x costs, or that there is none (the duality of linear programs): each shows that the
// other is right.
func TestDuality(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	none := 0
	for range 2000 {
		costs := make([]float64, 1+r.IntN(6))
		for i := range costs {
			costs[i] = float64(1 + r.IntN(9))
		}
		rows := make([]row, r.IntN(9))
		for i := range rows {
			for range costs {
				rows[i].of = append(rows[i].of, float64(r.IntN(11)-5))
			}
			rows[i].least = float64(r.IntN(21) - 10)
		}
		if math.IsInf(solved(t, costs, rows), 1) {
			none++
		}
	}
	if none < 200 || none > 1800 {
		t.Errorf("%d of 2000 have no x", none)
	}
}

// solved is the cost of a program, after a look at what comes with it.
func solved(t *testing.T, costs []float64, rows []row) float64 {
	const near = 1e-6
	p := New(costs)
	for _, r := range rows {
		p.Add(r.of, r.least)
	}
	x, y, feasible, ok := p.Solve()
	if !ok {
		t.Fatal("it took too long")
	}
	rest := append([]float64(nil), costs...)
	if !feasible {
		clear(rest)
	}
	paid := 0.0
	for i, r := range rows {
		if y[i] < 0 {
			t.Errorf("row %d costs %v", i, y[i])
		}
		for j, a := range r.of {
			rest[j] -= y[i] * a
		}
		paid += y[i] * r.least
	}
	for j, c := range rest {
		if c < -near {
			t.Errorf("what rows cost adds up to %v more than variable %d: %v of %v", -c, j, y, rows)
		}
	}
	if !feasible {
		if paid <= 0 {
			t.Errorf("rows that contradict nothing: %v of %v", y, rows)
		}
		return math.Inf(1)
	}
	sum := 0.0
	for j, c := range costs {
		sum += c * x[j]
	}
	for i, r := range rows {
		product := 0.0
		for j, a := range r.of {
			product += a * x[j]
		}
		if product < r.least-near {
			t.Errorf("row %d is %v, not %v", i, product, r.least)
		}
	}
	if math.Abs(sum-paid) > near*max(1, sum) {
		t.Errorf("x costs %v, the rows %v", sum, paid)
	}
	return sum
}
