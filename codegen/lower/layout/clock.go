package layout

// HasClock: the plan has a clock.
func (l *Layout) HasClock() bool { return l.Plan.Server.Clock }

// Variables of the clock, as offsets from rbp.
const (
	ClockTime  = -176 // 16 bytes: struct timespec
	SlotMonth  = -184 // 2 bytes: the month's number in digits, for the log
	SlotStamp  = -224 // 39 bytes: the Date field, and the empty line
	clockSlots = 224  // bytes of variables with these
)

// StampText is a Date field (RFC 9110, 5.6.7) with the empty line that ends a header
// block; what is 0 or a name in it is written over.
const StampText = "Date: Sun, 00 Jan 0000 00:00:00 GMT\r\n\r\n"

// dateSize is what a Date field adds to a header block, in bytes.
func (l *Layout) dateSize() int32 {
	if !l.HasClock() {
		return 0
	}
	return int32(len(StampText) - len("\r\n"))
}

// Extension is the most that a header block gets when it is sent, in bytes.
func (l *Layout) Extension() int32 { return l.dateSize() + l.policySize() + l.AddedSize() }
