package lower

import (
	"math/bits"

	. "github.com/verbosel/verbosel/codegen/x64"
)

// The frame, the only memory that the server writes, from low to high addresses:
//
//	rbp - slots()  variables
//	rbp            the request buffer, as large as a request's head may be
//	   + HeadLimit slack: bytes are looked at 16 at a time; then a gap
//	   + output()  responses that are put together, or wait to be written
//	   + presentedAt(), cellsAt()  behind gaps, what a request presents to a guard, and
//	               what users have to
//	   + slotsAt() behind a gap, values of the environment, and the responses that have them
//	   + noteAt()  behind a gap again, what the access log says of the request
//	   + logAt()   behind another one, its line
//	   + eventsAt(), agesAt()  in a loop, behind another one, what waits, and the clients' ages
const (
	plainSlots = 40 // bytes of variables; more where a plan has resources
	slack      = 16 // bytes behind the buffer
	gap        = 16 // bytes that are never written, so that what fills one buffer does not lead up to the next: for the proof
)

// Variables, as offsets from rbp.
const (
	slotContent  = -8  // 8 bytes: Content-Length; while a body is read, the bytes it may still have
	slotStart    = -12 // 4 bytes: where the current request starts in the buffer
	slotOutput   = -16 // 4 bytes: how many bytes of output wait
	slotRequests = -20 // 4 bytes: requests that this connection may still make
	slotPatience = -24 // 4 bytes: read timeouts until the client is given up
	slotDeaf     = -28 // 4 bytes: whether the signals that stop the server are ignored
	slotFraming  = -32 // 4 bytes: how many bytes may still frame a chunked body
	slotReads    = -40 // 4 bytes, or 8: how often it may still be read for this request

	slotPortLength = slotStart // 4 bytes, at boot: the length of the port's text
)

// slots is the size of the variables, in bytes: those of requests, and below them the loop's.
func (c *code) slots() int32 {
	if c.loops() {
		return c.requestSlots() + loopSlots
	}
	return c.requestSlots()
}

// requestSlots is that of those that requests have, in bytes.
func (c *code) requestSlots() int32 {
	size := c.plainSize() + c.indexSize()
	if c.fills() {
		size += fillSlots
	}
	if c.logsFields() {
		size += logSpans
	}
	if c.protects() {
		size += authSlots
	}
	if c.negotiates() {
		size += acceptSlots
	}
	return size
}

// plainSize is that of those that are at the same offsets in every server that has them.
func (c *code) plainSize() int32 {
	switch {
	case c.hasClock():
		return clockSlots
	case c.hasResources():
		return resourceSlots
	}
	return plainSlots
}

// at is the byte, word, ... of the request buffer at an offset in a register.
func at(width uint8, offset Reg, disp int32) Mem { return MX(width, RBP, offset, disp) }

// slot is a variable.
func slot(width uint8, disp int32) Mem { return M(width, RBP, disp) }

// head is the size of the request buffer: a request's head must fit.
func (c *code) head() int32 { return int32(c.plan.Server.HeadLimit) }

// output is where the output buffer starts, from rbp.
func (c *code) output() int32 { return c.head() + slack + gap }

// outputSize is the size of the output buffer: 16 KiB, or more where a header block
// is larger.
func (c *code) outputSize() int32 {
	size := max(16<<10, int(c.composeSize()), int(c.derivedSize())+connectionField, int(c.fillRoom()), int(c.renderedSize()))
	for _, r := range c.plan.Responses {
		size = max(size, len(r.Head)+connectionField+int(c.extension()))
	}
	if busy := c.plan.Responses[c.plan.Fallbacks.Unavailable]; c.hasClock() || c.adds() {
		size = max(size, len(busy.Head)+int(c.dateSize()+c.addedSize())+int(busy.Body.Size))
	}
	return int32(size+15) &^ 15
}

// outputEnd is where the output buffer ends, from rbp.
func (c *code) outputEnd() int32 {
	if c.plan.Server.KeepAlive || c.extends() {
		return c.output() + c.outputSize() + slack
	}
	return c.output() + max(c.composeSize(), c.derivedSize(), c.fillRoom())
}

// frame is the size of the whole frame in bytes.
func (c *code) frame() int32 { return c.requestFrame() + c.loopRoom() }

// requestFrame is the size of all that is in front of what a loop has, in bytes.
func (c *code) requestFrame() int32 {
	size := c.slots() + c.outputEnd() + c.authRoom() + c.slotRoom()
	if c.logs() {
		size += c.logSize()
	}
	return (size + 15) &^ 15
}

// What is known of a request: bits of r9. Those of the low byte take the shorter
// instructions.
const (
	hasHost      = 1 << 0  // a Host field
	isHTTP10     = 1 << 1  // HTTP/1.0
	hasLength    = 1 << 2  // Content-Length
	isChunked    = 1 << 3  // Transfer-Encoding
	expects100   = 1 << 4  // Expect: 100-continue
	isHead       = 1 << 5  // the method is HEAD
	isFinal      = 1 << 6  // an error ends the connection
	isComplete   = 1 << 7  // the body is read: what follows are trailers
	hadEmptyLine = 1 << 8  // an empty line came before the request line
	closes       = 1 << 9  // Connection: close, or the last request
	keepsAlive   = 1 << 10 // Connection: keep-alive
)

// bit is the place of what is known in r9, as BTS takes it.
func bit(known uint64) Imm { return Imm(bits.TrailingZeros64(known)) }
