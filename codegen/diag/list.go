package diag

import (
	"slices"
	"strings"
)

// List is the findings of one run: mistakes, and warnings among them.
type List []*Error

// Add appends a finding.
func (l *List) Add(e *Error) { *l = append(*l, e) }

// Sort orders the list by position; errors of one place keep their order.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b *Error) int {
		switch {
		case a.Pos.Before(b.Pos):
			return -1
		case b.Pos.Before(a.Pos):
			return 1
		}
		return 0
	})
}

// Err sorts the list and returns it as an error, its warnings with it, or nil when there
// is no mistake in it.
func (l List) Err() error {
	if !l.hasMistake() {
		return nil
	}
	l.Sort()
	return l
}

// Error renders every error of the list, one after the other.
func (l List) Error() string {
	parts := make([]string, len(l))
	for i, e := range l {
		parts[i] = e.Error()
	}
	return strings.Join(parts, "\n")
}

// Unwrap gives the errors to errors.Is and errors.As.
func (l List) Unwrap() []error {
	errs := make([]error, len(l))
	for i, e := range l {
		errs[i] = e
	}
	return errs
}

// Renamed returns a copy of the list that calls the file `from` by the name `to`:
// a caller that read the file as "routes.yaml" of some folder can report it by the
// path that the user gave. Other files are in the same folder.
func (l List) Renamed(from, to string) List {
	out := make(List, len(l))
	folder, _ := strings.CutSuffix(to, from)
	for i, e := range l {
		c := *e
		switch {
		case c.File == from:
			c.File = to
		case c.File != "" && folder != to:
			c.File = folder + c.File
		}
		out[i] = &c
	}
	return out
}
