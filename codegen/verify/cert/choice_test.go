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

// What is found of a choice together with other variables leaves the rows with which it can be: as far as the others
// are bounded, and by what each choice says of its own variables together.
func TestNarrowTogether(t *testing.T) {
	v := func(i int) linear.Sum { return linear.Of(FirstVar + linear.Var(i)) }
	sum := func(c int64, of ...linear.Sum) linear.Sum {
		out := linear.Const(c)
		for _, a := range of {
			out, _ = out.Plus(a, 1)
		}
		return out
	}
	minus := func(a linear.Sum) linear.Sum {
		out, _ := a.Times(-1)
		return out
	}
	for _, c := range []struct {
		name  string
		a     linear.Sum // at most 0
		first []int64    // what the first variable of the first choice is then
		last  []int64    // and of the second choice
	}{
		{"with a number that is at least 5", sum(-9, v(0), v(2)), []int64{1, 4}, []int64{2, 7}},
		{"less a number that is at most 9", sum(2, minus(v(2)), v(0)), []int64{1, 4, 7}, []int64{2, 7}},
		{"with one without a bound", sum(0, v(0), minus(v(3))), []int64{1, 4, 7, 9}, []int64{2, 7}},
		{"with another choice", sum(0, v(4), minus(v(0))), []int64{4, 7, 9}, []int64{2, 7}},
		{"both", sum(0, minus(v(4)), v(0)), []int64{1, 4, 7}, []int64{2, 7}},
		{"two of its own variables with another choice", sum(-11, v(0), v(1), v(4)), []int64{1, 4}, []int64{2}},
		{"by none", sum(-1, v(4), v(0)), nil, []int64{2, 7}},
	} {
		checker := &checker{guide: oneFact{}}
		few := func(lo, hi int64) Variable { return Variable{Bounds: linear.Bounds{Lo: lo, Hi: hi}} }
		s := &State{check: checker, vars: checker.variables([]Variable{few(1, 9), few(0, 9), few(5, 9), few(0, linear.NoBound), few(2, 7)})}
		s.choices = []Choice{
			{Vars: []linear.Var{FirstVar, FirstVar + 1}, Rows: [][]int64{{1, 8}, {4, 5}, {7, 3}, {9, 9}}},
			{Vars: []linear.Var{FirstVar + 4}, Rows: [][]int64{{2}, {7}}},
		}
		possible := s.know(c.a)
		var first, last []int64
		for _, row := range s.choices[0].Rows {
			first = append(first, row[0])
		}
		for _, row := range s.choices[1].Rows {
			last = append(last, row[0])
		}
		if possible != (c.first != nil) || !slices.Equal(first, c.first) || !slices.Equal(last, c.last) {
			t.Errorf("%s: %v, %v and %v, not %v and %v", c.name, possible, first, last, c.first, c.last)
		}
	}
}

// As many places are looked at as the data may have entries of four bytes, and 4,096 in any case.
func TestChooseMany(t *testing.T) {
	for _, c := range []struct {
		data int
		last int64 // of each of two numbers
		ok   bool
	}{{40_000, 99, true}, {39_996, 99, false}, {400, 63, true}, {400, 64, false}} {
		checker := &checker{server: &server{dataAddr: 4096, data: make([]byte, c.data)}, guide: oneFact{}}
		few := Variable{Bounds: linear.Bounds{Lo: 0, Hi: c.last}}
		s := &State{check: checker, vars: checker.variables([]Variable{few, few})}
		at, _ := linear.Of(FirstVar).Plus(linear.Of(FirstVar+1), 100)
		choice, _, ok := s.choose(at)
		if rows := (c.last + 1) * (c.last + 1); ok != c.ok || ok && int64(len(choice.Rows)) != rows {
			t.Errorf("%d bytes, %d places: %v", c.data, rows, ok)
		}
		if _, _, ok := s.choose(linear.Of(FirstVar)); !ok {
			t.Errorf("%d bytes: not one of few", c.data)
		}
	}
}

// What arrives with the rows of the node itself, each variable its own column, needs no look at them: not where a variable is
// another column, or moved, or where rows are fewer, or equal ones elsewhere, of which each is looked at.
func TestSameChoice(t *testing.T) {
	v := func(i int) linear.Sum { return linear.Of(FirstVar + linear.Var(i)) }
	moved, _ := v(0).PlusConst(1)
	rows := [][]int64{{1, 5}, {2, 2}, {5, 1}}
	few := Variable{Bounds: linear.Bounds{Lo: 1, Hi: 5}}
	for _, c := range []struct {
		name     string
		rows     [][]int64
		images   []linear.Sum
		same, is bool
	}{
		{"its own", rows, []linear.Sum{v(0), v(1)}, true, true},
		{"equal ones", slices.Clone(rows), []linear.Sum{v(0), v(1)}, false, true},
		{"columns exchanged", rows, []linear.Sum{v(1), v(0)}, false, true},
		{"one column twice", rows, []linear.Sum{v(0), v(0)}, false, false},
		{"a number moved", rows, []linear.Sum{moved, v(1)}, false, false},
		{"another variable", rows, []linear.Sum{v(0), v(2)}, false, false},
		{"a constant", rows, []linear.Sum{v(0), linear.Const(1)}, false, false},
		{"fewer rows", rows[:2], []linear.Sum{v(0), v(1)}, false, true},
		{"another row", [][]int64{{1, 5}, {2, 3}}, []linear.Sum{v(0), v(1)}, false, false},
	} {
		checker := &checker{guide: oneFact{}}
		s := &State{check: checker, vars: checker.variables([]Variable{few, few, few})}
		s.choices = []Choice{{Vars: []linear.Var{FirstVar, FirstVar + 1}, Rows: c.rows}}
		n := &Choice{Vars: []linear.Var{FirstVar, FirstVar + 1}, Rows: rows}
		if same, is := s.isSame(n, c.images), s.IsChoice(n, c.images); same != c.same || is != c.is {
			t.Errorf("%s: %v, %v", c.name, same, is)
		}
	}
}
