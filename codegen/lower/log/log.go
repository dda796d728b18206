package log

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
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

// Variables of the access log, as offsets from rbp.
const (
	SlotPeer    = -128             // 28 bytes: the client's struct sockaddr
	SlotPeerLen = -100             // 4 bytes: its length, for accept
	slotMethod  = layout.ClockTime // 16 bytes: the request line's first ones, until that is noted; no clock is asked in between
	slotNoteEnd = -136             // 4 bytes: the end of what is noted of the request, from rbp; where that would start: nothing
	slotLogDue  = -140             // 4 bytes: the end of the line that waits for its response to be sent, from rbp; its start: none
	slotPoll    = -152             // 8 bytes: struct pollfd

	slotNoteFields = -180 // 4 bytes: where its fields are noted, behind its request line, from rbp; slotNoteEnd: not yet
)

// slotRequestEnd is where the end of the request line is in what is noted.
func slotRequestEnd(c *emit.Code) int32 {
	if c.LogsFields() {
		return slotNoteFields
	}
	return slotNoteEnd
}

// requestSize is the most that is noted of its request line, in bytes.
func requestSize(c *emit.Code) int32 {
	if c.LogsFields() {
		return c.NoteSize() - 2*layout.LogField - layout.Slack
	}
	return c.NoteSize()
}

// PeerSize is the size of the largest address that is logged, struct sockaddr_in6.
const PeerSize = 28

// logAt is where the line is put together, from rbp, and noteAt where the request is noted.
func logAt(c *emit.Code) int32  { return c.RequestFrame() - c.Slots() - c.LineSize() }
func noteAt(c *emit.Code) int32 { return logAt(c) - layout.Gap - c.NoteSize() }

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

func logForm(c *emit.Code) logTexts { return logForms[c.Plan.Server.AccessLog] }

// logText appends constant text to the line.
func logText(c *emit.Code, label, text string) {
	switch len(text) {
	case 0:
		return
	case 1:
		c.I2(MOV, M(1, RDI, 0), Imm(int64(text[0])), "")
		c.I1(INC, RDI, "")
		return
	}
	c.Lea(RSI, label, "")
	c.Call("append", "")
	if !c.Logged[label] {
		c.Logged[label] = true
		c.Datum(emit.NearSized(label, text))
	}
}

// BeginLog is in the path of every request: behind its request line.
func BeginLog(c *emit.Code) {
	c.Call("log_request", "")
}

// ClearLog forgets what was noted of an earlier request of the connection.
func ClearLog(c *emit.Code) {
	if !c.Logs() {
		return
	}
	c.I2(MOV, layout.Slot(4, slotNoteEnd), Imm(noteAt(c)), "nothing is noted,")
	if c.LogsFields() {
		c.I2(MOV, layout.Slot(4, slotNoteFields), Imm(noteAt(c)), "")
		c.I2(MOVDQU, layout.Slot(16, logSpanAt(c, 0)), XMM3, "no field was seen,")
	}
	c.I2(MOV, layout.Slot(4, slotLogDue), Imm(logAt(c)), "and no line waits")
	if c.NamesClient() {
		clearClient(c)
	}
}

// LogRoutines put lines together and write them.
func LogRoutines(c *emit.Code) {
	c.Section("access log")
	logRequest(c)
	logResponse(c)
	if c.LogsFields() {
		logFields(c)
	}
	finishLogged(c)
	logWrite(c)
	logAddress(c)
	if c.NamesClient() {
		clientRoutines(c)
	}
	if c.LogsFields() || showsInet6(c) {
		c.Text("log_digits", "0123456789abcdef", "")
	}
}
