package plan

import (
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/spec"
)

// Added are fields with slots of responses that are not put together when the server starts: these
// lines alone are, once for all responses that have them, and stand at the end of their header blocks.
type Added struct {
	Text  []byte // lines without what their slots get
	Slots []Slot // places in Text
	Pos   diag.Pos
}

// Longest is the most bytes that they can have.
func (a *Added) Longest() int { return len(a.Text) + len(a.Slots)*MaxValue }

// hasSlots: a line of the field has some. Then all of its lines are added, in their order.
func hasSlots(fields []spec.Header, name string) bool {
	return slices.ContainsFunc(fields, func(f spec.Header) bool { return len(f.Slots) > 0 && strings.EqualFold(f.Name, name) })
}

// addedFields are what is added to a response: of the global fields with slots those that its own do not
// replace, and, where apart, such of its own.
func (b *builder) addedFields(own []spec.Header, apart bool) int {
	var out Added
	add := func(f spec.Header) {
		if out.Text == nil {
			out.Pos = f.Pos
		}
		out.Text = append(out.Text, f.Name+": "...)
		for _, s := range f.Slots {
			out.Slots = append(out.Slots, Slot{At: len(out.Text) + s.At, Value: b.value(s)})
		}
		out.Text = append(out.Text, f.Value+"\r\n"...)
	}
	for _, f := range own {
		if apart && hasSlots(own, f.Name) {
			add(f)
		}
	}
	for _, f := range b.block.headers {
		if !hasField(own, f.Name) && hasSlots(b.block.headers, f.Name) {
			add(f)
		}
	}
	i := slices.IndexFunc(b.added, func(a Added) bool { return string(a.Text) == string(out.Text) && slices.Equal(a.Slots, out.Slots) })
	if i < 0 {
		i = len(b.added)
		b.added = append(b.added, out)
	}
	return i
}
