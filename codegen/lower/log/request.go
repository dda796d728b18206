package log

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// logRequest notes the request line: behind it there may be nothing left of it when the
// response is due.
func logRequest(c *emit.Code) {
	f := logForm(c)
	c.Routine("log_request", "in: rsi, rdi start and end of the path in the buffer", "keeps: rbx rsi rdi r8 to r15", "clobbers: rax rcx rdx")
	c.I2(MOV, EDX, ESI, "in registers: the proof has no room for two more variables of the stack")
	c.I2(MOV, EAX, EDI, "")
	c.I2(LEA, RDI, M(0, RBP, noteAt(c)), "")
	logText(c, "log_method", f.method)
	logMethod(c)
	logText(c, "log_path", f.path)
	c.I2(MOV, ECX, EAX, "the path's end,")
	c.I2(SUB, ECX, EDX, "less its start")
	c.I2(MOV, ESI, Imm(layout.LogPath), "")
	c.I2(CMP, ECX, ESI, "")
	c.I2(CMOVA, ECX, ESI, "the start of a path that is longer")
	c.I2(LEA, RSI, layout.At(0, RDX, 0), "")
	c.I0(REPMOVSB, "")
	logQuery(c)
	c.Lea(RSI, "log_http11", "")
	if f.http10 != f.http11 {
		c.I2(TEST, R9B, Imm(layout.IsHTTP10), "")
		c.I1(JZ, Target("log_version"), "")
		c.Lea(RSI, "log_http10", "")
		c.Datum(emit.NearSized("log_http10", f.http10))
		c.Label("log_version")
	}
	c.Datum(emit.NearSized("log_http11", f.http11))
	c.Call("append", "")
	c.I2(SUB, RDI, RBP, "")
	c.I2(MOV, layout.Slot(4, slotNoteEnd), EDI, "")
	if c.LogsFields() {
		c.I2(MOV, layout.Slot(4, slotNoteFields), EDI, "no fields yet")
	}
	c.I2(MOV, ESI, EDX, "")
	c.I2(MOV, EDI, EAX, "")
	c.I0(RET, "")
}

// logQuery appends the query, with its question mark or under a name of its own. Quotes
// and backslashes may stand in it; they get a backslash, in both forms. What does not fit
// is cut.
func logQuery(c *emit.Code) {
	c.I2(MOV, ESI, EAX, "the path's end: where it had escapes, bytes of it are left behind that")
	c.Label("log_query_mark")
	c.I2(CMP, ESI, R10D, "never: a space comes first")
	c.I1(JAE, Target("log_query_end"), "")
	c.I2(MOVZX, ECX, layout.At(1, RSI, 0), "")
	c.I1(INC, ESI, "")
	c.I2(CMP, CL, Imm(' '), "in front of the version")
	c.I1(JE, Target("log_query_end"), "")
	c.I2(CMP, CL, Imm('?'), "no path has it")
	c.I1(JNE, Target("log_query_mark"), "")
	if query := logForm(c).query; len(query) == 1 {
		logText(c, "log_query", query)
	} else {
		c.I1(PUSH, RSI, "")
		logText(c, "log_query", query)
		c.I1(POP, RSI, "")
	}
	c.I2(SUB, RDI, RBP, "an offset from here on")
	c.Label("log_query_byte")
	c.I2(CMP, ESI, R10D, "never: a space comes first")
	c.I1(JAE, Target("log_query_done"), "")
	c.I2(MOVZX, ECX, layout.At(1, RSI, 0), "")
	c.I1(INC, ESI, "")
	c.I2(CMP, CL, Imm(' '), "in front of the version")
	c.I1(JE, Target("log_query_done"), "")
	c.I2(CMP, EDI, Imm(noteAt(c)+requestSize(c)-layout.LogVersion), "no more fits")
	c.I1(JAE, Target("log_query_done"), "")
	c.I2(CMP, CL, Imm('"'), "")
	c.I1(JE, Target("log_query_escape"), "")
	c.I2(CMP, CL, Imm('\\'), "")
	c.I1(JNE, Target("log_query_plain"), "")
	c.Label("log_query_escape")
	c.I2(MOV, layout.At(1, RDI, 0), Imm('\\'), "")
	c.I1(INC, EDI, "")
	c.Label("log_query_plain")
	c.I2(MOV, layout.At(1, RDI, 0), CL, "")
	c.I1(INC, EDI, "")
	c.I1(JMP, Target("log_query_byte"), "")
	c.Label("log_query_done")
	c.I2(LEA, RDI, layout.At(0, RDI, 0), "")
	c.Label("log_query_end")
}

// NoteMethod keeps 16 bytes of the request line, of which as many are the method as stand in front of its space:
// where that line starts would be a variable for the proof, up to the response.
func NoteMethod(c *emit.Code) {
	c.I2(MOVDQU, XMM0, layout.At(16, R8, 0), "the method, for the access log")
	c.I2(MOVDQU, layout.Slot(16, slotMethod), XMM0, "")
}

// logMethod appends the method.
func logMethod(c *emit.Code) {
	c.I2(MOVDQU, XMM0, layout.Slot(16, slotMethod), "")
	c.I2(MOVDQU, M(16, RDI, 0), XMM0, "those that are too many are written over")
	c.I2(PCMPEQB, XMM0, XMM4, "where a space is")
	c.I2(PMOVMSKB, ECX, XMM0, "")
	c.I2(BSF, ECX, ECX, "the first one")
	c.I2(AND, ECX, Imm(layout.MaxMethod), "the longest that the server knows: so it changes nothing")
	c.I2(ADD, RDI, RCX, "")
}
