package cert

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
)

// Given says that bytes of the stack are written if a bit of a variable is set: what a server knows of
// a request it keeps as bits, and reads some places only where a bit says that they have a value. Of a
// number below 0 it is the bit of its two's complement, however long: so each number has it or not.
//
// It holds as long as these bytes are not lost, whatever else is written: variables keep their values.
type Given struct {
	Is  linear.Var
	Bit uint8 // below 64
	Span
}

// wroteGiven notes as written what known bits say to be.
func (s *State) wroteGiven() {
	s.givens = slices.DeleteFunc(s.givens, func(g Given) bool {
		set := s.bitsOf(linear.Of(g.Is), 8).Ones>>g.Bit&1 == 1
		if set {
			s.wrote(linear.Const(g.Lo), linear.Const(g.Hi))
		}
		return set
	})
}

// inherits notes that a number has the bits of another one that a mask has: what these say, they say in
// both.
func (s *State) inherits(is, of linear.Sum, mask uint64) {
	v, ok := plain(is)
	from, okFrom := plain(of)
	for _, g := range s.givens {
		if ok && okFrom && g.Is == from && v != from && mask>>g.Bit&1 == 1 {
			s.givens = append(s.givens, Given{v, g.Bit, g.Span})
		}
	}
}

// Gives: bytes are written if a bit of a sum is set.
func (s *State) Gives(a linear.Sum, bit uint8, at Span) bool {
	v, isVar := plain(a)
	return s.bitsOf(a, 8).Zeros>>bit&1 == 1 || slices.ContainsFunc(s.givens, func(g Given) bool {
		return isVar && g.Is == v && g.Bit == bit && g.Lo <= at.Lo && at.Hi <= g.Hi
	}) || s.IsWritten(linear.Const(at.Lo), linear.Const(at.Hi))
}

// loseGiven forgets what is given of the bytes from at.Lo to at.Hi: they are not written any more.
func (s *State) loseGiven(at Span) {
	s.givens = slices.DeleteFunc(s.givens, func(g Given) bool { return g.Lo < at.Hi && at.Lo < g.Hi })
}
