package slots

import (
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// A response with slots is put together at boot, in the frame. Two lengths of it, 4 bytes each,
// stand apart from all that the environment gives: that of its header block, and of it all. Its
// record in the data has a mark where others have the length of the header block, and says
// where both are. For the proof each is sent as if it could be as long as the longest.

// LengthsAt is where its record says so.
func LengthsAt(c *emit.Code) int32 { return c.RecordSize() + int32(layout.StatusBytes) }

// renderAll puts all responses with slots together.
func renderAll(c *emit.Code) {
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
func forgetVariables(c *emit.Code) {
	if from, to := c.SlotsAt(), c.ValueAt(0); from < to {
		copyToItself(c, from, to)
	}
	copyToItself(c, c.ValueAt(0), c.ValueAt(len(c.Plan.Values)))
}

func copyToItself(c *emit.Code, from, to int32) {
	c.I2(LEA, RSI, M(0, RBP, from), "")
	c.I2(MOV, RDI, RSI, "")
	c.I2(MOV, ECX, Imm(to-from), "")
	c.I0(REPMOVSB, "no variables, but bytes")
}

// render emits a call for each text and each slot of a response.
func render(c *emit.Code, i int, r plan.Response) {
	at := c.PlaceOf(i)
	c.I2(MOV, layout.Slot(4, slotRendered), Imm(at), r.Label)
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
func textTo(c *emit.Code, label string, all []byte) func(to int) {
	from, pieces := 0, 0
	return func(to int) {
		if to > from {
			pieces++
			renderText(c, fmt.Sprintf("%s_piece_%d", label, pieces), string(all[from:to]))
			from = to
		}
	}
}

func renderValue(c *emit.Code, i int) {
	c.I2(LEA, RSI, M(0, RBP, c.ValueAt(i)), "$"+c.Plan.Values[i].Name)
	c.Call("render_value", "")
}

func renderText(c *emit.Code, label, text string) {
	c.Lea(RSI, label, "")
	c.I2(MOV, ECX, Imm(len(text)), "")
	c.Call("render", "")
	c.Text(label, text, "")
}

// renderedLength notes how long a response is up to here.
func renderedLength(c *emit.Code, to, at int32) {
	c.I2(MOV, EAX, layout.Slot(4, slotRendered), "")
	c.I2(SUB, EAX, Imm(at), "")
	c.I2(LEA, RDI, M(0, RBP, to), "")
	c.I2(MOV, M(4, RDI, 0), EAX, "")
}

// contentLengthOfSlots puts in how long the content is.
func contentLengthOfSlots(c *emit.Code, r plan.Response) {
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
func renderRoutines(c *emit.Code) {
	end := c.SlotsAt() + c.SlotRoom() - layout.Gap
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
	c.I2(MOV, EDI, layout.Slot(4, slotRendered), "")
	c.I2(CMP, EDI, Imm(end-piece), "")
	c.I1(JA, Target("exit_0"), "never: there is room")
	c.I2(CMP, EDI, Imm(c.ValueAt(len(c.Plan.Values))), "")
	c.I1(JB, Target("exit_0"), "never: in front of the first one")
	c.I2(LEA, RDI, layout.At(0, RDI, 0), "")
	c.I0(REPMOVSB, "")
	c.I2(SUB, EDI, EBP, "")
	c.I2(MOV, layout.Slot(4, slotRendered), EDI, "")
	c.I0(RET, "")
}
