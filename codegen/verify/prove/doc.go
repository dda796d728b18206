// Package prove proves that a server cannot go wrong, from its bytes: it interprets the
// program over sets of values (P. Cousot, R. Cousot, "Abstract interpretation", 1977),
// on every path, until nothing new is found.
//
// It is the way through its packages, as one list (prove.go), each of which imports such as
// stand above it alone:
//
//   - graph, data, value (with meaning): digraphs; constant data and sets of records; what is
//     known of one value
//   - code: what is seen from the instructions alone
//   - domain: what is known at a point of the program, a state
//   - step, kernel: what an instruction does to it, and a system call
//   - meet: how states meet; contain: whether one is contained in another
//   - search: carries states along the branches until nothing new comes
//   - flow: follows the ways between what was found once more, and checks it
//   - rank: bounds the loops of that
//
// Calls are followed with their call's return address, so that each return goes to its
// call: the call graph of a server is small and has no cycle.
//
// Invariant: a state contains every concrete state that an execution can have there. A
// step that breaks a rule for any of them ends the proof with a *Failure. A test executes
// random programs beside their states (random_test.go).
package prove
