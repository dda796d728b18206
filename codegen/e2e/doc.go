// Package e2e has the tests that run emitted servers: golden requests and responses
// under testdata/http, the behaviour of the processes, real clients, and a fuzz target.
// It has no code but tests; the harness is codegen/internal/emitted.
package e2e
