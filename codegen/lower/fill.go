package lower

import (
	"fmt"
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
			size = max(size, len(r.Head)+len(r.Body.Bytes))
		}
	}
	if size == 0 {
		return 0
	}
	return int32(size) + c.longestPart() + int32(len(closeEnd)) + c.extension() + min(plan.MaxFilled, 3*c.head()) + slack
}

// longestPart is how many bytes are copied at once at most.
func (c *code) longestPart() int32 {
	size := max(len(closeEnd), len(stampText), maxLiteral, int(c.policySize()))
	for _, r := range c.plan.Responses {
		from := 0
		for _, b := range r.Blanks {
			size = max(size, b.At-from)
			from = b.At
		}
		if r.Form() {
			size = max(size, len(r.Head)-from, len(r.Body.Bytes))
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

// fillForms emits what puts forms together.
func (c *code) fillForms() {
	c.section("forms: responses with blanks for what the request says")
	c.routine("form", "in: rbx a form; r10 end of the head; r9", "ends: behind the response, or in an error")
	c.i2(ADD, RBX, Imm(c.formSize()), "its response")
	c.i2(TEST, R9B, Imm(hasHost|isHTTP10), "HTTP/1.1 without Host (RFC 9112, 3.2)")
	c.reject(JZ, "")
	c.i2(OR, R9D, Imm(isFinal), "a body is not waited for")
	if c.plan.Server.KeepAlive {
		c.call("flush", "earlier responses first")
	}
	c.stampNow()
	c.i2(MOV, EDI, Imm(c.output()), "where it goes")
	c.fillShapes()
	c.routine("form_rest", "in: eax where the last blank is; edi where the rest goes")
	c.loadHeadLength(ECX)
	if c.plan.Server.KeepAlive || c.extends() {
		c.i2(SUB, ECX, Imm(2), "all but the empty line")
	}
	c.fillText()
	c.fillEnd()
	c.i2(TEST, R9B, Imm(isHead), "HEAD has no content")
	c.i1(JNZ, Target("form_filled"), "")
	c.loadHeadLength(EAX)
	c.i2(MOV, ECX, M(4, RBX, joinedLength), "")
	c.fillText()
	c.label("form_filled")
	if c.logs() {
		c.i2(MOV, R8D, EDI, "")
		c.call("log_response", "")
		c.i2(MOV, EDI, R8D, "")
	}
	c.i2(LEA, RSI, M(0, RBP, c.output()), "")
	c.i2(LEA, EDX, M(0, RDI, -c.output()), "")
	c.call("send", "")
	c.afterResponse()
	c.i1(JMP, Target(c.afterFinal()), "")
	c.otherShapes()
	c.fillRoutines()
}

// fillEnd ends the header block of a form where that is not stored with its end.
func (c *code) fillEnd() {
	if c.plan.Server.KeepAlive {
		end := closeEnd
		if c.extends() {
			end = closeField
		}
		c.lea(RSI, "close_end", "")
		c.i2(MOV, ECX, Imm(len(end)), "")
		c.call("fill_bytes", "")
		c.text("close_end", end, "")
	}
	if c.requiresHTTPS() {
		c.fillPolicy()
	}
	switch {
	case c.hasClock():
		c.i2(LEA, RSI, M(0, RBP, slotStamp), "Date, and the empty line")
		c.i2(MOV, ECX, Imm(len(stampText)), "")
		c.call("fill_bytes", "")
	case c.extends():
		c.loadHeadLength(ECX)
		c.i2(LEA, EAX, M(0, RCX, -2), "the empty line")
		c.fillText()
	}
}

// fillShapes goes to the code of the form's shape, of which the last one is the next.
func (c *code) fillShapes() {
	shapes := c.shapes
	if len(shapes) > 1 {
		c.i2(MOVZX, EAX, M(1, RBX, formShape-c.formSize()), "")
	}
	last := len(shapes) - 1
	for i := range last {
		c.i2(CMP, AL, Imm(i), "")
		c.i1(JE, Target(fmt.Sprintf("form_%d", i+1)), "")
	}
	c.fillShape(last)
}

// otherShapes are those but the last one.
func (c *code) otherShapes() {
	for i := range len(c.shapes) - 1 {
		c.label(fmt.Sprintf("form_%d", i+1))
		c.fillShape(i)
		c.i1(JMP, Target("form_rest"), "")
	}
}

// fillShape fills the blanks of one shape, and leaves in eax where the last one is.
func (c *code) fillShape(number int) {
	s := c.shapes[number]
	blank := func(i int) Mem { return M(2, RBX, formBlanks+2*int32(i)-c.formSize()) }
	for i, f := range s {
		if i == 0 {
			c.i2(XOR, EAX, EAX, "")
		} else {
			c.i2(MOVZX, EAX, blank(i-1), "")
		}
		c.i2(MOVZX, ECX, blank(i), "up to the blank")
		c.fillText()
		c.fillBlank(f, fmt.Sprintf("form_%d_%d", number+1, i+1))
	}
	c.i2(MOVZX, EAX, blank(len(s)-1), "")
}

// fillText copies what stands from eax to ecx in the response.
func (c *code) fillText() { c.call("fill_text", "") }

// fillBlank fills a blank; name is for labels of its own.
func (c *code) fillBlank(f plan.Filling, name string) {
	switch f.What {
	case plan.FillQuery:
		c.loadSpan(c.spanAt(spanQuery), c.spanAt(spanQuery)+2, "the query")
	case plan.FillArguments:
		c.loadSpan(c.spanAt(spanQuery), c.spanAt(spanQuery)+2, "the query without its question mark")
		c.i1(INC, ECX, "")
	case plan.FillPath:
		c.loadSpan(c.spanAt(spanPath), c.spanAt(spanPath)+2, "the path")
	case plan.FillLocalPath:
		c.loadSpan(c.spanAt(spanPath), c.spanAt(spanPath)+2, "the path")
		c.notASlash(1, name)
	case plan.FillCapture, plan.FillLocalCapture:
		c.loadCapture(f)
		if f.What == plan.FillLocalCapture {
			c.notASlash(0, name)
		}
	case plan.FillHost:
		c.loadSpan(c.spanAt(spanHost), c.spanAt(spanHost)+2, "the host")
		c.i2(CMP, ECX, EDX, "HTTP/1.0 without Host")
		c.reject(JAE, "")
		c.call("fill_host", "")
		return
	default:
		panic(fmt.Sprintf("BUG: filling %d", f.What))
	}
	if f.InQuery {
		c.call("fill_argument", "")
		return
	}
	c.call("fill_span", "")
}

// notASlash refuses what would be another host's name behind the slash that a Location
// begins with (RFC 3986, 4.2): in ecx its start, in edx its end.
func (c *code) notASlash(at int32, empty string) {
	c.i2(CMP, ECX, R10D, "")
	c.i1(JAE, Target("exit_0"), "never: it is a part of the head")
	c.i2(CMP, ECX, EDX, "")
	c.i1(JAE, Target(empty), "it is empty")
	c.i2(CMP, MX(1, RBP, RCX, at), Imm('/'), "//name is a host's name in a Location (RFC 3986, 4.2)")
	c.reject(JE, "")
	c.label(empty)
}

// loadSpan gets where something of the request is, into ecx and edx, from where a span or
// two have its start and its end.
func (c *code) loadSpan(from, to int32, note string) {
	c.i2(MOVZX, ECX, slot(2, from), note)
	c.i2(MOVZX, EDX, slot(2, to), "")
	if c.plan.Server.KeepAlive {
		c.i2(MOV, EAX, slot(4, slotStart), "where the request starts by now")
		c.i2(ADD, ECX, EAX, "")
		c.i2(ADD, EDX, EAX, "")
	}
}

// loadCapture is loadSpan for what stands at a parameter of the route.
func (c *code) loadCapture(f plan.Filling) {
	from := c.slotSegment(f.Segment)
	if f.Rest {
		c.loadSpan(from, c.spanAt(spanPath)+2, "from the segment to the path's end")
		return
	}
	c.loadSpan(from, from+2, "the segment")
}
