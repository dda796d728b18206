package lower

import (
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

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
	if c.adds() {
		c.fillAdded()
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
	case plan.FillValue:
		c.fillValue(f.Value)
		return
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

// fillValue copies what the environment has for a slot.
func (c *code) fillValue(value int) {
	c.i2(MOV, ECX, M(4, RBP, c.filledLength(slices.Index(c.filledValues(), value))), "$"+c.plan.Values[value].Name)
	c.i2(CMP, ECX, Imm(plan.MaxValue), "")
	c.i1(JA, Target(c.never()), "never: no value is as long")
	c.i2(LEA, RSI, M(0, RBP, c.valueAt(value)+4), "")
	c.call("fill_bytes", "")
}

// filledValues are those that forms have.
func (c *code) filledValues() []int {
	var out []int
	for _, s := range c.shapes {
		for _, f := range s {
			if f.What == plan.FillValue && !slices.Contains(out, f.Value) {
				out = append(out, f.Value)
			}
		}
	}
	return out
}

// filledLength is where the length of one of filledValues is, from rbp, apart from what the
// environment gives; behind the lengths of responses.
func (c *code) filledLength(i int) int32 {
	return c.slotsAt() + renderedLengths*c.renderedBefore(len(c.plan.Responses)) + 4*int32(i)
}

// keepLengths copies the lengths of values that forms have.
func (c *code) keepLengths() {
	for i, value := range c.filledValues() {
		c.i2(LEA, RSI, M(0, RBP, c.valueAt(value)), "")
		c.i2(MOV, EAX, M(4, RSI, 0), "")
		c.i2(LEA, RDI, M(0, RBP, c.filledLength(i)), "")
		c.i2(MOV, M(4, RDI, 0), EAX, "")
	}
}

// notASlash refuses what would be another host's name behind the slash that a Location
// begins with (RFC 3986, 4.2): in ecx its start, in edx its end.
func (c *code) notASlash(at int32, empty string) {
	c.i2(CMP, ECX, R10D, "")
	c.i1(JAE, Target(c.never()), "never: it is a part of the head")
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
