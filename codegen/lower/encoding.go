package lower

import (
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// star is the place of * behind the codings' q-values.
const star = len(plan.Codings)

// codingNames are the names in Accept-Encoding, with the place of their q-value.
var codingNames = []struct {
	name  string
	place int
}{
	{"br", 0}, {"zstd", 1}, {"gzip", 2}, {"x-gzip", 2}, {"identity", plan.Identity}, {"*", star},
}

// acceptEncoding reads its list of codings and q-values (RFC 9110, 12.5.3). An
// element that is not understood is passed over.
func (c *code) acceptEncoding() {
	c.ifResource("next_field")
	c.i2(OR, R9D, Imm(hasEncoding), "")
	c.label("coding_next")
	c.call("list_element", "ecx: start of an element, or the end")
	c.i1(JAE, Target("next_field"), "")
	c.i2(MOV, R11D, EDX, "the value's end")
	c.i2(MOV, EDX, ECX, "")
	c.label("coding_byte")
	c.i2(MOVZX, EAX, at(1, RDX, 0), "")
	c.testClass(RAX, classToken)
	c.i1(JZ, Target("coding_end"), "")
	c.i1(INC, EDX, "")
	c.i2(CMP, EDX, R11D, "")
	c.i1(JB, Target("coding_byte"), "")
	c.label("coding_end")
	c.i2(MOV, R8D, EDX, "behind the coding; the line's start is not needed any more")
	for _, n := range codingNames {
		c.lea(RDI, "coding_"+codingLabel(n.name), "")
		c.i2(MOV, EDX, R8D, "")
		c.call("is_value", "")
		c.i2(MOV, EDX, Imm(n.place), "where its q-value goes")
		c.i1(JE, Target("coding_known"), "")
	}
	c.i2(MOV, EDX, Imm(star+1), "one that is not had: its q-value goes nowhere")
	c.label("coding_known")
	c.i2(MOV, ECX, R8D, "")
	if c.negotiates() {
		c.call("weight", "")
		c.i2(TEST, EAX, EAX, "")
		c.i1(JZ, Target("coding_pass"), "no weight")
	} else {
		c.semicolon()
		c.qvalue("coding_pass")
	}
	c.i2(MOV, Mem{Base: RBP, Index: RDX, Scale: 2, Disp: slotQuality, Width: 2}, AX, "")
	c.label("coding_pass") // to the comma, or the end
	c.i2(MOV, EDX, R11D, "")
	c.label("coding_pass_byte")
	c.i2(CMP, ECX, EDX, "")
	c.i1(JAE, Target("next_field"), "")
	c.i1(INC, ECX, "over the comma too: each element ends behind where it began")
	c.i2(CMP, at(1, RCX, -1), Imm(','), "")
	c.i1(JE, Target("coding_next"), "")
	c.i1(JMP, Target("coding_pass_byte"), "")
	for _, n := range codingNames {
		c.datum(nearSized("coding_"+codingLabel(n.name), n.name))
	}
}

func codingLabel(name string) string {
	switch name {
	case "*":
		return "star"
	case "x-gzip":
		return "x_gzip"
	}
	return name
}

// semicolon goes over the one in front of an optional weight (RFC 9110, 12.4.2), at ecx; where
// there is none, it goes behind what qvalue emits, with its eax.
func (c *code) semicolon() {
	c.i2(MOV, EAX, Imm(1001), "q=1, if there is no weight")
	c.call("space_over", "")
	c.i1(JAE, Target("q_known"), "")
	c.i2(CMP, at(1, RCX, 0), Imm(';'), "")
	c.i1(JNE, Target("q_known"), "")
	c.i1(INC, ECX, "")
}

// qvalue reads a weight behind its semicolon: eax is 1 + q * 1000. It goes to another label where
// something else is there.
func (c *code) qvalue(otherwise string) {
	c.call("space_over", "")
	c.i2(MOVZX, ESI, at(2, RCX, 0), "")
	c.i2(OR, ESI, Imm(0x20), "q in either case")
	c.i2(CMP, ESI, Imm('='<<8|'q'), "")
	c.i1(JNE, Target(otherwise), "no weight")
	c.i2(MOVZX, EAX, at(1, RCX, 2), "")
	c.i2(SUB, EAX, Imm('0'), "")
	c.i2(CMP, EAX, Imm(1), "0 or 1, a point, up to three digits")
	c.i1(JA, Target(otherwise), "")
	c.i2(ADD, ECX, Imm(3), "")
	c.i2(MOV, ESI, Imm(3), "digits that may follow")
	c.i2(CMP, at(1, RCX, 0), Imm('.'), "")
	c.i1(JNE, Target("q_rest"), "")
	c.label("q_digit")
	c.i1(INC, ECX, "")
	c.i2(MOVZX, EDI, at(1, RCX, 0), "")
	c.i2(SUB, EDI, Imm('0'), "")
	c.i2(CMP, EDI, Imm(9), "")
	c.i1(JA, Target("q_rest"), "")
	c.i2(LEA, EAX, Mem{Base: RAX, Index: RAX, Scale: 4}, "times five")
	c.i2(LEA, EAX, Mem{Base: RDI, Index: RAX, Scale: 2}, "times two, and the digit")
	c.i1(DEC, ESI, "")
	c.i1(JNZ, Target("q_digit"), "")
	c.i1(INC, ECX, "")
	c.label("q_rest") // the digits that are not there are zeros
	c.i2(TEST, ESI, ESI, "")
	c.i1(JZ, Target("q_complete"), "")
	c.i2(LEA, EAX, Mem{Base: RAX, Index: RAX, Scale: 4}, "")
	c.i2(ADD, EAX, EAX, "")
	c.i1(DEC, ESI, "")
	c.i1(JMP, Target("q_rest"), "")
	c.label("q_complete")
	c.i2(CMP, EAX, Imm(1000), "more than 1 is no weight")
	c.i1(JA, Target(otherwise), "")
	c.i1(INC, EAX, "")
	c.label("q_known")
}

// chooseEncoding takes the variant with the highest q-value, the first among equals,
// and identity where nothing is acceptable: never 406 (RFC 9110, 12.5.3).
func (c *code) chooseEncoding() {
	c.routine("choose_variant", "in: rbx resource; r9", "out: rbx response; r9 with what is to be made of it", "clobbers: rax rcx rdx rsi rdi r11")
	if c.refusesNoHTML {
		c.acceptsHTML()
	}
	if c.hasMarkdown {
		c.prefersMarkdown()
	}
	c.i2(MOV, ESI, Imm(plan.Identity), "")
	c.i2(MOV, R11D, M(4, RBX, resourceVariants+4*int32(plan.Identity)), "which every resource has")
	c.i2(ADD, R11, R15, "")
	c.i2(TEST, R9D, Imm(hasEncoding), "")
	c.i1(JZ, Target("variant_known"), "no preference: identity")
	c.i2(MOV, EDI, Imm(1), "1 + the best q-value so far: 0 is not acceptable")
	c.i2(XOR, ECX, ECX, "")
	c.label("variant_next")
	c.i2(MOV, EDX, Mem{Base: RBX, Index: RCX, Scale: 4, Disp: resourceVariants, Width: 4}, "")
	c.i2(TEST, EDX, EDX, "")
	c.i1(JZ, Target("variant_worse"), "not had")
	c.i2(MOVZX, EAX, Mem{Base: RBP, Index: RCX, Scale: 2, Disp: slotQuality, Width: 2}, "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JNZ, Target("variant_compare"), "")
	c.i2(MOVZX, EAX, slot(2, slotQuality+2*int32(star)), "not named: as * says")
	c.label("variant_compare")
	c.i2(CMP, EAX, EDI, "")
	c.i1(JBE, Target("variant_worse"), "")
	c.i2(MOV, EDI, EAX, "")
	c.i2(MOV, ESI, ECX, "")
	c.i2(LEA, R11, MX(0, R15, RDX, 0), "its response")
	c.label("variant_worse")
	c.i1(INC, ECX, "")
	c.i2(CMP, ECX, Imm(len(plan.Codings)), "")
	c.i1(JB, Target("variant_next"), "")
	c.label("variant_known")
	c.i2(MOV, RBX, R11, "")
	// preconditions follow
}
