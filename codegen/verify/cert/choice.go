package cert

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// Choice says that some variables are together one of a few rows of numbers: that a place of the
// data is one of a few, with what stands there.
type Choice struct {
	Vars []linear.Var
	Rows [][]int64 // each as long as Vars
}

// maxRows bounds the rows of a choice that is made on a way: of a table in the data, whose entries have at least 4 bytes, each
// may be looked at.
func (c *server) maxRows() int64 { return max(1<<12, int64(len(c.data))/4) }

// of splits a sum: what it has of a choice's variables, and the rest.
func (c *Choice) of(a linear.Sum) (factors []int64, rest linear.Sum, any bool) {
	if !slices.ContainsFunc(a.Terms, func(t linear.Term) bool { return slices.Contains(c.Vars, t.Var) }) {
		return nil, a, false
	}
	factors, rest = make([]int64, len(c.Vars)), linear.Const(a.C)
	for _, t := range a.Terms {
		if i := slices.Index(c.Vars, t.Var); i >= 0 {
			factors[i] = t.Coef
		} else {
			rest.Terms = append(rest.Terms, t)
		}
	}
	return factors, rest, true
}

// sumOfRow is what factors make of a row, and a constant; false where that does not fit.
func sumOfRow(factors, row []int64, c int64) (int64, bool) {
	sum := int64(0)
	for i, k := range factors {
		var ok bool
		if sum, ok = linear.MultiplyAdd(sum, row[i], k); !ok {
			return 0, false
		}
	}
	return linear.MultiplyAdd(sum, c, 1)
}

// rangeOf bounds a sum by its variables' bounds, and by what rows they have together.
func (s *State) rangeOf(a linear.Sum) linear.Bounds {
	lo, hi := int64(0), int64(0)
	for i := range s.choices {
		if len(a.Terms) < 2 {
			break
		}
		factors, rest, any := s.choices[i].of(a)
		if !any || len(rest.Terms) == len(a.Terms)-1 {
			continue
		}
		least, most, ok := s.choices[i].extent(factors)
		l, okL := linear.Const(lo).PlusConst(least)
		h, okH := linear.Const(hi).PlusConst(most)
		if ok && okL && okH {
			a, lo, hi = rest, l.C, h.C
		}
	}
	b := a.Range(s.Bounds)
	return linear.Bounds{Lo: moved(b.Lo, lo, -linear.NoBound), Hi: moved(b.Hi, hi, linear.NoBound)}
}

// moved is a bound moved, none if it is none or where that does not fit.
func moved(bound, by, none int64) int64 {
	if a, ok := linear.Const(bound).PlusConst(by); ok && bound != none {
		return a.C
	}
	return none
}

// extent is the least and the greatest that factors make of a row.
func (c *Choice) extent(factors []int64) (least, most int64, ok bool) {
	for i, row := range c.Rows {
		v, fits := sumOfRow(factors, row, 0)
		if !fits {
			return 0, 0, false
		}
		if i == 0 {
			least, most = v, v
		}
		least, most = min(least, v), max(most, v)
	}
	return least, most, len(c.Rows) > 0
}

// alone is the choice of which all of a sum's variables are.
func (s *State) alone(a linear.Sum) (c *Choice, factors []int64, ok bool) {
	if len(a.Terms) == 0 {
		return nil, nil, false
	}
	for i := range s.choices {
		factors, rest, any := s.choices[i].of(a)
		if any && len(rest.Terms) == 0 {
			return &s.choices[i], factors, true
		}
	}
	return nil, nil, false
}

// narrow keeps the rows of a choice for which a sum is such, and reports whether there are any.
func (s *State) narrow(c *Choice, factors []int64, constant int64, such func(int64) bool) bool {
	fails := func(row []int64) bool {
		v, ok := sumOfRow(factors, row, constant)
		return ok && !such(v)
	}
	if slices.ContainsFunc(c.Rows, fails) { // else it stays the same list in memory
		c.Rows = slices.DeleteFunc(slices.Clone(c.Rows), fails)
	}
	s.bound(c)
	return len(c.Rows) > 0
}

