package respond

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/lower/clock"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/log"
	"github.com/verbosel/verbosel/codegen/lower/resource"
	"github.com/verbosel/verbosel/codegen/lower/slots"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// This file is what isolation: connection adds: persistence (RFC 9112, 9.3),
// pipelining (9.3.2), and the last response of a connection. Responses in front of it gather: gather.go.

// Connection reads a Connection field's list (RFC 9110, 7.6.1).
func Connection(c *emit.Code) {
	c.I2(MOV, R11D, EDX, "the value's end")
	c.Label("option_start")
	c.I2(CMP, ECX, R11D, "")
	c.I1(JAE, Target("next_field"), "")
	c.I2(MOV, EDX, ECX, "")
	c.Label("option_byte")
	c.I2(MOVZX, EAX, layout.At(1, RDX, 0), "")
	c.TestClass(RAX, emit.ClassToken)
	c.I1(JZ, Target("option_end"), "")
	c.I1(INC, EDX, "")
	c.I2(CMP, EDX, R11D, "")
	c.I1(JB, Target("option_byte"), "")
	c.Label("option_end")
	c.I2(MOV, R8D, EDX, "the line's start is not needed any more")
	c.LeaNear(RDI, "close_text", "")
	c.Call("is_value", "")
	c.I1(JNE, Target("option_other"), "")
	c.I2(OR, R9D, Imm(layout.Closes), "")
	c.Label("option_other")
	c.I2(MOV, EDX, R8D, "")
	c.LeaNear(RDI, "keep_alive_text", "")
	c.Call("is_value", "")
	c.I1(JNE, Target("option_next"), "")
	c.I2(OR, R9D, Imm(layout.KeepsAlive), "")
	c.Label("option_next")
	c.I2(LEA, ECX, M(0, R8, 1), "behind the comma, or whatever stands there")
	c.I1(JMP, Target("option_start"), "")
}

// respondConnection writes or gathers the response in rbx, and goes on with the
// next request where there is one.
func respondConnection(c *emit.Code) {
	c.Routine("respond", "in: rbx response; r8 behind the request")
	clock.StampNow(c)
	if c.Logs() {
		c.Call("log_response", "")
	}
	c.I2(TEST, R9B, Imm(layout.IsFinal), "")
	c.I1(JNZ, Target("respond_final"), "")
	c.I1(DEC, layout.Slot(4, layout.SlotRequests), "")
	c.I1(JZ, Target("respond_last"), "")
	if c.HasClock() || c.Adds() {
		c.I2(TEST, R9D, Imm(layout.IsHTTP10|layout.Closes), "persistent, as HTTP/1.1 is by itself")
		c.I1(JNZ, Target("gather_closing"), "")
		c.I1(JMP, Target("gather"), "")
		nextRequest(c)
		return
	}
	if c.HasResources() {
		c.I2(TEST, R9D, Imm(layout.IsHTTP10|layout.Closes|resource.IsDerived), "persistent, as HTTP/1.1 is by itself, and as it is stored")
	} else {
		c.I2(TEST, R9D, Imm(layout.IsHTTP10|layout.Closes), "persistent, as HTTP/1.1 is by itself")
	}
	c.I1(JNZ, Target("gather_closing"), "")
	if c.RequiresHTTPS() {
		c.I2(CMP, c.FillSlot(1, layout.SpanScheme), Imm(layout.ByHTTPS), "with its policy")
		c.I1(JE, Target("gather"), "")
	}
	if !OneByOne(c) {
		c.I2(MOV, EAX, R14D, "")
		c.I2(SUB, EAX, R8D, "nothing is pipelined")
		c.I2(OR, EAX, layout.Slot(4, layout.SlotOutput), "and nothing waits:")
		c.I1(JNZ, Target("gather"), "")
	}
	c.LoadHeadLength(EDX)
	if c.Renders() {
		c.I2(TEST, EDX, EDX, "")
		c.I1(JS, Target("gather"), "put together at boot")
	}
	sendRecord(c, "")
	nextRequest(c)
}

