package lower

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Fields with slots of responses that are stored, or made for the request, are put together at boot in
// the frame, as responses with slots are, and added to header blocks as these are sent. Which ones is a
// byte of a response's record, where not all have the same.

// adds: some responses have such fields.
func (c *code) adds() bool { return len(c.plan.Added) > 0 }

// addedSize is the most that they add to a header block, in bytes.
func (c *code) addedSize() int32 {
	size := 0
	for _, a := range c.plan.Added {
		size = max(size, a.Longest())
	}
	return int32(size)
}

// addedLength is where their length is, 4 bytes from rbp, behind the lengths of filledValues.
func (c *code) addedLength(i int) int32 { return c.filledLength(len(c.filledValues())) + 4*int32(i) }

// addedPlace is where they are, from rbp, behind the responses with slots.
func (c *code) addedPlace(i int) int32 {
	at := c.placeOf(len(c.plan.Responses))
	for _, a := range c.plan.Added[:i] {
		at += int32(a.Longest()+3) &^ 3
	}
	return at
}

// renderAdded puts them together.
func (c *code) renderAdded() {
	for i, a := range c.plan.Added {
		if len(a.Text) == 0 {
			continue // its length is 0 already
		}
		c.from(a.Pos)
		label := fmt.Sprintf("added_%d", i)
		c.i2(MOV, slot(4, slotRendered), Imm(c.addedPlace(i)), label)
		textTo := c.textTo(label, a.Text)
		for _, s := range a.Slots {
			textTo(s.At)
			c.renderValue(s.Value)
		}
		textTo(len(a.Text))
		c.renderedLength(c.addedLength(i), c.addedPlace(i))
		c.pos = ""
	}
}

// addedAt is where a record has the number of what is added, a byte.
func (c *code) addedAt() int32 {
	if c.hasResources() {
		return c.recordSize() - resourceFields - 1
	}
	return c.recordSize() - 1
}

// loadAdded gets the lines that are added to the response in rbx, and their length, which may be 0, into
// rsi and ecx; it leaves for otherwise where there are none. It changes eax.
func (c *code) loadAdded(otherwise string) {
	if !c.addedVaries {
		c.loadOneAdded(c.plan.Responses[0].Added, otherwise)
		return
	}
	c.i2(MOVZX, EAX, M(1, RBX, c.addedAt()), "which lines has the response?")
	c.i2(CMP, EAX, Imm(len(c.plan.Added)-1), "")
	c.i1(JA, Target(otherwise), "never")
	c.lea(RSI, "added", "")
	c.i2(MOV, ECX, Mem{Base: RSI, Index: RAX, Scale: 8, Disp: 0, Width: 4}, "where their length is")
	c.i2(MOV, EAX, Mem{Base: RSI, Index: RAX, Scale: 8, Disp: 4, Width: 4}, "and they are")
	c.i2(MOV, ECX, at(4, RCX, 0), "")
	c.i2(CMP, ECX, Imm(c.addedSize()), "")
	c.i1(JA, Target(otherwise), "never: none are as long")
	c.i2(LEA, RSI, at(0, RAX, 0), "")
}

// loadOneAdded is loadAdded where it is known which ones these are.
func (c *code) loadOneAdded(i int, otherwise string) {
	c.i2(MOV, ECX, M(4, RBP, c.addedLength(i)), "how long are they?")
	c.i2(CMP, ECX, Imm(c.addedSize()), "")
	c.i1(JA, Target(otherwise), "never: none are as long")
	c.i2(LEA, RSI, M(0, RBP, c.addedPlace(i)), "")
}

// appendAdded adds lines where a header block goes on.
func (c *code) appendAdded() {
	c.routine("append_added", "in: rbx response; rdi where it goes", "out: rdi behind the fields with slots that are added to it", "clobbers: rax rcx rsi")
	c.loadAdded("none_added")
	c.i0(REPMOVSB, "")
	c.label("none_added")
	c.i0(RET, "")
}

// appendOneAdded is appendAdded where it is known which ones these are; name tells its label from others.
func (c *code) appendOneAdded(i int, name string) {
	if !c.adds() || len(c.plan.Added[i].Text) == 0 {
		return
	}
	c.loadOneAdded(i, name+"_none_added")
	c.i0(REPMOVSB, "")
	c.label(name + "_none_added")
}

// fillAdded is appendAdded for a form.
func (c *code) fillAdded() {
	c.loadAdded("form_none_added")
	c.call("fill_bytes", "")
	c.label("form_none_added")
}

// addedData says where they are.
func (c *code) addedData() {
	if !c.addedVaries {
		return
	}
	table := Datum{Label: "added", Note: "fields that are added: where their length is, and where they are, from rbp"}
	for i := range c.plan.Added {
		table.Fields = append(table.Fields, Word{Size: 4, Value: uint64(c.addedLength(i))}, Word{Size: 4, Value: uint64(c.addedPlace(i))})
	}
	c.datum(table)
}

// addedField is a record's number of what is added.
func (c *code) addedField(r plan.Response) []Field {
	if !c.addedVaries {
		return nil
	}
	return []Field{Word{Size: 1, Value: uint64(r.Added), Note: "which fields are added"}}
}
