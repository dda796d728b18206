package layout

import "github.com/verbosel/verbosel/codegen/plan"

// NamesClient: a field may name the client.
func (l *Layout) NamesClient() bool { return l.Plan.Server.ClientField != "" }

// Variables of that, as offsets from clientAt. Addresses are those of IPv6 (RFC 4291): an
// IPv4 address is mapped (2.5.5.2).
const (
	ClientAddress = 0   // 16 bytes: the client's
	ClientRead    = 16  // 16 bytes: one that is read, up to its ::,
	ClientRest    = 32  // 16 bytes: and what stands behind that
	ClientText    = 48  // ClientRoom bytes: an element, with a zero behind it
	ClientState   = 96  // 1 byte: whether the field has named the client
	ClientList    = 112 // what the field says: of another line's room and of ClientLine bytes
	ClientSize    = ClientList + ListRoom

	SlotListed = -154 // 2 bytes, from rbp: how long that is

	ListRoom = 2*ClientLine + Slack // a multiple of 16

	ClientRoom = 48  // 2001:0db8:0000:0000:0000:ffff:192.000.002.001 has 45 bytes; a port more may be too much
	ClientLine = 192 // of a longer line the end counts
)

// clientFields is the field that names clients.
func (l *Layout) clientFields() []KnownField {
	switch l.Plan.Server.ClientField {
	case plan.ClientForwardedFor:
		return []KnownField{{"x-forwarded-for", "client", plan.ClientForwardedFor}}
	case plan.ClientRealIP:
		return []KnownField{{"x-real-ip", "client", plan.ClientRealIP}}
	case plan.ClientForwarded:
		return []KnownField{{"forwarded", "client", plan.ClientForwarded}}
	}
	return nil
}

// Logs: the plan has an access log.
func (l *Layout) Logs() bool { return l.Plan.Server.AccessLog != plan.LogOff }

// LogsFields: its lines end with fields of the request.
func (l *Layout) LogsFields() bool { return l.Plan.Server.AccessLog == plan.LogCombined }

// IsQuiet is set in r9 for a route that is not logged.
const IsQuiet = 1 << 23

// Sizes in bytes: of the longest path that is logged whole, and of the most that may come
// in front of what is noted of the request, behind its query, behind its request line, and
// of one of its fields.
const (
	LogPath    = 2048
	logHead    = 128
	LogVersion = 32
	logTail    = 64
	LogField   = 512
)

// LineSize is the most that a line has, in bytes: PIPE_BUF is 4,096.
func (l *Layout) LineSize() int32 {
	if l.LogsFields() {
		return 4096
	}
	return 3584
}

// NoteSize is the most that is noted of a request, in bytes.
func (l *Layout) NoteSize() int32 { return l.LineSize() - logHead - logTail }

// logSize is the size of both, in bytes.
func (l *Layout) logSize() int32 {
	size := Gap + l.NoteSize() + Gap + l.LineSize()
	if l.NamesClient() {
		size += Gap + ClientSize
	}
	return size
}

// Variables of such a log, as offsets from where logSpanAt says: places in the request,
// start and end, 2 bytes each, counted from where it starts in the buffer.
const (
	SpanReferer   = 0  // 2 + 2 bytes
	SpanUserAgent = 4  // 2 + 2 bytes
	logSpans      = 16 // bytes with these, to be cleared at once
)

// loggedFields are the fields that are logged.
func (l *Layout) loggedFields() []KnownField {
	if !l.LogsFields() {
		return nil
	}
	return []KnownField{{"referer", "referer", "Referer"}, {"user-agent", "user_agent", "User-Agent"}}
}
