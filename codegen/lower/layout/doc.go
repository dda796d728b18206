// Package layout says of a plan what its server has, and where that server keeps
// what: the frame with its variables and buffers, the bits of what is known of a
// request, and the offsets in the records that lie in the data.
//
// It emits nothing. Invariant: what it says follows from the plan alone, so that every
// part of the server is told the same.
package layout
