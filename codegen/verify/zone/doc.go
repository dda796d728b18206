// Package zone is the numeric domain of the prover: what is known of a few integers
// at once. A Zone holds an upper bound for the difference of every two variables
// (Miné, "The octagon abstract domain", 2006, section 2: difference-bound matrices),
// and beside it a few inequalities of up to four variables, which a matrix cannot
// hold: a pointer and a length whose sum stays below an end.
//
// Variables are mathematical integers, not machine words: what wraps around is the
// caller's concern.
//
// Invariant: the matrix is closed, so that each entry is the tightest bound that the
// entries alone imply; every operation keeps all integer points that it must keep.
package zone
