// Package policy derives from a server the least privilege that it runs with: a seccomp
// profile, or its like, that allows exactly the system calls that the server makes.
//
// The calls are not traced, which finds those that a test happened to cause, but come out of
// the proof (package verify): it has seen every system call on every path, and which of its
// arguments are constants. What is not allowed kills the process.
//
// Invariant: a Policy allows every call that a proved server can make, and no other but the one
// that the kernel makes in its name, and those of the Runtime that it was widened for.
package policy
