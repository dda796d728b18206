package lower

import (
	. "github.com/verbosel/verbosel/codegen/x64"
)

// The combined form ends with two fields of the request, Referer and User-Agent. Where they
// are is kept while the head is read; they are copied when the response is due, or a body
// is about to be read over them.

// Variables of such a log, as offsets from where logSpanAt says: places in the request,
// start and end, 2 bytes each, counted from where it starts in the buffer.
const (
	spanReferer   = 0  // 2 + 2 bytes
	spanUserAgent = 4  // 2 + 2 bytes
	logSpans      = 16 // bytes with these, to be cleared at once
)

// logSpanAt is where such a variable is, from rbp.
func (c *code) logSpanAt(span int32) int32 { return span - c.requestSlots() }

// loggedFields are the fields that are logged.
func (c *code) loggedFields() []knownField {
	if !c.logsFields() {
		return nil
	}
	return []knownField{{"referer", "referer", "Referer"}, {"user-agent", "user_agent", "User-Agent"}}
}

// keepField keeps where a field's value is: in ecx and edx. Of several it is the last.
func (c *code) keepField(span int32) func() {
	return func() {
		if c.plan.Server.KeepAlive {
			c.fromStart(ECX)
			c.fromStart(EDX)
		}
		c.i2(MOV, slot(2, c.logSpanAt(span)), ECX.As(2), "its place, for the access log")
		c.i2(MOV, slot(2, c.logSpanAt(span)+2), EDX.As(2), "")
		c.i1(JMP, Target("next_field"), "")
	}
}

// logFields notes the fields, each in quotes.
func (c *code) logFields() {
	c.routine("log_fields", "in: r14 end of what was read", "keeps: rbx r8 to r10, r12 to r15")
	c.i2(MOV, EDI, slot(4, slotNoteFields), "")
	c.i2(CMP, EDI, slot(4, slotNoteEnd), "")
	c.i1(JNE, Target("log_fields_end"), "they are noted already")
	c.i2(LEA, EAX, M(0, RDI, -c.noteAt()-1), "")
	c.i2(CMP, EAX, Imm(c.requestSize()), "nothing is noted; nor is that ever longer")
	c.i1(JAE, Target("log_fields_end"), "")
	c.i2(MOV, at(1, RDI, 0), Imm('"'), "")
	c.i1(INC, EDI, "")
	c.loadSpan(c.logSpanAt(spanReferer), c.logSpanAt(spanReferer)+2, "")
	c.call("log_field", "")
	c.i2(MOV, at(4, RDI, 0), Imm(le32(`" "-`)), "and a byte that is written over")
	c.i2(ADD, EDI, Imm(3), "")
	c.loadSpan(c.logSpanAt(spanUserAgent), c.logSpanAt(spanUserAgent)+2, "")
	c.call("log_field", "")
	c.i2(MOV, at(1, RDI, 0), Imm('"'), "")
	c.i1(INC, EDI, "")
	c.i2(MOV, slot(4, slotNoteEnd), EDI, "")
	c.label("log_fields_end")
	c.i0(RET, "")
	c.logFieldRoutine()
}

// logFieldRoutine copies a value, so that it cannot end the quotes or the line.
func (c *code) logFieldRoutine() {
	c.routine("log_field", "in: ecx, edx start and end of a value; r14 end of what was read; edi where it goes", "out: edi behind it", "clobbers: rax rcx rsi r11")
	c.i2(CMP, EDX, R14D, "")
	c.i1(JA, Target("log_field_none"), "never: it is a part of the head")
	c.i2(CMP, ECX, EDX, "")
	c.i1(JAE, Target("log_field_none"), "not there, or empty")
	c.i2(LEA, R11D, M(0, RDI, logField-4), "where an escape still fits")
	c.lea(RSI, "log_digits", "")
	c.label("log_field_byte")
	c.i2(MOVZX, EAX, at(1, RCX, 0), "")
	c.i1(INC, ECX, "")
	c.i2(CMP, AL, Imm('"'), "")
	c.i1(JE, Target("log_field_quote"), "")
	c.i2(CMP, AL, Imm('\\'), "")
	c.i1(JE, Target("log_field_quote"), "")
	c.i2(SUB, EAX, Imm(' '), "")
	c.i2(CMP, EAX, Imm('~'-' '), "")
	c.i2(LEA, EAX, M(0, RAX, ' '), "the flags stay")
	c.i1(JA, Target("log_field_hex"), "a tab, DEL, and what is no ASCII")
	c.label("log_field_plain")
	c.i2(MOV, at(1, RDI, 0), AL, "")
	c.i1(INC, EDI, "")
	c.label("log_field_next")
	c.i2(CMP, EDI, R11D, "")
	c.i1(JA, Target("log_field_end"), "the start of a value that is longer")
	c.i2(CMP, ECX, EDX, "")
	c.i1(JB, Target("log_field_byte"), "")
	c.label("log_field_end")
	c.i0(RET, "")
	c.label("log_field_none")
	c.i2(MOV, at(1, RDI, 0), Imm('-'), "")
	c.i1(INC, EDI, "")
	c.i0(RET, "")
	c.label("log_field_quote")
	c.i2(MOV, at(1, RDI, 0), Imm('\\'), "")
	c.i1(INC, EDI, "")
	c.i1(JMP, Target("log_field_plain"), "")
	c.label("log_field_hex")
	c.i2(MOV, at(2, RDI, 0), Imm('x'<<8|'\\'), "")
	c.i2(SHR, EAX, Imm(4), "")
	c.i2(MOVZX, EAX, MX(1, RSI, RAX, 0), "")
	c.i2(MOV, at(1, RDI, 2), AL, "")
	c.i2(MOVZX, EAX, at(1, RCX, -1), "the byte again")
	c.i2(AND, EAX, Imm(0xf), "")
	c.i2(MOVZX, EAX, MX(1, RSI, RAX, 0), "")
	c.i2(MOV, at(1, RDI, 3), AL, "")
	c.i2(ADD, EDI, Imm(4), "")
	c.i1(JMP, Target("log_field_next"), "")
}

// appendFields appends what is noted of them to the line: nothing, where the request line
// was refused.
func (c *code) appendFields() {
	c.i2(MOV, M(1, RDI, 0), Imm(' '), "")
	c.i1(INC, RDI, "")
	c.i2(MOV, ESI, slot(4, slotNoteFields), "")
	c.i2(MOV, ECX, slot(4, slotNoteEnd), "")
	c.i2(SUB, ECX, ESI, "their length")
	c.i1(JZ, Target("log_no_fields"), "")
	c.i2(CMP, ECX, Imm(2*logField+slack), "")
	c.i1(JA, Target("log_done"), "never: log_field has cut them")
	c.i2(LEA, RSI, at(0, RSI, 0), "")
	c.i0(REPMOVSB, "")
	c.label("log_fields_there")
}
