// Package data is a program as it lies in memory (Image), and what its constant data says:
// the numbers in it, sets of numbers, for the most part of addresses of records, and what is
// computed alike of each record of such a set (Origin). Sets are the same pointer where they
// are equal, and what was computed of one is kept.
//
// It has, too, what every part of a proof counts its work in (Budget), and how a proof fails
// (Failure).
package data
