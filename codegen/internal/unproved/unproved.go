// Package unproved lets tests that make hundreds of servers do so without a proof of each:
// a proof takes up to seconds, and what is tested there is what servers answer. Package
// codegen then stops behind the gate of package verify. No command can import this package;
// the tests of verify/prove and the examples prove what such specs give.
package unproved

var allowed bool

// Allow is called by what only tests import, before anything is compiled.
func Allow() { allowed = true }

// While allows it to f alone. Nothing else may compile meanwhile.
func While(f func()) {
	before := allowed
	allowed = true
	defer func() { allowed = before }()
	f()
}

// Allowed says whether it is allowed now.
func Allowed() bool { return allowed }
