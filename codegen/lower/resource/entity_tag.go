package resource

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// The fields with entity-tags (RFC 9110, 13.1). Each sets a bit for each variant that
// it names; which variant counts is known at the end of the head.

func IfNoneMatch(c *emit.Code) {
	ifResource(c, "next_field")
	c.I2(OR, R9D, Imm(hasNoneMatch), "")
	c.I2(MOV, EDI, Imm(1), "weak comparison (RFC 9110, 13.1.2)")
	c.Call("tag_list", "")
	c.I2(OR, layout.Slot(1, layout.SlotNoneMatch), AL, "")
	c.I1(JMP, Target("next_field"), "")
}

func IfMatch(c *emit.Code) {
	ifResource(c, "next_field")
	c.I2(OR, R9D, Imm(hasMatch), "")
	c.I2(XOR, EDI, EDI, "strong comparison (RFC 9110, 13.1.1)")
	c.Call("tag_list", "")
	c.I2(OR, layout.Slot(1, layout.SlotMatch), AL, "")
	c.I1(JMP, Target("next_field"), "")
}

// IfRange: an entity-tag, compared strongly, or a date that must be the very one (RFC
// 9110, 13.1.5).
func IfRange(c *emit.Code) {
	ifResource(c, "next_field")
	otherwise := "next_field"
	if c.HasDates() {
		otherwise = "if_range_date"
	}
	c.I2(BTS, R9D, layout.Bit(hasIfRange), "If-Range is there")
	c.I1(JC, Target("if_range_twice"), "")
	c.I2(CMP, layout.At(1, RCX, 0), Imm('"'), "the start of an entity-tag")
	c.I1(JNE, Target(otherwise), "")
	c.I2(LEA, EAX, M(0, RCX, plan.ETagSize+2), "")
	c.I2(CMP, EAX, EDX, "one, as long as ours are?")
	c.I1(JNE, Target("next_field"), "")
	c.I2(XOR, EDI, EDI, "strong comparison")
	c.Call("tag_list", "")
	c.Label("if_range_known")
	c.I2(MOV, layout.Slot(1, layout.SlotIfRange), AL, "")
	c.I1(JMP, Target("next_field"), "")
	c.Label("if_range_twice") // no validator: it is another one
	c.I2(XOR, EAX, EAX, "")
	c.I1(JMP, Target("if_range_known"), "")
	if c.HasDates() {
		c.Label("if_range_date")
		c.Call("date", "")
		c.I2(TEST, RAX, RAX, "no date is not equal to none")
		c.I1(JZ, Target("next_field"), "")
		c.I2(CMP, RAX, M(8, RBX, layout.ResourceModified), "")
		c.I1(JNE, Target("next_field"), "")
		c.I2(MOV, layout.Slot(1, layout.SlotIfRange), Imm(allVariants(c)), "")
		c.I1(JMP, Target("next_field"), "")
	}
}

// forms are how many variants a resource's record has: of those in Markdown too where there are such.
func forms(c *emit.Code) int {
	if c.HasMarkdown {
		return 2 * len(plan.Codings)
	}
	return len(plan.Codings)
}

// allVariants has the bit of every variant.
func allVariants(c *emit.Code) int { return 1<<forms(c) - 1 }

