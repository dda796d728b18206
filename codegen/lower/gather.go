package lower

import (
	. "github.com/verbosel/verbosel/codegen/x64"
)

// This file is the output buffer in which the responses of a connection gather that are answered in a row
// (RFC 9112, 9.3.2), and leave in one write.

// gather copies responses into the output buffer.
func (c *code) gather() {
	c.gatherClosing()
	c.gatherResponse()
	c.gathered()
	if c.hasResources() {
		c.gatherDerived()
	}
	c.gatherRendered()
	c.flush()
}

// gatherClosing is where the response says that the connection ends with it, if it does.
func (c *code) gatherClosing() {
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
}

// gatherResponse copies one that is stored.
func (c *code) gatherResponse() {
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
}

// gathered goes on behind one: with the next request, or by sending what waits.
func (c *code) gathered() {
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
	if c.loops() {
		c.isRendered("finish") // never; of these the proof would not know where a part ends
	}
	c.call("derive", "")
	c.i1(JMP, Target("gather_connection"), "")
	c.label("gather_part")
	c.i2(TEST, R9D, Imm(is206), "")
	c.i1(JZ, Target("gathered"), "no content")
	c.call("part", "")
	c.i1(JMP, Target("gather_bytes"), "")
	c.part()
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
