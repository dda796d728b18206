package lower

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// A response with blanks, a form, is put together once the head is read, where stock
// responses are too, and it ends the connection: what the request says is taken from the
// head, and nothing has to be kept. One that has a blank for the query alone is a plain
// response for a request without one. All forms with the same blanks share a piece of code
// with one call for each part. Two routines do all the copying, and each knows the room
// that is left.

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

func NeedsPath(c *Code) bool {
	return c.Needs(func(f plan.Filling) bool { return f.What == plan.FillPath || f.What == plan.FillLocalPath || f.Rest })
}

func NeedsArgument(c *Code) bool {
	return c.Needs(func(f plan.Filling) bool { return f.InQuery })
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

// ClearSpans forgets what an earlier request of the connection said.
func ClearSpans(c *Code) {
	if c.Fills() {
		c.I2(MOVDQU, c.FillSlot(16, SpanAll), XMM3, "no query, no path, no host")
	}
}

// KeepPlace stores one end of what is a part of the request: counted from where that
// starts, because the buffer may move. It changes edx in isolation: connection.
func KeepPlace(c *Code, disp int32, place Reg, note string) {
	if c.Plan.Server.KeepAlive {
		c.I2(MOV, EDX, place, note)
		c.FromStart(EDX)
		place, note = EDX, ""
	}
	c.I2(MOV, c.FillSlot(2, disp), place.As(2), note)
}

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
