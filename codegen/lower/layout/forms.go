package layout

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// A form is a record in the data: which blanks it has, the mark of forms, which no other
// record has there, and where they stand in the header block. Behind that, FormSize bytes
// from its start, stands the record of the response that has nothing in its blanks.
const (
	FormShape  = 0 // 1 byte: index into shapes
	FormMark   = 1 // 1 byte: MarkForm
	FormBlanks = 2 // 2 bytes each

	MarkForm = 0xa0
)

// Shape is the blanks of a form.
type Shape []plan.Filling

func ShapeOf(r plan.Response) Shape {
	var out Shape
	for _, b := range r.Blanks {
		out = append(out, b.What)
	}
	return out
}

// shapesOf are those of all forms, in the order in which they come.
func shapesOf(responses []plan.Response) []Shape {
	var out []Shape
	for _, r := range responses {
		if s := ShapeOf(r); r.Form() && !slices.ContainsFunc(out, s.Equals) {
			out = append(out, s)
		}
	}
	return out
}

func (s Shape) Equals(t Shape) bool { return slices.Equal(s, t) }

// Fills: the plan has forms.
func (l *Layout) Fills() bool { return len(l.Shapes) > 0 }

// Needs: some form has such a blank.
func (l *Layout) Needs(what func(plan.Filling) bool) bool {
	return slices.ContainsFunc(l.Shapes, func(s Shape) bool { return slices.ContainsFunc(s, what) })
}

func (l *Layout) NeedsQuery() bool {
	return l.Needs(func(f plan.Filling) bool { return f.What == plan.FillQuery || f.What == plan.FillArguments })
}

func (l *Layout) NeedsHost() bool {
	return l.Needs(func(f plan.Filling) bool { return f.What == plan.FillHost })
}

// Variables of a plan with forms, as offsets below the others: places in the request,
// start and end, 2 bytes each, counted from where it starts in the buffer.
const (
	SpanQuery = -12 // 2 + 2 bytes: the query, its question mark included
	SpanPath  = -8  // 2 + 2 bytes: the path
	SpanHost  = -4  // 2 + 2 bytes: the host
	SpanAll   = -16 // 16 bytes with the three, to be cleared at once
	FillSlots = 16
)

// SpanAt is where such a variable is, from rbp.
func (l *Layout) SpanAt(span int32) int32 { return span - l.PlainSize() - l.IndexSize() }

// FillSlot is a variable of forms.
func (l *Layout) FillSlot(width uint8, span int32) Mem { return Slot(width, l.SpanAt(span)) }

// FormSize is the size of a form in front of its response, in bytes.
func (l *Layout) FormSize() int32 {
	most := 0
	for _, s := range l.Shapes {
		most = max(most, len(s))
	}
	return int32(FormBlanks + 2*most)
}

// FillRoom is how many bytes putting a form together may take.
func (l *Layout) FillRoom() int32 {
	size := 0
	for _, r := range l.Plan.Responses {
		if r.Form() {
			size = max(size, r.Longest())
		}
	}
	if size == 0 {
		return 0
	}
	return int32(size) + l.LongestPart() + int32(len(CloseEnd)) + l.Extension() + min(plan.MaxFilled, 3*l.Head()) + Slack
}

// LongestPart is how many bytes are copied at once at most.
func (l *Layout) LongestPart() int32 {
	size := max(len(CloseEnd), len(StampText), MaxLiteral, int(l.policySize()), int(l.AddedSize()))
	for _, r := range l.Plan.Responses {
		from := 0
		for _, b := range r.Blanks {
			size = max(size, b.At-from)
			from = b.At
		}
		if r.Form() {
			size = max(size, len(r.Head)-from, len(r.Body.Bytes))
			if r.Filled() > 0 {
				size = max(size, plan.MaxValue)
			}
		}
	}
	return int32(size)
}

// MaxLiteral is the longest IPv6 address in brackets that a form takes, in bytes.
const MaxLiteral = 64

// CloseEnd ends the header block of a form where it does not say close by itself.
const CloseEnd = CloseField + "\r\n"

// formRecord is a form, and its response.
func (l *Layout) formRecord(r plan.Response) Datum {
	s := ShapeOf(r)
	d := Datum{Label: r.Label, Fields: []Field{
		Word{Size: 1, Value: uint64(slices.IndexFunc(l.Shapes, s.Equals)), Note: "its blanks"},
		Word{Size: 1, Value: MarkForm, Note: "a form"}}}
	for i := range int(l.FormSize()-FormBlanks) / 2 {
		at := 0
		if i < len(s) {
			at = r.Blanks[i].At
		}
		d.Fields = append(d.Fields, Word{Size: 2, Value: uint64(at), Note: "where it has one"})
	}
	d.Fields = append(d.Fields, l.plainRecord(r).Fields...)
	return d
}

// FilledValues are those that forms have.
func (l *Layout) FilledValues() []int {
	var out []int
	for _, s := range l.Shapes {
		for _, f := range s {
			if f.What == plan.FillValue && !slices.Contains(out, f.Value) {
				out = append(out, f.Value)
			}
		}
	}
	return out
}

// FilledLength is where the length of one of FilledValues is, from rbp, apart from what the
// environment gives; behind the lengths of responses.
func (l *Layout) FilledLength(i int) int32 {
	return l.SlotsAt() + renderedLengths*l.renderedBefore(len(l.Plan.Responses)) + 4*int32(i)
}
