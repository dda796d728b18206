package lower

import (
	"fmt"
	"strings"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Slots of responses get values of the environment, once, at boot. A value is checked byte by
// byte while it is copied into its cell: a table for each form says which bytes may follow
// which. Then the responses are put together, see rendered.go.

// A value's cell in the frame is its length, of 4 bytes, and MaxValue bytes.
const valueSize = 4 + plan.MaxValue

// valueAt is the cell of a value, from rbp, behind the lengths of the responses.
func (c *code) valueAt(i int) int32 {
	return c.addedLength(len(c.plan.Added)) + int32(i)*valueSize
}

// slotsAt is where the lengths, the cells and the responses that are put together at boot are,
// from rbp.
func (c *code) slotsAt() int32 { return c.outputEnd() + c.authRoom() + gap }

// Variables of the boot, which has no use for those of a request.
const (
	slotValueLength = slotStart    // 4 bytes: of the value so far
	slotValueState  = slotOutput   // 4 bytes: what its bytes so far say of the next one
	slotRendered    = slotRequests // 4 bytes: from rbp, where the next byte of a response goes
)

// A form in the data is the class of each byte; the next state for each state and class; how
// long what a value has to be is, a byte, and that in words.
func (c *code) formTable(form plan.ValueForm) Datum {
	a := plan.AutomatonOf(form)
	next := make([]byte, c.slotStates()*plan.Stride)
	copy(next, a.Next)
	text := " must be set to " + slotText(form) + "\n"
	return Datum{Label: formLabel(form), Note: "which bytes may follow which in " + slotNote(form), Fields: []Field{
		Bytes{B: a.Classes[:], Note: "the class of each byte"}, Bytes{B: next, Note: "the next state for each state and class"},
		Word{Size: 1, Value: uint64(len(text))}, Bytes{B: []byte(text)}}}
}

var slotNotes = map[plan.ValueForm]string{plan.ValueText: "text", plan.ValueField: "a header field", plan.ValueString: "a JSON string", plan.ValueJSON: "a JSON value that is no string", plan.ValueStatus: "a status"}

var slotTexts = map[plan.ValueForm]string{
	plan.ValueText:   fmt.Sprintf("UTF-8 of 1 to %d bytes", plan.MaxValue),
	plan.ValueField:  fmt.Sprintf("UTF-8 of 1 to %d bytes, without control characters, and without spaces around it", plan.MaxValue),
	plan.ValueString: fmt.Sprintf("UTF-8 of 1 to %d bytes as JSON, of control characters only line breaks and tabs", plan.MaxValue),
	plan.ValueJSON:   fmt.Sprintf("a JSON number, true, false or null, of at most %d bytes", plan.MaxValue),
	plan.ValueStatus: "a status from 200 to 599, but 204, 205, 206, 304, 401, 405, 407 and 426",
}

// slotText is what a value of a form has to be.
func slotText(form plan.ValueForm) string {
	if what, ok := form.InTarget(); ok {
		return fmt.Sprintf("%s, of at most %d bytes", what, plan.MaxValue)
	}
	return slotTexts[form]
}

// slotNote is slotText in short, for the listing.
func slotNote(form plan.ValueForm) string {
	if what, ok := form.InTarget(); ok {
		what, _, _ = strings.Cut(what, ",")
		return what
	}
	return slotNotes[form]
}

func formLabel(form plan.ValueForm) string { return fmt.Sprintf("slot_form_%d", form) }

// slotForms are those that values have, each once.
func (c *code) slotForms() []plan.ValueForm {
	var out []plan.ValueForm
	for _, form := range plan.ValueForms {
		if c.hasForm(form) {
			out = append(out, form)
		}
	}
	return out
}

func (c *code) hasForm(form plan.ValueForm) bool {
	for _, v := range c.plan.Values {
		if v.Form == form {
			return true
		}
	}
	return false
}

// slotStates is how many states the table of each form has.
func (c *code) slotStates() int {
	states := 0
	for _, form := range c.slotForms() {
		a := plan.AutomatonOf(form)
		states = max(states, len(a.Next)/plan.Stride)
	}
	return states
}

// readSlots fills the cells, and puts the responses together.
func (c *code) readSlots() {
	if !c.reads() {
		return
	}
	c.clearSlots()
	for i, v := range c.plan.Values {
		variable := fmt.Sprintf("slot_variable_%d", i+1)
		c.i2(LEA, RBX, Sym(0, variable, 1), "")
		c.i2(MOV, R14D, Imm(len(v.Name)+1), "")
		c.text(variable, "$"+v.Name+"=", "an environment variable that slots name")
		c.i2(LEA, R13, M(0, RBP, c.valueAt(i)), "")
		c.lea(RSI, formLabel(v.Form), slotNote(v.Form))
		if c.hasForm(plan.ValueString) {
			escapes := 0
			if v.Form == plan.ValueString {
				escapes = 1
			}
			c.i2(MOV, R10D, Imm(escapes), "")
		}
		if v.Optional {
			c.slotDefault(fmt.Sprintf("slot_default_%d", i+1), v.Default)
		} else {
			c.i2(MOV, R8D, Imm(-1), "no default")
		}
		c.call("read_value", "")
	}
	c.keepLengths()
	c.renderAll()
}

func (c *code) slotDefault(label, text string) {
	c.i2(MOV, R8D, Imm(len(text)), "")
	if text == "" {
		c.i2(LEA, RDI, M(0, RBX, 0), "none of its bytes")
		return
	}
	c.lea(RDI, label, "its default")
	c.text(label, text, "where the environment has none")
}

// clearSlots makes zeros of all that slots take, twice as many with each step: what is sent of
// it has lengths that the proof does not know.
func (c *code) clearSlots() {
	c.i2(MOVDQU, M(16, RBP, c.slotsAt()), XMM3, "")
	c.i2(LEA, RDI, M(0, RBP, c.slotsAt()+16), "")
	for done, all := int32(16), c.slotRoom()-gap; done < all; {
		more := min(done, all-done)
		c.i2(LEA, RSI, M(0, RBP, c.slotsAt()), "")
		c.i2(MOV, ECX, Imm(more), "as many bytes again")
		c.i0(REPMOVSB, "")
		done += more
	}
}

// slotRoutines are only called at boot.
func (c *code) slotRoutines() {
	c.section("slots: what responses have of the environment")
	c.readValue()
	c.valueInvalid()
	if c.renders() || c.adds() {
		c.renderRoutines()
	}
	for _, form := range c.slotForms() {
		c.datum(c.formTable(form))
	}
}

// ShownLabel is where the instruction is that reads of the environment what clients get; there
// is no other one.
const ShownLabel = "value_byte"

// readValue counts in memory, as encodePassword does.
func (c *code) readValue() {
	c.routine("read_value", "in: rbx the variable's name with its =, of r14d bytes, behind a $; rsi its form; r10d 1 for a JSON string; rdi, r8d its default, or r8d -1; r13 cell",
		"out: the cell has it; or leaves with status 1 and a message", "clobbers: rax rcx rdx rsi rdi r9 r11")
	c.findNamed("value", "value_default")
	c.i2(MOV, slot(4, slotValueLength), Imm(0), "")
	c.i2(MOV, slot(4, slotValueState), Imm(plan.Start), "")
	c.label(ShownLabel)
	c.i2(MOVZX, EAX, M(1, R9, 0), "")
	c.valueStep()
	c.i2(MOV, ECX, slot(4, slotValueLength), "")
	c.i2(TEST, EAX, EAX, "the NUL behind it")
	c.i1(JZ, Target("value_end"), "")
	if c.hasForm(plan.ValueString) {
		c.valueEscape()
	}
	c.i2(CMP, ECX, Imm(plan.MaxValue), "")
	c.i1(JAE, Target("value_invalid"), "longer")
	c.i2(MOV, MX(1, R13, RCX, 4), AL, "")
	c.i1(INC, ECX, "")
	c.i2(MOV, slot(4, slotValueLength), ECX, "")
	c.i1(INC, R9, "")
	c.i1(JMP, Target(ShownLabel), "")
	c.label("value_end")
	c.i2(TEST, ECX, ECX, "an empty one is as good as none")
	c.i1(JZ, Target("value_default"), "")
	c.i2(MOV, M(4, R13, 0), ECX, "")
	c.i0(RET, "")
	c.label("value_default")
	c.i2(MOV, ECX, R8D, "")
	c.i2(CMP, ECX, Imm(plan.MaxValue), "")
	c.i1(JA, Target("value_invalid"), "there is none")
	c.i2(MOV, M(4, R13, 0), ECX, "")
	c.i2(MOV, RSI, RDI, "")
	c.i2(LEA, RDI, M(0, R13, 4), "")
	c.i0(REPMOVSB, "")
	c.i0(RET, "")
}

// valueStep refuses a byte that may not follow what was before it.
func (c *code) valueStep() {
	c.i2(MOVZX, ECX, MX(1, RSI, RAX, 0), "its class")
	c.i2(MOV, EDX, slot(4, slotValueState), "")
	c.i2(SHL, EDX, Imm(5), "the state's row: a byte for each class")
	c.i2(OR, EDX, ECX, "")
	c.i2(CMP, EDX, Imm(c.slotStates()*plan.Stride), "")
	c.i1(JAE, Target("value_invalid"), "never: there are no more states")
	c.i2(MOVZX, EDX, MX(1, RSI, RDX, 256), "the next state")
	c.i2(TEST, EDX, EDX, "")
	c.i1(JZ, Target("value_invalid"), "")
	c.i2(MOV, slot(4, slotValueState), EDX, "")
}

// valueEscape puts a backslash in front of what has to have one in a JSON string (RFC 8259, 7).
func (c *code) valueEscape() {
	c.i2(TEST, R10D, R10D, "")
	c.i1(JZ, Target("value_plain"), "no JSON string")
	for _, b := range `"\` {
		c.i2(CMP, AL, Imm(b), "")
		c.i1(JE, Target("value_backslash"), "")
	}
	c.i2(CMP, AL, Imm(' '), "")
	c.i1(JAE, Target("value_plain"), "")
	c.i2(MOV, EDX, EAX, "")
	c.i2(MOV, EAX, Imm('n'), "")
	c.i2(CMP, EDX, Imm('\n'), "")
	c.i1(JE, Target("value_backslash"), "")
	c.i2(MOV, EAX, Imm('r'), "")
	c.i2(CMP, EDX, Imm('\r'), "")
	c.i1(JE, Target("value_backslash"), "")
	c.i2(MOV, EAX, Imm('t'), "")
	c.label("value_backslash")
	c.i2(CMP, ECX, Imm(plan.MaxValue), "")
	c.i1(JAE, Target("value_invalid"), "longer")
	c.i2(MOV, MX(1, R13, RCX, 4), Imm('\\'), "")
	c.i1(INC, ECX, "")
	c.label("value_plain")
}

func (c *code) valueInvalid() {
	text := int32(256 + c.slotStates()*plan.Stride)
	c.routine("value_invalid", "in: rbx, r14d, rsi as read_value")
	c.i2(MOV, R9, RSI, "")
	c.i2(MOV, EDI, Imm(2), "standard error")
	c.i2(LEA, RSI, M(0, RBX, -1), "")
	c.i2(MOV, EDX, R14D, "")
	c.call("tell", "the variable's name")
	c.i2(LEA, RSI, M(0, R9, text+1), "what it has to be")
	c.i2(MOVZX, EDX, M(1, R9, text), "")
	c.call("tell", "")
	c.i1(DEC, EDI, "status 1, one less than standard error")
	c.i1(JMP, Target("exit"), "")
}
