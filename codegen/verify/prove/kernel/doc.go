// Package kernel is what system calls do to a state, and when which of them is due: the boot
// (bootcalls.go), clients of a process that serves one (accept.go, syscall.go, transfer.go), of
// one that serves many (loop.go), of one that makes workers (workers.go).
//
// It has the boundaries between clients, too: what a process must forget where another request
// begins (isolation.go, rest.go) and where it turns to another client (turn.go). A Process is an
// executor of instructions that notes what it sees of these.
package kernel
