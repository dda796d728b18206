package lower

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// This file is what isolation: connection adds: persistence (RFC 9112, 9.3),
// pipelining (9.3.2), and the output buffer in which responses gather.

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
		c.i2(MOV, slot(4, slotPatience), Imm(c.plan.Server.IdleTimeouts), "")
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

// gather copies responses into the output buffer.
func (c *code) gather() {
	c.routine("respond_last", "in: as respond; the last request of this connection")
	c.i2(OR, R9D, Imm(closes), "")
	c.routine("gather_closing", "in: rbx response", "A Connection field is due.")
	c.i2(TEST, R9D, Imm(closes), "")
	c.i1(JNZ, Target("gather"), "")
	c.i2(TEST, R9D, Imm(keepsAlive), "HTTP/1.0 closes unless it asked for keep-alive")
	c.i1(JNZ, Target("gather"), "")
	if c.hasResources() {
		c.i2(TEST, R9B, Imm(isHTTP10), "")
		c.i1(JZ, Target("gather"), "")
	}
	c.i2(OR, R9D, Imm(closes), "")

	c.routine("gather", "in: rbx response; r9 with its Connection field", "Copies the response behind those that wait.")
	if c.gathersOne() {
		c.i2(LEA, RDI, M(0, RBP, c.output()), "of which there is none")
	} else {
		c.i2(CMP, slot(4, slotOutput), Imm(c.outputSize()-c.headRoom()), "room for any header block")
		c.i1(JBE, Target("gather_head"), "")
		c.call("flush", "")
		c.label("gather_head")
		c.i2(MOV, EDI, slot(4, slotOutput), "")
		c.i2(LEA, RDI, at(0, RDI, c.output()), "")
	}
	if c.hasResources() {
		c.i2(TEST, R9D, Imm(isDerived), "")
		c.i1(JNZ, Target("gather_derived"), "")
	}
	c.i2(LEA, RSI, M(0, RBX, c.recordSize()), "")
	c.loadHeadLength(ECX)
	c.i2(SUB, ECX, Imm(2), "all but the empty line")
	if c.renders() {
		c.i1(JS, Target("gather_rendered"), "put together at boot; those that are stored as their status are final")
	} else {
		c.i1(JS, Target("finish"), "never: these are final")
	}
	c.i0(REPMOVSB, "")
	c.gatherConnection()
	c.gatherContent()

	c.routine("gathered", "in: rdi end of the output; r9 whether the connection goes on")
	c.endOutput()
	if c.oneByOne() && !c.hasClock() {
		c.i2(MOV, EDX, EDI, "")
		c.call("flush_some", "by itself")
	}
	c.label("gathered_all")
	c.i2(TEST, R9D, Imm(closes), "")
	c.i1(JNZ, Target("gathered_last"), "")
	c.i2(CMP, slot(4, slotRequests), Imm(0), "never: the last one closes")
	c.i1(JG, Target("next_request"), "")
	c.label("gathered_last")
	c.call("flush", "")
	c.afterResponse()
	if c.drains() {
		c.i2(CMP, R14D, R8D, "more was sent than will be answered")
		c.i1(JNE, Target("drain"), "")
	}
	c.i1(JMP, Target("finish"), "")
	if c.hasResources() {
		c.gatherDerived()
	}
	c.gatherRendered()
	c.flush()
}

// headRoom is the most that a header block takes in the output buffer, in bytes: its
// Connection field is one more.
func (c *code) headRoom() int32 {
	size := max(int(c.derivedSize()), int(c.renderedSize()))
	for _, r := range c.plan.Responses {
		size = max(size, len(r.Head)+int(c.extension()))
	}
	return int32(size + connectionField)
}

// gatherConnection adds the Connection field that is due, and the empty line.
func (c *code) gatherConnection() {
	c.label("gather_connection")
	c.lea(RSI, "close_field", "")
	c.i2(MOV, ECX, Imm(len(closeField)), "")
	c.i2(TEST, R9D, Imm(closes), "")
	c.i1(JNZ, Target("gather_field"), "")
	c.lea(RSI, "keep_alive_field", "")
	c.i2(MOV, ECX, Imm(len(keepAliveField)), "")
	c.i2(TEST, R9B, Imm(isHTTP10), "")
	c.i1(JNZ, Target("gather_field"), "")
	c.i2(XOR, ECX, ECX, "HTTP/1.1 needs none to persist")
	c.label("gather_field")
	c.i0(REPMOVSB, "")
	c.endHead()
	if c.hasResources() {
		c.i2(TEST, R9D, Imm(isDerived), "")
		c.i1(JNZ, Target("gather_part"), "")
	}
	c.isRendered("gather_rendered_content")
	c.text("close_field", closeField, "")
	c.text("keep_alive_field", keepAliveField, "")
}

// endOutput turns the end of the output in rdi into its length.
func (c *code) endOutput() {
	c.i2(SUB, EDI, EBP, "")
	c.i2(SUB, EDI, Imm(c.output()), "")
	c.i2(MOV, slot(4, slotOutput), EDI, "")
}

// gatherContent copies the content where it fits, and else sends what waits and then
// the content from where it is stored: found anew, because nothing is known of its
// place and length behind the flush that a proof could use.
func (c *code) gatherContent() {
	c.i2(TEST, R9B, Imm(isHead), "HEAD has none")
	c.i1(JNZ, Target("gathered"), "")
	c.contentOf(RSI)
	c.contentLengthOf(ECX)
	c.label("gather_bytes")
	c.i2(LEA, RAX, M(0, RBP, c.output()+c.outputSize()), "")
	c.i2(SUB, RAX, RDI, "room for it")
	c.i2(CMP, RCX, RAX, "")
	c.i1(JA, Target("content_apart"), "")
	c.i0(REPMOVSB, "")
	c.i1(JMP, Target("gathered"), "")
	c.label("content_apart")
	c.endOutput()
	c.call("flush", "")
	c.sendContent("apart", c.hasResources())
	c.i1(JMP, Target("gathered_all"), "")
}

// gatherDerived is gather for what is made of a variant's response.
func (c *code) gatherDerived() {
	c.routine("gather_derived", "in: rdi where it goes; rbx a variant's response; r9")
	c.call("derive", "")
	c.i1(JMP, Target("gather_connection"), "")
	c.label("gather_part")
	c.i2(TEST, R9D, Imm(is206), "")
	c.i1(JZ, Target("gathered"), "no content")
	c.call("part", "")
	c.i1(JMP, Target("gather_bytes"), "")
	c.part()
}

// afterFinal is where a child goes behind a final response.
func (c *code) afterFinal() string {
	if c.drains() {
		return "drain_or_finish"
	}
	return "finish"
}

func (c *code) flush() {
	c.routine("flush", "Sends the responses that wait, if any.", "clobbers: rax rcx rdx rsi rdi r11")
	c.i2(MOV, EDX, slot(4, slotOutput), "")
	c.i2(TEST, EDX, EDX, "")
	c.i1(JZ, Target("flush_end"), "")
	if c.gathersOne() {
		c.label("flush_some")
	}
	c.i2(LEA, RSI, M(0, RBP, c.output()), "")
	c.i2(XOR, EAX, EAX, "")
	c.i2(MOV, slot(4, slotOutput), EAX, "")
	c.i1(JMP, Target("send"), "")
	c.label("flush_end")
	c.i0(RET, "")
}
