package cert

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// Given says what follows if a bit of a variable is so: that bytes of the stack are written, or that another variable is one
// of a few numbers. What a server knows of a request it keeps as bits, and reads some places, and some records, only where a
// bit says so. Of a number below 0 it is the bit of its two's complement, however long: so each number has it or not.
//
// It holds as long as these bytes are not lost, whatever else is written: variables keep their values.
type Given struct {
	Is     linear.Var
	Bit    uint8      // below 64 that it is set; from 64 on that the one of 64 less is clear
	Span              // for no other variable
	Of     linear.Var // 0 for none
	Values []int64    // ascending
}

func (g *Given) has(x int64) bool {
	_, ok := slices.BinarySearch(g.Values, x)
	return ok
}

// isSet says that a bit of a sum is known to be as a Given's, and that it is known not to be.
func (s *State) isSet(a linear.Sum, bit uint8) (is, not bool) {
	b := s.bitsOf(a, 8)
	is, not = b.Ones>>(bit%64)&1 == 1, b.Zeros>>(bit%64)&1 == 1
	if bit >= 64 {
		return not, is
	}
	return is, not
}

// given notes what known bits say, and that a bit is not so where what it says cannot be. It reports whether all that is
// possible.
func (s *State) given() bool {
	possible := true
	s.givens = slices.DeleteFunc(s.givens, func(g Given) bool {
		is, _ := s.isSet(linear.Of(g.Is), g.Bit)
		c, factors, ok := s.alone(linear.Of(g.Of))
		switch {
		case g.Of == 0 && is:
			s.wrote(linear.Const(g.Lo), linear.Const(g.Hi))
		case g.Of == 0 || !ok:
		case is:
			possible = s.narrow(c, factors, 0, g.has) && possible
		case !slices.ContainsFunc(c.Rows, func(row []int64) bool { return g.has(row[slices.Index(c.Vars, g.Of)]) }):
			possible = s.learn(s.tests(linear.Of(g.Is), 1<<(g.Bit%64), 8), g.Bit < 64) && possible
		}
		return is
	})
	return possible
}

// inherits notes that a number has the bits of another one that a mask has: what these say, they say in
// both.
func (s *State) inherits(is, of linear.Sum, mask uint64) {
	v, ok := plain(is)
	from, okFrom := plain(of)
	for _, g := range s.givens {
		if ok && okFrom && g.Is == from && v != from && mask>>(g.Bit%64)&1 == 1 {
			g.Is = v
			s.givens = append(s.givens, g)
		}
	}
}

// Gives says that what a Given says of a node's variables is so of what they are.
func (s *State) Gives(g *Given, a, of linear.Sum) bool {
	if _, not := s.isSet(a, g.Bit); not {
		return true
	}
	v, isVar := plain(a)
	same := func(h *Given) bool { return isVar && h.Is == v && h.Bit == g.Bit }
	if g.Of == 0 {
		return slices.ContainsFunc(s.givens, func(h Given) bool { return same(&h) && h.Of == 0 && g.in(h.Span) }) ||
			s.IsWritten(linear.Const(g.Lo), linear.Const(g.Hi))
	}
	w, isOf := plain(of)
	return s.eachRow([]linear.Var{FirstVar}, []linear.Sum{of}, func(row []int64) bool {
		return g.has(row[0]) || slices.ContainsFunc(s.givens, func(h Given) bool { return same(&h) && isOf && h.Of == w && !h.has(row[0]) })
	})
}

// loseGiven forgets what is given of the bytes from at.Lo to at.Hi: they are not written any more.
func (s *State) loseGiven(at Span) {
	s.givens = slices.DeleteFunc(s.givens, func(g Given) bool { return g.Of == 0 && g.meets(at) })
}
