// Package diag holds positions in source files and the errors that point at them.
//
// Every error that a user can cause in a spec is an Error with a position; errors
// are collected in a List, sorted, and reported in one run, each with its line and
// a caret under the offending column.
package diag

// Pos is a place in a source file. Line and Col count from 1; Col counts runes.
// The zero Pos means "no place".
type Pos struct {
	File string
	Line int
	Col  int
}
