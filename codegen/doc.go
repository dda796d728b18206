// Package codegen compiles a spec, routes.yaml, into a web server: one freestanding
// x86-64 Linux ELF.
//
// Compile is the whole way, one stage behind the other; each stage is a package of
// its own below this one and knows only those that DESIGN calls its inputs (the
// table in deps_test.go). README.md maps the stages to their files.
//
// Invariant: what Compile returns without an error has passed the verifier as bytes.
// It depends on the spec and the files that it names, and on nothing else: not on
// the machine, the time, the environment or the folder.
package codegen
