// Package code is the instructions of a program, and all that is seen from them alone, before
// any of them is executed: which can be reached and how they go on (scan.go), where ways meet
// (joins.go), what may be read behind an address before it is written (live.go), which loops
// answer requests (requestloop.go), in which order places are visited best (order.go, weak.go),
// which bits tell ways apart (split.go, seed.go), and where bounds stop for a while before they
// are given up (steps.go).
//
// Nothing here depends on what is known of values, so that it is right for every execution.
package code
