package lower

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// This file sends responses with slots, which rendered.go puts together.

// loadRendered gets the length of the header block of the response in rbx into dst, or of it
// all; eax is where both are, from rbp.
func (c *code) loadRendered(dst Reg, whole bool, never string) {
	c.i2(MOV, EAX, M(4, RBX, c.lengthsAt()), "where its lengths are")
	if whole {
		c.i2(MOV, dst, at(4, RAX, 4), "of all of it")
	} else {
		c.i2(MOV, dst, at(4, RAX, 0), "of its header block")
	}
	c.i2(CMP, dst, Imm(c.longestRendered()), "")
	c.i1(JA, Target(never), "never: none is as long")
}

// placeRendered gets the address of the response in rbx.
func (c *code) placeRendered(dst Reg) {
	c.i2(MOV, EAX, M(4, RBX, renderedAt), "where it is")
	c.i2(LEA, dst, at(0, RAX, 0), "")
}

// copyRenderedHead copies the header block but for its empty line to rdi.
func (c *code) copyRenderedHead(never string) {
	c.loadRendered(ECX, false, never)
	c.i2(SUB, ECX, Imm(2), "all but the empty line")
	c.i1(JS, Target(never), "never")
	c.placeRendered(RSI)
	c.i0(REPMOVSB, "")
}

// copyRenderedContent copies the content to rdi, unless the request is for the header block
// alone.
func (c *code) copyRenderedContent(never, end string) {
	c.i2(TEST, R9B, Imm(isHead), "HEAD has none")
	c.i1(JNZ, Target(end), "")
	c.loadRendered(EDX, false, never)
	c.i2(MOV, ECX, at(4, RAX, 4), "of all of it")
	c.i2(SUB, ECX, EDX, "")
	c.i2(CMP, ECX, Imm(c.longestRendered()), "")
	c.i1(JA, Target(never), "never: none is as long")
	c.placeRendered(RSI)
	c.i2(ADD, RSI, RDX, "")
	c.i0(REPMOVSB, "")
}

// isRendered goes to a label where the response in rbx has slots.
func (c *code) isRendered(to string) {
	if c.renders() {
		c.i2(CMP, M(1, RBX, renderedMark), Imm(markRendered), "does it have slots?")
		c.i1(JE, Target(to), "")
	}
}

// respondRendered sends a response with slots from where it is, and goes on at behind. It is a call
// to send of its own: so the proof tells it from what is put together for the request.
func (c *code) respondRendered(behind string) {
	c.routine("respond_rendered", "in: rbx a response with slots; r9 the request")
	c.loadRendered(EDX, false, c.never())
	c.i2(TEST, R9B, Imm(isHead), "HEAD: the header block alone")
	c.i1(JNZ, Target("rendered_known"), "")
	c.loadRendered(EDX, true, c.never())
	c.label("rendered_known")
	c.placeRendered(RSI)
	c.call("send", "")
	c.i1(JMP, Target(behind), "")
}

// rendersFinal: some response that ends the connection has slots, in isolation: request any.
func (c *code) rendersFinal() bool {
	return slices.ContainsFunc(c.plan.Responses, func(r plan.Response) bool {
		return r.Rendered() && (r.Final || !c.plan.Server.KeepAlive)
	})
}

// busyRendered is the 503 of a server where that has slots: out: rsi, edx its bytes.
func (c *code) busyRendered(i int) {
	at, lengths := c.placeOf(i), c.lengthsOf(i)
	if !c.hasClock() && !c.adds() {
		c.i2(MOV, EDX, M(4, RBP, lengths+4), "of all of it")
		c.neverLonger(EDX)
		c.i2(LEA, RSI, M(0, RBP, at), "")
		return
	}
	c.stampNow()
	c.i2(LEA, RDI, M(0, RBP, c.output()), "")
	c.i2(LEA, RSI, M(0, RBP, at), "")
	c.i2(MOV, ECX, M(4, RBP, lengths), "of its header block")
	c.i2(SUB, ECX, Imm(2), "all but the empty line")
	c.neverLonger(ECX)
	c.i0(REPMOVSB, "")
	c.endBusy(c.plan.Responses[i])
	c.i2(MOV, EAX, M(4, RBP, lengths), "")
	c.neverLonger(EAX)
	c.i2(MOV, ECX, M(4, RBP, lengths+4), "")
	c.i2(SUB, ECX, EAX, "its content")
	c.neverLonger(ECX)
	c.i2(LEA, RSI, MX(0, RBP, RAX, at), "")
	c.i0(REPMOVSB, "")
	c.i2(LEA, RSI, M(0, RBP, c.output()), "")
	c.i2(MOV, EDX, EDI, "")
	c.i2(SUB, EDX, ESI, "")
}

// neverLonger leaves for the next client where a length cannot be one of a response with slots.
func (c *code) neverLonger(length Reg) {
	c.i2(CMP, length, Imm(c.longestRendered()), "")
	c.i1(JA, Target(c.afterBusy()), "never: none is as long")
}

// sendRendered is respondRendered where the header block gets a field now.
func (c *code) sendRendered() {
	c.label("send_rendered")
	c.copyRenderedHead(c.never())
	c.endHead()
	c.copyRenderedContent(c.never(), "rendered_copied")
	c.label("rendered_copied")
	c.sendOutput()
	c.i0(RET, "")
}

// gatherRendered are the parts of gather for responses with slots.
func (c *code) gatherRendered() {
	if !c.renders() {
		return
	}
	c.routine("gather_rendered", "in: rdi where it goes; rbx a response with slots; r9")
	c.copyRenderedHead("finish")
	c.i1(JMP, Target("gather_connection"), "")
	c.label("gather_rendered_content")
	c.copyRenderedContent("finish", "gathered")
	c.i1(JMP, Target("gathered"), "")
}

// renderedSize is the room in the output buffer that a response with slots takes, in bytes.
func (c *code) renderedSize() int32 {
	if !c.renders() {
		return 0
	}
	return 2*c.longestRendered() + c.extension() + int32(connectionField)
}

// logRenderedStatus gets the digits of the status of a response with slots, in eax; others go on behind.
func (c *code) logRenderedStatus() {
	if !c.hasForm(plan.ValueStatus) {
		c.isRendered("log_status_whole")
		return
	}
	c.i2(CMP, M(1, RBX, renderedMark), Imm(markRendered), "does it have slots?")
	c.i1(JNE, Target("log_status_stored"), "")
	c.i2(MOV, EAX, M(4, RBX, renderedAt), "where it is")
	c.i2(MOV, EAX, at(4, RAX, int32(len(plan.StatusStart))), "the environment may have given it")
	c.i1(JMP, Target("log_status_known"), "")
	c.label("log_status_stored")
}

// logRendered gets the number of bytes of content of a response with slots, in ecx.
func (c *code) logRendered() {
	c.i2(CMP, M(1, RBX, renderedMark), Imm(markRendered), "does it have slots?")
	c.i1(JNE, Target("log_bytes_stored"), "")
	c.i2(MOV, EAX, M(4, RBX, c.lengthsAt()), "where its lengths are")
	c.i2(MOV, ECX, at(4, RAX, 4), "")
	c.i2(SUB, ECX, at(4, RAX, 0), "")
	c.i1(JMP, Target("log_bytes_known"), "")
	c.label("log_bytes_stored")
}
