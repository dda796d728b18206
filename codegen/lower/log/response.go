package log

import (
	"github.com/verbosel/verbosel/codegen/lower/clock"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/resource"
	"github.com/verbosel/verbosel/codegen/lower/slots"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

func logResponse(c *emit.Code) {
	f := logForm(c)
	c.Routine("log_response", "Puts the line together.", "in: rbx response; r9 the request; r14 end of what was read; slotStamp", "keeps: rbx r8 to r10, r12 to r15")
	c.I2(TEST, R9D, Imm(layout.IsQuiet), "")
	c.I1(JNZ, Target("log_done"), "")
	if c.LogsFields() {
		c.Call("log_fields", "")
	}
	if c.NamesClient() {
		c.Call("find_client", "")
	}
	c.Call("log_start", "")
	logDate(c)
	c.I2(MOV, ECX, layout.Slot(4, slotRequestEnd(c)), "")
	c.I2(SUB, ECX, Imm(noteAt(c)), "the length of what is noted of the request line")
	c.I1(JZ, Target("log_unknown"), "there is none that is one")
	c.I2(CMP, ECX, Imm(c.NoteSize()), "")
	c.I1(JA, Target("log_done"), "never: log_request has cut it")
	c.I2(LEA, RSI, M(0, RBP, noteAt(c)), "")
	c.I0(REPMOVSB, "")
	c.Label("log_status")
	logStatus(c)
	c.I2(MOV, M(4, RDI, 0), EAX, "three digits, and a byte that is written over")
	c.I2(ADD, RDI, Imm(3), "")
	logText(c, "log_bytes", f.bytes)
	logBytes(c)
	c.Call("append_number", "")
	if c.LogsFields() {
		appendFields(c)
	}
	logText(c, "log_end", f.end)
	c.I2(SUB, EDI, EBP, "")
	c.I2(MOV, layout.Slot(4, slotLogDue), EDI, "it is written behind the response")
	c.Label("log_done")
	c.I0(RET, "")
	c.Label("log_unknown")
	logText(c, "log_unknown_text", f.unknown)
	c.I1(JMP, Target("log_status"), "")
	if c.LogsFields() {
		c.Label("log_no_fields")
		logText(c, "log_no_fields_text", `"-" "-"`)
		c.I1(JMP, Target("log_fields_there"), "")
	}
}

// logDate appends the date: in JSON as RFC 3339 has it, else as strftime(3) has it of
// %d/%b/%Y:%H:%M:%S. Both are of UTC.
func logDate(c *emit.Code) {
	logText(c, "log_date", logForm(c).date)
	if c.Plan.Server.AccessLog == plan.LogJSON {
		copyStamp(c, 0, clock.StampYear)
		c.I2(MOV, M(1, RDI, 4), Imm('-'), "")
		c.I2(MOVZX, EAX, layout.Slot(2, layout.SlotMonth), "")
		c.I2(MOV, M(2, RDI, 5), AX, "")
		c.I2(MOV, M(1, RDI, 7), Imm('-'), "")
		c.I2(MOVZX, EAX, layout.Slot(2, clock.StampDay), "")
		c.I2(MOV, M(2, RDI, 8), AX, "")
		c.I2(MOV, M(1, RDI, 10), Imm('T'), "")
		copyStamp(c, 11, clock.StampHour)
		c.I2(ADD, RDI, Imm(len("2006-01-02T15:04:05")), "")
	} else {
		copyStamp(c, 0, clock.StampDay)
		copyStamp(c, 4, clock.StampDay+4)
		c.I2(MOV, M(1, RDI, 2), Imm('/'), "")
		c.I2(MOV, M(1, RDI, 6), Imm('/'), "")
		c.I2(MOV, M(1, RDI, 11), Imm(':'), "")
		c.I2(ADD, RDI, Imm(len("02/Jan/2006:15:04:05")), "")
	}
	logText(c, "log_zone", logForm(c).zone)
}

// copyStamp copies 16 bytes of the date to a place in the line; those that are too many are
// written over. In one go they are no variable for the proof, of which it holds a few.
func copyStamp(c *emit.Code, to, from int32) {
	c.I2(MOVDQU, XMM0, layout.Slot(16, from), "")
	c.I2(MOVDQU, M(16, RDI, to), XMM0, "")
}

// logStatus gets the digits of the status: of a response from its record.
func logStatus(c *emit.Code) {
	if c.HasResources() {
		for _, d := range []struct {
			bit    int64
			status string
		}{{resource.Is304, "304 "}, {resource.Is206, "206 "}, {resource.Is416, "416 "}} {
			c.I2(MOV, EAX, Imm(emit.Le32(d.status)), "")
			c.I2(TEST, R9D, Imm(d.bit), "")
			c.I1(JNZ, Target("log_status_known"), "")
		}
	}
	logRenderedStatus(c)
	c.I2(LEA, RSI, M(0, RBX, layout.StockHeader), "a stock response starts with it")
	c.I2(TEST, M(1, RBX, 1), Imm(layout.StockMark), "")
	c.I1(JNZ, Target("log_status_there"), "")
	if c.Renders() && !slots.HasForm(c, plan.ValueStatus) {
		c.Label("log_status_whole")
	}
	c.I2(LEA, RSI, M(0, RBX, c.RecordSize()+int32(len(plan.StatusStart))), "")
	c.Label("log_status_there")
	c.I2(MOV, EAX, M(4, RSI, 0), "")
	c.Label("log_status_known")
}

// logBytes gets the number of bytes of content that are sent, into eax.
func logBytes(c *emit.Code) {
	c.I2(XOR, ECX, ECX, "none for HEAD,")
	c.I2(TEST, R9B, Imm(layout.IsHead), "")
	c.I1(JNZ, Target("log_bytes_known"), "")
	if c.Renders() {
		logRendered(c)
	}
	c.I2(TEST, M(1, RBX, 1), Imm(layout.StockMark), "nor in a stock response")
	c.I1(JNZ, Target("log_bytes_known"), "")
	if c.HasResources() {
		c.I2(TEST, R9D, Imm(resource.Is304|resource.Is416), "nor in these")
		c.I1(JNZ, Target("log_bytes_known"), "")
		c.I2(TEST, R9D, Imm(resource.Is206), "")
		c.I1(JZ, Target("log_bytes_whole"), "")
		c.I2(MOV, ECX, layout.Slot(4, layout.SlotLast), "")
		c.I2(SUB, ECX, layout.Slot(4, layout.SlotFirst), "")
		c.I1(INC, ECX, "")
		c.I1(JMP, Target("log_bytes_known"), "")
		c.Label("log_bytes_whole")
	}
	resource.ContentLengthOf(c, ECX)
	c.Label("log_bytes_known")
	c.I2(MOV, EAX, ECX, "")
}
