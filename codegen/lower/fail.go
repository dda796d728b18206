package lower

import (
	"fmt"
	"math"
	"strings"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// fail emits the errors that end a connection. Responses without content that only
// differ in their status are stored as that: their start and their end are stored
// once, and put together when one is due. The others are stored whole.
func (c *code) fail() {
	f := c.plan.Fallbacks
	c.section("errors: each ends the connection")
	c.routine("bad_request", "400 (RFC 9110, 15.5.1)")
	c.failWith(f.BadRequest)
	c.routine("not_implemented", "501 (RFC 9110, 15.6.2)")
	c.failWith(f.NotImplemented)
	c.routine("version_not_supported", "505 (RFC 9110, 15.6.6)")
	c.failWith(f.Version)
	c.routine("expectation_failed", "417 (RFC 9110, 15.5.18)")
	c.failWith(f.Expectation)
	c.routine("content_too_large", "413 (RFC 9110, 15.5.14)")
	c.failWith(f.ContentTooLarge)
	c.routine("head_too_large", "414 in the request line, 431 behind it (RFC 9110, 15.5.15; RFC 6585, 5)")
	c.i2(TEST, RBX, RBX, "a response is chosen once the request line is read")
	c.i1(JNZ, Target("fields_too_large"), "")
	if c.fills() {
		c.routine("uri_too_long", "414: what a form would become is longer than there is room for")
	}
	c.failWith(f.URITooLong)
	c.label("fields_too_large")
	c.failWith(f.FieldsTooLarge)
	c.routine("timed_out", "408 (RFC 9110, 15.5.9)")
	if c.drains() {
		c.i2(TEST, R9B, Imm(isFinal), "while draining there is nothing to say")
		c.i1(JNZ, Target("finish"), "")
	}
	c.failWith(f.Timeout)

	c.routine("fail_stock", "in: bl a stock response's place")
	c.i2(MOVZX, EBX, BL, "")
	c.lea(RSI, "stock", "")
	c.i2(ADD, RBX, RSI, "")
	c.routine("fail", "in: rbx a final response")
	c.i2(OR, R9D, Imm(isFinal), "")
	if c.hasResources() {
		c.i2(AND, R9D, Imm(^isDerived), "nothing is made of it")
	}
	switch {
	case !c.plan.Server.KeepAlive:
		c.i1(JMP, Target("respond"), "")
	case c.hasClock():
		c.i1(JMP, Target("respond_failed"), "")
	default:
		c.i1(JMP, Target("respond_final"), "")
	}
	c.composeRoutine()
}

// composeRoutine puts a response together behind the request buffer.
func (c *code) composeRoutine() {
	end := string(c.plan.StockFields)
	c.routine("compose", "in: rbx a stock response", "out: rsi, edx its bytes", "clobbers: rcx rdi")
	c.i2(LEA, RDI, M(0, RBP, c.output()), "")
	if !c.loops() {
		c.i1(PUSH, RDI, "")
	}
	c.leaNear(RSI, "response_100", "its start")
	c.i2(MOV, ECX, Imm(len(plan.StatusStart)), "")
	c.i0(REPMOVSB, "")
	c.i2(LEA, RSI, M(0, RBX, stockHeader), "its status, and its own fields")
	c.i2(MOVZX, ECX, M(1, RBX, 0), "")
	c.i0(REPMOVSB, "")
	if c.extends() {
		end = strings.TrimSuffix(end, "\r\n")
	}
	c.leaNear(RSI, "stock_end", "")
	if len(end) <= math.MaxUint8 {
		c.i2(MOV, CL, Imm(len(end)), "the rest of rcx is 0")
	} else {
		c.i2(MOV, ECX, Imm(len(end)), "")
	}
	c.i0(REPMOVSB, "")
	c.appendOneAdded(c.plan.StockAdded, "stock")
	if c.extends() {
		c.endAdded()
	}
	if c.loops() {
		c.i2(LEA, RSI, M(0, RBP, c.output()), "what is pushed the proof may forget: it knows of 16 places")
	} else {
		c.i1(POP, RSI, "")
	}
	c.i2(MOV, EDX, EDI, "")
	c.i2(SUB, EDX, ESI, "")
	c.i0(RET, "")
}

// failWith ends the connection with a final response. Two bytes name a stock one: its
// place among them.
func (c *code) failWith(response int) {
	r := c.plan.Responses[response]
	if at, ok := c.stockPlace(response); ok {
		c.i2(MOV, BL, Imm(at), r.Label)
		c.i1(JMP, Target("fail_stock"), "")
		return
	}
	c.lea(RBX, r.Label, "")
	c.i1(JMP, Target("fail"), "")
}

// stockPlace is where a response's record starts among the stock ones, if that fits
// a byte.
func (c *code) stockPlace(response int) (int, bool) {
	at := 0
	for i, r := range c.plan.Responses {
		if i == response {
			return at, r.Stock && at <= math.MaxUint8
		}
		if r.Stock {
			at += int(datumSize(c.stockRecord(r)))
		}
	}
	panic("BUG: no such response")
}

// A stock response is stored as its length, a byte with the mark that no length of a
// header block has, and the bytes of its own.
const (
	stockHeader = 2
	stockMark   = 0x80
)

// stockData lays the stock responses out, one behind the other.
func (c *code) stockData() {
	c.datum(Datum{Label: "stock", Note: "stock responses: length, mark, and what is their own"})
	for _, r := range c.plan.Responses {
		if r.Stock {
			c.datum(c.stockRecord(r))
		}
	}
}

func (c *code) stockRecord(r plan.Response) Datum {
	own := r.Head[len(plan.StatusStart) : len(r.Head)-len(c.plan.StockFields)]
	return Datum{Label: r.Label, Fields: []Field{
		Word{Size: 1, Value: uint64(len(own))}, Word{Size: 1, Value: stockMark}, Bytes{B: own}}}
}

// composeSize is the room that composing takes, in bytes.
func (c *code) composeSize() int32 {
	size := 0
	for _, r := range c.plan.Responses {
		if r.Stock {
			size = max(size, len(r.Head))
		}
	}
	return int32(size) + c.extension()
}

// busy answers a client for which there is no process; once the limit lifts, the
// loop goes on as before. The access log has no line of it: the parent alone could
// write one, and where nobody reads a full pipe, write(2) waits and nobody is accepted.
func (c *code) busy() {
	r := c.plan.Responses[c.plan.Fallbacks.Unavailable]
	c.routine("busy", "in: r13 client", fmt.Sprintf("fork failed: %d, if the socket takes it at once, and the next client.", r.Status))
	c.busyResponse(r)
	c.i2(MOV, EDI, R13D, "")
	c.call("tell", "")
	c.i1(JMP, Target("close_client"), "")
}

// afterBusy is where it goes on.
func (c *code) afterBusy() string {
	if c.loops() {
		return "close_event"
	}
	return "close_client"
}

// busyResponse puts it together: out: rsi, edx its bytes.
func (c *code) busyResponse(r plan.Response) {
	if r.Stock {
		c.lea(RBX, r.Label, "")
		if c.requiresHTTPS() {
			c.clearSpans() // no request of the parent's came by https
		}
		c.stampNow()
		c.call("compose", "")
	} else if r.Rendered() {
		c.busyRendered(c.plan.Fallbacks.Unavailable)
	} else if c.hasClock() || c.adds() {
		c.extendedBusy(r)
	} else {
		c.lea(RSI, r.Label, "")
		c.i2(MOV, EDX, M(4, RSI, joinedLength), "")
		c.i2(ADD, RSI, Imm(c.recordSize()), "")
	}
}
