// Package step is what an instruction does to a state (the transfer function): its effect is
// that of its isa.Steps (step.go), one after the other, with loads and stores (memory.go,
// store.go), arithmetic (compute.go, logic.go), calls, returns and branches (leave.go), and what
// a branch's condition says of the values that were compared (assume.go, narrow.go, bytes.go).
//
// An Executor executes them; where a rule may be broken it fails, with a data.Failure. What lies
// outside of the program, system calls and the clock, it asks a System for: that is package
// kernel's Process.
package step
