// Package domain is what is known at a point of a program, the abstract domain of the prover: a
// State has a value for each register and each variable on the stack (package value), how these
// relate (package zone), which bytes of the stack were written (region.go, and by which bits
// guard.go), which constant bytes stand where (content.go), which records a register may point
// to (choice.go, records.go), what may be made of an address (marks.go, traces.go), and how far
// the process has come (phase.go, turn.go).
//
// A state stands for a set of concrete ones. Methods of a state make it say the same in another
// way, say less, or draw what follows from something that has been found; what instructions do
// is in package step, and nothing here fails.
//
// Offsets: a pointer's variable is its distance from where its kind of memory begins: the stack
// from rsp at the entry (so that the frame is negative), the image from address 0 of the file.
package domain
