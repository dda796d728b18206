package log

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// pollOut is POLLOUT of poll(2): there is room for PIPE_BUF bytes, or a write fails at once. A file has PollIn
// as well, always.
const PollIn, pollOut = 1, 4

// logWrite drops a line that cannot be written at once.
func logWrite(c *emit.Code) {
	c.Routine("log_write", "Writes the line that waits, if there is one, or drops it.", "clobbers: rax rcx rdx rsi rdi r11")
	c.I2(CMP, layout.Slot(4, slotLogDue), Imm(logAt(c)), "")
	c.I1(JE, Target("log_written"), "")
	c.I2(CMP, R13D, Imm(1), "started without standard output: its number is the client's")
	c.I1(JE, Target("log_written"), "")
	if c.Loops() {
		logAtOnce(c)
	}
	c.I2(LEA, RDI, M(0, RBP, slotPoll), "")
	c.I2(MOV, M(4, RDI, 0), Imm(1), "fd: standard output")
	c.I2(MOV, M(4, RDI, 4), Imm(pollOut), "events, and no revents")
	c.I2(MOV, ESI, Imm(1), "of one descriptor")
	c.I2(XOR, EDX, EDX, "at once")
	c.Syscall(emit.SysPoll, "")
	c.I1(DEC, EAX, "")
	c.I1(JNZ, Target("log_dropped"), "nobody reads")
	if c.Loops() {
		c.Label("log_now")
	}
	c.I2(MOV, EDX, layout.Slot(4, slotLogDue), "")
	c.I2(SUB, EDX, Imm(logAt(c)), "")
	c.I2(LEA, RSI, M(0, RBP, logAt(c)), "")
	c.I2(MOV, EDI, Imm(1), "standard output")
	c.Syscall(emit.SysWrite, "whether or not it works")
	c.Label("log_dropped")
	c.I2(MOV, layout.Slot(4, slotLogDue), Imm(logAt(c)), "")
	c.Label("log_written")
	c.I0(RET, "")
	if c.Loops() {
		logFull(c)
	}
}

// rwfNowait is RWF_NOWAIT of pwritev2(2): EAGAIN, where it would wait. Linux knows it of pipes since 6.4, and of
// few file systems, which do wait for their disk then.
const rwfNowait = 8

// logAtOnce writes the line where that waits for nobody: of several processes that have seen the last room in a
// pipe all but one would wait, and one that is a loop keeps all its clients waiting. Where the kernel does not
// know how, poll has to do. (Standard output is no client's: where it was not open, boot has its number.)
func logAtOnce(c *emit.Code) {
	c.I2(MOV, EDX, layout.Slot(4, slotLogDue), "")
	c.I2(SUB, EDX, Imm(logAt(c)), "")
	c.I2(LEA, RSI, M(0, RBP, logAt(c)), "")
	c.I2(MOV, RBX, R9, "the response is sent")
	c.I1(PUSH, RDX, "struct iovec: how many bytes,")
	c.I1(PUSH, RSI, "and where")
	c.I2(MOV, R9D, Imm(rwfNowait), "RWF_NOWAIT")
	c.I2(MOV, R10, Imm(-1), "where it is in the file")
	c.I2(MOV, EDX, Imm(1), "one range")
	c.I2(MOV, RSI, RSP, "")
	c.I2(MOV, EDI, Imm(1), "standard output")
	c.Syscall(emit.SysPwritev2, "")
	c.I1(POP, RSI, "")
	c.I1(POP, RDX, "")
	c.I2(MOV, R9, RBX, "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JNS, Target("log_dropped"), "written")
	c.I2(CMP, EAX, Imm(-emit.Eagain), "EAGAIN: it would wait")
	c.I1(JE, Target("log_full"), "")
}

// logFull drops a line that would have to wait for a reader; one that has to wait for a disk waits.
func logFull(c *emit.Code) {
	c.Routine("log_full", "Is standard output a file, which may be read and written at any time?")
	c.I2(LEA, RDI, M(0, RBP, slotPoll), "")
	c.I2(MOV, M(4, RDI, 0), Imm(1), "fd: standard output")
	c.I2(MOV, M(4, RDI, 4), Imm(PollIn|pollOut), "events, and no revents")
	c.I2(MOV, ESI, Imm(1), "of one descriptor")
	c.I2(XOR, EDX, EDX, "at once")
	c.Syscall(emit.SysPoll, "")
	c.I2(CMP, layout.Slot(4, slotPoll+4), Imm((PollIn|pollOut)<<16|PollIn|pollOut), "events, and revents as many")
	c.I1(JE, Target("log_now"), "")
	c.I1(JMP, Target("log_dropped"), "")
}

// AfterResponse writes the line of a response that is sent: in front of all that is read
// behind it, so that a client that goes on sending does not delay it.
func AfterResponse(c *emit.Code) {
	if c.Logs() {
		c.Call("log_write", "")
	}
}

// AfterFailure is where a child goes that cannot send.
func AfterFailure(c *emit.Code) string {
	if c.Logs() {
		return "finish_logged"
	}
	return "finish"
}

// finishLogged: an interim response may have failed as well, for which no line waits.
func finishLogged(c *emit.Code) {
	c.Routine("finish_logged", "Ends the child behind a response that could not be sent whole.")
	c.Call("log_write", "")
	c.I1(JMP, Target("finish"), "")
}
