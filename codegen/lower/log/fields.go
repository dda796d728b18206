package log

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/slots"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// The combined form ends with two fields of the request, Referer and User-Agent. Where they
// are is kept while the head is read; they are copied when the response is due, or a body
// is about to be read over them.

// logSpanAt is where such a variable is, from rbp.
func logSpanAt(c *emit.Code, span int32) int32 { return span - c.RequestSlots() }

// KeepField keeps where a field's value is: in ecx and edx. Of several it is the last.
func KeepField(span int32) func(*emit.Code) {
	return func(c *emit.Code) {
		if c.Plan.Server.KeepAlive {
			c.FromStart(ECX)
			c.FromStart(EDX)
		}
		c.I2(MOV, layout.Slot(2, logSpanAt(c, span)), ECX.As(2), "its place, for the access log")
		c.I2(MOV, layout.Slot(2, logSpanAt(c, span)+2), EDX.As(2), "")
		c.I1(JMP, Target("next_field"), "")
	}
}

// logFields notes the fields, each in quotes.
func logFields(c *emit.Code) {
	c.Routine("log_fields", "in: r14 end of what was read", "keeps: rbx r8 to r10, r12 to r15")
	c.I2(MOV, EDI, layout.Slot(4, slotNoteFields), "")
	c.I2(CMP, EDI, layout.Slot(4, slotNoteEnd), "")
	c.I1(JNE, Target("log_fields_end"), "they are noted already")
	c.I2(LEA, EAX, M(0, RDI, -noteAt(c)-1), "")
	c.I2(CMP, EAX, Imm(requestSize(c)), "nothing is noted; nor is that ever longer")
	c.I1(JAE, Target("log_fields_end"), "")
	c.I2(MOV, layout.At(1, RDI, 0), Imm('"'), "")
	c.I1(INC, EDI, "")
	slots.LoadSpan(c, logSpanAt(c, layout.SpanReferer), logSpanAt(c, layout.SpanReferer)+2, "")
	c.Call("log_field", "")
	c.I2(MOV, layout.At(4, RDI, 0), Imm(emit.Le32(`" "-`)), "and a byte that is written over")
	c.I2(ADD, EDI, Imm(3), "")
	slots.LoadSpan(c, logSpanAt(c, layout.SpanUserAgent), logSpanAt(c, layout.SpanUserAgent)+2, "")
	c.Call("log_field", "")
	c.I2(MOV, layout.At(1, RDI, 0), Imm('"'), "")
	c.I1(INC, EDI, "")
	c.I2(MOV, layout.Slot(4, slotNoteEnd), EDI, "")
	c.Label("log_fields_end")
	c.I0(RET, "")
	logFieldRoutine(c)
}

// logFieldRoutine copies a value, so that it cannot end the quotes or the line.
func logFieldRoutine(c *emit.Code) {
	c.Routine("log_field", "in: ecx, edx start and end of a value; r14 end of what was read; edi where it goes", "out: edi behind it", "clobbers: rax rcx rsi r11")
	c.I2(CMP, EDX, R14D, "")
	c.I1(JA, Target("log_field_none"), "never: it is a part of the head")
	c.I2(CMP, ECX, EDX, "")
	c.I1(JAE, Target("log_field_none"), "not there, or empty")
	c.I2(LEA, R11D, M(0, RDI, layout.LogField-4), "where an escape still fits")
	c.Lea(RSI, "log_digits", "")
	c.Label("log_field_byte")
	c.I2(MOVZX, EAX, layout.At(1, RCX, 0), "")
	c.I1(INC, ECX, "")
	c.I2(CMP, AL, Imm('"'), "")
	c.I1(JE, Target("log_field_quote"), "")
	c.I2(CMP, AL, Imm('\\'), "")
	c.I1(JE, Target("log_field_quote"), "")
	c.I2(SUB, EAX, Imm(' '), "")
	c.I2(CMP, EAX, Imm('~'-' '), "")
	c.I2(LEA, EAX, M(0, RAX, ' '), "the flags stay")
	c.I1(JA, Target("log_field_hex"), "a tab, DEL, and what is no ASCII")
	c.Label("log_field_plain")
	c.I2(MOV, layout.At(1, RDI, 0), AL, "")
	c.I1(INC, EDI, "")
	c.Label("log_field_next")
	c.I2(CMP, EDI, R11D, "")
	c.I1(JA, Target("log_field_end"), "the start of a value that is longer")
	c.I2(CMP, ECX, EDX, "")
	c.I1(JB, Target("log_field_byte"), "")
	c.Label("log_field_end")
	c.I0(RET, "")
	c.Label("log_field_none")
	c.I2(MOV, layout.At(1, RDI, 0), Imm('-'), "")
	c.I1(INC, EDI, "")
	c.I0(RET, "")
	c.Label("log_field_quote")
	c.I2(MOV, layout.At(1, RDI, 0), Imm('\\'), "")
	c.I1(INC, EDI, "")
	c.I1(JMP, Target("log_field_plain"), "")
	c.Label("log_field_hex")
	c.I2(MOV, layout.At(2, RDI, 0), Imm('x'<<8|'\\'), "")
	c.I2(SHR, EAX, Imm(4), "")
	c.I2(MOVZX, EAX, MX(1, RSI, RAX, 0), "")
	c.I2(MOV, layout.At(1, RDI, 2), AL, "")
	c.I2(MOVZX, EAX, layout.At(1, RCX, -1), "the byte again")
	c.I2(AND, EAX, Imm(0xf), "")
	c.I2(MOVZX, EAX, MX(1, RSI, RAX, 0), "")
	c.I2(MOV, layout.At(1, RDI, 3), AL, "")
	c.I2(ADD, EDI, Imm(4), "")
	c.I1(JMP, Target("log_field_next"), "")
}

// appendFields appends what is noted of them to the line: nothing, where the request line
// was refused.
func appendFields(c *emit.Code) {
	c.I2(MOV, M(1, RDI, 0), Imm(' '), "")
	c.I1(INC, RDI, "")
	c.I2(MOV, ESI, layout.Slot(4, slotNoteFields), "")
	c.I2(MOV, ECX, layout.Slot(4, slotNoteEnd), "")
	c.I2(SUB, ECX, ESI, "their length")
	c.I1(JZ, Target("log_no_fields"), "")
	c.I2(CMP, ECX, Imm(2*layout.LogField+layout.Slack), "")
	c.I1(JA, Target("log_done"), "never: log_field has cut them")
	c.I2(LEA, RSI, layout.At(0, RSI, 0), "")
	c.I0(REPMOVSB, "")
	c.Label("log_fields_there")
}
