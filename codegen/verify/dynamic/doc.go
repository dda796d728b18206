// Package dynamic runs emitted servers in the concrete interpreter of package isa,
// with a kernel that a script plays: what a client sends and in which pieces, which
// calls fail, what the clock says. A probe runs there too: then the script is its server.
//
// Memory is watched by isa.Machine, system calls and their arguments by Kernel: a run
// in which a rule of codegen/verify is broken ends with an *isa.Fault. So a server
// that the prover accepts can be run under hostile inputs, and must never end so. What
// no run shows is the rule segments: Loads judges what the loader makes of a file.
//
// Invariant: a run is determined by the file and the script alone, so that its count
// of instructions is exact and the same everywhere.
package dynamic
