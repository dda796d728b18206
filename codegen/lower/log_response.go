package lower

import (
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

func (c *code) logResponse() {
	f := c.logForm()
	c.routine("log_response", "Puts the line together.", "in: rbx response; r9 the request; r14 end of what was read; slotStamp", "keeps: rbx r8 to r10, r12 to r15")
	c.i2(TEST, R9D, Imm(isQuiet), "")
	c.i1(JNZ, Target("log_done"), "")
	if c.logsFields() {
		c.call("log_fields", "")
	}
	if c.namesClient() {
		c.call("find_client", "")
	}
	c.call("log_start", "")
	c.logDate()
	c.i2(MOV, ECX, slot(4, c.slotRequestEnd()), "")
	c.i2(SUB, ECX, Imm(c.noteAt()), "the length of what is noted of the request line")
	c.i1(JZ, Target("log_unknown"), "there is none that is one")
	c.i2(CMP, ECX, Imm(c.noteSize()), "")
	c.i1(JA, Target("log_done"), "never: log_request has cut it")
	c.i2(LEA, RSI, M(0, RBP, c.noteAt()), "")
	c.i0(REPMOVSB, "")
	c.label("log_status")
	c.logStatus()
	c.i2(MOV, M(4, RDI, 0), EAX, "three digits, and a byte that is written over")
	c.i2(ADD, RDI, Imm(3), "")
	c.logText("log_bytes", f.bytes)
	c.logBytes()
	c.call("append_number", "")
	if c.logsFields() {
		c.appendFields()
	}
	c.logText("log_end", f.end)
	c.i2(SUB, EDI, EBP, "")
	c.i2(MOV, slot(4, slotLogDue), EDI, "it is written behind the response")
	c.label("log_done")
	c.i0(RET, "")
	c.label("log_unknown")
	c.logText("log_unknown_text", f.unknown)
	c.i1(JMP, Target("log_status"), "")
	if c.logsFields() {
		c.label("log_no_fields")
		c.logText("log_no_fields_text", `"-" "-"`)
		c.i1(JMP, Target("log_fields_there"), "")
	}
}

// logDate appends the date: in JSON as RFC 3339 has it, else as strftime(3) has it of
// %d/%b/%Y:%H:%M:%S. Both are of UTC.
func (c *code) logDate() {
	c.logText("log_date", c.logForm().date)
	if c.plan.Server.AccessLog == plan.LogJSON {
		c.copyStamp(0, stampYear)
		c.i2(MOV, M(1, RDI, 4), Imm('-'), "")
		c.i2(MOVZX, EAX, slot(2, slotMonth), "")
		c.i2(MOV, M(2, RDI, 5), AX, "")
		c.i2(MOV, M(1, RDI, 7), Imm('-'), "")
		c.i2(MOVZX, EAX, slot(2, stampDay), "")
		c.i2(MOV, M(2, RDI, 8), AX, "")
		c.i2(MOV, M(1, RDI, 10), Imm('T'), "")
		c.copyStamp(11, stampHour)
		c.i2(ADD, RDI, Imm(len("2006-01-02T15:04:05")), "")
	} else {
		c.copyStamp(0, stampDay)
		c.copyStamp(4, stampDay+4)
		c.i2(MOV, M(1, RDI, 2), Imm('/'), "")
		c.i2(MOV, M(1, RDI, 6), Imm('/'), "")
		c.i2(MOV, M(1, RDI, 11), Imm(':'), "")
		c.i2(ADD, RDI, Imm(len("02/Jan/2006:15:04:05")), "")
	}
	c.logText("log_zone", c.logForm().zone)
}

// copyStamp copies 16 bytes of the date to a place in the line; those that are too many are
// written over. In one go they are no variable for the proof, of which it holds a few.
func (c *code) copyStamp(to, from int32) {
	c.i2(MOVDQU, XMM0, slot(16, from), "")
	c.i2(MOVDQU, M(16, RDI, to), XMM0, "")
}

// logStatus gets the digits of the status: of a response from its record.
func (c *code) logStatus() {
	if c.hasResources() {
		for _, d := range []struct {
			bit    int64
			status string
		}{{is304, "304 "}, {is206, "206 "}, {is416, "416 "}} {
			c.i2(MOV, EAX, Imm(le32(d.status)), "")
			c.i2(TEST, R9D, Imm(d.bit), "")
			c.i1(JNZ, Target("log_status_known"), "")
		}
	}
	c.logRenderedStatus()
	c.i2(LEA, RSI, M(0, RBX, stockHeader), "a stock response starts with it")
	c.i2(TEST, M(1, RBX, 1), Imm(stockMark), "")
	c.i1(JNZ, Target("log_status_there"), "")
	if c.renders() && !c.hasForm(plan.ValueStatus) {
		c.label("log_status_whole")
	}
	c.i2(LEA, RSI, M(0, RBX, c.recordSize()+int32(len(plan.StatusStart))), "")
	c.label("log_status_there")
	c.i2(MOV, EAX, M(4, RSI, 0), "")
	c.label("log_status_known")
}

// logBytes gets the number of bytes of content that are sent, into eax.
func (c *code) logBytes() {
	c.i2(XOR, ECX, ECX, "none for HEAD,")
	c.i2(TEST, R9B, Imm(isHead), "")
	c.i1(JNZ, Target("log_bytes_known"), "")
	if c.renders() {
		c.logRendered()
	}
	c.i2(TEST, M(1, RBX, 1), Imm(stockMark), "nor in a stock response")
	c.i1(JNZ, Target("log_bytes_known"), "")
	if c.hasResources() {
		c.i2(TEST, R9D, Imm(is304|is416), "nor in these")
		c.i1(JNZ, Target("log_bytes_known"), "")
		c.i2(TEST, R9D, Imm(is206), "")
		c.i1(JZ, Target("log_bytes_whole"), "")
		c.i2(MOV, ECX, slot(4, slotLast), "")
		c.i2(SUB, ECX, slot(4, slotFirst), "")
		c.i1(INC, ECX, "")
		c.i1(JMP, Target("log_bytes_known"), "")
		c.label("log_bytes_whole")
	}
	c.contentLengthOf(ECX)
	c.label("log_bytes_known")
	c.i2(MOV, EAX, ECX, "")
}
