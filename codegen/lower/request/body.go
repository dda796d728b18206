package request

import (
	"math"

	"github.com/verbosel/verbosel/codegen/lower/clock"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/resource"
	"github.com/verbosel/verbosel/codegen/lower/respond"
	"github.com/verbosel/verbosel/codegen/lower/slots"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Framing decides, once the head is complete, whether a body follows (RFC 9112, 6.3).
func Framing(c *emit.Code) {
	c.Routine("head_end", "in: r10 the empty line's end; rbx response", "out: r8 behind the head")
	checkGuard(c)
	respond.CheckScheme(c)
	if c.HasResources() {
		resource.ChooseVariant(c)
	}
	if c.Fills() {
		c.I2(CMP, M(1, RBX, layout.FormMark), Imm(layout.MarkForm), "does it have blanks?")
		c.I1(JE, Target("form"), "")
	}
	if c.HasResources() {
		c.Label("framing")
	}
	c.I2(LEA, R8D, M(0, R10, 2), "")
	c.I2(MOV, EAX, R9D, "")
	c.I2(AND, EAX, Imm(layout.HasHost|layout.IsHTTP10|layout.HasLength|layout.IsChunked), "")
	c.I2(CMP, AL, Imm(layout.HasHost), "HTTP/1.1 with its Host, and no body")
	c.I1(JNE, Target("frame"), "")
	// respond follows
}

// frame is the less common half of framing.
func Body(c *emit.Code) {
	c.Section("body: read, checked and discarded")
	c.Routine("frame", "in: eax the bits of r9 that say how a message is framed", "ends: in respond, or in an error")
	if !c.Protects() {
		c.I2(TEST, R9B, Imm(layout.IsComplete), "the trailers' end")
		c.I1(JNZ, Target("respond"), "")
	}
	c.I2(TEST, AL, Imm(layout.HasHost|layout.IsHTTP10), "HTTP/1.1 without Host (RFC 9112, 3.2)")
	c.Reject(JZ, "")
	if c.LogsFields() {
		c.Call("log_fields", "before a body is read over them")
	}
	clock.ReadClock(c, "")
	c.I2(LEA, R12D, M(0, RDX, int32(c.Plan.Server.BodySeconds)), "the body's deadline")
	c.I2(TEST, R9B, Imm(layout.IsChunked), "")
	c.I1(JNZ, Target("chunked"), "")
	c.I2(TEST, R9B, Imm(layout.HasLength), "")
	c.I1(JZ, Target("respond"), "")
	c.I2(MOV, R10, layout.Slot(8, layout.SlotContent), "Content-Length")
	c.I2(TEST, R10, R10, "")
	c.I1(JZ, Target("respond"), "")
	bodyLimit(c)
	c.I2(CMP, R10, RAX, "")
	c.I1(JA, Target("content_too_large"), "")
	c.Call("continue", "")
	c.Call("discard", "")
	c.I1(JMP, Target("respond"), "")
	interim(c)
	discard(c)
	nextByte(c)
	chunked(c)
}

// interim sends an interim response (RFC 9110, 15.2).
func interim(c *emit.Code) {
	c.Routine("continue", "in: r8 behind the head; r14 end of what was read", "100 (Continue), if the client waits for it: RFC 9110, 10.1.1")
	c.I2(MOV, EAX, R9D, "")
	c.I2(AND, EAX, Imm(layout.Expects100|layout.IsHTTP10), "")
	c.I2(CMP, AL, Imm(layout.Expects100), "an HTTP/1.0 client does not know it")
	c.I1(JNE, Target("continue_end"), "")
	c.I2(CMP, R8D, R14D, "the body is on its way already")
	c.I1(JNE, Target("continue_end"), "")
	decided(c)
	if c.Plan.Server.KeepAlive {
		c.Call("flush", "earlier responses first")
	}
	c.LeaNear(RSI, "response_100", "")
	c.I2(MOV, EDX, Imm(len(layout.Response100)), "")
	c.Call("send", "")
	c.Label("continue_end")
	c.I0(RET, "")
}

// decided answers at once, and ends the connection, where no body would change what the
// head has brought: a redirect or an error (RFC 9110, 10.1.1). Whether the body comes all
// the same is not known. Connections that are kept ask for the body: with one way more to
// respond there, the lines of a log cannot be proved.
func decided(c *emit.Code) {
	if c.Plan.Server.KeepAlive {
		return
	}
	slots.IsRendered(c, "decided_by_status")
	c.I2(CMP, M(2, RBX, layout.HeadLength), Imm(0), "stored as its status: an error")
	c.I1(JS, Target("decided"), "")
	if c.Renders() {
		c.Label("decided_by_status")
	}
	c.I2(CMP, M(1, RBX, c.RecordSize()+int32(len(plan.StatusStart))), Imm('3'), "the status's first digit")
	c.I1(JB, Target("body_wanted"), "")
	c.Label("decided")
	c.I1(JMP, Target("fail"), "")
	c.Label("body_wanted")
}

// discard reads over a body whose length is known.
func discard(c *emit.Code) {
	c.Routine("discard", "in: r10 bytes to read over; r8 cursor", "out: r8 behind them")
	c.I2(MOV, EAX, R14D, "")
	c.I2(SUB, EAX, R8D, "what is in the buffer")
	c.I2(CMP, R10, RAX, "")
	c.I1(JBE, Target("discard_rest"), "")
	c.I2(SUB, R10, RAX, "")
	c.Call("refill", "")
	c.I1(JMP, Target("discard"), "")
	c.Label("discard_rest")
	c.I2(ADD, R8D, R10D, "")
	c.I0(RET, "")
}

// nextByte reads a chunked body, byte by byte where it is framing.
func nextByte(c *emit.Code) {
	c.Routine("next_byte", "in: r8 cursor", "out: eax the byte there; r8 behind it; or leaves for content_too_large", "clobbers: rcx rdx rsi rdi r11 where more must be read")
	c.I2(CMP, R8D, R14D, "")
	c.I1(JB, Target("byte_there"), "")
	c.Call("refill", "")
	c.Label("byte_there")
	c.I2(MOVZX, EAX, layout.At(1, R8, 0), "")
	c.I1(INC, R8D, "")
	c.I1(DEC, layout.Slot(4, layout.SlotFraming), "")
	c.I1(JS, Target("content_too_large"), "")
	c.I0(RET, "")
	c.I1(JMP, Target("content_too_large"), "") // for the conditional jumps around it
}

// bodyLimit puts the limit of a body's content into rax.
func bodyLimit(c *emit.Code) { loadSize(c, c.Plan.Server.BodyLimit, "the limit of a body") }

// readLimit is how often it is read for a request at most: once for each byte of its head,
// its content, what frames that, its trailers and what follows in the last read. What is
// left where the request is refused is for draining.
func readLimit(c *emit.Code) uint64 {
	return 3*uint64(c.Head()) + c.Plan.Server.BodyLimit + framingLimit(c) + drainReads
}

// drainReads is how often input may be read at least only to be thrown away.
const drainReads = 64

// LimitReads sets how often it may be read.
func LimitReads(c *emit.Code) {
	const note = "reads that may be made for it"
	if manyReads(c) {
		loadSize(c, readLimit(c), note)
		c.I2(MOV, layout.Slot(8, layout.SlotReads), RAX, "")
		return
	}
	c.I2(MOV, layout.Slot(4, layout.SlotReads), Imm(readLimit(c)), note)
}

// CountRead counts one that brought something.
func CountRead(c *emit.Code) {
	width := uint8(4)
	if manyReads(c) {
		width = 8
	}
	c.I1(DEC, layout.Slot(width, layout.SlotReads), "")
	c.I1(JZ, Target("finish"), "never, but where input is drained: each brings a byte")
}

// manyReads: how often it may be read is no number of 32 bits.
func manyReads(c *emit.Code) bool { return readLimit(c) > math.MaxUint32 }

// loadSize puts a number into rax.
func loadSize(c *emit.Code, size uint64, note string) {
	dst := RAX
	if size <= math.MaxUint32 {
		dst = EAX // clears the upper half
	}
	c.I2(MOV, dst, Imm(size), note)
}
