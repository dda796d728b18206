package lower

import (
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// sendExtended writes a response whose header block gets a field now, and is not stored whole. What
// fits goes out in one write.
func (c *code) sendExtended() {
	c.routine("send_extended", "in: rbx response; r9 the request; slotStamp, where there is a clock; no output waits", "clobbers: rax rcx rdx rsi rdi r11")
	c.i2(LEA, RDI, M(0, RBP, c.output()), "")
	if !c.plan.Server.KeepAlive && c.hasResources() {
		c.i2(TEST, R9D, Imm(isDerived), "")
		c.i1(JNZ, Target("send_derived"), "")
	}
	c.loadHeadLength(ECX)
	c.i2(SUB, ECX, Imm(2), "all but the empty line")
	c.i1(JS, Target("send_composed"), "stored as its status")
	c.i2(LEA, RSI, M(0, RBX, c.recordSize()), "")
	c.i0(REPMOVSB, "")
	c.endHead()
	c.i2(TEST, R9B, Imm(isHead), "HEAD: the header block alone")
	c.i1(JNZ, Target("send_made"), "")
	c.contentOf(RSI)
	c.contentLengthOf(ECX)
	c.label("send_bytes")
	c.i2(LEA, RAX, M(0, RBP, c.output()+c.outputSize()), "")
	c.i2(SUB, RAX, RDI, "room for the content")
	c.i2(CMP, RCX, RAX, "")
	c.i1(JA, Target("send_apart"), "")
	c.i0(REPMOVSB, "")
	c.label("send_made")
	c.sendOutput()
	c.i0(RET, "")
	c.label("send_apart")
	c.sendOutput()
	c.sendContent("send", !c.plan.Server.KeepAlive && c.hasResources())
	c.i0(RET, "")
	c.label("send_composed")
	if c.rendersFinal() {
		c.isRendered("send_rendered")
	}
	c.call("compose", "")
	c.call("send", "")
	c.i0(RET, "")
	if c.rendersFinal() {
		c.sendRendered()
	}
	if !c.plan.Server.KeepAlive && c.hasResources() {
		c.sendDerived()
	}
}

// sendOutput sends what was made, up to rdi. It is a call, here and elsewhere in send_extended:
// so the proof tells what is sent from the stack from what is sent from the data.
func (c *code) sendOutput() {
	c.i2(LEA, RSI, M(0, RBP, c.output()), "")
	c.i2(MOV, EDX, EDI, "")
	c.i2(SUB, EDX, ESI, "")
	c.call("send", "")
}

// sendDerived is for isolation: request.
func (c *code) sendDerived() {
	c.label("send_derived")
	c.call("derive", "")
	c.endHead()
	c.i2(TEST, R9D, Imm(is206), "")
	c.i1(JZ, Target("send_made"), "")
	c.call("part", "")
	c.i1(JMP, Target("send_bytes"), "")
	c.part()
}

// extendedBusy is the 503 of a server that has content for it.
func (c *code) extendedBusy(r plan.Response) {
	c.stampNow()
	c.i2(LEA, RDI, M(0, RBP, c.output()), "")
	c.i2(LEA, RSI, Sym(0, r.Label, c.recordSize()), "")
	c.i2(MOV, ECX, Imm(len(r.Head)-len("\r\n")), "")
	c.i0(REPMOVSB, "")
	c.endBusy(r)
	c.i2(LEA, RSI, Sym(0, r.Label, c.recordSize()+int32(len(r.Head))), "")
	c.i2(MOV, ECX, Imm(r.Body.Size), "")
	c.i0(REPMOVSB, "")
	c.i2(LEA, RSI, M(0, RBP, c.output()), "")
	c.i2(MOV, EDX, EDI, "")
	c.i2(SUB, EDX, ESI, "")
}

// endBusy ends its header block, which has no policy: the parent has no request that came by https.
func (c *code) endBusy(r plan.Response) {
	c.appendOneAdded(r.Added, "busy")
	c.endLine()
}

// sendContent sends the content of the response in rbx by itself; where it may be one, the part
// that a 206 has. The labels begin with name.
func (c *code) sendContent(name string, parts bool) {
	if parts {
		c.i2(TEST, R9D, Imm(is206), "")
		c.i1(JZ, Target(name+"_whole"), "")
		c.call("part", "")
		c.i1(JMP, Target(name+"_known"), "")
		c.label(name + "_whole")
	}
	c.contentOf(RSI)
	c.contentLengthOf(ECX)
	c.label(name + "_known")
	c.i2(MOV, EDX, ECX, "")
	c.call("send", "")
}
