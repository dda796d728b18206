package layout

// RequiresHTTPS: some block of the spec does.
func (l *Layout) RequiresHTTPS() bool { return len(l.Plan.HTTPS) > 0 }

// HttpsVaries: blocks ask for different things.
func (l *Layout) HttpsVaries() bool { return len(l.Plan.HTTPS) > 1 }

// Extends: header blocks get a field when they are sent.
func (l *Layout) Extends() bool { return l.HasClock() || l.RequiresHTTPS() || l.Adds() }

// Variables of a server that requires https, in the room that those of forms leave.
const (
	SpanScheme = -16 // 1 byte: how the request came
	SpanHTTPS  = -14 // 2 bytes: index into Plan.HTTPS

	IsByHTTP, ByHTTPS = 1, 2
)

// policySize is what the policy adds to a header block, in bytes.
func (l *Layout) policySize() int32 {
	size := 0
	for _, h := range l.Plan.HTTPS {
		size = max(size, len(h.Field))
	}
	return int32(size)
}
