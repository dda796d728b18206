package lower

import (
	. "github.com/verbosel/verbosel/codegen/x64"
)

// readMore is the only place that reads from a client.
func (c *code) readMore() {
	s := c.plan.Server
	c.section("read: more of the request, within its limits of size and time")
	c.routine("refill", "Empties the buffer and reads: a body's bytes are not kept.", "out: r8 cursor, at the new bytes", "clobbers: rax rcx rdx rsi rdi r11")
	c.i2(XOR, R8D, R8D, "")
	c.i2(XOR, R14D, R14D, "")
	if s.KeepAlive {
		c.i2(MOV, slot(4, slotStart), R14D, "")
	}
	c.routine("read_more",
		"in: r14 end of what was read",
		"out: r14 at least one byte further; or leaves where the client, the buffer, the time or the reads are at their end",
		"keeps: rbx r8 r9 r10 r12 r13 (r8, r10, r14 move with the bytes)", "clobbers: rax rcx rdx rsi rdi r11")
	if c.loops() {
		c.waitElsewhere()
	}
	if s.KeepAlive {
		c.makeRoom()
	}
	c.i2(MOV, EAX, R14D, "")
	c.i2(OR, EAX, R12D, "no byte yet, and no clock: nothing is measured")
	c.i1(JZ, Target("read"), "")
	c.readClock("the coarse clock: edx counts units of 2^32 ticks, no system call")
	c.i2(TEST, R12D, R12D, "")
	c.i1(JNZ, Target("clock_runs"), "")
	c.i2(LEA, R12D, M(0, RDX, int32(s.HeadSeconds)), "the head's deadline")
	c.label("clock_runs")
	c.i2(CMP, EDX, R12D, "")
	c.i1(JA, Target("timed_out"), "a client that drips")
	c.label("read")
	c.i2(MOV, EDX, Imm(c.head()), "")
	c.i2(SUB, EDX, R14D, "room in the buffer")
	c.i1(JZ, Target("head_too_large"), "")
	c.i2(LEA, RSI, at(0, R14, 0), "")
	c.i2(MOV, EDI, R13D, "")
	c.syscall(sysRead, "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JLE, Target("read_failed"), "")
	c.countRead()
	c.i2(ADD, R14D, EAX, "")
	c.i2(MOVDQU, at(16, R14, 0), XMM3, "zeros behind: 16 bytes may be looked at anywhere in the buffer")
	c.i0(RET, "")

	c.routine("read_failed", "in: eax 0 or -errno")
	if s.Hardened {
		c.i2(CMP, EAX, Imm(-eagain), "EAGAIN: SO_RCVTIMEO is over")
		c.i1(JE, Target("silent"), "")
	}
	c.i2(CMP, EAX, Imm(-eintr), "EINTR: stopped and continued")
	again := "read_more"
	if c.hasClock() {
		again = "read" // what is interrupted again and again asks no clock in between
	}
	c.i1(JE, Target(again), "")
	c.i1(JMP, Target("finish"), "the client closed its side, or is gone")

	if s.Hardened {
		c.silent()
	}
}

// errno values of read(2) and write(2) on x86-64.
const (
	eintr  = 4
	eagain = 11
)

// silent: SO_RCVTIMEO has passed without a byte.
func (c *code) silent() {
	s := c.plan.Server
	c.routine("silent", "The read timeout is over without a byte.")
	if c.patient() {
		c.i2(CMP, slot(4, slotPatience), Imm(1), "the last one that is allowed")
		c.i1(JBE, Target("out_of_patience"), "")
		c.i1(DEC, slot(4, slotPatience), "")
		c.i1(JMP, Target("read_more"), "")
		c.label("out_of_patience")
	}
	c.i2(MOV, EAX, R14D, "")
	if s.KeepAlive {
		c.i2(SUB, EAX, slot(4, slotStart), "")
	}
	c.i2(OR, EAX, R12D, "no byte of a request: nothing to answer")
	c.i1(JZ, Target("finish"), "")
	c.i1(JMP, Target("timed_out"), "")
}

// makeRoom sends what waits, because the client may wait for it, and moves a request
// that has only begun to the front of the buffer.
func (c *code) makeRoom() {
	c.call("flush", "")
	c.i2(MOV, ECX, slot(4, slotStart), "")
	c.i2(TEST, ECX, ECX, "")
	c.i1(JZ, Target("room_made"), "")
	c.i2(LEA, RSI, at(0, RCX, 0), "")
	c.i2(MOV, RDI, RBP, "")
	c.i2(SUB, R8D, ECX, "")
	c.i2(SUB, R10D, ECX, "")
	c.i2(SUB, R14D, ECX, "")
	c.i2(XOR, ECX, ECX, "")
	c.i2(MOV, slot(4, slotStart), ECX, "")
	c.i2(MOV, ECX, R14D, "")
	c.i0(REPMOVSB, "forwards, so that an overlap is no harm")
	c.label("room_made")
}

// nextLine finds the end of a line, and rejects on its way what no line may contain.
func (c *code) nextLine() {
	c.section("line: up to CRLF")
	c.routine("next_line",
		"in: r8 its start; xmm2, xmm3 as vectors sets them",
		"out: r10 its CR, with LF behind it; or leaves for bad_request at a bare CR or LF, NUL or",
		"     another control character but a tab (RFC 9112, 2.2; RFC 9110, 5.5)",
		"clobbers: rax rcx, and rdx rsi rdi r11 where more must be read")
	c.i2(MOV, ECX, R8D, "")
	c.label("line_scan")
	c.i2(CMP, ECX, R14D, "what lies behind is of an earlier request")
	c.i1(JAE, Target("line_more"), "")
	c.i2(MOVDQU, XMM0, at(16, RCX, 0), "16 bytes at a time:")
	c.i2(PSUBUSB, XMM0, XMM2, "a control character is less than 0x20,")
	c.i2(PCMPEQB, XMM0, XMM3, "so that nothing is left of it")
	c.i2(PMOVMSKB, EAX, XMM0, "")
	c.i2(ADD, ECX, Imm(16), "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JZ, Target("line_scan"), "")
	c.i2(BSF, EAX, EAX, "the first one")
	c.i2(LEA, R10D, MX(0, RCX, RAX, -16), "")
	c.i2(CMP, at(2, R10, 0), Imm('\n'<<8|'\r'), "")
	c.i1(JNE, Target("line_control"), "")
	c.i0(RET, "")

	c.label("line_control")
	c.i2(CMP, R10D, R14D, "a zero behind what was read")
	c.i1(JAE, Target("line_more"), "")
	c.i2(LEA, ECX, M(0, R10, 1), "")
	c.i2(CMP, at(1, RCX, -1), Imm('\t'), "the only one that is allowed")
	c.i1(JE, Target("line_scan"), "")
	c.i2(CMP, at(1, RCX, -1), Imm('\r'), "a CR must be the last byte read: its LF is not here yet")
	c.reject(JNE, "")
	c.i2(CMP, ECX, R14D, "")
	c.i1(JAE, Target("line_read"), "")
	c.island()
	c.label("line_more")
	c.i2(MOV, R10D, R14D, "all of it is scanned")
	c.label("line_read")
	c.call("read_more", "")
	c.i2(MOV, ECX, R10D, "where the scan goes on")
	c.i1(JMP, Target("line_scan"), "")
	c.spans()
}

// spans measure runs of bytes of a class.
func (c *code) spans() {
	c.routine("plain_span", "As span, for classes that have letters and hyphens in them: 16 of these at a time.")
	c.i2(MOVDQU, XMM0, at(16, RCX, 0), "")
	c.i2(MOVDQA, XMM1, XMM0, "")
	c.i2(POR, XMM0, XMM4, "letters in lower case:")
	c.i2(PSUBB, XMM0, XMM5, "a is 0")
	c.i2(PSUBUSB, XMM0, XMM6, "up to z, nothing is left")
	c.i2(PCMPEQB, XMM1, XMM7, "nor, where it is a hyphen,")
	c.i2(PANDN, XMM1, XMM0, "of anything")
	c.i2(PCMPEQB, XMM1, XMM3, "")
	c.i2(PMOVMSKB, EAX, XMM1, "a bit for each such byte")
	c.i1(NOT, EAX, "")
	c.i2(BSF, EAX, EAX, "the first that is none; at most 16")
	c.i2(ADD, ECX, EAX, "")
	c.routine("span", "in: ecx offset; r10 end of the line; dl class",
		"out: al, ecx the first byte that is not of the class: the CR at the latest", "keeps: all but rax, rcx, xmm0, xmm1")
	c.i2(MOVZX, EAX, at(1, RCX, 0), "")
	c.i2(TEST, MX(1, R15, RAX, 0), DL, "")
	c.i1(JZ, Target("span_end"), "")
	c.i1(INC, ECX, "")
	c.i2(CMP, ECX, R10D, "")
	c.i1(JBE, Target("span"), "")
	c.island() // the CR is of no class: this is not reached
	c.label("span_end")
	c.i0(RET, "")
}

// skip goes on with ecx behind the bytes of a class.
func (c *code) skip(routine string, class int, note string) {
	c.i2(MOV, DL, Imm(class), classNames[class])
	c.call(routine, note)
}
