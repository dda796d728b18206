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

// Of the record of a response with slots; behind recordSize stands the start of its status
// line, as in others.
const (
	renderedMark = 1 // 1 byte: markRendered; the length of a header block is never as large
	renderedAt   = 2 // 4 bytes: where the response is, from rbp

	// Behind that, 4 bytes: where its lengths are, from rbp.

	markRendered = 0x90
	statusBytes  = len(plan.StatusStart) + 4
)

// reads: some responses have a share of the environment.
func (c *code) reads() bool { return len(c.plan.Values) > 0 }

// renders: some responses have slots.
func (c *code) renders() bool { return c.renderedBefore(len(c.plan.Responses)) > 0 }

// longestRendered is the most that one has, in bytes.
func (c *code) longestRendered() int32 {
	size := 0
	for _, r := range c.plan.Responses {
		if r.Rendered() {
			size = max(size, r.Longest())
		}
	}
	return int32(size)
}

const renderedLengths = 8 // bytes for each response

// renderedBefore is how many of the first responses have slots.
func (c *code) renderedBefore(response int) int32 {
	n := int32(0)
	for _, r := range c.plan.Responses[:response] {
		if r.Rendered() {
			n++
		}
	}
	return n
}

// lengthsOf is where the lengths of a response with slots are, from rbp.
func (c *code) lengthsOf(response int) int32 {
	return c.slotsAt() + renderedLengths*c.renderedBefore(response)
}

// lengthsAt is where its record says so.
func (c *code) lengthsAt() int32 { return c.recordSize() + int32(statusBytes) }

// placeOf is where a response with slots is, from rbp.
func (c *code) placeOf(response int) int32 {
	at := c.valueAt(len(c.plan.Values))
	for i, r := range c.plan.Responses {
		if i == response {
			return at
		}
		if r.Rendered() {
			at += int32(r.Longest()+3) &^ 3
		}
	}
	return at
}

// slotRoom is what slots take of the frame, in bytes: a gap, lengths, cells, responses, and
// twice the longest, as a header block and content may be as long for the proof.
func (c *code) slotRoom() int32 {
	if !c.reads() {
		return 0
	}
	return gap + (c.addedPlace(len(c.plan.Added))-c.slotsAt()+max(2*c.longestRendered(), c.addedSize())+15)&^15
}

// renderedRecord is in the data.
func (c *code) renderedRecord(i int) Datum {
	r := c.plan.Responses[i]
	return Datum{Label: r.Label, Note: "put together at boot", Fields: []Field{
		Word{Size: 1}, Word{Size: 1, Value: markRendered}, Word{Size: 4, Value: uint64(c.placeOf(i)), Note: "where, from rbp"},
		Bytes{B: c.renderedRest(r)}, Bytes{B: statusOf(r)},
		Word{Size: 4, Value: uint64(c.lengthsOf(i)), Note: "where its lengths are"}}}
}

// renderedRest is of the record what others use and this one does not, but for the number of what is added.
func (c *code) renderedRest(r plan.Response) []byte {
	rest := make([]byte, c.recordSize()-renderedAt-4)
	if c.addedVaries {
		rest[c.addedAt()-renderedAt-4] = byte(r.Added)
	}
	return rest
}

// statusOf is the start of a status line. One that the environment gives stands where the response
// is, and what acts on it beforehand takes it for 200.
func statusOf(r plan.Response) []byte {
	if r.Status == 0 {
		return []byte(plan.StatusStart + "200 ")
	}
	return r.Head[:statusBytes]
}

// renderAll puts all responses with slots together.
func (c *code) renderAll() {
	for i, r := range c.plan.Responses {
		if r.Rendered() {
			c.from(r.Pos)
			c.render(i, r)
			c.pos = ""
		}
	}
	c.renderAdded()
	c.forgetVariables()
}

// forgetVariables copies lengths, and then cells, to where they are: so they are no variables for
// the proof, of which it holds a few. They are bounded wherever they are used.
func (c *code) forgetVariables() {
	if from, to := c.slotsAt(), c.valueAt(0); from < to {
		c.copyToItself(from, to)
	}
	c.copyToItself(c.valueAt(0), c.valueAt(len(c.plan.Values)))
}

func (c *code) copyToItself(from, to int32) {
	c.i2(LEA, RSI, M(0, RBP, from), "")
	c.i2(MOV, RDI, RSI, "")
	c.i2(MOV, ECX, Imm(to-from), "")
	c.i0(REPMOVSB, "no variables, but bytes")
}

