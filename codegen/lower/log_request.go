package lower

import (
	. "github.com/verbosel/verbosel/codegen/x64"
)

// logRequest notes the request line: behind it there may be nothing left of it when the
// response is due.
func (c *code) logRequest() {
	f := c.logForm()
	c.routine("log_request", "in: rsi, rdi start and end of the path in the buffer", "keeps: rbx rsi rdi r8 to r15")
	c.i1(PUSH, R11, "")
	c.i1(PUSH, RSI, "")
	c.i1(PUSH, RDI, "")
	c.i2(LEA, RDI, M(0, RBP, c.noteAt()), "")
	c.logText("log_method", f.method)
	c.logMethod()
	c.logText("log_path", f.path)
	c.i2(MOV, RCX, M(8, RSP, 0), "the path's end")
	c.i2(MOV, RSI, M(8, RSP, 8), "and its start")
	c.i2(SUB, ECX, ESI, "")
	c.i2(LEA, RSI, at(0, RSI, 0), "")
	c.i2(MOV, EAX, Imm(logPath), "")
	c.i2(CMP, ECX, EAX, "")
	c.i2(CMOVA, ECX, EAX, "the start of a path that is longer")
	c.i0(REPMOVSB, "")
	c.logQuery()
	c.lea(RSI, "log_http11", "")
	if f.http10 != f.http11 {
		c.i2(TEST, R9B, Imm(isHTTP10), "")
		c.i1(JZ, Target("log_version"), "")
		c.lea(RSI, "log_http10", "")
		c.datum(nearSized("log_http10", f.http10))
		c.label("log_version")
	}
	c.datum(nearSized("log_http11", f.http11))
	c.call("append", "")
	c.i2(SUB, RDI, RBP, "")
	c.i2(MOV, slot(4, slotNoteEnd), EDI, "")
	if c.logsFields() {
		c.i2(MOV, slot(4, slotNoteFields), EDI, "no fields yet")
	}
	c.i1(POP, RDI, "")
	c.i1(POP, RSI, "")
	c.i1(POP, R11, "")
	c.i0(RET, "")
}

// logQuery appends the query, with its question mark or under a name of its own. Quotes
// and backslashes may stand in it; they get a backslash, in both forms. What does not fit
// is cut.
func (c *code) logQuery() {
	c.i2(MOV, R11, M(8, RSP, 0), "the path's end: where it had escapes, bytes of it are left behind that")
	c.label("log_query_mark")
	c.i2(CMP, R11D, R10D, "never: a space comes first")
	c.i1(JAE, Target("log_query_end"), "")
	c.i2(MOVZX, EAX, at(1, R11, 0), "")
	c.i1(INC, R11D, "")
	c.i2(CMP, AL, Imm(' '), "in front of the version")
	c.i1(JE, Target("log_query_end"), "")
	c.i2(CMP, AL, Imm('?'), "no path has it")
	c.i1(JNE, Target("log_query_mark"), "")
	c.logText("log_query", c.logForm().query)
	c.i2(SUB, RDI, RBP, "an offset from here on")
	c.label("log_query_byte")
	c.i2(CMP, R11D, R10D, "never: a space comes first")
	c.i1(JAE, Target("log_query_done"), "")
	c.i2(MOVZX, EAX, at(1, R11, 0), "")
	c.i1(INC, R11D, "")
	c.i2(CMP, AL, Imm(' '), "in front of the version")
	c.i1(JE, Target("log_query_done"), "")
	c.i2(CMP, EDI, Imm(c.noteAt()+c.requestSize()-logVersion), "no more fits")
	c.i1(JAE, Target("log_query_done"), "")
	c.i2(CMP, AL, Imm('"'), "")
	c.i1(JE, Target("log_query_escape"), "")
	c.i2(CMP, AL, Imm('\\'), "")
	c.i1(JNE, Target("log_query_plain"), "")
	c.label("log_query_escape")
	c.i2(MOV, at(1, RDI, 0), Imm('\\'), "")
	c.i1(INC, EDI, "")
	c.label("log_query_plain")
	c.i2(MOV, at(1, RDI, 0), AL, "")
	c.i1(INC, EDI, "")
	c.i1(JMP, Target("log_query_byte"), "")
	c.label("log_query_done")
	c.i2(LEA, RDI, at(0, RDI, 0), "")
	c.label("log_query_end")
}

// logMethod appends the method: 8 bytes of the request line, of which as many count as
// stand in front of its space.
func (c *code) logMethod() {
	c.i2(MOV, ESI, slot(4, slotLine), "")
	c.i2(MOVDQU, XMM0, at(16, RSI, 0), "")
	c.i2(PCMPEQB, XMM0, XMM4, "where a space is")
	c.i2(PMOVMSKB, ECX, XMM0, "")
	c.i2(BSF, ECX, ECX, "the first one")
	c.i2(AND, ECX, Imm(maxMethod), "the longest that the server knows: so it changes nothing")
	c.i2(MOV, RAX, at(8, RSI, 0), "")
	c.i2(MOV, M(8, RDI, 0), RAX, "")
	c.i2(ADD, RDI, RCX, "")
}