// bound bounds a choice's variables as its rows do.
func (s *State) bound(c *Choice) {
	for i, v := range c.Vars {
		for j, row := range c.Rows {
			b := &s.vars[v].Bounds
			if j == 0 {
				*b = linear.Bounds{Lo: row[i], Hi: row[i]}
			}
			b.Lo, b.Hi = min(b.Lo, row[i]), max(b.Hi, row[i])
		}
	}
}

// choose is the choice that an address of the data is of. Where its variables are of several, or of none and have
// few values, that is made of all of them: each row of one with each of another.
func (s *State) choose(addr linear.Sum) (*Choice, []int64, bool) {
	if c, factors, ok := s.alone(addr); ok {
		return c, factors, true
	}
	if len(addr.Terms) == 0 || !s.check.guide.Chooses(s, addr) {
		return nil, nil, false
	}
	all, rest := Choice{Rows: [][]int64{nil}}, slices.Clone(s.choices)
	for _, t := range addr.Terms {
		if slices.Contains(all.Vars, t.Var) {
			continue
		}
		c, ok := Choice{}, false
		if i := slices.IndexFunc(rest, func(c Choice) bool { return slices.Contains(c.Vars, t.Var) }); i >= 0 {
			c, ok = rest[i], true
			rest = slices.Delete(rest, i, i+1)
		} else {
			c, ok = s.values(t.Var)
		}
		if !ok || int64(len(all.Rows))*int64(len(c.Rows)) > s.check.maxRows() {
			return nil, nil, false
		}
		all = all.times(&c)
	}
	s.choices = append(rest, all)
	last := &s.choices[len(rest)]
	factors, _, _ := last.of(addr)
	return last, factors, true
}

// values are those that a variable can have, if they are few.
func (s *State) values(v linear.Var) (c Choice, ok bool) {
	b := s.Bounds(v)
	if b.Lo == -linear.NoBound || b.Hi == linear.NoBound || b.Hi-b.Lo < 0 || b.Hi-b.Lo >= s.check.maxRows() {
		return c, false
	}
	n := int(b.Hi - b.Lo + 1)
	c = Choice{[]linear.Var{v}, make([][]int64, n)}
	for i, numbers := 0, make([]int64, n); i < n; i++ {
		numbers[i] = b.Lo + int64(i)
		c.Rows[i] = numbers[i : i+1 : i+1]
	}
	return c, true
}

// times has each row of one choice with each of another one, in one piece.
func (c *Choice) times(d *Choice) Choice {
	if len(c.Vars) == 0 && len(c.Rows) == 1 {
		return *d
	}
	out := Choice{slices.Concat(c.Vars, d.Vars), make([][]int64, 0, len(c.Rows)*len(d.Rows))}
	k := len(out.Vars)
	numbers := make([]int64, 0, cap(out.Rows)*k)
	for _, a := range c.Rows {
		for _, b := range d.Rows {
			numbers = append(append(numbers, a...), b...)
			out.Rows = append(out.Rows, slices.Clip(numbers[len(numbers)-k:]))
		}
	}
	return out
}

// column is a new variable of a choice: what is computed of each row.
func (s *State) column(c *Choice, made Trace, of func(row []int64) (int64, bool)) (linear.Sum, bool) {
	rows, numbers := make([][]int64, len(c.Rows)), make([]int64, 0, len(c.Rows)*(len(c.Vars)+1))
	for i, row := range c.Rows {
		v, ok := of(row)
		if !ok {
			return linear.Sum{}, false
		}
		numbers = append(append(numbers, row...), v)
		rows[i] = slices.Clip(numbers[len(numbers)-len(row)-1:])
	}
	a := s.fresh(Variable{Made: made})
	*c = Choice{append(slices.Clone(c.Vars), a.Terms[0].Var), rows}
	s.bound(c)
	return a, true
}

// mapped is a function of a sum of which all variables are of one choice.
func (s *State) mapped(a linear.Sum, f func(int64) int64) (linear.Sum, bool) {
	c, factors, ok := s.alone(a)
	if !ok {
		return linear.Sum{}, false
	}
	return s.column(c, s.made(a), func(row []int64) (int64, bool) {
		v, ok := sumOfRow(factors, row, a.C)
		return f(v), ok
	})
}
