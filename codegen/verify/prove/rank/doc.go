// Package rank shows that the loops without a system call end, and how long they take, over the
// edges of a flow (bounds.go): by a sum of quantities that falls in each round by what the round
// costs (R. W. Floyd, "Assigning meanings to programs", 1967). Which quantities, with which
// factors, is looked for (ranking.go, counter.go, pay.go, divide.go); that they do is checked
// (counted.go), and what loops cost after each other is added up (worst.go).
//
// Where the worst case comes out high, what bounds it is looked for once more (closer.go), with
// half of the room and work that is left: with more to count. Where it does not come out,
// vertices are told apart by bits (refine.go).
package rank
