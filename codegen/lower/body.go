package lower

import (
	"math"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// framing decides, once the head is complete, whether a body follows (RFC 9112, 6.3).
func (c *code) framing() {
	c.routine("head_end", "in: r10 the empty line's end; rbx response", "out: r8 behind the head")
	c.checkGuard()
	c.checkScheme()
	if c.hasResources() {
		c.chooseVariant()
	}
	if c.fills() {
		c.i2(CMP, M(1, RBX, formMark), Imm(markForm), "does it have blanks?")
		c.i1(JE, Target("form"), "")
	}
	if c.hasResources() {
		c.label("framing")
	}
	c.i2(LEA, R8D, M(0, R10, 2), "")
	c.i2(MOV, EAX, R9D, "")
	c.i2(AND, EAX, Imm(hasHost|isHTTP10|hasLength|isChunked), "")
	c.i2(CMP, AL, Imm(hasHost), "HTTP/1.1 with its Host, and no body")
	c.i1(JNE, Target("frame"), "")
	// respond follows
}

// frame is the less common half of framing.
func (c *code) body() {
	c.section("body: read, checked and discarded")
	c.routine("frame", "in: eax the bits of r9 that say how a message is framed", "ends: in respond, or in an error")
	if !c.protects() {
		c.i2(TEST, R9B, Imm(isComplete), "the trailers' end")
		c.i1(JNZ, Target("respond"), "")
	}
	c.i2(TEST, AL, Imm(hasHost|isHTTP10), "HTTP/1.1 without Host (RFC 9112, 3.2)")
	c.reject(JZ, "")
	if c.logsFields() {
		c.call("log_fields", "before a body is read over them")
	}
	c.readClock("")
	c.i2(LEA, R12D, M(0, RDX, int32(c.plan.Server.BodySeconds)), "the body's deadline")
	c.i2(TEST, R9B, Imm(isChunked), "")
	c.i1(JNZ, Target("chunked"), "")
	c.i2(TEST, R9B, Imm(hasLength), "")
	c.i1(JZ, Target("respond"), "")
	c.i2(MOV, R10, slot(8, slotContent), "Content-Length")
	c.i2(TEST, R10, R10, "")
	c.i1(JZ, Target("respond"), "")
	c.bodyLimit()
	c.i2(CMP, R10, RAX, "")
	c.i1(JA, Target("content_too_large"), "")
	c.call("continue", "")
	c.call("discard", "")
	c.i1(JMP, Target("respond"), "")
	c.interim()
	c.discard()
	c.nextByte()
	c.chunked()
}

// interim sends an interim response (RFC 9110, 15.2).
func (c *code) interim() {
	c.routine("continue", "in: r8 behind the head; r14 end of what was read", "100 (Continue), if the client waits for it: RFC 9110, 10.1.1")
	c.i2(MOV, EAX, R9D, "")
	c.i2(AND, EAX, Imm(expects100|isHTTP10), "")
	c.i2(CMP, AL, Imm(expects100), "an HTTP/1.0 client does not know it")
	c.i1(JNE, Target("continue_end"), "")
	c.i2(CMP, R8D, R14D, "the body is on its way already")
	c.i1(JNE, Target("continue_end"), "")
	c.decided()
	if c.plan.Server.KeepAlive {
		c.call("flush", "earlier responses first")
	}
	c.leaNear(RSI, "response_100", "")
	c.i2(MOV, EDX, Imm(len(response100)), "")
	c.call("send", "")
	c.label("continue_end")
	c.i0(RET, "")
}

// decided answers at once, and ends the connection, where no body would change what the
// head has brought: a redirect or an error (RFC 9110, 10.1.1). Whether the body comes all
// the same is not known. Connections that are kept ask for the body: with one way more to
// respond there, the lines of a log cannot be proved.
func (c *code) decided() {
	if c.plan.Server.KeepAlive {
		return
	}
	c.isRendered("decided_by_status")
	c.i2(CMP, M(2, RBX, headLength), Imm(0), "stored as its status: an error")
	c.i1(JS, Target("decided"), "")
	if c.renders() {
		c.label("decided_by_status")
	}
	c.i2(CMP, M(1, RBX, c.recordSize()+int32(len(plan.StatusStart))), Imm('3'), "the status's first digit")
	c.i1(JB, Target("body_wanted"), "")
	c.label("decided")
	c.i1(JMP, Target("fail"), "")
	c.label("body_wanted")
}

// discard reads over a body whose length is known.
func (c *code) discard() {
	c.routine("discard", "in: r10 bytes to read over; r8 cursor", "out: r8 behind them")
	c.i2(MOV, EAX, R14D, "")
	c.i2(SUB, EAX, R8D, "what is in the buffer")
	c.i2(CMP, R10, RAX, "")
	c.i1(JBE, Target("discard_rest"), "")
	c.i2(SUB, R10, RAX, "")
	c.call("refill", "")
	c.i1(JMP, Target("discard"), "")
	c.label("discard_rest")
	c.i2(ADD, R8D, R10D, "")
	c.i0(RET, "")
}

// nextByte reads a chunked body, byte by byte where it is framing.
func (c *code) nextByte() {
	c.routine("next_byte", "in: r8 cursor", "out: eax the byte there; r8 behind it; or leaves for content_too_large", "clobbers: rcx rdx rsi rdi r11 where more must be read")
	c.i2(CMP, R8D, R14D, "")
	c.i1(JB, Target("byte_there"), "")
	c.call("refill", "")
	c.label("byte_there")
	c.i2(MOVZX, EAX, at(1, R8, 0), "")
	c.i1(INC, R8D, "")
	c.i1(DEC, slot(4, slotFraming), "")
	c.i1(JS, Target("content_too_large"), "")
	c.i0(RET, "")
	c.i1(JMP, Target("content_too_large"), "") // for the conditional jumps around it
}

// response100 is the interim response (RFC 9110, 15.2.1).
const response100 = plan.StatusStart + "100 Continue\r\n\r\n"

// bodyLimit puts the limit of a body's content into rax.
func (c *code) bodyLimit() { c.loadSize(c.plan.Server.BodyLimit, "the limit of a body") }

// readLimit is how often it is read for a request at most: once for each byte of its head,
// its content, what frames that, its trailers and what follows in the last read. What is
// left where the request is refused is for draining.
func (c *code) readLimit() uint64 {
	return 3*uint64(c.head()) + c.plan.Server.BodyLimit + c.framingLimit() + drainReads
}

// drainReads is how often input may be read at least only to be thrown away.
const drainReads = 64

// limitReads sets how often it may be read.
func (c *code) limitReads() {
	const note = "reads that may be made for it"
	if c.manyReads() {
		c.loadSize(c.readLimit(), note)
		c.i2(MOV, slot(8, slotReads), RAX, "")
		return
	}
	c.i2(MOV, slot(4, slotReads), Imm(c.readLimit()), note)
}

// countRead counts one that brought something.
func (c *code) countRead() {
	width := uint8(4)
	if c.manyReads() {
		width = 8
	}
	c.i1(DEC, slot(width, slotReads), "")
	c.i1(JZ, Target("finish"), "never, but where input is drained: each brings a byte")
}

// manyReads: how often it may be read is no number of 32 bits.
func (c *code) manyReads() bool { return c.readLimit() > math.MaxUint32 }

// loadSize puts a number into rax.
func (c *code) loadSize(size uint64, note string) {
	dst := RAX
	if size <= math.MaxUint32 {
		dst = EAX // clears the upper half
	}
	c.i2(MOV, dst, Imm(size), note)
}
