package slots

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Fields with slots of responses that are stored, or made for the request, are put together at boot in
// the frame, as responses with slots are, and added to header blocks as these are sent. Which ones is a
// byte of a response's record, where not all have the same.

// renderAdded puts them together.
func renderAdded(c *emit.Code) {
	for i, a := range c.Plan.Added {
		if len(a.Text) == 0 {
			continue // its length is 0 already
		}
		c.From(a.Pos)
		label := fmt.Sprintf("added_%d", i)
		c.I2(MOV, layout.Slot(4, slotRendered), Imm(c.AddedPlace(i)), label)
		textTo := textTo(c, label, a.Text)
		for _, s := range a.Slots {
			textTo(s.At)
			renderValue(c, s.Value)
		}
		textTo(len(a.Text))
		renderedLength(c, c.AddedLength(i), c.AddedPlace(i))
		c.Pos = ""
	}
}

// loadAdded gets the lines that are added to the response in rbx, and their length, which may be 0, into
// rsi and ecx; it leaves for otherwise where there are none. It changes eax.
func loadAdded(c *emit.Code, otherwise string) {
	if !c.AddedVaries {
		loadOneAdded(c, c.Plan.Responses[0].Added, otherwise)
		return
	}
	c.I2(MOVZX, EAX, M(1, RBX, c.AddedAt()), "which lines has the response?")
	c.I2(CMP, EAX, Imm(len(c.Plan.Added)-1), "")
	c.I1(JA, Target(otherwise), "never")
	c.Lea(RSI, "added", "")
	c.I2(MOV, ECX, Mem{Base: RSI, Index: RAX, Scale: 8, Disp: 0, Width: 4}, "where their length is")
	c.I2(MOV, EAX, Mem{Base: RSI, Index: RAX, Scale: 8, Disp: 4, Width: 4}, "and they are")
	c.I2(MOV, ECX, layout.At(4, RCX, 0), "")
	c.I2(CMP, ECX, Imm(c.AddedSize()), "")
	c.I1(JA, Target(otherwise), "never: none are as long")
	c.I2(LEA, RSI, layout.At(0, RAX, 0), "")
}

// loadOneAdded is loadAdded where it is known which ones these are.
func loadOneAdded(c *emit.Code, i int, otherwise string) {
	c.I2(MOV, ECX, M(4, RBP, c.AddedLength(i)), "how long are they?")
	c.I2(CMP, ECX, Imm(c.AddedSize()), "")
	c.I1(JA, Target(otherwise), "never: none are as long")
	c.I2(LEA, RSI, M(0, RBP, c.AddedPlace(i)), "")
}

// AppendAdded adds lines where a header block goes on.
func AppendAdded(c *emit.Code) {
	c.Routine("append_added", "in: rbx response; rdi where it goes", "out: rdi behind the fields with slots that are added to it", "clobbers: rax rcx rsi")
	loadAdded(c, "none_added")
	c.I0(REPMOVSB, "")
	c.Label("none_added")
	c.I0(RET, "")
}

// AppendOneAdded is AppendAdded where it is known which ones these are; name tells its label from others.
func AppendOneAdded(c *emit.Code, i int, name string) {
	if !c.Adds() || len(c.Plan.Added[i].Text) == 0 {
		return
	}
	loadOneAdded(c, i, name+"_none_added")
	c.I0(REPMOVSB, "")
	c.Label(name + "_none_added")
}

// FillAdded is AppendAdded for a form.
func FillAdded(c *emit.Code) {
	loadAdded(c, "form_none_added")
	c.Call("fill_bytes", "")
	c.Label("form_none_added")
}

// AddedData says where they are.
func AddedData(c *emit.Code) {
	if !c.AddedVaries {
		return
	}
	table := Datum{Label: "added", Note: "fields that are added: where their length is, and where they are, from rbp"}
	for i := range c.Plan.Added {
		table.Fields = append(table.Fields, Word{Size: 4, Value: uint64(c.AddedLength(i))}, Word{Size: 4, Value: uint64(c.AddedPlace(i))})
	}
	c.Datum(table)
}
