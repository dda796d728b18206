package resource

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
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

// AcceptEncoding reads its list of codings and q-values (RFC 9110, 12.5.3). An
// element that is not understood is passed over.
func AcceptEncoding(c *emit.Code) {
	ifResource(c, "next_field")
	c.I2(OR, R9D, Imm(hasEncoding), "")
	c.Label("coding_next")
	c.Call("list_element", "ecx: start of an element, or the end")
	c.I1(JAE, Target("next_field"), "")
	c.I2(MOV, R11D, EDX, "the value's end")
	c.I2(MOV, EDX, ECX, "")
	c.Label("coding_byte")
	c.I2(MOVZX, EAX, layout.At(1, RDX, 0), "")
	c.TestClass(RAX, emit.ClassToken)
	c.I1(JZ, Target("coding_end"), "")
	c.I1(INC, EDX, "")
	c.I2(CMP, EDX, R11D, "")
	c.I1(JB, Target("coding_byte"), "")
	c.Label("coding_end")
	c.I2(MOV, R8D, EDX, "behind the coding; the line's start is not needed any more")
	for _, n := range codingNames {
		c.Lea(RDI, "coding_"+codingLabel(n.name), "")
		c.I2(MOV, EDX, R8D, "")
		c.Call("is_value", "")
		c.I2(MOV, EDX, Imm(n.place), "where its q-value goes")
		c.I1(JE, Target("coding_known"), "")
	}
	c.I2(MOV, EDX, Imm(star+1), "one that is not had: its q-value goes nowhere")
	c.Label("coding_known")
	c.I2(MOV, ECX, R8D, "")
	if c.Negotiates() {
		c.Call("weight", "")
		c.I2(TEST, EAX, EAX, "")
		c.I1(JZ, Target("coding_pass"), "no weight")
	} else {
		semicolon(c)
		qvalue(c, "coding_pass")
	}
	c.I2(MOV, Mem{Base: RBP, Index: RDX, Scale: 2, Disp: layout.SlotQuality, Width: 2}, AX, "")
	c.Label("coding_pass") // to the comma, or the end
	c.I2(MOV, EDX, R11D, "")
	c.Label("coding_pass_byte")
	c.I2(CMP, ECX, EDX, "")
	c.I1(JAE, Target("next_field"), "")
	c.I1(INC, ECX, "over the comma too: each element ends behind where it began")
	c.I2(CMP, layout.At(1, RCX, -1), Imm(','), "")
	c.I1(JE, Target("coding_next"), "")
	c.I1(JMP, Target("coding_pass_byte"), "")
	for _, n := range codingNames {
		c.Datum(emit.NearSized("coding_"+codingLabel(n.name), n.name))
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
func semicolon(c *emit.Code) {
	c.I2(MOV, EAX, Imm(1001), "q=1, if there is no weight")
	c.Call("space_over", "")
	c.I1(JAE, Target("q_known"), "")
	c.I2(CMP, layout.At(1, RCX, 0), Imm(';'), "")
	c.I1(JNE, Target("q_known"), "")
	c.I1(INC, ECX, "")
}

// qvalue reads a weight behind its semicolon: eax is 1 + q * 1000. It goes to another label where
// something else is there.
func qvalue(c *emit.Code, otherwise string) {
	c.Call("space_over", "")
	c.I2(MOVZX, ESI, layout.At(2, RCX, 0), "")
	c.I2(OR, ESI, Imm(0x20), "q in either case")
	c.I2(CMP, ESI, Imm('='<<8|'q'), "")
	c.I1(JNE, Target(otherwise), "no weight")
	c.I2(MOVZX, EAX, layout.At(1, RCX, 2), "")
	c.I2(SUB, EAX, Imm('0'), "")
	c.I2(CMP, EAX, Imm(1), "0 or 1, a point, up to three digits")
	c.I1(JA, Target(otherwise), "")
	c.I2(ADD, ECX, Imm(3), "")
	c.I2(MOV, ESI, Imm(3), "digits that may follow")
	c.I2(CMP, layout.At(1, RCX, 0), Imm('.'), "")
	c.I1(JNE, Target("q_rest"), "")
	c.Label("q_digit")
	c.I1(INC, ECX, "")
	c.I2(MOVZX, EDI, layout.At(1, RCX, 0), "")
	c.I2(SUB, EDI, Imm('0'), "")
	c.I2(CMP, EDI, Imm(9), "")
	c.I1(JA, Target("q_rest"), "")
	c.I2(LEA, EAX, Mem{Base: RAX, Index: RAX, Scale: 4}, "times five")
	c.I2(LEA, EAX, Mem{Base: RDI, Index: RAX, Scale: 2}, "times two, and the digit")
	c.I1(DEC, ESI, "")
	c.I1(JNZ, Target("q_digit"), "")
	c.I1(INC, ECX, "")
	c.Label("q_rest") // the digits that are not there are zeros
	c.I2(TEST, ESI, ESI, "")
	c.I1(JZ, Target("q_complete"), "")
	c.I2(LEA, EAX, Mem{Base: RAX, Index: RAX, Scale: 4}, "")
	c.I2(ADD, EAX, EAX, "")
	c.I1(DEC, ESI, "")
	c.I1(JMP, Target("q_rest"), "")
	c.Label("q_complete")
	c.I2(CMP, EAX, Imm(1000), "more than 1 is no weight")
	c.I1(JA, Target(otherwise), "")
	c.I1(INC, EAX, "")
	c.Label("q_known")
}

// chooseEncoding takes the variant with the highest q-value, the first among equals,
// and identity where nothing is acceptable: never 406 (RFC 9110, 12.5.3).
func chooseEncoding(c *emit.Code) {
	c.Routine("choose_variant", "in: rbx resource; r9", "out: rbx response; r9 with what is to be made of it", "clobbers: rax rcx rdx rsi rdi r11")
	if c.RefusesNoHTML {
		acceptsHTML(c)
	}
	if c.HasMarkdown {
		prefersMarkdown(c)
	}
	c.I2(MOV, ESI, Imm(plan.Identity), "")
	c.I2(MOV, R11D, M(4, RBX, layout.ResourceVariants+4*int32(plan.Identity)), "which every resource has")
	c.I2(ADD, R11, R15, "")
	c.I2(TEST, R9D, Imm(hasEncoding), "")
	c.I1(JZ, Target("variant_known"), "no preference: identity")
	c.I2(MOV, EDI, Imm(1), "1 + the best q-value so far: 0 is not acceptable")
	c.I2(XOR, ECX, ECX, "")
	c.Label("variant_next")
	c.I2(MOV, EDX, Mem{Base: RBX, Index: RCX, Scale: 4, Disp: layout.ResourceVariants, Width: 4}, "")
	c.I2(TEST, EDX, EDX, "")
	c.I1(JZ, Target("variant_worse"), "not had")
	c.I2(MOVZX, EAX, Mem{Base: RBP, Index: RCX, Scale: 2, Disp: layout.SlotQuality, Width: 2}, "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JNZ, Target("variant_compare"), "")
	c.I2(MOVZX, EAX, layout.Slot(2, layout.SlotQuality+2*int32(star)), "not named: as * says")
	c.Label("variant_compare")
	c.I2(CMP, EAX, EDI, "")
	c.I1(JBE, Target("variant_worse"), "")
	c.I2(MOV, EDI, EAX, "")
	c.I2(MOV, ESI, ECX, "")
	c.I2(LEA, R11, MX(0, R15, RDX, 0), "its response")
	c.Label("variant_worse")
	c.I1(INC, ECX, "")
	c.I2(CMP, ECX, Imm(len(plan.Codings)), "")
	c.I1(JB, Target("variant_next"), "")
	c.Label("variant_known")
	c.I2(MOV, RBX, R11, "")
	// preconditions follow
}
