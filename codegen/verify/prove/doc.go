// Package prove proves that a server cannot go wrong, from its bytes: it interprets the
// program over sets of values (P. Cousot, R. Cousot, "Abstract interpretation", 1977),
// on every path, until nothing new is found.
//
// What is known at a point of the program is a state: for each register and each
// variable on the stack what kind of value it has (value.go), how these relate
// (package zone), which bytes of the stack were written (region.go), which constant
// bytes stand where (content.go), and how far the process has come (phase.go). An
// instruction's effect is that of its isa.Steps. The engine (engine.go) carries states
// along the branches; where ways meet, states are joined, and at loops widened. That is a
// search: in a second pass each state must be contained where it arrives (contained.go).
//
// Calls are followed with their call's return address, so that each return goes to its
// call: the call graph of a server is small and has no cycle.
//
// Where a process answers several requests of a connection (requestloop.go), a state forgets
// at each new one what that has no right to know (isolation.go, rest.go). When nothing new
// is found, the loops without a system call are shown to end, over the graph of the places
// that were told apart (bounds.go): by a sum of distances that falls in each round. Where the
// worst case comes out high, what bounds it is looked for once more (closer.go), with half of
// the room and work that is left: with more to count.
//
// Offsets: a pointer's variable is its distance from where its kind of memory begins:
// the stack from rsp at the entry (so that the frame is negative), the image from
// address 0 of the file.
//
// Invariant: a state contains every concrete state that an execution can have there. A
// step that breaks a rule for any of them ends the proof with a *Failure. A test executes
// random programs beside their states (random_test.go).
package prove
