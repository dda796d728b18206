package layout

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/plan"
)

// AsksQuery is the shape of what is a plain response for a request without a query.
var AsksQuery = Shape{{What: plan.FillQuery}}

// Asked: routes have columns for requests with a query.
func (l *Layout) Asked() bool { return slices.ContainsFunc(l.Shapes, AsksQuery.Equals) }

// Columns is how many columns a route has.
func (l *Layout) Columns() int {
	if l.Asked() {
		return 2 * len(l.Plan.Columns)
	}
	return len(l.Plan.Columns)
}

// HasHosts: some names have routes of their own.
func (l *Layout) HasHosts() bool { return l.Indexed() && l.Plan.Match.Index.HostBytes > 0 }

// Window is how many bytes of a name are compared: more than any text has, by one, so that
// no name is taken for one that its end is.
func (l *Layout) Window() int32 { return int32(l.Plan.Match.Index.HostBytes+1+15) &^ 15 }

// hostSize is the size of the variables for hosts, in bytes.
func (l *Layout) hostSize() int32 {
	if !l.HasHosts() {
		return 0
	}
	return l.NameRoom() + 8
}

// NameRoom is what is cleared for a name, in bytes: where its ends are looked up too, twice
// the window, as the proof does not see that a part behind the start is the shorter for it.
func (l *Layout) NameRoom() int32 {
	if l.Plan.Match.Index.Wildcards {
		return 2 * l.Window()
	}
	return l.Window()
}

// Indexed: routes are found by an index.
func (l *Layout) Indexed() bool { return l.Plan.Match.Index != nil }

// Segments is how many segments' places are kept: a multiple of four, as that many are
// cleared at once.
func (l *Layout) Segments() int32 {
	if !l.Indexed() {
		return 0
	}
	return int32(l.Plan.Match.Index.Segments+3) &^ 3
}

// IndexSize is the size of these variables, in bytes.
func (l *Layout) IndexSize() int32 {
	if !l.Indexed() {
		return 0
	}
	return 16 + 4*l.Segments() + l.hostSize()
}

// An indexed route's record: its flags, its response in each column, and where some route
// has a folder's page, that page, or the first response once more; where something is
// protected, the guard of each of these.
const (
	IndexedFlags   = 0 // 4 bytes
	IndexedAnswers = 4 // 4 bytes each: the response's record, from classes

	RoutePage = 1 << 1 // GET of what looks like a page gets the page
)

// Pages: some route has a folder's page for what looks like one.
func (l *Layout) Pages() bool {
	return slices.ContainsFunc(l.Plan.Routes, func(r plan.Route) bool { return r.Page })
}
