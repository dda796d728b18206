package lower

import (
	"math"

	. "github.com/verbosel/verbosel/codegen/x64"
)

// chunked reads over a chunked body (RFC 9112, 7.1): sizes, extensions, data and the
// trailer section, byte by byte where it is not data. It ends in respond.
func (c *code) chunked() {
	c.routine("chunked", "in: r8 behind the head; rbx response", "Transfer-Encoding with Content-Length, or in HTTP/1.0, is an attack or a fault (RFC 9112, 6.1).")
	c.i2(TEST, R9B, Imm(hasLength|isHTTP10), "")
	c.reject(JNZ, "")
	c.call("continue", "")
	c.bodyLimit()
	c.i2(MOV, slot(8, slotContent), RAX, "what it may still have")
	c.i2(MOV, slot(4, slotFraming), Imm(c.framingLimit()), "and what may frame it")

	c.label("chunk")
	c.i2(XOR, R10D, R10D, "the chunk's size")
	c.call("next_byte", "")
	c.label("size_digit")
	c.call("hex_digit", "there is one at least")
	c.i2(SHL, R10, Imm(4), "")
	c.i2(OR, R10, RDX, "")
	c.i2(MOV, RDX, R10, "")
	c.i2(SHR, RDX, Imm(59), "one more digit could overflow 63 bits")
	c.reject(JNZ, "")
	c.call("next_byte", "")
	c.testClass(RAX, classHex)
	c.i1(JNZ, Target("size_digit"), "")
	c.extensions()

	c.i2(TEST, R10, R10, "")
	c.i1(JZ, Target("trailer"), "the last chunk")
	c.i2(SUB, slot(8, slotContent), R10, "")
	c.i1(JB, Target("content_too_large"), "")
	c.call("discard", "")
	c.call("next_byte", "")
	c.i2(CMP, AL, Imm('\r'), "")
	c.reject(JNE, "")
	c.call("line_feed", "")
	c.i1(JMP, Target("chunk"), "")

	c.byteRoutines()
	c.trailer()
}

// framingLimit is how many bytes of a chunked body may be other than its content: sizes,
// extensions, line ends. It is as many as limits.body, and a few lines in any case.
func (c *code) framingLimit() uint64 {
	return min(max(c.plan.Server.BodyLimit, leastFraming), math.MaxInt32)
}

const leastFraming = 512 // bytes

// extensions reads chunk-ext (RFC 9112, 7.1.1) up to the line's end, by its grammar:
// what one server takes for an extension must not be data to another.
func (c *code) extensions() {
	c.label("extension_or_end")
	c.i2(CMP, AL, Imm('\r'), "")
	c.i1(JE, Target("size_line_end"), "")
	c.call("skip_space", "")
	c.i2(CMP, AL, Imm(';'), "")
	c.reject(JNE, "")
	c.label("extension")
	c.call("skip_one", "")
	c.call("token", "its name")
	c.i2(CMP, AL, Imm('\r'), "")
	c.i1(JE, Target("size_line_end"), "")
	c.call("skip_space", "")
	c.i2(CMP, AL, Imm(';'), "")
	c.i1(JE, Target("extension"), "")
	c.i2(CMP, AL, Imm('='), "")
	c.reject(JNE, "")
	c.call("skip_one", "")
	c.i2(CMP, AL, Imm('"'), "")
	c.i1(JE, Target("quoted"), "")
	c.call("token", "its value")
	c.i1(JMP, Target("extension_or_end"), "")
	c.quotedString()
	c.label("quoted_end")
	c.call("next_byte", "")
	c.i1(JMP, Target("extension_or_end"), "")
	c.label("size_line_end")
	c.call("line_feed", "")
}

// quotedString reads a quoted-string (RFC 9110, 5.6.4): no control character but a tab,
// escaped or not.
func (c *code) quotedString() {
	c.label("quoted")
	c.call("next_byte", "")
	c.i2(CMP, AL, Imm('"'), "")
	c.i1(JE, Target("quoted_end"), "")
	c.i2(CMP, AL, Imm('\\'), "")
	c.i1(JNE, Target("quoted_byte"), "")
	c.call("next_byte", "the escaped one")
	c.label("quoted_byte")
	c.i2(CMP, AL, Imm('\t'), "")
	c.i1(JE, Target("quoted"), "")
	c.i2(CMP, AL, Imm(0x7f), "DEL")
	c.reject(JE, "")
	c.i2(CMP, AL, Imm(' '), "")
	c.i1(JAE, Target("quoted"), "")
	c.island()
}

