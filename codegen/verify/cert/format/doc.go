// Package format reads certificates from files. A part of what a proof trusts, it imports next to
// nothing; package record writes what it reads. README.md of package cert has the format in words.
//
// A file has a header, and behind it, compressed, the content: numbers without gaps, as fields.go
// lists them. Of one content there is one form: a number has as few bytes as it can, nodes have the
// order in which ways come to them, and nothing is left over.
//
// What a Guide answers is not looked up but said in turn: each node has the answers that are asked for
// on the ways from it, in the order in which cert asks (Necula and Rahul, "Oracle-Based Checking of
// Untrusted Software", POPL 2001). They are read when they are asked for.
//
// No file makes a reader allocate more than a fixed multiple of its own size and the server's.
package format
