package plan

import (
	"slices"
)

// A Column is a set of methods that every route treats alike: one entry in the
// table by which the server chooses a route's response.
type Column struct {
	Methods []string
}

// methodOrder is the order in which methods stand in Allow and in the columns.
var methodOrder = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

// unroutable are methods known to HTTP (RFC 9110, 9.3) that no spec can route: they
// are answered 405. CONNECT is not among them: its target has no path, so it is 501.
var unroutable = []string{"TRACE"}

// planColumns puts GET and HEAD in the first column, every other method that a
// route names in one of its own, OPTIONS always, and the other methods that HTTP
// knows in the last one. A route of any method is in all of them.
func planColumns(all []block) []Column {
	used := map[string]bool{"OPTIONS": true}
	for _, b := range all {
		for _, r := range b.routes {
			for _, m := range r.Methods {
				used[m] = true
			}
		}
	}
	columns := []Column{{Methods: []string{"GET", "HEAD"}}}
	var other []string
	for _, m := range methodOrder[2:] {
		if used[m] {
			columns = append(columns, Column{Methods: []string{m}})
		} else {
			other = append(other, m)
		}
	}
	return append(columns, Column{Methods: append(other, unroutable...)})
}

// ColumnOf is the index of the column that holds method, or -1.
func ColumnOf(columns []Column, method string) int {
	return slices.IndexFunc(columns, func(c Column) bool {
		return slices.Contains(c.Methods, method)
	})
}
