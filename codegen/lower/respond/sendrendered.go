package respond

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/lower/clock"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/slots"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// This file sends responses with slots, which rendered.go puts together.

// loadRendered gets the length of the header block of the response in rbx into dst, or of it
// all; eax is where both are, from rbp.
func loadRendered(c *emit.Code, dst Reg, whole bool, never string) {
	c.I2(MOV, EAX, M(4, RBX, slots.LengthsAt(c)), "where its lengths are")
	if whole {
		c.I2(MOV, dst, layout.At(4, RAX, 4), "of all of it")
	} else {
		c.I2(MOV, dst, layout.At(4, RAX, 0), "of its header block")
	}
	c.I2(CMP, dst, Imm(c.LongestRendered()), "")
	c.I1(JA, Target(never), "never: none is as long")
}

// placeRendered gets the address of the response in rbx.
func placeRendered(c *emit.Code, dst Reg) {
	c.I2(MOV, EAX, M(4, RBX, layout.RenderedAt), "where it is")
	c.I2(LEA, dst, layout.At(0, RAX, 0), "")
}

// copyRenderedHead copies the header block but for its empty line to rdi.
func copyRenderedHead(c *emit.Code, never string) {
	loadRendered(c, ECX, false, never)
	c.I2(SUB, ECX, Imm(2), "all but the empty line")
	c.I1(JS, Target(never), "never")
	placeRendered(c, RSI)
	c.I0(REPMOVSB, "")
}

// copyRenderedContent copies the content to rdi, unless the request is for the header block
// alone.
func copyRenderedContent(c *emit.Code, never, end string) {
	c.I2(TEST, R9B, Imm(layout.IsHead), "HEAD has none")
	c.I1(JNZ, Target(end), "")
	loadRendered(c, EDX, false, never)
	c.I2(MOV, ECX, layout.At(4, RAX, 4), "of all of it")
	c.I2(SUB, ECX, EDX, "")
	c.I2(CMP, ECX, Imm(c.LongestRendered()), "")
	c.I1(JA, Target(never), "never: none is as long")
	placeRendered(c, RSI)
	c.I2(ADD, RSI, RDX, "")
	c.I0(REPMOVSB, "")
}

// respondRendered sends a response with slots from where it is, and goes on at behind. It is a call
// to send of its own: so the proof tells it from what is put together for the request.
func respondRendered(c *emit.Code, behind string) {
	c.Routine("respond_rendered", "in: rbx a response with slots; r9 the request")
	loadRendered(c, EDX, false, never(c))
	c.I2(TEST, R9B, Imm(layout.IsHead), "HEAD: the header block alone")
	c.I1(JNZ, Target("rendered_known"), "")
	loadRendered(c, EDX, true, never(c))
	c.Label("rendered_known")
	placeRendered(c, RSI)
	c.Call("send", "")
	c.I1(JMP, Target(behind), "")
}

// rendersFinal: some response that ends the connection has slots, in isolation: request any.
func rendersFinal(c *emit.Code) bool {
	return slices.ContainsFunc(c.Plan.Responses, func(r plan.Response) bool {
		return r.Rendered() && (r.Final || !c.Plan.Server.KeepAlive)
	})
}

// busyRendered is the 503 of a server where that has slots: out: rsi, edx its bytes.
func busyRendered(c *emit.Code, i int) {
	at, lengths := c.PlaceOf(i), c.LengthsOf(i)
	if !c.HasClock() && !c.Adds() {
		c.I2(MOV, EDX, M(4, RBP, lengths+4), "of all of it")
		neverLonger(c, EDX)
		c.I2(LEA, RSI, M(0, RBP, at), "")
		return
	}
	clock.StampNow(c)
	c.I2(LEA, RDI, M(0, RBP, c.Output()), "")
	c.I2(LEA, RSI, M(0, RBP, at), "")
	c.I2(MOV, ECX, M(4, RBP, lengths), "of its header block")
	c.I2(SUB, ECX, Imm(2), "all but the empty line")
	neverLonger(c, ECX)
	c.I0(REPMOVSB, "")
	endBusy(c, c.Plan.Responses[i])
	c.I2(MOV, EAX, M(4, RBP, lengths), "")
	neverLonger(c, EAX)
	c.I2(MOV, ECX, M(4, RBP, lengths+4), "")
	c.I2(SUB, ECX, EAX, "its content")
	neverLonger(c, ECX)
	c.I2(LEA, RSI, MX(0, RBP, RAX, at), "")
	c.I0(REPMOVSB, "")
	c.I2(LEA, RSI, M(0, RBP, c.Output()), "")
	c.I2(MOV, EDX, EDI, "")
	c.I2(SUB, EDX, ESI, "")
}

// neverLonger leaves for the next client where a length cannot be one of a response with slots.
func neverLonger(c *emit.Code, length Reg) {
	c.I2(CMP, length, Imm(c.LongestRendered()), "")
	c.I1(JA, Target(afterBusy(c)), "never: none is as long")
}

// sendRendered is respondRendered where the header block gets a field now.
func sendRendered(c *emit.Code) {
	c.Label("send_rendered")
	copyRenderedHead(c, never(c))
	clock.EndHead(c)
	copyRenderedContent(c, never(c), "rendered_copied")
	c.Label("rendered_copied")
	sendOutput(c)
	c.I0(RET, "")
}

// gatherRendered are the parts of gather for responses with slots.
func gatherRendered(c *emit.Code) {
	if !c.Renders() {
		return
	}
	c.Routine("gather_rendered", "in: rdi where it goes; rbx a response with slots; r9")
	copyRenderedHead(c, "finish")
	c.I1(JMP, Target("gather_connection"), "")
	c.Label("gather_rendered_content")
	copyRenderedContent(c, "finish", "gathered")
	c.I1(JMP, Target("gathered"), "")
}