// tagList compares a list of entity-tags with those of the resource's variants.
func tagList(c *emit.Code) {
	c.Routine("tag_list", "in: ecx, edx start and end of the list; rbx resource; edi whether weak ones count",
		"out: eax a bit for each variant that is named", "clobbers: rcx rdx rsi r8 r11")
	c.I2(XOR, R8D, R8D, "the bits; the line's start is not needed any more")
	c.Label("tag_next")
	c.Call("list_element", "")
	c.I1(JAE, Target("tag_end"), "")
	c.I2(MOVZX, EAX, layout.At(1, RCX, 0), "")
	c.I2(CMP, AL, Imm('*'), "any")
	c.I1(JNE, Target("tag_weak"), "")
	c.I2(MOV, R8D, Imm(allVariants(c)), "")
	c.I1(JMP, Target("tag_end"), "")
	c.Label("tag_weak")
	c.I2(MOV, ESI, Imm(1), "a strong one counts")
	c.I2(CMP, AL, Imm('W'), "")
	c.I1(JNE, Target("tag_opaque"), "")
	c.I2(CMP, layout.At(1, RCX, 1), Imm('/'), "")
	c.I1(JNE, Target("tag_end"), "no entity-tag")
	c.I2(MOV, ESI, EDI, "a weak one if that is wanted")
	c.I2(ADD, ECX, Imm(2), "behind W/")
	c.Label("tag_opaque")
	c.I2(CMP, layout.At(1, RCX, 0), Imm('"'), "")
	c.I1(JNE, Target("tag_end"), "no entity-tag: nothing behind it counts")
	c.I1(INC, ECX, "")
	c.I2(TEST, ESI, ESI, "")
	c.I1(JZ, Target("tag_close"), "")
	c.I2(CMP, layout.At(1, RCX, plan.ETagSize), Imm('"'), "as long as ours are?")
	c.I1(JNE, Target("tag_close"), "")
	tagVariants(c)
	c.Label("tag_close") // to the closing quote
	c.I2(CMP, ECX, EDX, "")
	c.I1(JAE, Target("tag_end"), "")
	c.I1(INC, ECX, "")
	c.I2(CMP, layout.At(1, RCX, -1), Imm('"'), "")
	c.I1(JNE, Target("tag_close"), "")
	c.I1(JMP, Target("tag_next"), "")
	c.Label("tag_end")
	c.I2(MOV, EAX, R8D, "")
	c.I0(RET, "")
	listRoutines(c)
}

// tagVariants compares the tag at ecx with each variant's.
func tagVariants(c *emit.Code) {
	c.I2(XOR, ESI, ESI, "for each variant:")
	c.Label("tag_variant")
	c.I2(MOV, EAX, Mem{Base: RBX, Index: RSI, Scale: 4, Disp: layout.ResourceVariants, Width: 4}, "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JZ, Target("tag_other"), "")
	c.I2(LEA, R11, MX(0, R15, RAX, 0), "its response")
	c.I2(MOVZX, EAX, M(2, R11, fields304(c)), "where its ETag field is")
	c.I2(ADD, R11, RAX, "")
	c.I2(MOV, RAX, layout.At(8, RCX, 0), "")
	c.I2(CMP, RAX, M(8, R11, c.RecordSize()+int32(len(plan.ETagStart))), "")
	c.I1(JNE, Target("tag_other"), "")
	c.I2(MOV, RAX, layout.At(8, RCX, 8), "")
	c.I2(CMP, RAX, M(8, R11, c.RecordSize()+int32(len(plan.ETagStart))+8), "")
	c.I1(JNE, Target("tag_other"), "")
	c.I2(BTS, R8D, ESI, "named")
	c.Label("tag_other")
	c.I1(INC, ESI, "")
	c.I2(CMP, ESI, Imm(forms(c)), "")
	c.I1(JB, Target("tag_variant"), "")
}

// listRoutines take lists apart.
func listRoutines(c *emit.Code) {
	c.Routine("list_element", "in: ecx, edx place in a list and its end", "out: ecx start of the next element, or carry clear at the end", "clobbers: rax")
	c.I2(CMP, ECX, EDX, "")
	c.I1(JAE, Target("list_end"), "")
	c.I2(MOVZX, EAX, layout.At(1, RCX, 0), "")
	c.I1(INC, ECX, "")
	c.I2(CMP, AL, Imm(' '), "space or tab")
	c.I1(JBE, Target("list_element"), "")
	c.I2(CMP, AL, Imm(','), "empty elements are passed over (RFC 9110, 5.6.1)")
	c.I1(JE, Target("list_element"), "")
	c.I1(DEC, ECX, "")
	c.I2(CMP, ECX, EDX, "")
	c.Label("list_end")
	c.I0(RET, "")

	c.Routine("space_over", "in: ecx place in a value; r11 its end", "out: ecx behind spaces and tabs, or carry clear at the end")
	c.I2(CMP, ECX, R11D, "")
	c.I1(JAE, Target("list_end"), "")
	c.I1(INC, ECX, "")
	c.I2(CMP, layout.At(1, RCX, -1), Imm(' '), "")
	c.I1(JBE, Target("space_over"), "")
	c.I1(DEC, ECX, "")
	c.I2(CMP, ECX, R11D, "")
	c.I0(RET, "")
}

// Where a response's record says what its header block is made of: in front of its
// bytes, in plans with resources.
func fields206(c *emit.Code) int32 { return c.RecordSize() - 6 }
func fields304(c *emit.Code) int32 { return c.RecordSize() - 4 }
func fields416(c *emit.Code) int32 { return c.RecordSize() - 2 }
