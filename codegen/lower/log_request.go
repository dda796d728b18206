package lower

import (
	. "github.com/verbosel/verbosel/codegen/x64"
)

// logRequest notes the request line: behind it there may be nothing left of it when the
// response is due.
func (c *code) logRequest() {
	f := c.logForm()
	c.routine("log_request", "in: rsi, rdi start and end of the path in the buffer", "keeps: rbx rsi rdi r8 to r15", "clobbers: rax rcx rdx")
	c.i2(MOV, EDX, ESI, "in registers: the proof has no room for two more variables of the stack")
	c.i2(MOV, EAX, EDI, "")
	c.i2(LEA, RDI, M(0, RBP, c.noteAt()), "")
	c.logText("log_method", f.method)
	c.logMethod()
	c.logText("log_path", f.path)
	c.i2(MOV, ECX, EAX, "the path's end,")
	c.i2(SUB, ECX, EDX, "less its start")
	c.i2(MOV, ESI, Imm(logPath), "")
	c.i2(CMP, ECX, ESI, "")
	c.i2(CMOVA, ECX, ESI, "the start of a path that is longer")
	c.i2(LEA, RSI, at(0, RDX, 0), "")
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
	c.i2(MOV, ESI, EDX, "")
	c.i2(MOV, EDI, EAX, "")
	c.i0(RET, "")
}

// logQuery appends the query, with its question mark or under a name of its own. Quotes
// and backslashes may stand in it; they get a backslash, in both forms. What does not fit
// is cut.
func (c *code) logQuery() {
	c.i2(MOV, ESI, EAX, "the path's end: where it had escapes, bytes of it are left behind that")
	c.label("log_query_mark")
	c.i2(CMP, ESI, R10D, "never: a space comes first")
	c.i1(JAE, Target("log_query_end"), "")
	c.i2(MOVZX, ECX, at(1, RSI, 0), "")
	c.i1(INC, ESI, "")
	c.i2(CMP, CL, Imm(' '), "in front of the version")
	c.i1(JE, Target("log_query_end"), "")
	c.i2(CMP, CL, Imm('?'), "no path has it")
	c.i1(JNE, Target("log_query_mark"), "")
	if query := c.logForm().query; len(query) == 1 {
		c.logText("log_query", query)
	} else {
		c.i1(PUSH, RSI, "")
		c.logText("log_query", query)
		c.i1(POP, RSI, "")
	}
	c.i2(SUB, RDI, RBP, "an offset from here on")
	c.label("log_query_byte")
	c.i2(CMP, ESI, R10D, "never: a space comes first")
	c.i1(JAE, Target("log_query_done"), "")
	c.i2(MOVZX, ECX, at(1, RSI, 0), "")
	c.i1(INC, ESI, "")
	c.i2(CMP, CL, Imm(' '), "in front of the version")
	c.i1(JE, Target("log_query_done"), "")
	c.i2(CMP, EDI, Imm(c.noteAt()+c.requestSize()-logVersion), "no more fits")
	c.i1(JAE, Target("log_query_done"), "")
	c.i2(CMP, CL, Imm('"'), "")
	c.i1(JE, Target("log_query_escape"), "")
	c.i2(CMP, CL, Imm('\\'), "")
	c.i1(JNE, Target("log_query_plain"), "")
	c.label("log_query_escape")
	c.i2(MOV, at(1, RDI, 0), Imm('\\'), "")
	c.i1(INC, EDI, "")
	c.label("log_query_plain")
	c.i2(MOV, at(1, RDI, 0), CL, "")
	c.i1(INC, EDI, "")
	c.i1(JMP, Target("log_query_byte"), "")
	c.label("log_query_done")
	c.i2(LEA, RDI, at(0, RDI, 0), "")
	c.label("log_query_end")
}

// noteMethod keeps 16 bytes of the request line, of which as many are the method as stand in front of its space:
// where that line starts would be a variable for the proof, up to the response.
func (c *code) noteMethod() {
	c.i2(MOVDQU, XMM0, at(16, R8, 0), "the method, for the access log")
	c.i2(MOVDQU, slot(16, slotMethod), XMM0, "")
}

// logMethod appends the method.
func (c *code) logMethod() {
	c.i2(MOVDQU, XMM0, slot(16, slotMethod), "")
	c.i2(MOVDQU, M(16, RDI, 0), XMM0, "those that are too many are written over")
	c.i2(PCMPEQB, XMM0, XMM4, "where a space is")
	c.i2(PMOVMSKB, ECX, XMM0, "")
	c.i2(BSF, ECX, ECX, "the first one")
	c.i2(AND, ECX, Imm(maxMethod), "the longest that the server knows: so it changes nothing")
	c.i2(ADD, RDI, RCX, "")
}
