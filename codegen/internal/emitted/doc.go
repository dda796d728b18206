// Package emitted builds servers from specs, runs them on 127.0.0.1, and talks to
// them byte by byte. It is the harness of the tests that run what the compiler emits.
//
// Invariant: what a test starts is gone when the test ends. Every server runs in a
// process group of its own, is stopped by SIGTERM, must then exit with status 0, and
// the rest of its group, children that still hold a connection, is killed.
package emitted
