package layout

import (
	"math/bits"

	. "github.com/verbosel/verbosel/codegen/x64"
)

// The frame, the only memory that the server writes, from low to high addresses:
//
//	rbp - Slots()  variables
//	rbp            the request buffer, as large as a request's head may be
//	   + HeadLimit slack: bytes are looked at 16 at a time; then a gap
//	   + Output()  responses that are put together, or wait to be written
//	   + presentedAt(), cellsAt()  behind gaps, what a request presents to a guard, and
//	               what users have to
//	   + SlotsAt() behind a gap, values of the environment, and the responses that have them
//	   + noteAt()  behind a gap again, what the access log says of the request
//	   + logAt()   behind another one, its line
//	   + eventsAt(), agesAt()  in a loop, behind another one, what waits, and the clients' ages
const (
	plainSlots = 40 // bytes of variables; more where a plan has resources
	Slack      = 16 // bytes behind the buffer
	Gap        = 16 // bytes that are never written, so that what fills one buffer does not lead up to the next: for the proof
)

// Variables, as offsets from rbp.
const (
	SlotContent  = -8  // 8 bytes: Content-Length; while a body is read, the bytes it may still have
	SlotStart    = -12 // 4 bytes: where the current request starts in the buffer
	SlotOutput   = -16 // 4 bytes: how many bytes of output wait
	SlotRequests = -20 // 4 bytes: requests that this connection may still make
	SlotPatience = -24 // 4 bytes: read timeouts until the client is given up
	SlotDeaf     = -28 // 4 bytes: whether the signals that stop the server are ignored
	SlotFraming  = -32 // 4 bytes: how many bytes may still frame a chunked body
	SlotReads    = -40 // 4 bytes, or 8: how often it may still be read for this request

	SlotPortLength = SlotStart // 4 bytes, at boot: the length of the port's text
)

// Slots is the size of the variables, in bytes: those of requests, and below them the loop's.
func (l *Layout) Slots() int32 {
	if l.Loops() {
		return l.RequestSlots() + loopSlots
	}
	return l.RequestSlots()
}

// RequestSlots is that of those that requests have, in bytes.
func (l *Layout) RequestSlots() int32 {
	size := l.PlainSize() + l.IndexSize()
	if l.Fills() {
		size += FillSlots
	}
	if l.LogsFields() {
		size += logSpans
	}
	if l.Protects() {
		size += authSlots
	}
	if l.Negotiates() {
		size += AcceptSlots
	}
	return size
}

// PlainSize is that of those that are at the same offsets in every server that has them.
func (l *Layout) PlainSize() int32 {
	switch {
	case l.HasClock():
		return clockSlots
	case l.HasResources():
		return resourceSlots
	}
	return plainSlots
}

// At is the byte, word, ... of the request buffer at an offset in a register.
func At(width uint8, offset Reg, disp int32) Mem { return MX(width, RBP, offset, disp) }

// Slot is a variable.
func Slot(width uint8, disp int32) Mem { return M(width, RBP, disp) }

// Head is the size of the request buffer: a request's head must fit.
func (l *Layout) Head() int32 { return int32(l.Plan.Server.HeadLimit) }

// Output is where the output buffer starts, from rbp.
func (l *Layout) Output() int32 { return l.Head() + Slack + Gap }

// OutputSize is the size of the output buffer: 16 KiB, or more where a header block
// is larger.
func (l *Layout) OutputSize() int32 {
	size := max(16<<10, int(l.composeSize()), int(l.DerivedSize())+ConnectionField, int(l.FillRoom()), int(l.RenderedSize()))
	for _, r := range l.Plan.Responses {
		size = max(size, len(r.Head)+ConnectionField+int(l.Extension()))
	}
	if busy := l.Plan.Responses[l.Plan.Fallbacks.Unavailable]; l.HasClock() || l.Adds() {
		size = max(size, len(busy.Head)+int(l.dateSize()+l.AddedSize())+int(busy.Body.Size))
	}
	return int32(size+15) &^ 15
}

// OutputEnd is where the output buffer ends, from rbp.
func (l *Layout) OutputEnd() int32 {
	if l.Plan.Server.KeepAlive || l.Extends() {
		return l.Output() + l.OutputSize() + Slack
	}
	return l.Output() + max(l.composeSize(), l.DerivedSize(), l.FillRoom())
}

// Frame is the size of the whole frame in bytes.
func (l *Layout) Frame() int32 { return l.RequestFrame() + l.loopRoom() }

// RequestFrame is the size of all that is in front of what a loop has, in bytes.
func (l *Layout) RequestFrame() int32 {
	size := l.Slots() + l.OutputEnd() + l.authRoom() + l.SlotRoom()
	if l.Logs() {
		size += l.logSize()
	}
	return (size + 15) &^ 15
}

// What is known of a request: bits of r9. Those of the low byte take the shorter
// instructions.
const (
	HasHost      = 1 << 0  // a Host field
	IsHTTP10     = 1 << 1  // HTTP/1.0
	HasLength    = 1 << 2  // Content-Length
	IsChunked    = 1 << 3  // Transfer-Encoding
	Expects100   = 1 << 4  // Expect: 100-continue
	IsHead       = 1 << 5  // the method is HEAD
	IsFinal      = 1 << 6  // an error ends the connection
	IsComplete   = 1 << 7  // the body is read: what follows are trailers
	HadEmptyLine = 1 << 8  // an empty line came before the request line
	Closes       = 1 << 9  // Connection: close, or the last request
	KeepsAlive   = 1 << 10 // Connection: keep-alive
)

// Bit is the place of what is known in r9, as BTS takes it.
func Bit(known uint64) Imm { return Imm(bits.TrailingZeros64(known)) }
