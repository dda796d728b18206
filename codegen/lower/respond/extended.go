package respond

import (
	"github.com/verbosel/verbosel/codegen/lower/clock"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/resource"
	"github.com/verbosel/verbosel/codegen/lower/slots"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// SendExtended writes a response whose header block gets a field now, and is not stored whole. What
// fits goes out in one write.
func SendExtended(c *emit.Code) {
	c.Routine("send_extended", "in: rbx response; r9 the request; slotStamp, where there is a clock; no output waits", "clobbers: rax rcx rdx rsi rdi r11")
	c.I2(LEA, RDI, M(0, RBP, c.Output()), "")
	if !c.Plan.Server.KeepAlive && c.HasResources() {
		c.I2(TEST, R9D, Imm(resource.IsDerived), "")
		c.I1(JNZ, Target("send_derived"), "")
	}
	c.LoadHeadLength(ECX)
	c.I2(SUB, ECX, Imm(2), "all but the empty line")
	c.I1(JS, Target("send_composed"), "stored as its status")
	c.I2(LEA, RSI, M(0, RBX, c.RecordSize()), "")
	c.I0(REPMOVSB, "")
	clock.EndHead(c)
	c.I2(TEST, R9B, Imm(layout.IsHead), "HEAD: the header block alone")
	c.I1(JNZ, Target("send_made"), "")
	resource.ContentOf(c, RSI)
	resource.ContentLengthOf(c, ECX)
	c.Label("send_bytes")
	c.I2(LEA, RAX, M(0, RBP, c.Output()+c.OutputSize()), "")
	c.I2(SUB, RAX, RDI, "room for the content")
	c.I2(CMP, RCX, RAX, "")
	c.I1(JA, Target("send_apart"), "")
	c.I0(REPMOVSB, "")
	c.Label("send_made")
	sendOutput(c)
	c.I0(RET, "")
	c.Label("send_apart")
	sendOutput(c)
	sendContent(c, "send", !c.Plan.Server.KeepAlive && c.HasResources())
	c.I0(RET, "")
	c.Label("send_composed")
	if rendersFinal(c) {
		slots.IsRendered(c, "send_rendered")
	}
	c.Call("compose", "")
	c.Call("send", "")
	c.I0(RET, "")
	if rendersFinal(c) {
		sendRendered(c)
	}
	if !c.Plan.Server.KeepAlive && c.HasResources() {
		sendDerived(c)
	}
}

// sendOutput sends what was made, up to rdi. It is a call, here and elsewhere in send_extended:
// so the proof tells what is sent from the stack from what is sent from the data.
func sendOutput(c *emit.Code) {
	c.I2(LEA, RSI, M(0, RBP, c.Output()), "")
	c.I2(MOV, EDX, EDI, "")
	c.I2(SUB, EDX, ESI, "")
	c.Call("send", "")
}

// sendDerived is for isolation: request.
func sendDerived(c *emit.Code) {
	c.Label("send_derived")
	c.Call("derive", "")
	clock.EndHead(c)
	c.I2(TEST, R9D, Imm(resource.Is206), "")
	c.I1(JZ, Target("send_made"), "")
	c.Call("part", "")
	c.I1(JMP, Target("send_bytes"), "")
	resource.Part(c)
}

// extendedBusy is the 503 of a server that has content for it.
func extendedBusy(c *emit.Code, r plan.Response) {
	clock.StampNow(c)
	c.I2(LEA, RDI, M(0, RBP, c.Output()), "")
	c.I2(LEA, RSI, Sym(0, r.Label, c.RecordSize()), "")
	c.I2(MOV, ECX, Imm(len(r.Head)-len("\r\n")), "")
	c.I0(REPMOVSB, "")
	endBusy(c, r)
	c.I2(LEA, RSI, Sym(0, r.Label, c.RecordSize()+int32(len(r.Head))), "")
	c.I2(MOV, ECX, Imm(r.Body.Size), "")
	c.I0(REPMOVSB, "")
	c.I2(LEA, RSI, M(0, RBP, c.Output()), "")
	c.I2(MOV, EDX, EDI, "")
	c.I2(SUB, EDX, ESI, "")
}

// endBusy ends its header block, which has no policy: the parent has no request that came by https.
func endBusy(c *emit.Code, r plan.Response) {
	slots.AppendOneAdded(c, r.Added, "busy")
	clock.EndLine(c)
}

// sendContent sends the content of the response in rbx by itself; where it may be one, the part
// that a 206 has. The labels begin with name.
func sendContent(c *emit.Code, name string, parts bool) {
	if parts {
		c.I2(TEST, R9D, Imm(resource.Is206), "")
		c.I1(JZ, Target(name+"_whole"), "")
		c.Call("part", "")
		c.I1(JMP, Target(name+"_known"), "")
		c.Label(name + "_whole")
	}
	resource.ContentOf(c, RSI)
	resource.ContentLengthOf(c, ECX)
	c.Label(name + "_known")
	c.I2(MOV, EDX, ECX, "")
	c.Call("send", "")
}
