// Package flow is what a search has found as a graph: its vertices are the nodes, and where a
// system call has returned, its edges the ways between them, which have no loop. Each way is
// executed once more from its vertex's state (walk.go), and what comes to a node must be contained
// in it (package contain): so what the nodes say holds of every execution.
//
// Along its edges quantities are compared, for what bounds loops (drift.go).
package flow
