package request

import (
	"math"

	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// chunked reads over a chunked body (RFC 9112, 7.1): sizes, extensions, data and the
// trailer section, byte by byte where it is not data. It ends in respond.
func chunked(c *emit.Code) {
	c.Routine("chunked", "in: r8 behind the head; rbx response", "Transfer-Encoding with Content-Length, or in HTTP/1.0, is an attack or a fault (RFC 9112, 6.1).")
	c.I2(TEST, R9B, Imm(layout.HasLength|layout.IsHTTP10), "")
	c.Reject(JNZ, "")
	c.Call("continue", "")
	bodyLimit(c)
	c.I2(MOV, layout.Slot(8, layout.SlotContent), RAX, "what it may still have")
	c.I2(MOV, layout.Slot(4, layout.SlotFraming), Imm(framingLimit(c)), "and what may frame it")

	c.Label("chunk")
	c.I2(XOR, R10D, R10D, "the chunk's size")
	c.Call("next_byte", "")
	c.Label("size_digit")
	c.Call("hex_digit", "there is one at least")
	c.I2(SHL, R10, Imm(4), "")
	c.I2(OR, R10, RDX, "")
	c.I2(MOV, RDX, R10, "")
	c.I2(SHR, RDX, Imm(59), "one more digit could overflow 63 bits")
	c.Reject(JNZ, "")
	c.Call("next_byte", "")
	c.TestClass(RAX, emit.ClassHex)
	c.I1(JNZ, Target("size_digit"), "")
	extensions(c)

	c.I2(TEST, R10, R10, "")
	c.I1(JZ, Target("trailer"), "the last chunk")
	c.I2(SUB, layout.Slot(8, layout.SlotContent), R10, "")
	c.I1(JB, Target("content_too_large"), "")
	c.Call("discard", "")
	c.Call("next_byte", "")
	c.I2(CMP, AL, Imm('\r'), "")
	c.Reject(JNE, "")
	c.Call("line_feed", "")
	c.I1(JMP, Target("chunk"), "")

	byteRoutines(c)
	trailer(c)
}

// framingLimit is how many bytes of a chunked body may be other than its content: sizes,
// extensions, line ends. It is as many as limits.body, and a few lines in any case.
func framingLimit(c *emit.Code) uint64 {
	return min(max(c.Plan.Server.BodyLimit, leastFraming), math.MaxInt32)
}

const leastFraming = 512 // bytes

// extensions reads chunk-ext (RFC 9112, 7.1.1) up to the line's end, by its grammar:
// what one server takes for an extension must not be data to another.
func extensions(c *emit.Code) {
	c.Label("extension_or_end")
	c.I2(CMP, AL, Imm('\r'), "")
	c.I1(JE, Target("size_line_end"), "")
	c.Call("skip_space", "")
	c.I2(CMP, AL, Imm(';'), "")
	c.Reject(JNE, "")
	c.Label("extension")
	c.Call("skip_one", "")
	c.Call("token", "its name")
	c.I2(CMP, AL, Imm('\r'), "")
	c.I1(JE, Target("size_line_end"), "")
	c.Call("skip_space", "")
	c.I2(CMP, AL, Imm(';'), "")
	c.I1(JE, Target("extension"), "")
	c.I2(CMP, AL, Imm('='), "")
	c.Reject(JNE, "")
	c.Call("skip_one", "")
	c.I2(CMP, AL, Imm('"'), "")
	c.I1(JE, Target("quoted"), "")
	c.Call("token", "its value")
	c.I1(JMP, Target("extension_or_end"), "")
	quotedString(c)
	c.Label("quoted_end")
	c.Call("next_byte", "")
	c.I1(JMP, Target("extension_or_end"), "")
	c.Label("size_line_end")
	c.Call("line_feed", "")
}

// quotedString reads a quoted-string (RFC 9110, 5.6.4): no control character but a tab,
// escaped or not.
func quotedString(c *emit.Code) {
	c.Label("quoted")
	c.Call("next_byte", "")
	c.I2(CMP, AL, Imm('"'), "")
	c.I1(JE, Target("quoted_end"), "")
	c.I2(CMP, AL, Imm('\\'), "")
	c.I1(JNE, Target("quoted_byte"), "")
	c.Call("next_byte", "the escaped one")
	c.Label("quoted_byte")
	c.I2(CMP, AL, Imm('\t'), "")
	c.I1(JE, Target("quoted"), "")
	c.I2(CMP, AL, Imm(0x7f), "DEL")
	c.Reject(JE, "")
	c.I2(CMP, AL, Imm(' '), "")
	c.I1(JAE, Target("quoted"), "")
	c.Island()
}

// trailer reads the trailer section (RFC 9112, 7.1.2) as the field lines that it is
// made of: moved to the front of the buffer, it has the room that a head has. Fields
// that frame a message have been acted on already, and are of no effect here.
func trailer(c *emit.Code) {
	if c.Protects() {
		c.Routine("trailer", "in: r8 behind the last chunk's size; r14 end of what was read", "ends: in respond")
	} else {
		c.Routine("trailer", "in: r8 behind the last chunk's size; r14 end of what was read", "ends: in next_field, which ends in frame, and so in respond")
		c.I2(OR, R9B, Imm(layout.IsComplete), "the body is")
	}
	c.I2(LEA, RSI, layout.At(0, R8, 0), "")
	c.I2(MOV, RDI, RBP, "")
	c.I2(SUB, R14D, R8D, "")
	c.I2(MOV, ECX, R14D, "")
	c.I0(REPMOVSB, "")
	c.I2(XOR, EAX, EAX, "")
	c.I2(MOVDQU, M(16, RDI, 0), XMM3, "zeros behind what was read, again")
	if c.Plan.Server.KeepAlive {
		c.I2(MOV, layout.Slot(4, layout.SlotStart), EAX, "the request is not needed any more")
	}
	c.I2(LEA, R10D, M(0, RAX, -2), "next_field adds a CRLF")
	if !c.Protects() {
		c.I1(JMP, Target("next_field"), "")
		return
	}
	trailerFields(c)
}

// trailerFields reads trailer fields apart from those of the header: what is looked up at
// the end of that is then in no loop with them, and the proof adds where it would multiply.
func trailerFields(c *emit.Code) {
	c.Routine("next_trailer", "in: r10 end of the line before", "ends: in respond")
	c.I2(LEA, R8D, M(0, R10, 2), "behind its CRLF")
	c.Call("next_line", "r10: its end")
	c.I2(CMP, R10D, R8D, "an empty line ends them")
	c.I1(JE, Target("trailers_end"), "")
	c.I2(MOV, ECX, R8D, "")
	skip(c, "plain_span", emit.ClassToken, "a trailer field is no header field (RFC 9110, 6.5.1)")
	c.I2(CMP, AL, Imm(':'), "")
	c.Reject(JNE, "")
	c.I2(CMP, ECX, R8D, "")
	c.I1(JNE, Target("next_trailer"), "")
	c.Reject(JMP, "a name that is empty")
	c.Label("trailers_end")
	c.I2(LEA, R8D, M(0, R10, 2), "")
	c.I1(JMP, Target("respond"), "")
}

// byteRoutines read what chunk lines and trailers are made of.
func byteRoutines(c *emit.Code) {
	c.Routine("token", "in: eax first byte of a token", "out: eax the byte behind it; or leaves for bad_request")
	c.TestClass(RAX, emit.ClassToken)
	c.Reject(JZ, "")
	c.Label("token_byte")
	c.Call("next_byte", "")
	c.TestClass(RAX, emit.ClassToken)
	c.I1(JNZ, Target("token_byte"), "")
	c.I0(RET, "")

	c.Routine("skip_space", "in: eax a byte", "out: eax that byte, or the first behind it that is no space or tab")
	c.I2(CMP, AL, Imm(' '), "")
	c.I1(JE, Target("skip_one"), "")
	c.I2(CMP, AL, Imm('\t'), "")
	c.I1(JNE, Target("skip_end"), "")
	c.Routine("skip_one", "out: eax the next byte, or the first behind it that is no space or tab")
	c.Call("next_byte", "")
	c.I1(JMP, Target("skip_space"), "")
	c.Label("skip_end")
	c.I0(RET, "")

	c.Routine("line_feed", "The line feed of a CRLF; anything else is an error.")
	c.Call("next_byte", "")
	c.I2(CMP, AL, Imm('\n'), "")
	c.Reject(JNE, "")
	c.I0(RET, "")
}