// render emits a call for each text and each slot of a response.
func (c *code) render(i int, r plan.Response) {
	at := c.placeOf(i)
	c.i2(MOV, slot(4, slotRendered), Imm(at), r.Label)
	all := slices.Concat(r.Head, r.Body.Bytes)
	textTo := c.textTo(r.Label, all)
	headEnds := func() {
		textTo(len(r.Head))
		c.renderedLength(c.lengthsOf(i), at)
	}
	inHead := true
	for _, s := range r.Slots {
		if inHead && s.At >= len(r.Head) {
			headEnds()
			inHead = false
		}
		textTo(s.At)
		if s.Length {
			c.contentLengthOfSlots(r)
			continue
		}
		c.renderValue(s.Value)
	}
	if inHead {
		headEnds()
	}
	textTo(len(all))
	c.renderedLength(c.lengthsOf(i)+4, at)
}

// textTo emits a call for what stands of a text up to a place, from the last one on; label is its label's start.
func (c *code) textTo(label string, all []byte) func(to int) {
	from, pieces := 0, 0
	return func(to int) {
		if to > from {
			pieces++
			c.renderText(fmt.Sprintf("%s_piece_%d", label, pieces), string(all[from:to]))
			from = to
		}
	}
}

func (c *code) renderValue(i int) {
	c.i2(LEA, RSI, M(0, RBP, c.valueAt(i)), "$"+c.plan.Values[i].Name)
	c.call("render_value", "")
}

func (c *code) renderText(label, text string) {
	c.lea(RSI, label, "")
	c.i2(MOV, ECX, Imm(len(text)), "")
	c.call("render", "")
	c.text(label, text, "")
}

// renderedLength notes how long a response is up to here.
func (c *code) renderedLength(to, at int32) {
	c.i2(MOV, EAX, slot(4, slotRendered), "")
	c.i2(SUB, EAX, Imm(at), "")
	c.i2(LEA, RDI, M(0, RBP, to), "")
	c.i2(MOV, M(4, RDI, 0), EAX, "")
}

// contentLengthOfSlots puts in how long the content is.
func (c *code) contentLengthOfSlots(r plan.Response) {
	c.i2(MOV, EAX, Imm(len(r.Body.Bytes)), "of its content")
	for _, s := range r.Slots {
		if !s.Length && s.At >= len(r.Head) {
			c.i2(LEA, RSI, M(0, RBP, c.valueAt(s.Value)), "")
			c.i2(MOV, ECX, M(4, RSI, 0), "")
			c.i2(ADD, EAX, ECX, "")
		}
	}
	c.call("render_number", "")
}

// renderRoutines are only called at boot.
func (c *code) renderRoutines() {
	end := c.slotsAt() + c.slotRoom() - gap
	piece := max(c.longestRendered(), c.addedSize())
	c.routine("render_number", "in: eax a number", "out: as render", "clobbers: rax rcx rdx rsi rdi")
	c.i2(MOVDQU, M(16, RBP, 0), XMM3, "")
	c.i2(LEA, RSI, M(0, RBP, 16), "")
	c.label("rendered_digit")
	c.i2(XOR, EDX, EDX, "")
	c.i2(MOV, ECX, Imm(10), "")
	c.i1(DIV, ECX, "")
	c.i2(ADD, EDX, Imm('0'), "")
	c.i1(DEC, RSI, "from the last digit on")
	c.i2(MOV, M(1, RSI, 0), DL, "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JNZ, Target("rendered_digit"), "")
	c.i2(LEA, RCX, M(0, RBP, 16), "")
	c.i2(SUB, ECX, ESI, "")
	c.i1(JMP, Target("render"), "")
	c.routine("render_value", "in: rsi a value's cell", "out: as render", "clobbers: rax rcx rsi rdi")
	c.i2(MOV, ECX, M(4, RSI, 0), "")
	c.i2(ADD, RSI, Imm(4), "")
	c.routine("render", "in: rsi, ecx bytes and how many", "out: they are at the end of the response", "clobbers: rax rcx rsi rdi")
	c.i2(CMP, ECX, Imm(piece), "")
	c.i1(JA, Target("exit_0"), "never: no response is as long")
	c.i2(MOV, EDI, slot(4, slotRendered), "")
	c.i2(CMP, EDI, Imm(end-piece), "")
	c.i1(JA, Target("exit_0"), "never: there is room")
	c.i2(CMP, EDI, Imm(c.valueAt(len(c.plan.Values))), "")
	c.i1(JB, Target("exit_0"), "never: in front of the first one")
	c.i2(LEA, RDI, at(0, RDI, 0), "")
	c.i0(REPMOVSB, "")
	c.i2(SUB, EDI, EBP, "")
	c.i2(MOV, slot(4, slotRendered), EDI, "")
	c.i0(RET, "")
}
