package lower

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// This file is what isolation: connection adds: persistence (RFC 9112, 9.3),
// pipelining (9.3.2), and the last response of a connection. Responses in front of it gather: gather.go.

// Connection fields, put in front of the empty line where the server decides so.
const (
	closeField     = "Connection: close\r\n"
	keepAliveField = "Connection: keep-alive\r\n"

	connectionField = len(keepAliveField) + 2 // room for the longest, and slack
)

// connection reads a Connection field's list (RFC 9110, 7.6.1).
func (c *code) connection() {
	c.i2(MOV, R11D, EDX, "the value's end")
	c.label("option_start")
	c.i2(CMP, ECX, R11D, "")
	c.i1(JAE, Target("next_field"), "")
	c.i2(MOV, EDX, ECX, "")
	c.label("option_byte")
	c.i2(MOVZX, EAX, at(1, RDX, 0), "")
	c.testClass(RAX, classToken)
	c.i1(JZ, Target("option_end"), "")
	c.i1(INC, EDX, "")
	c.i2(CMP, EDX, R11D, "")
	c.i1(JB, Target("option_byte"), "")
	c.label("option_end")
	c.i2(MOV, R8D, EDX, "the line's start is not needed any more")
	c.leaNear(RDI, "close_text", "")
	c.call("is_value", "")
	c.i1(JNE, Target("option_other"), "")
	c.i2(OR, R9D, Imm(closes), "")
	c.label("option_other")
	c.i2(MOV, EDX, R8D, "")
	c.leaNear(RDI, "keep_alive_text", "")
	c.call("is_value", "")
	c.i1(JNE, Target("option_next"), "")
	c.i2(OR, R9D, Imm(keepsAlive), "")
	c.label("option_next")
	c.i2(LEA, ECX, M(0, R8, 1), "behind the comma, or whatever stands there")
	c.i1(JMP, Target("option_start"), "")
}

// respondConnection writes or gathers the response in rbx, and goes on with the
// next request where there is one.
func (c *code) respondConnection() {
	c.routine("respond", "in: rbx response; r8 behind the request")
	c.stampNow()
	if c.logs() {
		c.call("log_response", "")
	}
	c.i2(TEST, R9B, Imm(isFinal), "")
	c.i1(JNZ, Target("respond_final"), "")
	c.i1(DEC, slot(4, slotRequests), "")
	c.i1(JZ, Target("respond_last"), "")
	if c.hasClock() || c.adds() {
		c.i2(TEST, R9D, Imm(isHTTP10|closes), "persistent, as HTTP/1.1 is by itself")
		c.i1(JNZ, Target("gather_closing"), "")
		c.i1(JMP, Target("gather"), "")
		c.nextRequest()
		return
	}
	if c.hasResources() {
		c.i2(TEST, R9D, Imm(isHTTP10|closes|isDerived), "persistent, as HTTP/1.1 is by itself, and as it is stored")
	} else {
		c.i2(TEST, R9D, Imm(isHTTP10|closes), "persistent, as HTTP/1.1 is by itself")
	}
	c.i1(JNZ, Target("gather_closing"), "")
	if c.requiresHTTPS() {
		c.i2(CMP, c.fillSlot(1, spanScheme), Imm(byHTTPS), "with its policy")
		c.i1(JE, Target("gather"), "")
	}
	if !c.oneByOne() {
		c.i2(MOV, EAX, R14D, "")
		c.i2(SUB, EAX, R8D, "nothing is pipelined")
		c.i2(OR, EAX, slot(4, slotOutput), "and nothing waits:")
		c.i1(JNZ, Target("gather"), "")
	}
	c.loadHeadLength(EDX)
	if c.renders() {
		c.i2(TEST, EDX, EDX, "")
		c.i1(JS, Target("gather"), "put together at boot")
	}
	c.sendRecord("")
	c.nextRequest()
}

// oneByOne: each response is sent before the next request is read, though that is there. How
// long several dated responses are is more than the proof can keep.
func (c *code) oneByOne() bool { return c.hasClock() || c.gathersOne() }

// gathersOne: no two responses wait in the output buffer. With hosts each of the requests that
// are read with one call may look its path up twice, a product of which the proof finds no bound,
// or one beyond what it accepts. Lines that are added are as long as the environment makes them:
// of several responses that have some the proof does not know that all their bytes were written.
func (c *code) gathersOne() bool { return c.hasHosts() || c.adds() }

// nextRequest is where a request is done with.
func (c *code) nextRequest() {
	c.routine("next_request", "in: r8 behind the request; r14 end of what was read")
	if c.hasClock() {
		c.call("flush", "its response, by itself: how long all are that wait is more than the proof can keep")
		c.afterResponse()
	}
	if c.patient() {
		c.bePatient()
	}
	c.i2(CMP, R8D, R14D, "")
	if c.loops() {
		c.nextInTurn()
	} else {
		c.i1(JNE, Target("request"), "pipelined")
	}
	c.i2(XOR, R8D, R8D, "")
	c.i2(XOR, R14D, R14D, "")
	c.i1(JMP, Target("request"), "")
}

// bePatient counts anew the timeouts until a client is given up. The loop has none, and counts none: of the 16 variables that
// the proof knows it needs all others.
func (c *code) bePatient() {
	if c.loops() {
		c.inLoop("next_at_once", "")
	}
	c.i2(MOV, slot(4, slotPatience), Imm(c.plan.Server.IdleTimeouts), "")
	if c.loops() {
		c.label("next_at_once")
	}
}

// gathering is the rarer half of respondConnection.
func (c *code) gathering() {
	c.respondFinal()
	c.gather()
}

// respondFinal ends the connection: the response's header block says so already.
func (c *code) respondFinal() {
	if c.hasClock() {
		c.routine("respond_failed", "in: rbx a final response that has no Date, and no line in the access log yet")
		c.call("stamp", "its Date")
		if c.logs() {
			c.call("log_response", "")
		}
	}
	c.routine("respond_final", "in: rbx a final response")
	c.call("flush", "earlier responses first")
	switch {
	case c.hasFinalContent() && c.extends():
		c.call("send_extended", "")
		c.afterResponse()
		c.i1(JMP, Target(c.afterFinal()), "")
		return
	case c.hasFinalContent():
		c.finalWhole()
	}
	c.call("compose", "")
	c.call("send", "")
	c.afterResponse()
	c.i1(JMP, Target(c.afterFinal()), "")
	if c.rendersFinal() {
		c.respondRendered(c.afterFinal())
	}
}

// hasFinalContent: some final response has content of its own.
func (c *code) hasFinalContent() bool {
	return slices.ContainsFunc(c.plan.Responses, func(r plan.Response) bool { return r.Final && !r.Stock })
}

// finalWhole sends a final response with content of its own.
func (c *code) finalWhole() {
	c.loadHeadLength(EDX)
	c.i2(TEST, EDX, EDX, "")
	c.i1(JS, Target("final_composed"), "stored as its status")
	c.sendRecord("final")
	c.i1(JMP, Target(c.afterFinal()), "")
	c.label("final_composed")
	if c.rendersFinal() {
		c.isRendered("respond_rendered")
	}
}

// afterFinal is where a child goes behind a final response.
func (c *code) afterFinal() string {
	if c.drains() {
		return "drain_or_finish"
	}
	return "finish"
}
