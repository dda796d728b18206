package serve

import (
	"github.com/verbosel/verbosel/codegen/lower/clock"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/request"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// ReadMore is the only place that reads from a client.
func ReadMore(c *emit.Code) {
	s := c.Plan.Server
	c.Section("read: more of the request, within its limits of size and time")
	c.Routine("refill", "Empties the buffer and reads: a body's bytes are not kept.", "out: r8 cursor, at the new bytes", "clobbers: rax rcx rdx rsi rdi r11")
	c.I2(XOR, R8D, R8D, "")
	c.I2(XOR, R14D, R14D, "")
	if s.KeepAlive {
		c.I2(MOV, layout.Slot(4, layout.SlotStart), R14D, "")
	}
	c.Routine("read_more",
		"in: r14 end of what was read",
		"out: r14 at least one byte further; or leaves where the client, the buffer, the time or the reads are at their end",
		"keeps: rbx r8 r9 r10 r12 r13 (r8, r10, r14 move with the bytes)", "clobbers: rax rcx rdx rsi rdi r11")
	if c.Loops() {
		waitElsewhere(c)
	}
	if s.KeepAlive {
		makeRoom(c)
	}
	c.I2(MOV, EAX, R14D, "")
	c.I2(OR, EAX, R12D, "no byte yet, and no clock: nothing is measured")
	c.I1(JZ, Target("read"), "")
	clock.ReadClock(c, "the coarse clock: edx counts units of 2^32 ticks, no system call")
	c.I2(TEST, R12D, R12D, "")
	c.I1(JNZ, Target("clock_runs"), "")
	c.I2(LEA, R12D, M(0, RDX, int32(s.HeadSeconds)), "the head's deadline")
	c.Label("clock_runs")
	c.I2(CMP, EDX, R12D, "")
	c.I1(JA, Target("timed_out"), "a client that drips")
	c.Label("read")
	c.I2(MOV, EDX, Imm(c.Head()), "")
	c.I2(SUB, EDX, R14D, "room in the buffer")
	c.I1(JZ, Target("head_too_large"), "")
	c.I2(LEA, RSI, layout.At(0, R14, 0), "")
	c.I2(MOV, EDI, R13D, "")
	c.Syscall(emit.SysRead, "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JLE, Target("read_failed"), "")
	request.CountRead(c)
	c.I2(ADD, R14D, EAX, "")
	c.I2(MOVDQU, layout.At(16, R14, 0), XMM3, "zeros behind: 16 bytes may be looked at anywhere in the buffer")
	c.I0(RET, "")

	c.Routine("read_failed", "in: eax 0 or -errno")
	if s.Hardened {
		c.I2(CMP, EAX, Imm(-emit.Eagain), "EAGAIN: SO_RCVTIMEO is over")
		c.I1(JE, Target("silent"), "")
	}
	c.I2(CMP, EAX, Imm(-emit.Eintr), "EINTR: stopped and continued")
	again := "read_more"
	if c.HasClock() {
		again = "read" // what is interrupted again and again asks no clock in between
	}
	c.I1(JE, Target(again), "")
	c.I1(JMP, Target("finish"), "the client closed its side, or is gone")

	if s.Hardened {
		silent(c)
	}
}

// silent: SO_RCVTIMEO has passed without a byte.
func silent(c *emit.Code) {
	s := c.Plan.Server
	c.Routine("silent", "The read timeout is over without a byte.")
	if c.Patient() {
		c.I2(CMP, layout.Slot(4, layout.SlotPatience), Imm(1), "the last one that is allowed")
		c.I1(JBE, Target("out_of_patience"), "")
		c.I1(DEC, layout.Slot(4, layout.SlotPatience), "")
		c.I1(JMP, Target("read_more"), "")
		c.Label("out_of_patience")
	}
	c.I2(MOV, EAX, R14D, "")
	if s.KeepAlive {
		c.I2(SUB, EAX, layout.Slot(4, layout.SlotStart), "")
	}
	c.I2(OR, EAX, R12D, "no byte of a request: nothing to answer")
	c.I1(JZ, Target("finish"), "")
	c.I1(JMP, Target("timed_out"), "")
}

// makeRoom sends what waits, because the client may wait for it, and moves a request
// that has only begun to the front of the buffer.
func makeRoom(c *emit.Code) {
	c.Call("flush", "")
	c.I2(MOV, ECX, layout.Slot(4, layout.SlotStart), "")
	c.I2(TEST, ECX, ECX, "")
	c.I1(JZ, Target("room_made"), "")
	c.I2(LEA, RSI, layout.At(0, RCX, 0), "")
	c.I2(MOV, RDI, RBP, "")
	c.I2(SUB, R8D, ECX, "")
	c.I2(SUB, R10D, ECX, "")
	c.I2(SUB, R14D, ECX, "")
	c.I2(XOR, ECX, ECX, "")
	c.I2(MOV, layout.Slot(4, layout.SlotStart), ECX, "")
	c.I2(MOV, ECX, R14D, "")
	c.I0(REPMOVSB, "forwards, so that an overlap is no harm")
	c.Label("room_made")
}

// NextLine finds the end of a line, and rejects on its way what no line may contain.
func NextLine(c *emit.Code) {
	c.Section("line: up to CRLF")
	c.Routine("next_line",
		"in: r8 its start; xmm2, xmm3 as vectors sets them",
		"out: r10 its CR, with LF behind it; or leaves for bad_request at a bare CR or LF, NUL or",
		"     another control character but a tab (RFC 9112, 2.2; RFC 9110, 5.5)",
		"clobbers: rax rcx, and rdx rsi rdi r11 where more must be read")
	c.I2(MOV, ECX, R8D, "")
	c.Label("line_scan")
	c.I2(CMP, ECX, R14D, "what lies behind is of an earlier request")
	c.I1(JAE, Target("line_more"), "")
	c.I2(MOVDQU, XMM0, layout.At(16, RCX, 0), "16 bytes at a time:")
	c.I2(PSUBUSB, XMM0, XMM2, "a control character is less than 0x20,")
	c.I2(PCMPEQB, XMM0, XMM3, "so that nothing is left of it")
	c.I2(PMOVMSKB, EAX, XMM0, "")
	c.I2(ADD, ECX, Imm(16), "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JZ, Target("line_scan"), "")
	c.I2(BSF, EAX, EAX, "the first one")
	c.I2(LEA, R10D, MX(0, RCX, RAX, -16), "")
	c.I2(CMP, layout.At(2, R10, 0), Imm('\n'<<8|'\r'), "")
	c.I1(JNE, Target("line_control"), "")
	c.I0(RET, "")

	c.Label("line_control")
	c.I2(CMP, R10D, R14D, "a zero behind what was read")
	c.I1(JAE, Target("line_more"), "")
	c.I2(LEA, ECX, M(0, R10, 1), "")
	c.I2(CMP, layout.At(1, RCX, -1), Imm('\t'), "the only one that is allowed")
	c.I1(JE, Target("line_scan"), "")
	c.I2(CMP, layout.At(1, RCX, -1), Imm('\r'), "a CR must be the last byte read: its LF is not here yet")
	c.Reject(JNE, "")
	c.I2(CMP, ECX, R14D, "")
	c.I1(JAE, Target("line_read"), "")
	c.Island()
	c.Label("line_more")
	c.I2(MOV, R10D, R14D, "all of it is scanned")
	c.Label("line_read")
	c.Call("read_more", "")
	c.I2(MOV, ECX, R10D, "where the scan goes on")
	c.I1(JMP, Target("line_scan"), "")
	spans(c)
}

// spans measure runs of bytes of a class.
func spans(c *emit.Code) {
	c.Routine("plain_span", "As span, for classes that have letters and hyphens in them: 16 of these at a time.")
	c.I2(MOVDQU, XMM0, layout.At(16, RCX, 0), "")
	c.I2(MOVDQA, XMM1, XMM0, "")
	c.I2(POR, XMM0, XMM4, "letters in lower case:")
	c.I2(PSUBB, XMM0, XMM5, "a is 0")
	c.I2(PSUBUSB, XMM0, XMM6, "up to z, nothing is left")
	c.I2(PCMPEQB, XMM1, XMM7, "nor, where it is a hyphen,")
	c.I2(PANDN, XMM1, XMM0, "of anything")
	c.I2(PCMPEQB, XMM1, XMM3, "")
	c.I2(PMOVMSKB, EAX, XMM1, "a bit for each such byte")
	c.I1(NOT, EAX, "")
	c.I2(BSF, EAX, EAX, "the first that is none; at most 16")
	c.I2(ADD, ECX, EAX, "")
	c.Routine("span", "in: ecx offset; r10 end of the line; dl class",
		"out: al, ecx the first byte that is not of the class: the CR at the latest", "keeps: all but rax, rcx, xmm0, xmm1")
	c.I2(MOVZX, EAX, layout.At(1, RCX, 0), "")
	c.I2(TEST, MX(1, R15, RAX, 0), DL, "")
	c.I1(JZ, Target("span_end"), "")
	c.I1(INC, ECX, "")
	c.I2(CMP, ECX, R10D, "")
	c.I1(JBE, Target("span"), "")
	c.Island() // the CR is of no class: this is not reached
	c.Label("span_end")
	c.I0(RET, "")
}
