package slots

import (
	"fmt"
	"strings"

	"github.com/verbosel/verbosel/codegen/lower/boot"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Slots of responses get values of the environment, once, at boot. A value is checked byte by
// byte while it is copied into its cell: a table for each form says which bytes may follow
// which. Then the responses are put together, see rendered.go.

// Variables of the boot, which has no use for those of a request.
const (
	slotValueLength = layout.SlotStart    // 4 bytes: of the value so far
	slotValueState  = layout.SlotOutput   // 4 bytes: what its bytes so far say of the next one
	slotRendered    = layout.SlotRequests // 4 bytes: from rbp, where the next byte of a response goes
)

// A form in the data is the class of each byte; the next state for each state and class; how
// long what a value has to be is, a byte, and that in words.
func formTable(c *emit.Code, form plan.ValueForm) Datum {
	a := plan.AutomatonOf(form)
	next := make([]byte, slotStates(c)*plan.Stride)
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
func slotForms(c *emit.Code) []plan.ValueForm {
	var out []plan.ValueForm
	for _, form := range plan.ValueForms {
		if HasForm(c, form) {
			out = append(out, form)
		}
	}
	return out
}

func HasForm(c *emit.Code, form plan.ValueForm) bool {
	for _, v := range c.Plan.Values {
		if v.Form == form {
			return true
		}
	}
	return false
}

// slotStates is how many states the table of each form has.
func slotStates(c *emit.Code) int {
	states := 0
	for _, form := range slotForms(c) {
		a := plan.AutomatonOf(form)
		states = max(states, len(a.Next)/plan.Stride)
	}
	return states
}

// ReadSlots fills the cells, and puts the responses together.
func ReadSlots(c *emit.Code) {
	if !c.Reads() {
		return
	}
	clearSlots(c)
	for i, v := range c.Plan.Values {
		variable := fmt.Sprintf("slot_variable_%d", i+1)
		c.I2(LEA, RBX, Sym(0, variable, 1), "")
		c.I2(MOV, R14D, Imm(len(v.Name)+1), "")
		c.Text(variable, "$"+v.Name+"=", "an environment variable that slots name")
		c.I2(LEA, R13, M(0, RBP, c.ValueAt(i)), "")
		c.Lea(RSI, formLabel(v.Form), slotNote(v.Form))
		if HasForm(c, plan.ValueString) {
			escapes := 0
			if v.Form == plan.ValueString {
				escapes = 1
			}
			c.I2(MOV, R10D, Imm(escapes), "")
		}
		if v.Optional {
			slotDefault(c, fmt.Sprintf("slot_default_%d", i+1), v.Default)
		} else {
			c.I2(MOV, R8D, Imm(-1), "no default")
		}
		c.Call("read_value", "")
	}
	keepLengths(c)
	renderAll(c)
}

func slotDefault(c *emit.Code, label, text string) {
	c.I2(MOV, R8D, Imm(len(text)), "")
	if text == "" {
		c.I2(LEA, RDI, M(0, RBX, 0), "none of its bytes")
		return
	}
	c.Lea(RDI, label, "its default")
	c.Text(label, text, "where the environment has none")
}

// clearSlots makes zeros of all that slots take, twice as many with each step: what is sent of
// it has lengths that the proof does not know.
func clearSlots(c *emit.Code) {
	c.I2(MOVDQU, M(16, RBP, c.SlotsAt()), XMM3, "")
	c.I2(LEA, RDI, M(0, RBP, c.SlotsAt()+16), "")
	for done, all := int32(16), c.SlotRoom()-layout.Gap; done < all; {
		more := min(done, all-done)
		c.I2(LEA, RSI, M(0, RBP, c.SlotsAt()), "")
		c.I2(MOV, ECX, Imm(more), "as many bytes again")
		c.I0(REPMOVSB, "")
		done += more
	}
}

// SlotRoutines are only called at boot.
func SlotRoutines(c *emit.Code) {
	c.Section("slots: what responses have of the environment")
	readValue(c)
	valueInvalid(c)
	if c.Renders() || c.Adds() {
		renderRoutines(c)
	}
	for _, form := range slotForms(c) {
		c.Datum(formTable(c, form))
	}
}

// ShownLabel is where the instruction is that reads of the environment what clients get; there
// is no other one.
const ShownLabel = "value_byte"

// readValue counts in memory, as encodePassword does.
func readValue(c *emit.Code) {
	c.Routine("read_value", "in: rbx the variable's name with its =, of r14d bytes, behind a $; rsi its form; r10d 1 for a JSON string; rdi, r8d its default, or r8d -1; r13 cell",
		"out: the cell has it; or leaves with status 1 and a message", "clobbers: rax rcx rdx rsi rdi r9 r11")
	boot.FindNamed(c, "value", "value_default")
	c.I2(MOV, layout.Slot(4, slotValueLength), Imm(0), "")
	c.I2(MOV, layout.Slot(4, slotValueState), Imm(plan.Start), "")
	c.Label(ShownLabel)
	c.I2(MOVZX, EAX, M(1, R9, 0), "")
	valueStep(c)
	c.I2(MOV, ECX, layout.Slot(4, slotValueLength), "")
	c.I2(TEST, EAX, EAX, "the NUL behind it")
	c.I1(JZ, Target("value_end"), "")
	if HasForm(c, plan.ValueString) {
		valueEscape(c)
	}
	c.I2(CMP, ECX, Imm(plan.MaxValue), "")
	c.I1(JAE, Target("value_invalid"), "longer")
	c.I2(MOV, MX(1, R13, RCX, 4), AL, "")
	c.I1(INC, ECX, "")
	c.I2(MOV, layout.Slot(4, slotValueLength), ECX, "")
	c.I1(INC, R9, "")
	c.I1(JMP, Target(ShownLabel), "")
	c.Label("value_end")
	c.I2(TEST, ECX, ECX, "an empty one is as good as none")
	c.I1(JZ, Target("value_default"), "")
	c.I2(MOV, M(4, R13, 0), ECX, "")
	c.I0(RET, "")
	c.Label("value_default")
	c.I2(MOV, ECX, R8D, "")
	c.I2(CMP, ECX, Imm(plan.MaxValue), "")
	c.I1(JA, Target("value_invalid"), "there is none")
	c.I2(MOV, M(4, R13, 0), ECX, "")
	c.I2(MOV, RSI, RDI, "")
	c.I2(LEA, RDI, M(0, R13, 4), "")
	c.I0(REPMOVSB, "")
	c.I0(RET, "")
}

// valueStep refuses a byte that may not follow what was before it.
func valueStep(c *emit.Code) {
	c.I2(MOVZX, ECX, MX(1, RSI, RAX, 0), "its class")
	c.I2(MOV, EDX, layout.Slot(4, slotValueState), "")
	c.I2(SHL, EDX, Imm(5), "the state's row: a byte for each class")
	c.I2(OR, EDX, ECX, "")
	c.I2(CMP, EDX, Imm(slotStates(c)*plan.Stride), "")
	c.I1(JAE, Target("value_invalid"), "never: there are no more states")
	c.I2(MOVZX, EDX, MX(1, RSI, RDX, 256), "the next state")
	c.I2(TEST, EDX, EDX, "")
	c.I1(JZ, Target("value_invalid"), "")
	c.I2(MOV, layout.Slot(4, slotValueState), EDX, "")
}

// valueEscape puts a backslash in front of what has to have one in a JSON string (RFC 8259, 7).
func valueEscape(c *emit.Code) {
	c.I2(TEST, R10D, R10D, "")
	c.I1(JZ, Target("value_plain"), "no JSON string")
	for _, b := range `"\` {
		c.I2(CMP, AL, Imm(b), "")
		c.I1(JE, Target("value_backslash"), "")
	}
	c.I2(CMP, AL, Imm(' '), "")
	c.I1(JAE, Target("value_plain"), "")
	c.I2(MOV, EDX, EAX, "")
	c.I2(MOV, EAX, Imm('n'), "")
	c.I2(CMP, EDX, Imm('\n'), "")
	c.I1(JE, Target("value_backslash"), "")
	c.I2(MOV, EAX, Imm('r'), "")
	c.I2(CMP, EDX, Imm('\r'), "")
	c.I1(JE, Target("value_backslash"), "")
	c.I2(MOV, EAX, Imm('t'), "")
	c.Label("value_backslash")
	c.I2(CMP, ECX, Imm(plan.MaxValue), "")
	c.I1(JAE, Target("value_invalid"), "longer")
	c.I2(MOV, MX(1, R13, RCX, 4), Imm('\\'), "")
	c.I1(INC, ECX, "")
	c.Label("value_plain")
}

func valueInvalid(c *emit.Code) {
	text := int32(256 + slotStates(c)*plan.Stride)
	c.Routine("value_invalid", "in: rbx, r14d, rsi as read_value")
	c.I2(MOV, R9, RSI, "")
	c.I2(MOV, EDI, Imm(2), "standard error")
	c.I2(LEA, RSI, M(0, RBX, -1), "")
	c.I2(MOV, EDX, R14D, "")
	c.Call("tell", "the variable's name")
	c.I2(LEA, RSI, M(0, R9, text+1), "what it has to be")
	c.I2(MOVZX, EDX, M(1, R9, text), "")
	c.Call("tell", "")
	c.I1(DEC, EDI, "status 1, one less than standard error")
	c.I1(JMP, Target("exit"), "")
}
