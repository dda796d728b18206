package lower

import (
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// A response with slots is put together at boot, in the frame. Two lengths of it, 4 bytes each,
// stand apart from all that the environment gives: that of its header block, and of it all. Its
// record in the data has a mark where others have the length of the header block, and says
// where both are. For the proof each is sent as if it could be as long as the longest.

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

// LengthsAt is where its record says so.
func LengthsAt(c *Code) int32 { return c.RecordSize() + int32(StatusBytes) }

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

// renderAll puts all responses with slots together.
func renderAll(c *Code) {
	for i, r := range c.Plan.Responses {
		if r.Rendered() {
			c.From(r.Pos)
			render(c, i, r)
			c.Pos = ""
		}
	}
	renderAdded(c)
	forgetVariables(c)
}

// forgetVariables copies lengths, and then cells, to where they are: so they are no variables for
// the proof, of which it holds a few. They are bounded wherever they are used.
func forgetVariables(c *Code) {
	if from, to := c.SlotsAt(), c.ValueAt(0); from < to {
		copyToItself(c, from, to)
	}
	copyToItself(c, c.ValueAt(0), c.ValueAt(len(c.Plan.Values)))
}

func copyToItself(c *Code, from, to int32) {
	c.I2(LEA, RSI, M(0, RBP, from), "")
	c.I2(MOV, RDI, RSI, "")
	c.I2(MOV, ECX, Imm(to-from), "")
	c.I0(REPMOVSB, "no variables, but bytes")
}

// render emits a call for each text and each slot of a response.
func render(c *Code, i int, r plan.Response) {
	at := c.PlaceOf(i)
	c.I2(MOV, Slot(4, slotRendered), Imm(at), r.Label)
	all := slices.Concat(r.Head, r.Body.Bytes)
	textTo := textTo(c, r.Label, all)
	headEnds := func() {
		textTo(len(r.Head))
		renderedLength(c, c.LengthsOf(i), at)
	}
	inHead := true
	for _, s := range r.Slots {
		if inHead && s.At >= len(r.Head) {
			headEnds()
			inHead = false
		}
		textTo(s.At)
		if s.Length {
			contentLengthOfSlots(c, r)
			continue
		}
		renderValue(c, s.Value)
	}
	if inHead {
		headEnds()
	}
	textTo(len(all))
	renderedLength(c, c.LengthsOf(i)+4, at)
}

// textTo emits a call for what stands of a text up to a place, from the last one on; label is its label's start.
func textTo(c *Code, label string, all []byte) func(to int) {
	from, pieces := 0, 0
	return func(to int) {
		if to > from {
			pieces++
			renderText(c, fmt.Sprintf("%s_piece_%d", label, pieces), string(all[from:to]))
			from = to
		}
	}
}

func renderValue(c *Code, i int) {
	c.I2(LEA, RSI, M(0, RBP, c.ValueAt(i)), "$"+c.Plan.Values[i].Name)
	c.Call("render_value", "")
}

func renderText(c *Code, label, text string) {
	c.Lea(RSI, label, "")
	c.I2(MOV, ECX, Imm(len(text)), "")
	c.Call("render", "")
	c.Text(label, text, "")
}

// renderedLength notes how long a response is up to here.
func renderedLength(c *Code, to, at int32) {
	c.I2(MOV, EAX, Slot(4, slotRendered), "")
	c.I2(SUB, EAX, Imm(at), "")
	c.I2(LEA, RDI, M(0, RBP, to), "")
	c.I2(MOV, M(4, RDI, 0), EAX, "")
}

// contentLengthOfSlots puts in how long the content is.
func contentLengthOfSlots(c *Code, r plan.Response) {
	c.I2(MOV, EAX, Imm(len(r.Body.Bytes)), "of its content")
	for _, s := range r.Slots {
		if !s.Length && s.At >= len(r.Head) {
			c.I2(LEA, RSI, M(0, RBP, c.ValueAt(s.Value)), "")
			c.I2(MOV, ECX, M(4, RSI, 0), "")
			c.I2(ADD, EAX, ECX, "")
		}
	}
	c.Call("render_number", "")
}

// renderRoutines are only called at boot.
func renderRoutines(c *Code) {
	end := c.SlotsAt() + c.SlotRoom() - Gap
	piece := max(c.LongestRendered(), c.AddedSize())
	c.Routine("render_number", "in: eax a number", "out: as render", "clobbers: rax rcx rdx rsi rdi")
	c.I2(MOVDQU, M(16, RBP, 0), XMM3, "")
	c.I2(LEA, RSI, M(0, RBP, 16), "")
	c.Label("rendered_digit")
	c.I2(XOR, EDX, EDX, "")
	c.I2(MOV, ECX, Imm(10), "")
	c.I1(DIV, ECX, "")
	c.I2(ADD, EDX, Imm('0'), "")
	c.I1(DEC, RSI, "from the last digit on")
	c.I2(MOV, M(1, RSI, 0), DL, "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JNZ, Target("rendered_digit"), "")
	c.I2(LEA, RCX, M(0, RBP, 16), "")
	c.I2(SUB, ECX, ESI, "")
	c.I1(JMP, Target("render"), "")
	c.Routine("render_value", "in: rsi a value's cell", "out: as render", "clobbers: rax rcx rsi rdi")
	c.I2(MOV, ECX, M(4, RSI, 0), "")
	c.I2(ADD, RSI, Imm(4), "")
	c.Routine("render", "in: rsi, ecx bytes and how many", "out: they are at the end of the response", "clobbers: rax rcx rsi rdi")
	c.I2(CMP, ECX, Imm(piece), "")
	c.I1(JA, Target("exit_0"), "never: no response is as long")
	c.I2(MOV, EDI, Slot(4, slotRendered), "")
	c.I2(CMP, EDI, Imm(end-piece), "")
	c.I1(JA, Target("exit_0"), "never: there is room")
	c.I2(CMP, EDI, Imm(c.ValueAt(len(c.Plan.Values))), "")
	c.I1(JB, Target("exit_0"), "never: in front of the first one")
	c.I2(LEA, RDI, At(0, RDI, 0), "")
	c.I0(REPMOVSB, "")
	c.I2(SUB, EDI, EBP, "")
	c.I2(MOV, Slot(4, slotRendered), EDI, "")
	c.I0(RET, "")
}
