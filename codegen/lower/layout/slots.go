package layout

import (
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Adds: some responses have such fields.
func (l *Layout) Adds() bool { return len(l.Plan.Added) > 0 }

// AddedSize is the most that they add to a header block, in bytes.
func (l *Layout) AddedSize() int32 {
	size := 0
	for _, a := range l.Plan.Added {
		size = max(size, a.Longest())
	}
	return int32(size)
}

// AddedLength is where their length is, 4 bytes from rbp, behind the lengths of FilledValues.
func (l *Layout) AddedLength(i int) int32 { return l.FilledLength(len(l.FilledValues())) + 4*int32(i) }

// AddedPlace is where they are, from rbp, behind the responses with slots.
func (l *Layout) AddedPlace(i int) int32 {
	at := l.PlaceOf(len(l.Plan.Responses))
	for _, a := range l.Plan.Added[:i] {
		at += int32(a.Longest()+3) &^ 3
	}
	return at
}

// AddedAt is where a record has the number of what is added, a byte.
func (l *Layout) AddedAt() int32 {
	if l.HasResources() {
		return l.RecordSize() - resourceFields - 1
	}
	return l.RecordSize() - 1
}

// addedField is a record's number of what is added.
func (l *Layout) addedField(r plan.Response) []Field {
	if !l.AddedVaries {
		return nil
	}
	return []Field{Word{Size: 1, Value: uint64(r.Added), Note: "which fields are added"}}
}

// Of the record of a response with slots; behind RecordSize stands the start of its status
// line, as in others.
const (
	RenderedMark = 1 // 1 byte: MarkRendered; the length of a header block is never as large
	RenderedAt   = 2 // 4 bytes: where the response is, from rbp

	// Behind that, 4 bytes: where its lengths are, from rbp.

	MarkRendered = 0x90
	StatusBytes  = len(plan.StatusStart) + 4
)

// Reads: some responses have a share of the environment.
func (l *Layout) Reads() bool { return len(l.Plan.Values) > 0 }

// Renders: some responses have slots.
func (l *Layout) Renders() bool { return l.renderedBefore(len(l.Plan.Responses)) > 0 }

// LongestRendered is the most that one has, in bytes.
func (l *Layout) LongestRendered() int32 {
	size := 0
	for _, r := range l.Plan.Responses {
		if r.Rendered() {
			size = max(size, r.Longest())
		}
	}
	return int32(size)
}

const renderedLengths = 8 // bytes for each response

// renderedBefore is how many of the first responses have slots.
func (l *Layout) renderedBefore(response int) int32 {
	n := int32(0)
	for _, r := range l.Plan.Responses[:response] {
		if r.Rendered() {
			n++
		}
	}
	return n
}

// LengthsOf is where the lengths of a response with slots are, from rbp.
func (l *Layout) LengthsOf(response int) int32 {
	return l.SlotsAt() + renderedLengths*l.renderedBefore(response)
}

// PlaceOf is where a response with slots is, from rbp.
func (l *Layout) PlaceOf(response int) int32 {
	at := l.ValueAt(len(l.Plan.Values))
	for i, r := range l.Plan.Responses {
		if i == response {
			return at
		}
		if r.Rendered() {
			at += int32(r.Longest()+3) &^ 3
		}
	}
	return at
}

// SlotRoom is what slots take of the frame, in bytes: a gap, lengths, cells, responses, and
// twice the longest, as a header block and content may be as long for the proof.
func (l *Layout) SlotRoom() int32 {
	if !l.Reads() {
		return 0
	}
	return Gap + (l.AddedPlace(len(l.Plan.Added))-l.SlotsAt()+max(2*l.LongestRendered(), l.AddedSize())+15)&^15
}

// renderedRecord is in the data.
func (l *Layout) renderedRecord(i int) Datum {
	r := l.Plan.Responses[i]
	return Datum{Label: r.Label, Note: "put together at boot", Fields: []Field{
		Word{Size: 1}, Word{Size: 1, Value: MarkRendered}, Word{Size: 4, Value: uint64(l.PlaceOf(i)), Note: "where, from rbp"},
		Bytes{B: l.renderedRest(r)}, Bytes{B: statusOf(r)},
		Word{Size: 4, Value: uint64(l.LengthsOf(i)), Note: "where its lengths are"}}}
}

// renderedRest is of the record what others use and this one does not, but for the number of what is added.
func (l *Layout) renderedRest(r plan.Response) []byte {
	rest := make([]byte, l.RecordSize()-RenderedAt-4)
	if l.AddedVaries {
		rest[l.AddedAt()-RenderedAt-4] = byte(r.Added)
	}
	return rest
}

// statusOf is the start of a status line. One that the environment gives stands where the response
// is, and what acts on it beforehand takes it for 200.
func statusOf(r plan.Response) []byte {
	if r.Status == 0 {
		return []byte(plan.StatusStart + "200 ")
	}
	return r.Head[:StatusBytes]
}

// RenderedSize is the room in the output buffer that a response with slots takes, in bytes.
func (l *Layout) RenderedSize() int32 {
	if !l.Renders() {
		return 0
	}
	return 2*l.LongestRendered() + l.Extension() + int32(ConnectionField)
}

// A value's cell in the frame is its length, of 4 bytes, and MaxValue bytes.
const valueSize = 4 + plan.MaxValue

// ValueAt is the cell of a value, from rbp, behind the lengths of the responses.
func (l *Layout) ValueAt(i int) int32 {
	return l.AddedLength(len(l.Plan.Added)) + int32(i)*valueSize
}

// SlotsAt is where the lengths, the cells and the responses that are put together at boot are,
// from rbp.
func (l *Layout) SlotsAt() int32 { return l.OutputEnd() + l.authRoom() + Gap }
