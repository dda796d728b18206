package layout

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Protects: some of what is answered is protected.
func (l *Layout) Protects() bool { return len(l.Plan.Auth.Users) > 0 }

// FromEnvironment: some password comes from there, so that cells are in the frame.
func (l *Layout) FromEnvironment() bool {
	return slices.ContainsFunc(l.Plan.Auth.Users, func(u plan.Credentials) bool { return u.Env != "" })
}

// CellSize is the size of a cell in bytes, a multiple of 16: the longest text, a zero and
// the guard's number.
func (l *Layout) CellSize() int32 {
	size := 0
	for _, u := range l.Plan.Auth.Users {
		size = max(size, u.Longest())
	}
	return int32(size+2+15) &^ 15
}

// Cells is the size of all cells, in bytes.
func (l *Layout) Cells() int32 { return int32(len(l.Plan.Auth.Users)) * l.CellSize() }

// Variables of a server that protects something, as offsets from rbp; below the others.
func (l *Layout) SlotGuard() int32 { return l.AuthSlot(-4) } // 2 bytes: the guard of what was found: its users, its refusal

func (l *Layout) AuthSlot(disp int32) int32 {
	below := int32(0)
	if l.LogsFields() {
		below = logSpans
	}
	return disp - (l.RequestSlots() - below - authSlots)
}

const authSlots = 16

// authRoom is what the cells take of the frame, in bytes.
func (l *Layout) authRoom() int32 {
	switch {
	case !l.Protects():
		return 0
	case l.FromEnvironment():
		return Gap + l.CellSize() + Gap + l.Cells()
	}
	return Gap + l.CellSize()
}

func GuardNumber(g plan.Guard) int64 { return int64(g.Users) | int64(g.Refusal)<<8 }

// IndexedGuards is where a route's record has them: 2 bytes for each of its answers.
func (l *Layout) IndexedGuards() int32 { return IndexedAnswers + 4*int32(l.answerCount()) }

// answerCount is how many answers a route's record has.
func (l *Layout) answerCount() int {
	if l.Pages() {
		return l.Columns() + 1
	}
	return l.Columns()
}

// GuardFields are the guards of a route's answers; that of a folder's page is GET's.
func (l *Layout) GuardFields(r plan.Route) []Field {
	var out []Field
	if l.Protects() {
		for i := range l.answerCount() {
			g := r.Guards[0]
			if i < l.Columns() {
				g = r.Guards[i%len(l.Plan.Columns)]
			}
			out = append(out, Word{Size: 2, Value: uint64(GuardNumber(g))})
		}
	}
	return out
}
