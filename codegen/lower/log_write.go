package lower

import (
	. "github.com/verbosel/verbosel/codegen/x64"
)

// pollOut is POLLOUT of poll(2): there is room for PIPE_BUF bytes, or a write fails at once.
const pollOut = 4

// logWrite drops a line that cannot be written at once.
func (c *code) logWrite() {
	c.routine("log_write", "Writes the line that waits, if there is one, or drops it.", "clobbers: rax rcx rdx rsi rdi r11")
	c.i2(CMP, slot(4, slotLogDue), Imm(c.logAt()), "")
	c.i1(JE, Target("log_written"), "")
	c.i2(CMP, R13D, Imm(1), "started without standard output: its number is the client's")
	c.i1(JE, Target("log_written"), "")
	c.i2(LEA, RDI, M(0, RBP, slotPoll), "")
	c.i2(MOV, M(4, RDI, 0), Imm(1), "fd: standard output")
	c.i2(MOV, M(4, RDI, 4), Imm(pollOut), "events, and no revents")
	c.i2(MOV, ESI, Imm(1), "of one descriptor")
	c.i2(XOR, EDX, EDX, "at once")
	c.syscall(sysPoll, "")
	c.i1(DEC, EAX, "")
	c.i1(JNZ, Target("log_dropped"), "nobody reads")
	c.i2(MOV, EDX, slot(4, slotLogDue), "")
	c.i2(SUB, EDX, Imm(c.logAt()), "")
	c.i2(LEA, RSI, M(0, RBP, c.logAt()), "")
	c.i2(MOV, EDI, Imm(1), "standard output")
	c.syscall(sysWrite, "whether or not it works")
	c.label("log_dropped")
	c.i2(MOV, slot(4, slotLogDue), Imm(c.logAt()), "")
	c.label("log_written")
	c.i0(RET, "")
}

// afterResponse writes the line of a response that is sent: in front of all that is read
// behind it, so that a client that goes on sending does not delay it.
func (c *code) afterResponse() {
	if c.logs() {
		c.call("log_write", "")
	}
}

// afterFailure is where a child goes that cannot send.
func (c *code) afterFailure() string {
	if c.logs() {
		return "finish_logged"
	}
	return "finish"
}

// finishLogged: an interim response may have failed as well, for which no line waits.
func (c *code) finishLogged() {
	c.routine("finish_logged", "Ends the child behind a response that could not be sent whole.")
	c.call("log_write", "")
	c.i1(JMP, Target("finish"), "")
}
