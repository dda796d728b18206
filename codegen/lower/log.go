package lower

import (
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// The access log: one line on standard output for each response of a child, written in
// one call behind the response, and short enough that lines of several children do not
// mix (pipe(7), PIPE_BUF). A line that nobody takes at once is dropped: poll(2) says
// whether there is room for it, so that no child waits for a reader. (Of those that see
// the last room at the same time one gets it, and the others wait.) Method and path need
// no escaping: a method is a token, and a path is logged as it was matched: what is no
// pchar, quotes and the backslash among it, stays percent-encoded. In a query these two
// get a backslash. Only what was parsed is logged: a request line that is refused
// leaves no method and no path.

// logs: the plan has an access log.
func (c *code) logs() bool { return c.plan.Server.AccessLog != plan.LogOff }

// Variables of the access log, as offsets from rbp.
const (
	slotPeer    = -128 // 28 bytes: the client's struct sockaddr
	slotPeerLen = -100 // 4 bytes: its length, for accept
	slotLine    = -132 // 4 bytes: where the request line starts in the buffer
	slotLogEnd  = -136 // 4 bytes: the end of the line so far, from rbp; its start: not begun
	slotLogDue  = -140 // 4 bytes: the end of the line that waits for its response to be sent, as slotLogEnd; its start: none
	slotPoll    = -152 // 8 bytes: struct pollfd
	logSlots    = 160  // bytes of variables with these
)

// isQuiet is set in r9 for a route that is not logged.
const isQuiet = 1 << 23

// Sizes in bytes: of the longest path that is logged whole, of the whole line, which is
// below PIPE_BUF, and of the most that comes behind the query, and behind the version.
const (
	logPath    = 2048
	logSize    = 3584
	logVersion = 96
	logTail    = 64
)

// peerSize is the size of the largest address that is logged, struct sockaddr_in6.
const peerSize = 28

// logAt is where the line is put together, from rbp.
func (c *code) logAt() int32 { return c.frame() - c.slots() - logSize }

// logTexts are the parts of a line.
type logTexts struct {
	start, date, method, path, query, http11, http10, unknown, bytes, end string
}

var logForms = map[plan.Log]logTexts{
	plan.LogCommon: {
		start: "", date: " - - [", method: ` +0000] "`, path: " ", query: "?", http11: ` HTTP/1.1" `, http10: ` HTTP/1.0" `,
		unknown: ` +0000] "-" `, bytes: " ", end: "\n",
	},
	plan.LogJSON: {
		start: `{"remote":"`, date: `","time":"`, method: `Z","method":"`, path: `","path":"`, query: `","query":"`, http11: `","status":`, http10: `","status":`,
		unknown: `Z","method":null,"path":null,"status":`, bytes: `,"bytes":`, end: "}\n",
	},
}

func (c *code) logForm() logTexts { return logForms[c.plan.Server.AccessLog] }

// logText appends constant text to the line.
func (c *code) logText(label, text string) {
	switch len(text) {
	case 0:
		return
	case 1:
		c.i2(MOV, M(1, RDI, 0), Imm(int64(text[0])), "")
		c.i1(INC, RDI, "")
		return
	}
	c.lea(RSI, label, "")
	c.call("append", "")
	if !c.logged[label] {
		c.logged[label] = true
		c.datum(nearSized(label, text))
	}
}

// beginLog is in the path of every request: behind its request line.
func (c *code) beginLog() {
	c.call("log_request", "")
}

// logRoutines put lines together and write them.
func (c *code) logRoutines() {
	c.section("access log")
	c.logRequest()
	c.logResponse()
	c.finishLogged()
	c.logWrite()
	c.logAddress()
	c.logDate()
}

// logDate appends the date: in the common form as strftime(3) has it of %d/%b/%Y:%H:%M:%S,
// in JSON as RFC 3339 has it. Both are of UTC.
func (c *code) logDate() {
	c.routine("log_date", "in: rdi the line's end; slotStamp, slotMonth", "out: rdi behind it", "clobbers: rax rcx rsi xmm0")
	c.logText("log_date_text", c.logForm().date)
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
	c.i0(RET, "")
}

// copyStamp copies 16 bytes of the date to a place in the line; those that are too many are
// written over. In one go they are no variable for the proof, of which it holds a few.
func (c *code) copyStamp(to, from int32) {
	c.i2(MOVDQU, XMM0, slot(16, from), "")
	c.i2(MOVDQU, M(16, RDI, to), XMM0, "")
}

func (c *code) logRequest() {
	f := c.logForm()
	c.routine("log_request", "in: rsi, rdi start and end of the path in the buffer", "keeps: rbx rsi rdi r8 to r15")
	c.i1(PUSH, R11, "")
	c.i1(PUSH, RSI, "")
	c.i1(PUSH, RDI, "")
	c.call("stamp", "")
	c.call("log_start", "")
	c.call("log_date", "")
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
	c.i2(MOV, slot(4, slotLogEnd), EDI, "")
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
	c.i2(CMP, EDI, Imm(c.logAt()+logSize-logVersion), "no more fits")
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

func (c *code) logResponse() {
	f := c.logForm()
	c.routine("log_response", "Completes the line.", "in: rbx response; r9 the request; slotStamp", "keeps: rbx r8 to r10, r12 to r15")
	c.i2(TEST, R9D, Imm(isQuiet), "")
	c.i1(JNZ, Target("log_done"), "")
	c.i2(MOV, EDI, slot(4, slotLogEnd), "")
	c.i2(SUB, EDI, Imm(c.logAt()), "the line's length so far")
	c.i1(JNZ, Target("log_begun"), "")
	c.call("log_start", "no request line that is one")
	c.call("log_date", "")
	c.logText("log_unknown", f.unknown)
	c.i1(JMP, Target("log_status"), "")
	c.label("log_begun")
	c.i2(CMP, EDI, Imm(logSize-logTail), "")
	c.i1(JA, Target("log_done"), "never: log_request has cut the path")
	c.i2(LEA, RDI, at(0, RDI, c.logAt()), "its end")
	c.label("log_status")
	c.logStatus()
	c.i2(MOV, M(4, RDI, 0), EAX, "three digits, and a byte that is written over")
	c.i2(ADD, RDI, Imm(3), "")
	c.logText("log_bytes", f.bytes)
	c.logBytes()
	c.call("append_number", "")
	c.logText("log_end", f.end)
	c.i2(SUB, EDI, EBP, "")
	c.i2(MOV, slot(4, slotLogDue), EDI, "it is written behind the response")
	c.label("log_done")
	c.i0(RET, "")
}

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
	c.i2(LEA, RSI, M(0, RBX, stockHeader), "a stock response starts with it")
	c.i2(TEST, M(1, RBX, 1), Imm(stockMark), "")
	c.i1(JNZ, Target("log_status_there"), "")
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

// logAddress writes the client's address. An IPv4 client of an IPv6 listener is shown
// as what it is (RFC 4291, 2.5.5.2).
func (c *code) logAddress() {
	c.routine("log_start", "Begins a line with the client's address.", "out: rdi its end so far", "clobbers: rax rcx rdx rsi r11")
	c.i2(LEA, RDI, M(0, RBP, c.logAt()), "")
	c.logText("log_start_text", c.logForm().start)
	switch c.plan.Server.Listen.Family {
	case plan.AFUnix:
		c.lea(RSI, "log_unix", "")
		c.datum(nearSized("log_unix", "unix:"))
		c.i1(JMP, Target("append"), "")
		return
	case plan.AFInet:
		c.i2(LEA, R11, M(0, RBP, slotPeer+4), "sin_addr")
	case plan.AFInet6:
		c.i2(LEA, R11, M(0, RBP, slotPeer+8), "sin6_addr")
		c.i2(CMP, M(8, R11, 0), Imm(0), "")
		c.i1(JNE, Target("log_inet6"), "")
		c.i2(CMP, M(4, R11, 8), Imm(0xffff0000), "an IPv4-mapped address")
		c.i1(JNE, Target("log_inet6"), "")
		c.i2(ADD, R11, Imm(12), "")
	}
	for i := range int32(4) {
		c.i2(MOVZX, EAX, M(1, R11, i), "")
		c.call("append_number", "")
		if i < 3 {
			c.i2(MOV, M(1, RDI, 0), Imm('.'), "")
			c.i1(INC, RDI, "")
		}
	}
	c.i0(RET, "")
	if c.plan.Server.Listen.Family == plan.AFInet6 {
		c.logInet6()
	}
}

// logInet6 writes eight groups of four digits.
func (c *code) logInet6() {
	c.label("log_inet6")
	c.i2(XOR, ECX, ECX, "")
	c.lea(RSI, "log_digits", "")
	c.text("log_digits", "0123456789abcdef", "")
	c.label("log_group")
	c.i2(MOVZX, EDX, MX(1, R11, RCX, 0), "a byte, as two digits")
	c.i2(MOV, EAX, EDX, "")
	c.i2(SHR, EAX, Imm(4), "")
	c.i2(MOVZX, EAX, MX(1, RSI, RAX, 0), "")
	c.i2(MOV, M(1, RDI, 0), AL, "")
	c.i2(AND, EDX, Imm(0xf), "")
	c.i2(MOVZX, EAX, MX(1, RSI, RDX, 0), "")
	c.i2(MOV, M(1, RDI, 1), AL, "")
	c.i2(ADD, RDI, Imm(2), "")
	c.i1(INC, ECX, "")
	c.i2(CMP, ECX, Imm(16), "")
	c.i1(JE, Target("log_done"), "")
	c.i2(TEST, CL, Imm(1), "a colon behind every second byte")
	c.i1(JNZ, Target("log_group"), "")
	c.i2(MOV, M(1, RDI, 0), Imm(':'), "")
	c.i1(INC, RDI, "")
	c.i1(JMP, Target("log_group"), "")
}
