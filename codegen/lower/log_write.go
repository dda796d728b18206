package lower

import (
	. "github.com/verbosel/verbosel/codegen/x64"
)

// pollOut is POLLOUT of poll(2): there is room for PIPE_BUF bytes, or a write fails at once. A file has pollIn
// as well, always.
const pollIn, pollOut = 1, 4

// logWrite drops a line that cannot be written at once.
func (c *code) logWrite() {
	c.routine("log_write", "Writes the line that waits, if there is one, or drops it.", "clobbers: rax rcx rdx rsi rdi r11")
	c.i2(CMP, slot(4, slotLogDue), Imm(c.logAt()), "")
	c.i1(JE, Target("log_written"), "")
	c.i2(CMP, R13D, Imm(1), "started without standard output: its number is the client's")
	c.i1(JE, Target("log_written"), "")
	if c.loops() {
		c.logAtOnce()
	}
	c.i2(LEA, RDI, M(0, RBP, slotPoll), "")
	c.i2(MOV, M(4, RDI, 0), Imm(1), "fd: standard output")
	c.i2(MOV, M(4, RDI, 4), Imm(pollOut), "events, and no revents")
	c.i2(MOV, ESI, Imm(1), "of one descriptor")
	c.i2(XOR, EDX, EDX, "at once")
	c.syscall(sysPoll, "")
	c.i1(DEC, EAX, "")
	c.i1(JNZ, Target("log_dropped"), "nobody reads")
	if c.loops() {
		c.label("log_now")
	}
	c.i2(MOV, EDX, slot(4, slotLogDue), "")
	c.i2(SUB, EDX, Imm(c.logAt()), "")
	c.i2(LEA, RSI, M(0, RBP, c.logAt()), "")
	c.i2(MOV, EDI, Imm(1), "standard output")
	c.syscall(sysWrite, "whether or not it works")
	c.label("log_dropped")
	c.i2(MOV, slot(4, slotLogDue), Imm(c.logAt()), "")
	c.label("log_written")
	c.i0(RET, "")
	if c.loops() {
		c.logFull()
	}
}

// rwfNowait is RWF_NOWAIT of pwritev2(2): EAGAIN, where it would wait. Linux knows it of pipes since 6.4, and of
// few file systems, which do wait for their disk then.
const rwfNowait = 8

// logAtOnce writes the line where that waits for nobody: of several processes that have seen the last room in a
// pipe all but one would wait, and one that is a loop keeps all its clients waiting. Where the kernel does not
// know how, poll has to do. (Standard output is no client's: where it was not open, boot has its number.)
func (c *code) logAtOnce() {
	c.i2(MOV, EDX, slot(4, slotLogDue), "")
	c.i2(SUB, EDX, Imm(c.logAt()), "")
	c.i2(LEA, RSI, M(0, RBP, c.logAt()), "")
	c.i2(MOV, RBX, R9, "the response is sent")
	c.i1(PUSH, RDX, "struct iovec: how many bytes,")
	c.i1(PUSH, RSI, "and where")
	c.i2(MOV, R9D, Imm(rwfNowait), "RWF_NOWAIT")
	c.i2(MOV, R10, Imm(-1), "where it is in the file")
	c.i2(MOV, EDX, Imm(1), "one range")
	c.i2(MOV, RSI, RSP, "")
	c.i2(MOV, EDI, Imm(1), "standard output")
	c.syscall(sysPwritev2, "")
	c.i1(POP, RSI, "")
	c.i1(POP, RDX, "")
	c.i2(MOV, R9, RBX, "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JNS, Target("log_dropped"), "written")
	c.i2(CMP, EAX, Imm(-eagain), "EAGAIN: it would wait")
	c.i1(JE, Target("log_full"), "")
}

// logFull drops a line that would have to wait for a reader; one that has to wait for a disk waits.
func (c *code) logFull() {
	c.routine("log_full", "Is standard output a file, which may be read and written at any time?")
	c.i2(LEA, RDI, M(0, RBP, slotPoll), "")
	c.i2(MOV, M(4, RDI, 0), Imm(1), "fd: standard output")
	c.i2(MOV, M(4, RDI, 4), Imm(pollIn|pollOut), "events, and no revents")
	c.i2(MOV, ESI, Imm(1), "of one descriptor")
	c.i2(XOR, EDX, EDX, "at once")
	c.syscall(sysPoll, "")
	c.i2(CMP, slot(4, slotPoll+4), Imm((pollIn|pollOut)<<16|pollIn|pollOut), "events, and revents as many")
	c.i1(JE, Target("log_now"), "")
	c.i1(JMP, Target("log_dropped"), "")
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
