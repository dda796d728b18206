// Package emit collects a program while its parts are emitted: instructions with the
// reason for each, labels with their contracts, data, and the numbers of system calls.
//
// With it are the tables that all parts read bytes by, and at the end Shorten, which
// makes jumps the shortest that reach (branch relaxation). It knows the layout, and of
// the parts of the server none.
package emit
