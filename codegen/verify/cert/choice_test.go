package cert

import (
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// What stands at an address of several variables is one of what stands at each that they give together: two of a
// choice are not taken apart, what is of different ones is taken each with each, and too many are none.
func TestChooseProduct(t *testing.T) {
	few := func(lo, hi int64) Variable { return Variable{Bounds: linear.Bounds{Lo: lo, Hi: hi}} }
	v := func(i int) linear.Sum { return linear.Of(FirstVar + linear.Var(i)) }
	sum := func(a linear.Sum, k int64, b linear.Sum) linear.Sum {
		out, ok := a.Plus(b, k)
		if !ok {
			t.Fatal(a, b)
		}
		return out
	}
	const data = 4096
	server := &server{dataAddr: data}
	for i := range 400 {
		server.data = append(server.data, byte(i))
	}
	for _, c := range []struct {
		name string
		at   linear.Sum
		want []byte // what the byte there can be; nil for anything
	}{
		{"one of few values", v(2), []byte{20, 21, 22}},
		{"of a choice", v(0), []byte{0, 40}},
		{"two of one choice", sum(v(0), 1, v(1)), []byte{1, 43}},
		{"of a choice and one of few values", sum(v(0), 2, v(2)), []byte{40, 42, 44, 80, 82, 84}},
		{"of two choices", sum(v(0), 1, v(3)), []byte{5, 6, 45, 46}},
		{"too many", sum(v(4), 1, v(5)), nil},
		{"without a bound", sum(v(0), 1, v(6)), nil},
	} {
		checker := &checker{server: server, guide: oneFact{}}
		s := &State{check: checker, vars: checker.variables([]Variable{few(0, 40), few(1, 3), few(20, 22), few(5, 6), few(0, 99), few(0, 99), {Bounds: linear.Bounds{Lo: 0, Hi: linear.NoBound}}})}
		s.choices = []Choice{{Vars: []linear.Var{FirstVar, FirstVar + 1}, Rows: [][]int64{{0, 1}, {40, 3}}}, {Vars: []linear.Var{FirstVar + 3}, Rows: [][]int64{{5}, {6}}}}
		at := sum(c.at, 1, linear.Const(data))
		choice, _, ok := s.choose(at)
		if !ok {
			if c.want != nil {
				t.Errorf("%s: no choice", c.name)
			}
			continue
		}
		if n := len(choice.Vars); n != len(slices.Compact(slices.Sorted(slices.Values(choice.Vars)))) {
			t.Errorf("%s: a variable is in a choice twice", c.name)
		}
		is := s.loadData(at, 1)
		choice, _, ok = s.alone(is)
		if !ok {
			t.Fatalf("%s: what was loaded is of no choice", c.name)
		}
		column := slices.Index(choice.Vars, is.Terms[0].Var)
		var got []byte
		for _, row := range choice.Rows {
			got = append(got, byte(row[column]))
		}
		if slices.Sort(got); !slices.Equal(slices.Compact(got), c.want) {
			t.Errorf("%s: %v, not %v", c.name, got, c.want)
		}
	}
}