// OneByOne: each response is sent before the next request is read, though that is there. How
// long several dated responses are is more than the proof can keep.
func OneByOne(c *emit.Code) bool { return c.HasClock() || gathersOne(c) }

// gathersOne: no two responses wait in the output buffer. With hosts each of the requests that
// are read with one call may look its path up twice, a product of which the proof finds no bound,
// or one beyond what it accepts. Lines that are added are as long as the environment makes them:
// of several responses that have some the proof does not know that all their bytes were written.
func gathersOne(c *emit.Code) bool { return c.HasHosts() || c.Adds() }

// nextRequest is where a request is done with.
func nextRequest(c *emit.Code) {
	c.Routine("next_request", "in: r8 behind the request; r14 end of what was read")
	if c.HasClock() {
		c.Call("flush", "its response, by itself: how long all are that wait is more than the proof can keep")
		log.AfterResponse(c)
	}
	if c.Patient() {
		bePatient(c)
	}
	c.I2(CMP, R8D, R14D, "")
	if c.Loops() {
		nextInTurn(c)
	} else {
		c.I1(JNE, Target("request"), "pipelined")
	}
	c.I2(XOR, R8D, R8D, "")
	c.I2(XOR, R14D, R14D, "")
	c.I1(JMP, Target("request"), "")
}

// bePatient counts anew the timeouts until a client is given up. The loop has none, and counts none: of the 16 variables that
// the proof knows it needs all others.
func bePatient(c *emit.Code) {
	if c.Loops() {
		c.InLoop("next_at_once", "")
	}
	c.I2(MOV, layout.Slot(4, layout.SlotPatience), Imm(c.Plan.Server.IdleTimeouts), "")
	if c.Loops() {
		c.Label("next_at_once")
	}
}

// Gathering is the rarer half of respondConnection.
func Gathering(c *emit.Code) {
	respondFinal(c)
	gather(c)
}

// respondFinal ends the connection: the response's header block says so already.
func respondFinal(c *emit.Code) {
	if c.HasClock() {
		c.Routine("respond_failed", "in: rbx a final response that has no Date, and no line in the access log yet")
		c.Call("stamp", "its Date")
		if c.Logs() {
			c.Call("log_response", "")
		}
	}
	c.Routine("respond_final", "in: rbx a final response")
	c.Call("flush", "earlier responses first")
	switch {
	case HasFinalContent(c) && c.Extends():
		c.Call("send_extended", "")
		log.AfterResponse(c)
		c.I1(JMP, Target(afterFinal(c)), "")
		return
	case HasFinalContent(c):
		finalWhole(c)
	}
	c.Call("compose", "")
	c.Call("send", "")
	log.AfterResponse(c)
	c.I1(JMP, Target(afterFinal(c)), "")
	if rendersFinal(c) {
		respondRendered(c, afterFinal(c))
	}
}

// HasFinalContent: some final response has content of its own.
func HasFinalContent(c *emit.Code) bool {
	return slices.ContainsFunc(c.Plan.Responses, func(r plan.Response) bool { return r.Final && !r.Stock })
}

// finalWhole sends a final response with content of its own.
func finalWhole(c *emit.Code) {
	c.LoadHeadLength(EDX)
	c.I2(TEST, EDX, EDX, "")
	c.I1(JS, Target("final_composed"), "stored as its status")
	sendRecord(c, "final")
	c.I1(JMP, Target(afterFinal(c)), "")
	c.Label("final_composed")
	if rendersFinal(c) {
		slots.IsRendered(c, "respond_rendered")
	}
}

// afterFinal is where a child goes behind a final response.
func afterFinal(c *emit.Code) string {
	if drains(c) {
		return "drain_or_finish"
	}
	return "finish"
}