// trailer reads the trailer section (RFC 9112, 7.1.2) as the field lines that it is
// made of: moved to the front of the buffer, it has the room that a head has. Fields
// that frame a message have been acted on already, and are of no effect here.
func (c *code) trailer() {
	if c.protects() {
		c.routine("trailer", "in: r8 behind the last chunk's size; r14 end of what was read", "ends: in respond")
	} else {
		c.routine("trailer", "in: r8 behind the last chunk's size; r14 end of what was read", "ends: in next_field, which ends in frame, and so in respond")
		c.i2(OR, R9B, Imm(isComplete), "the body is")
	}
	c.i2(LEA, RSI, at(0, R8, 0), "")
	c.i2(MOV, RDI, RBP, "")
	c.i2(SUB, R14D, R8D, "")
	c.i2(MOV, ECX, R14D, "")
	c.i0(REPMOVSB, "")
	c.i2(XOR, EAX, EAX, "")
	c.i2(MOVDQU, M(16, RDI, 0), XMM3, "zeros behind what was read, again")
	if c.plan.Server.KeepAlive {
		c.i2(MOV, slot(4, slotStart), EAX, "the request is not needed any more")
	}
	c.i2(LEA, R10D, M(0, RAX, -2), "next_field adds a CRLF")
	if !c.protects() {
		c.i1(JMP, Target("next_field"), "")
		return
	}
	c.trailerFields()
}

// trailerFields reads trailer fields apart from those of the header: what is looked up at
// the end of that is then in no loop with them, and the proof adds where it would multiply.
func (c *code) trailerFields() {
	c.routine("next_trailer", "in: r10 end of the line before", "ends: in respond")
	c.i2(LEA, R8D, M(0, R10, 2), "behind its CRLF")
	c.call("next_line", "r10: its end")
	c.i2(CMP, R10D, R8D, "an empty line ends them")
	c.i1(JE, Target("trailers_end"), "")
	c.i2(MOV, ECX, R8D, "")
	c.skip("plain_span", classToken, "a trailer field is no header field (RFC 9110, 6.5.1)")
	c.i2(CMP, AL, Imm(':'), "")
	c.reject(JNE, "")
	c.i2(CMP, ECX, R8D, "")
	c.i1(JNE, Target("next_trailer"), "")
	c.reject(JMP, "a name that is empty")
	c.label("trailers_end")
	c.i2(LEA, R8D, M(0, R10, 2), "")
	c.i1(JMP, Target("respond"), "")
}

// byteRoutines read what chunk lines and trailers are made of.
func (c *code) byteRoutines() {
	c.routine("token", "in: eax first byte of a token", "out: eax the byte behind it; or leaves for bad_request")
	c.testClass(RAX, classToken)
	c.reject(JZ, "")
	c.label("token_byte")
	c.call("next_byte", "")
	c.testClass(RAX, classToken)
	c.i1(JNZ, Target("token_byte"), "")
	c.i0(RET, "")

	c.routine("skip_space", "in: eax a byte", "out: eax that byte, or the first behind it that is no space or tab")
	c.i2(CMP, AL, Imm(' '), "")
	c.i1(JE, Target("skip_one"), "")
	c.i2(CMP, AL, Imm('\t'), "")
	c.i1(JNE, Target("skip_end"), "")
	c.routine("skip_one", "out: eax the next byte, or the first behind it that is no space or tab")
	c.call("next_byte", "")
	c.i1(JMP, Target("skip_space"), "")
	c.label("skip_end")
	c.i0(RET, "")

	c.routine("line_feed", "The line feed of a CRLF; anything else is an error.")
	c.call("next_byte", "")
	c.i2(CMP, AL, Imm('\n'), "")
	c.reject(JNE, "")
	c.i0(RET, "")
}
