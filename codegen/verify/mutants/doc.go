// Package mutants asks how much the proof is worth: it damages servers and looks
// whether the checker notices.
//
// A mutant is a server, or a probe, that was built, with one small change: an operand, a constant, a
// branch, a register, a system call, a byte of data, a header (kinds.go has the list).
// The checker refuses it or accepts it. What it accepts is executed, in the interpreter
// of package dynamic, under hostile clients, failing calls and jumping clocks, those
// runs first that are known to come by the change (judge.go). A run that breaks a rule
// then shows that the checker is wrong: there must be none.
//
// That an accepted mutant answers something else is no harm: a proof does not say that
// responses are what one wanted.
//
// The judge sees what a run does, not what it could do; how sharp it is shows where it
// judges mutants that the checker refused. Both numbers are in the table that the test
// prints. Mutants are drawn with a seed: the same servers give the same mutants.
package mutants
