package lower

import (
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// The access log: one line on standard output for each response of a child, written in
// one call behind the response, and short enough that lines of several children do not
// mix (pipe(7), PIPE_BUF). A line that nobody takes at once is dropped: poll(2) says
// whether there is room for it, so that no child waits for a reader. (Of those that see
// the last room at the same time one gets it, and the others wait.)
//
// What the line says of the request is noted while the request is in the buffer, which a
// body is read over. Method and path need no escaping: a method is a token, and a path is
// logged as it was matched: what is no pchar, quotes and the backslash among it, stays
// percent-encoded. In a query these two get a backslash, and in a field what is not
// printable ASCII is \xhh besides. Only what was parsed is logged: a request line that is
// refused leaves no method and no path.

// logs: the plan has an access log.
func (c *code) logs() bool { return c.plan.Server.AccessLog != plan.LogOff }

// logsFields: its lines end with fields of the request.
func (c *code) logsFields() bool { return c.plan.Server.AccessLog == plan.LogCombined }

// Variables of the access log, as offsets from rbp.
const (
	slotPeer    = -128      // 28 bytes: the client's struct sockaddr
	slotPeerLen = -100      // 4 bytes: its length, for accept
	slotMethod  = clockTime // 16 bytes: the request line's first ones, until that is noted; no clock is asked in between
	slotNoteEnd = -136      // 4 bytes: the end of what is noted of the request, from rbp; where that would start: nothing
	slotLogDue  = -140      // 4 bytes: the end of the line that waits for its response to be sent, from rbp; its start: none
	slotPoll    = -152      // 8 bytes: struct pollfd

	slotNoteFields = -180 // 4 bytes: where its fields are noted, behind its request line, from rbp; slotNoteEnd: not yet
)

// slotRequestEnd is where the end of the request line is in what is noted.
func (c *code) slotRequestEnd() int32 {
	if c.logsFields() {
		return slotNoteFields
	}
	return slotNoteEnd
}

// isQuiet is set in r9 for a route that is not logged.
const isQuiet = 1 << 23

// Sizes in bytes: of the longest path that is logged whole, and of the most that may come
// in front of what is noted of the request, behind its query, behind its request line, and
// of one of its fields.
const (
	logPath    = 2048
	logHead    = 128
	logVersion = 32
	logTail    = 64
	logField   = 512
)

// lineSize is the most that a line has, in bytes: PIPE_BUF is 4,096.
func (c *code) lineSize() int32 {
	if c.logsFields() {
		return 4096
	}
	return 3584
}

// noteSize is the most that is noted of a request, in bytes.
func (c *code) noteSize() int32 { return c.lineSize() - logHead - logTail }

// requestSize is the most that is noted of its request line, in bytes.
func (c *code) requestSize() int32 {
	if c.logsFields() {
		return c.noteSize() - 2*logField - slack
	}
	return c.noteSize()
}

// peerSize is the size of the largest address that is logged, struct sockaddr_in6.
const peerSize = 28

// logAt is where the line is put together, from rbp, and noteAt where the request is noted.
func (c *code) logAt() int32  { return c.requestFrame() - c.slots() - c.lineSize() }
func (c *code) noteAt() int32 { return c.logAt() - gap - c.noteSize() }

// logSize is the size of both, in bytes.
func (c *code) logSize() int32 {
	size := gap + c.noteSize() + gap + c.lineSize()
	if c.namesClient() {
		size += gap + clientSize
	}
	return size
}

// logTexts are the parts of a line.
type logTexts struct {
	start, date, zone, method, path, query, http11, http10, unknown, bytes, end string
}

var commonTexts = logTexts{
	start: "", date: " - - [", zone: " +0000] ", method: `"`, path: " ", query: "?", http11: ` HTTP/1.1" `, http10: ` HTTP/1.0" `,
	unknown: `"-" `, bytes: " ", end: "\n",
}

var logForms = map[plan.Log]logTexts{
	plan.LogCommon:   commonTexts,
	plan.LogCombined: commonTexts,
	plan.LogJSON: {
		start: `{"remote":"`, date: `","time":"`, zone: `Z",`, method: `"method":"`, path: `","path":"`, query: `","query":"`,
		http11: `","status":`, http10: `","status":`, unknown: `"method":null,"path":null,"status":`, bytes: `,"bytes":`, end: "}\n",
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

// clearLog forgets what was noted of an earlier request of the connection.
func (c *code) clearLog() {
	if !c.logs() {
		return
	}
	c.i2(MOV, slot(4, slotNoteEnd), Imm(c.noteAt()), "nothing is noted,")
	if c.logsFields() {
		c.i2(MOV, slot(4, slotNoteFields), Imm(c.noteAt()), "")
		c.i2(MOVDQU, slot(16, c.logSpanAt(0)), XMM3, "no field was seen,")
	}
	c.i2(MOV, slot(4, slotLogDue), Imm(c.logAt()), "and no line waits")
	if c.namesClient() {
		c.clearClient()
	}
}

// logRoutines put lines together and write them.
func (c *code) logRoutines() {
	c.section("access log")
	c.logRequest()
	c.logResponse()
	if c.logsFields() {
		c.logFields()
	}
	c.finishLogged()
	c.logWrite()
	c.logAddress()
	if c.namesClient() {
		c.clientRoutines()
	}
	if c.logsFields() || c.showsInet6() {
		c.text("log_digits", "0123456789abcdef", "")
	}
}
