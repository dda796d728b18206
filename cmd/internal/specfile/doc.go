// Package specfile finds the spec that an argument names, and compiles it: with the folder it is in, git's
// times, and caches of encodings, hashes and proofs.
package specfile
