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
// record has there, and where they stand in the header block. Behind that, formSize bytes
// from its start, stands the record of the response that has nothing in its blanks.
const (
	formShape  = 0 // 1 byte: index into shapes
	formMark   = 1 // 1 byte: markForm
	formBlanks = 2 // 2 bytes each

	markForm = 0xa0
)

// shape is the blanks of a form.
type shape []plan.Filling

func shapeOf(r plan.Response) shape {
	var out shape
	for _, b := range r.Blanks {
		out = append(out, b.What)
	}
	return out
}

// shapesOf are those of all forms, in the order in which they come.
func shapesOf(responses []plan.Response) []shape {
	var out []shape
	for _, r := range responses {
		if s := shapeOf(r); r.Form() && !slices.ContainsFunc(out, s.equals) {
			out = append(out, s)
		}
	}
	return out
}

func (s shape) equals(t shape) bool { return slices.Equal(s, t) }

// fills: the plan has forms.
func (c *code) fills() bool { return len(c.shapes) > 0 }

// needs: some form has such a blank.
func (c *code) needs(what func(plan.Filling) bool) bool {
	return slices.ContainsFunc(c.shapes, func(s shape) bool { return slices.ContainsFunc(s, what) })
}

func (c *code) needsQuery() bool {
	return c.needs(func(f plan.Filling) bool { return f.What == plan.FillQuery || f.What == plan.FillArguments })
}

func (c *code) needsPath() bool {
	return c.needs(func(f plan.Filling) bool { return f.What == plan.FillPath || f.What == plan.FillLocalPath || f.Rest })
}

func (c *code) needsArgument() bool {
	return c.needs(func(f plan.Filling) bool { return f.InQuery })
}

func (c *code) needsHost() bool {
	return c.needs(func(f plan.Filling) bool { return f.What == plan.FillHost })
}

// Variables of a plan with forms, as offsets below the others: places in the request,
// start and end, 2 bytes each, counted from where it starts in the buffer.
const (
	spanQuery = -12 // 2 + 2 bytes: the query, its question mark included
	spanPath  = -8  // 2 + 2 bytes: the path
	spanHost  = -4  // 2 + 2 bytes: the host
	spanAll   = -16 // 16 bytes with the three, to be cleared at once
	fillSlots = 16
)

// spanAt is where such a variable is, from rbp.
func (c *code) spanAt(span int32) int32 { return span - c.plainSize() - c.indexSize() }

// fillSlot is a variable of forms.
func (c *code) fillSlot(width uint8, span int32) Mem { return slot(width, c.spanAt(span)) }

// formSize is the size of a form in front of its response, in bytes.
func (c *code) formSize() int32 {
	most := 0
	for _, s := range c.shapes {
		most = max(most, len(s))
	}
	return int32(formBlanks + 2*most)
}

// fillRoom is how many bytes putting a form together may take.
func (c *code) fillRoom() int32 {
	size := 0
	for _, r := range c.plan.Responses {
		if r.Form() {
			size = max(size, r.Longest())
		}
	}
	if size == 0 {
		return 0
	}
	return int32(size) + c.longestPart() + int32(len(closeEnd)) + c.extension() + min(plan.MaxFilled, 3*c.head()) + slack
}

// longestPart is how many bytes are copied at once at most.
func (c *code) longestPart() int32 {
	size := max(len(closeEnd), len(stampText), maxLiteral, int(c.policySize()), int(c.addedSize()))
	for _, r := range c.plan.Responses {
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

// maxLiteral is the longest IPv6 address in brackets that a form takes, in bytes.
const maxLiteral = 64

// closeEnd ends the header block of a form where it does not say close by itself.
const closeEnd = closeField + "\r\n"

// clearSpans forgets what an earlier request of the connection said.
func (c *code) clearSpans() {
	if c.fills() {
		c.i2(MOVDQU, c.fillSlot(16, spanAll), XMM3, "no query, no path, no host")
	}
}

// keepPlace stores one end of what is a part of the request: counted from where that
// starts, because the buffer may move. It changes edx in isolation: connection.
func (c *code) keepPlace(disp int32, place Reg, note string) {
	if c.plan.Server.KeepAlive {
		c.i2(MOV, EDX, place, note)
		c.fromStart(EDX)
		place, note = EDX, ""
	}
	c.i2(MOV, c.fillSlot(2, disp), place.As(2), note)
}

// formRecord is a form, and its response.
func (c *code) formRecord(r plan.Response) Datum {
	s := shapeOf(r)
	d := Datum{Label: r.Label, Fields: []Field{
		Word{Size: 1, Value: uint64(slices.IndexFunc(c.shapes, s.equals)), Note: "its blanks"},
		Word{Size: 1, Value: markForm, Note: "a form"}}}
	for i := range int(c.formSize()-formBlanks) / 2 {
		at := 0
		if i < len(s) {
			at = r.Blanks[i].At
		}
		d.Fields = append(d.Fields, Word{Size: 2, Value: uint64(at), Note: "where it has one"})
	}
	d.Fields = append(d.Fields, c.plainRecord(r).Fields...)
	return d
}
