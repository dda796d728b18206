package lower

import (
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// The fields with entity-tags (RFC 9110, 13.1). Each sets a bit for each variant that
// it names; which variant counts is known at the end of the head.

func (c *code) ifNoneMatch() {
	c.ifResource("next_field")
	c.i2(OR, R9D, Imm(hasNoneMatch), "")
	c.i2(MOV, EDI, Imm(1), "weak comparison (RFC 9110, 13.1.2)")
	c.call("tag_list", "")
	c.i2(OR, slot(1, slotNoneMatch), AL, "")
	c.i1(JMP, Target("next_field"), "")
}

func (c *code) ifMatch() {
	c.ifResource("next_field")
	c.i2(OR, R9D, Imm(hasMatch), "")
	c.i2(XOR, EDI, EDI, "strong comparison (RFC 9110, 13.1.1)")
	c.call("tag_list", "")
	c.i2(OR, slot(1, slotMatch), AL, "")
	c.i1(JMP, Target("next_field"), "")
}

// ifRange: an entity-tag, compared strongly, or a date that must be the very one (RFC
// 9110, 13.1.5).
func (c *code) ifRange() {
	c.ifResource("next_field")
	otherwise := "next_field"
	if c.hasDates() {
		otherwise = "if_range_date"
	}
	c.i2(BTS, R9D, bit(hasIfRange), "If-Range is there")
	c.i1(JC, Target("if_range_twice"), "")
	c.i2(CMP, at(1, RCX, 0), Imm('"'), "the start of an entity-tag")
	c.i1(JNE, Target(otherwise), "")
	c.i2(LEA, EAX, M(0, RCX, plan.ETagSize+2), "")
	c.i2(CMP, EAX, EDX, "one, as long as ours are?")
	c.i1(JNE, Target("next_field"), "")
	c.i2(XOR, EDI, EDI, "strong comparison")
	c.call("tag_list", "")
	c.label("if_range_known")
	c.i2(MOV, slot(1, slotIfRange), AL, "")
	c.i1(JMP, Target("next_field"), "")
	c.label("if_range_twice") // no validator: it is another one
	c.i2(XOR, EAX, EAX, "")
	c.i1(JMP, Target("if_range_known"), "")
	if c.hasDates() {
		c.label("if_range_date")
		c.call("date", "")
		c.i2(TEST, RAX, RAX, "no date is not equal to none")
		c.i1(JZ, Target("next_field"), "")
		c.i2(CMP, RAX, M(8, RBX, resourceModified), "")
		c.i1(JNE, Target("next_field"), "")
		c.i2(MOV, slot(1, slotIfRange), Imm(c.allVariants()), "")
		c.i1(JMP, Target("next_field"), "")
	}
}

// forms are how many variants a resource's record has: of those in Markdown too where there are such.
func (c *code) forms() int {
	if c.hasMarkdown {
		return 2 * len(plan.Codings)
	}
	return len(plan.Codings)
}

// allVariants has the bit of every variant.
func (c *code) allVariants() int { return 1<<c.forms() - 1 }

// tagList compares a list of entity-tags with those of the resource's variants.
func (c *code) tagList() {
	c.routine("tag_list", "in: ecx, edx start and end of the list; rbx resource; edi whether weak ones count",
		"out: eax a bit for each variant that is named", "clobbers: rcx rdx rsi r8 r11")
	c.i2(XOR, R8D, R8D, "the bits; the line's start is not needed any more")
	c.label("tag_next")
	c.call("list_element", "")
	c.i1(JAE, Target("tag_end"), "")
	c.i2(MOVZX, EAX, at(1, RCX, 0), "")
	c.i2(CMP, AL, Imm('*'), "any")
	c.i1(JNE, Target("tag_weak"), "")
	c.i2(MOV, R8D, Imm(c.allVariants()), "")
	c.i1(JMP, Target("tag_end"), "")
	c.label("tag_weak")
	c.i2(MOV, ESI, Imm(1), "a strong one counts")
	c.i2(CMP, AL, Imm('W'), "")
	c.i1(JNE, Target("tag_opaque"), "")
	c.i2(CMP, at(1, RCX, 1), Imm('/'), "")
	c.i1(JNE, Target("tag_end"), "no entity-tag")
	c.i2(MOV, ESI, EDI, "a weak one if that is wanted")
	c.i2(ADD, ECX, Imm(2), "behind W/")
	c.label("tag_opaque")
	c.i2(CMP, at(1, RCX, 0), Imm('"'), "")
	c.i1(JNE, Target("tag_end"), "no entity-tag: nothing behind it counts")
	c.i1(INC, ECX, "")
	c.i2(TEST, ESI, ESI, "")
	c.i1(JZ, Target("tag_close"), "")
	c.i2(CMP, at(1, RCX, plan.ETagSize), Imm('"'), "as long as ours are?")
	c.i1(JNE, Target("tag_close"), "")
	c.tagVariants()
	c.label("tag_close") // to the closing quote
	c.i2(CMP, ECX, EDX, "")
	c.i1(JAE, Target("tag_end"), "")
	c.i1(INC, ECX, "")
	c.i2(CMP, at(1, RCX, -1), Imm('"'), "")
	c.i1(JNE, Target("tag_close"), "")
	c.i1(JMP, Target("tag_next"), "")
	c.label("tag_end")
	c.i2(MOV, EAX, R8D, "")
	c.i0(RET, "")
	c.listRoutines()
}

// tagVariants compares the tag at ecx with each variant's.
func (c *code) tagVariants() {
	c.i2(XOR, ESI, ESI, "for each variant:")
	c.label("tag_variant")
	c.i2(MOV, EAX, Mem{Base: RBX, Index: RSI, Scale: 4, Disp: resourceVariants, Width: 4}, "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JZ, Target("tag_other"), "")
	c.i2(LEA, R11, MX(0, R15, RAX, 0), "its response")
	c.i2(MOVZX, EAX, M(2, R11, c.fields304()), "where its ETag field is")
	c.i2(ADD, R11, RAX, "")
	c.i2(MOV, RAX, at(8, RCX, 0), "")
	c.i2(CMP, RAX, M(8, R11, c.recordSize()+int32(len(plan.ETagStart))), "")
	c.i1(JNE, Target("tag_other"), "")
	c.i2(MOV, RAX, at(8, RCX, 8), "")
	c.i2(CMP, RAX, M(8, R11, c.recordSize()+int32(len(plan.ETagStart))+8), "")
	c.i1(JNE, Target("tag_other"), "")
	c.i2(BTS, R8D, ESI, "named")
	c.label("tag_other")
	c.i1(INC, ESI, "")
	c.i2(CMP, ESI, Imm(c.forms()), "")
	c.i1(JB, Target("tag_variant"), "")
}

// listRoutines take lists apart.
func (c *code) listRoutines() {
	c.routine("list_element", "in: ecx, edx place in a list and its end", "out: ecx start of the next element, or carry clear at the end", "clobbers: rax")
	c.i2(CMP, ECX, EDX, "")
	c.i1(JAE, Target("list_end"), "")
	c.i2(MOVZX, EAX, at(1, RCX, 0), "")
	c.i1(INC, ECX, "")
	c.i2(CMP, AL, Imm(' '), "space or tab")
	c.i1(JBE, Target("list_element"), "")
	c.i2(CMP, AL, Imm(','), "empty elements are passed over (RFC 9110, 5.6.1)")
	c.i1(JE, Target("list_element"), "")
	c.i1(DEC, ECX, "")
	c.i2(CMP, ECX, EDX, "")
	c.label("list_end")
	c.i0(RET, "")

	c.routine("space_over", "in: ecx place in a value; r11 its end", "out: ecx behind spaces and tabs, or carry clear at the end")
	c.i2(CMP, ECX, R11D, "")
	c.i1(JAE, Target("list_end"), "")
	c.i1(INC, ECX, "")
	c.i2(CMP, at(1, RCX, -1), Imm(' '), "")
	c.i1(JBE, Target("space_over"), "")
	c.i1(DEC, ECX, "")
	c.i2(CMP, ECX, R11D, "")
	c.i0(RET, "")
}

// Where a response's record says what its header block is made of: in front of its
// bytes, in plans with resources.
func (c *code) fields206() int32 { return c.recordSize() - 6 }
func (c *code) fields304() int32 { return c.recordSize() - 4 }
func (c *code) fields416() int32 { return c.recordSize() - 2 }
