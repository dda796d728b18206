package respond

import (
	"fmt"
	"math"
	"strings"

	"github.com/verbosel/verbosel/codegen/lower/clock"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/resource"
	"github.com/verbosel/verbosel/codegen/lower/slots"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Fail emits the errors that end a connection. Responses without content that only
// differ in their status are stored as that: their start and their end are stored
// once, and put together when one is due. The others are stored whole.
func Fail(c *emit.Code) {
	f := c.Plan.Fallbacks
	c.Section("errors: each ends the connection")
	c.Routine("bad_request", "400 (RFC 9110, 15.5.1)")
	failWith(c, f.BadRequest)
	c.Routine("not_implemented", "501 (RFC 9110, 15.6.2)")
	failWith(c, f.NotImplemented)
	c.Routine("version_not_supported", "505 (RFC 9110, 15.6.6)")
	failWith(c, f.Version)
	c.Routine("expectation_failed", "417 (RFC 9110, 15.5.18)")
	failWith(c, f.Expectation)
	c.Routine("content_too_large", "413 (RFC 9110, 15.5.14)")
	failWith(c, f.ContentTooLarge)
	c.Routine("head_too_large", "414 in the request line, 431 behind it (RFC 9110, 15.5.15; RFC 6585, 5)")
	c.I2(TEST, RBX, RBX, "a response is chosen once the request line is read")
	c.I1(JNZ, Target("fields_too_large"), "")
	if c.Fills() {
		c.Routine("uri_too_long", "414: what a form would become is longer than there is room for")
	}
	failWith(c, f.URITooLong)
	c.Label("fields_too_large")
	failWith(c, f.FieldsTooLarge)
	c.Routine("timed_out", "408 (RFC 9110, 15.5.9)")
	if drains(c) {
		c.I2(TEST, R9B, Imm(layout.IsFinal), "while draining there is nothing to say")
		c.I1(JNZ, Target("finish"), "")
	}
	failWith(c, f.Timeout)

	c.Routine("fail_stock", "in: bl a stock response's place")
	c.I2(MOVZX, EBX, BL, "")
	c.Lea(RSI, "stock", "")
	c.I2(ADD, RBX, RSI, "")
	c.Routine("fail", "in: rbx a final response")
	c.I2(OR, R9D, Imm(layout.IsFinal), "")
	if c.HasResources() {
		c.I2(AND, R9D, Imm(^resource.IsDerived), "nothing is made of it")
	}
	switch {
	case !c.Plan.Server.KeepAlive:
		c.I1(JMP, Target("respond"), "")
	case c.HasClock():
		c.I1(JMP, Target("respond_failed"), "")
	default:
		c.I1(JMP, Target("respond_final"), "")
	}
	composeRoutine(c)
}

// composeRoutine puts a response together behind the request buffer.
func composeRoutine(c *emit.Code) {
	end := string(c.Plan.StockFields)
	c.Routine("compose", "in: rbx a stock response", "out: rsi, edx its bytes", "clobbers: rcx rdi")
	c.I2(LEA, RDI, M(0, RBP, c.Output()), "")
	if !c.Loops() {
		c.I1(PUSH, RDI, "")
	}
	c.LeaNear(RSI, "response_100", "its start")
	c.I2(MOV, ECX, Imm(len(plan.StatusStart)), "")
	c.I0(REPMOVSB, "")
	c.I2(LEA, RSI, M(0, RBX, layout.StockHeader), "its status, and its own fields")
	c.I2(MOVZX, ECX, M(1, RBX, 0), "")
	c.I0(REPMOVSB, "")
	if c.Extends() {
		end = strings.TrimSuffix(end, "\r\n")
	}
	c.LeaNear(RSI, "stock_end", "")
	if len(end) <= math.MaxUint8 {
		c.I2(MOV, CL, Imm(len(end)), "the rest of rcx is 0")
	} else {
		c.I2(MOV, ECX, Imm(len(end)), "")
	}
	c.I0(REPMOVSB, "")
	slots.AppendOneAdded(c, c.Plan.StockAdded, "stock")
	if c.Extends() {
		clock.EndAdded(c)
	}
	if c.Loops() {
		c.I2(LEA, RSI, M(0, RBP, c.Output()), "what is pushed the proof may forget: it knows of 16 places")
	} else {
		c.I1(POP, RSI, "")
	}
	c.I2(MOV, EDX, EDI, "")
	c.I2(SUB, EDX, ESI, "")
	c.I0(RET, "")
}

// failWith ends the connection with a final response. Two bytes name a stock one: its
// place among them.
func failWith(c *emit.Code, response int) {
	r := c.Plan.Responses[response]
	if at, ok := stockPlace(c, response); ok {
		c.I2(MOV, BL, Imm(at), r.Label)
		c.I1(JMP, Target("fail_stock"), "")
		return
	}
	c.Lea(RBX, r.Label, "")
	c.I1(JMP, Target("fail"), "")
}

// stockPlace is where a response's record starts among the stock ones, if that fits
// a byte.
func stockPlace(c *emit.Code, response int) (int, bool) {
	at := 0
	for i, r := range c.Plan.Responses {
		if i == response {
			return at, r.Stock && at <= math.MaxUint8
		}
		if r.Stock {
			at += int(emit.DatumSize(stockRecord(c, r)))
		}
	}
	panic("BUG: no such response")
}

// stockData lays the stock responses out, one behind the other.
func stockData(c *emit.Code) {
	c.Datum(Datum{Label: "stock", Note: "stock responses: length, mark, and what is their own"})
	for _, r := range c.Plan.Responses {
		if r.Stock {
			c.Datum(stockRecord(c, r))
		}
	}
}

func stockRecord(c *emit.Code, r plan.Response) Datum {
	own := r.Head[len(plan.StatusStart) : len(r.Head)-len(c.Plan.StockFields)]
	return Datum{Label: r.Label, Fields: []Field{
		Word{Size: 1, Value: uint64(len(own))}, Word{Size: 1, Value: layout.StockMark}, Bytes{B: own}}}
}

// Busy answers a client for which there is no process; once the limit lifts, the
// loop goes on as before. The access log has no line of it: the parent alone could
// write one, and where nobody reads a full pipe, write(2) waits and nobody is accepted.
func Busy(c *emit.Code) {
	r := c.Plan.Responses[c.Plan.Fallbacks.Unavailable]
	c.Routine("busy", "in: r13 client", fmt.Sprintf("fork failed: %d, if the socket takes it at once, and the next client.", r.Status))
	BusyResponse(c, r)
	c.I2(MOV, EDI, R13D, "")
	c.Call("tell", "")
	c.I1(JMP, Target("close_client"), "")
}

// afterBusy is where it goes on.
func afterBusy(c *emit.Code) string {
	if c.Loops() {
		return "close_event"
	}
	return "close_client"
}

// BusyResponse puts it together: out: rsi, edx its bytes.
func BusyResponse(c *emit.Code, r plan.Response) {
	if r.Stock {
		c.Lea(RBX, r.Label, "")
		if c.RequiresHTTPS() {
			slots.ClearSpans(c) // no request of the parent's came by https
		}
		clock.StampNow(c)
		c.Call("compose", "")
	} else if r.Rendered() {
		busyRendered(c, c.Plan.Fallbacks.Unavailable)
	} else if c.HasClock() || c.Adds() {
		extendedBusy(c, r)
	} else {
		c.Lea(RSI, r.Label, "")
		c.I2(MOV, EDX, M(4, RSI, layout.JoinedLength), "")
		c.I2(ADD, RSI, Imm(c.RecordSize()), "")
	}
}
