package respond

import (
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/lower/clock"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/log"
	"github.com/verbosel/verbosel/codegen/lower/route"
	"github.com/verbosel/verbosel/codegen/lower/slots"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// FillForms emits what puts forms together.
func FillForms(c *emit.Code) {
	c.Section("forms: responses with blanks for what the request says")
	c.Routine("form", "in: rbx a form; r10 end of the head; r9", "ends: behind the response, or in an error")
	c.I2(ADD, RBX, Imm(c.FormSize()), "its response")
	c.I2(TEST, R9B, Imm(layout.HasHost|layout.IsHTTP10), "HTTP/1.1 without Host (RFC 9112, 3.2)")
	c.Reject(JZ, "")
	c.I2(OR, R9D, Imm(layout.IsFinal), "a body is not waited for")
	if c.Plan.Server.KeepAlive {
		c.Call("flush", "earlier responses first")
	}
	clock.StampNow(c)
	c.I2(MOV, EDI, Imm(c.Output()), "where it goes")
	fillShapes(c)
	c.Routine("form_rest", "in: eax where the last blank is; edi where the rest goes")
	c.LoadHeadLength(ECX)
	if c.Plan.Server.KeepAlive || c.Extends() {
		c.I2(SUB, ECX, Imm(2), "all but the empty line")
	}
	fillText(c)
	fillEnd(c)
	c.I2(TEST, R9B, Imm(layout.IsHead), "HEAD has no content")
	c.I1(JNZ, Target("form_filled"), "")
	c.LoadHeadLength(EAX)
	c.I2(MOV, ECX, M(4, RBX, layout.JoinedLength), "")
	fillText(c)
	c.Label("form_filled")
	if c.Logs() {
		c.I2(MOV, R8D, EDI, "")
		c.Call("log_response", "")
		c.I2(MOV, EDI, R8D, "")
	}
	c.I2(LEA, RSI, M(0, RBP, c.Output()), "")
	c.I2(LEA, EDX, M(0, RDI, -c.Output()), "")
	c.Call("send", "")
	log.AfterResponse(c)
	c.I1(JMP, Target(afterFinal(c)), "")
	otherShapes(c)
	fillRoutines(c)
}

// fillEnd ends the header block of a form where that is not stored with its end.
func fillEnd(c *emit.Code) {
	if c.Plan.Server.KeepAlive {
		end := layout.CloseEnd
		if c.Extends() {
			end = layout.CloseField
		}
		c.Lea(RSI, "close_end", "")
		c.I2(MOV, ECX, Imm(len(end)), "")
		c.Call("fill_bytes", "")
		c.Text("close_end", end, "")
	}
	if c.Adds() {
		slots.FillAdded(c)
	}
	if c.RequiresHTTPS() {
		fillPolicy(c)
	}
	switch {
	case c.HasClock():
		c.I2(LEA, RSI, M(0, RBP, layout.SlotStamp), "Date, and the empty line")
		c.I2(MOV, ECX, Imm(len(layout.StampText)), "")
		c.Call("fill_bytes", "")
	case c.Extends():
		c.LoadHeadLength(ECX)
		c.I2(LEA, EAX, M(0, RCX, -2), "the empty line")
		fillText(c)
	}
}

// fillShapes goes to the code of the form's shape, of which the last one is the next.
func fillShapes(c *emit.Code) {
	shapes := c.Shapes
	if len(shapes) > 1 {
		c.I2(MOVZX, EAX, M(1, RBX, layout.FormShape-c.FormSize()), "")
	}
	last := len(shapes) - 1
	for i := range last {
		c.I2(CMP, AL, Imm(i), "")
		c.I1(JE, Target(fmt.Sprintf("form_%d", i+1)), "")
	}
	fillShape(c, last)
}

// otherShapes are those but the last one.
func otherShapes(c *emit.Code) {
	for i := range len(c.Shapes) - 1 {
		c.Label(fmt.Sprintf("form_%d", i+1))
		fillShape(c, i)
		c.I1(JMP, Target("form_rest"), "")
	}
}

// fillShape fills the blanks of one shape, and leaves in eax where the last one is.
func fillShape(c *emit.Code, number int) {
	s := c.Shapes[number]
	blank := func(i int) Mem { return M(2, RBX, layout.FormBlanks+2*int32(i)-c.FormSize()) }
	for i, f := range s {
		if i == 0 {
			c.I2(XOR, EAX, EAX, "")
		} else {
			c.I2(MOVZX, EAX, blank(i-1), "")
		}
		c.I2(MOVZX, ECX, blank(i), "up to the blank")
		fillText(c)
		fillBlank(c, f, fmt.Sprintf("form_%d_%d", number+1, i+1))
	}
	c.I2(MOVZX, EAX, blank(len(s)-1), "")
}

// fillText copies what stands from eax to ecx in the response.
func fillText(c *emit.Code) { c.Call("fill_text", "") }

// fillBlank fills a blank; name is for labels of its own.
func fillBlank(c *emit.Code, f plan.Filling, name string) {
	switch f.What {
	case plan.FillQuery:
		slots.LoadSpan(c, c.SpanAt(layout.SpanQuery), c.SpanAt(layout.SpanQuery)+2, "the query")
	case plan.FillArguments:
		slots.LoadSpan(c, c.SpanAt(layout.SpanQuery), c.SpanAt(layout.SpanQuery)+2, "the query without its question mark")
		c.I1(INC, ECX, "")
	case plan.FillPath:
		slots.LoadSpan(c, c.SpanAt(layout.SpanPath), c.SpanAt(layout.SpanPath)+2, "the path")
	case plan.FillLocalPath:
		slots.LoadSpan(c, c.SpanAt(layout.SpanPath), c.SpanAt(layout.SpanPath)+2, "the path")
		notASlash(c, 1, name)
	case plan.FillCapture, plan.FillLocalCapture:
		loadCapture(c, f)
		if f.What == plan.FillLocalCapture {
			notASlash(c, 0, name)
		}
	case plan.FillValue:
		fillValue(c, f.Value)
		return
	case plan.FillHost:
		slots.LoadSpan(c, c.SpanAt(layout.SpanHost), c.SpanAt(layout.SpanHost)+2, "the host")
		c.I2(CMP, ECX, EDX, "HTTP/1.0 without Host")
		c.Reject(JAE, "")
		c.Call("fill_host", "")
		return
	default:
		panic(fmt.Sprintf("BUG: filling %d", f.What))
	}
	if f.InQuery {
		c.Call("fill_argument", "")
		return
	}
	c.Call("fill_span", "")
}

// fillValue copies what the environment has for a slot.
func fillValue(c *emit.Code, value int) {
	c.I2(MOV, ECX, M(4, RBP, c.FilledLength(slices.Index(c.FilledValues(), value))), "$"+c.Plan.Values[value].Name)
	c.I2(CMP, ECX, Imm(plan.MaxValue), "")
	c.I1(JA, Target(never(c)), "never: no value is as long")
	c.I2(LEA, RSI, M(0, RBP, c.ValueAt(value)+4), "")
	c.Call("fill_bytes", "")
}

// notASlash refuses what would be another host's name behind the slash that a Location
// begins with (RFC 3986, 4.2): in ecx its start, in edx its end.
func notASlash(c *emit.Code, at int32, empty string) {
	c.I2(CMP, ECX, R10D, "")
	c.I1(JAE, Target(never(c)), "never: it is a part of the head")
	c.I2(CMP, ECX, EDX, "")
	c.I1(JAE, Target(empty), "it is empty")
	c.I2(CMP, MX(1, RBP, RCX, at), Imm('/'), "//name is a host's name in a Location (RFC 3986, 4.2)")
	c.Reject(JE, "")
	c.Label(empty)
}

// loadCapture is LoadSpan for what stands at a parameter of the route.
func loadCapture(c *emit.Code, f plan.Filling) {
	from := route.SlotSegment(c, f.Segment)
	if f.Rest {
		slots.LoadSpan(c, from, c.SpanAt(layout.SpanPath)+2, "from the segment to the path's end")
		return
	}
	slots.LoadSpan(c, from, from+2, "the segment")
}
