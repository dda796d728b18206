package lower

import (
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// rangeField reads Range (RFC 9110, 14.1.2): bytes, and one range. Several of them,
// or one that is not valid, are as good as none (14.2).
func (c *code) rangeField() {
	c.ifResource("next_field")
	c.i2(BTS, R9D, bit(hadRange), "several lines are one list (RFC 9110, 5.3),")
	c.i1(JC, Target("range_twice"), "and several ranges")
	c.i2(MOV, R11D, EDX, "the value's end")
	c.i2(LEA, EDX, M(0, RCX, int32(len("bytes="))), "")
	c.i2(CMP, EDX, R11D, "")
	c.i1(JAE, Target("next_field"), "")
	c.lea(RDI, "bytes_text", "")
	c.i2(MOV, R8D, EDX, "the line's start is not needed any more")
	c.call("is_value", "")
	c.i1(JNE, Target("next_field"), "")
	c.i2(MOV, ECX, R8D, "")
	c.datum(nearSized("bytes_text", "bytes="))
	c.call("position", "first-pos")
	c.i2(CMP, ECX, R8D, "no digit: a suffix")
	c.i1(JE, Target("range_suffix"), "")
	c.i2(MOV, slot(8, slotFirst), RAX, "")
	c.i2(CMP, at(1, RCX, 0), Imm('-'), "")
	c.i1(JNE, Target("next_field"), "")
	c.i1(INC, ECX, "")
	c.i2(OR, RAX, Imm(-1), "")
	c.i2(CMP, ECX, R11D, "")
	c.i1(JE, Target("range_open"), "to the end")
	c.call("position", "last-pos")
	c.i2(CMP, ECX, R11D, "and nothing behind it")
	c.i1(JNE, Target("next_field"), "")
	c.i2(CMP, RAX, slot(8, slotFirst), "")
	c.i1(JB, Target("next_field"), "invalid (RFC 9110, 14.1.1)")
	c.label("range_open")
	c.i2(MOV, slot(8, slotLast), RAX, "")
	c.i2(OR, R9D, Imm(hasRange), "")
	c.i1(JMP, Target("next_field"), "")
	c.label("range_twice")
	c.i2(AND, R9D, Imm(^hasRange), "")
	c.i1(JMP, Target("next_field"), "")
	c.label("range_suffix")
	c.i2(CMP, at(1, RCX, 0), Imm('-'), "")
	c.i1(JNE, Target("next_field"), "")
	c.i1(INC, ECX, "")
	c.i2(MOV, R8D, ECX, "")
	c.call("position", "suffix-length")
	c.i2(CMP, ECX, R8D, "")
	c.i1(JE, Target("next_field"), "no digit")
	c.i2(CMP, ECX, R11D, "")
	c.i1(JNE, Target("next_field"), "")
	c.i2(MOV, slot(8, slotFirst), RAX, "")
	c.i2(OR, R9D, Imm(isSuffix), "")
	c.i2(OR, RAX, Imm(-1), "")
	c.i1(JMP, Target("range_open"), "")

	c.position()
}

// position reads a number.
func (c *code) position() {
	c.routine("position", "in: ecx place in a value; r11 its end", "out: rax the number there, at most 2^59 or so; ecx behind its digits", "clobbers: rdx rsi")
	c.i2(XOR, EAX, EAX, "")
	c.label("position_digit")
	c.i2(CMP, ECX, R11D, "")
	c.i1(JAE, Target("position_end"), "")
	c.i2(MOVZX, EDX, at(1, RCX, 0), "")
	c.i2(SUB, EDX, Imm('0'), "")
	c.i2(CMP, EDX, Imm(9), "")
	c.i1(JA, Target("position_end"), "")
	c.i1(INC, ECX, "")
	c.i2(MOV, RSI, RAX, "")
	c.i2(SHR, RSI, Imm(55), "far beyond any content: larger is no different")
	c.i1(JNZ, Target("position_digit"), "")
	c.i2(LEA, RAX, Mem{Base: RAX, Index: RAX, Scale: 4}, "times five")
	c.i2(LEA, RAX, Mem{Base: RDX, Index: RAX, Scale: 2}, "times two, and the digit")
	c.i1(JMP, Target("position_digit"), "")
	c.label("position_end")
	c.i0(RET, "")
}

// rangeToServe decides whether the response is a part: for GET, of the identity
// variant, if If-Range allows it (RFC 9110, 14.2).
//
// in: esi index of the variant; rbx its response.
func (c *code) rangeToServe() {
	c.routine("range_to_serve", "in: esi index of the variant; rbx its response; r9", "out: r9 is206 or is416; slotFirst, slotLast the part")
	c.i2(TEST, R9D, Imm(hasRange), "")
	c.i1(JZ, Target("whole"), "")
	c.i2(TEST, R9B, Imm(isHead), "Range is for GET alone")
	c.i1(JNZ, Target("whole"), "")
	c.i2(CMP, ESI, Imm(plan.Identity), "")
	c.i1(JNE, Target("whole"), "")
	c.i2(TEST, R9D, Imm(hasIfRange), "")
	c.i1(JZ, Target("range_cut"), "")
	c.i2(MOVZX, EAX, slot(1, slotIfRange), "")
	c.i2(BT, EAX, ESI, "")
	c.i1(JNC, Target("whole"), "it is another one by now")
	c.label("range_cut")
	c.contentLengthOf(ECX)
	c.i2(MOV, RAX, slot(8, slotFirst), "")
	c.i2(TEST, R9D, Imm(isSuffix), "")
	c.i1(JZ, Target("range_first"), "")
	c.i2(TEST, RAX, RAX, "nothing is asked for")
	c.i1(JZ, Target("range_none"), "")
	c.i2(TEST, ECX, ECX, "the last bytes of no content: satisfiable (RFC 9110, 14.1.2),")
	c.i1(JZ, Target("whole"), "but Content-Range cannot say so")
	c.i2(MOV, EDX, ECX, "")
	c.i2(SUB, RDX, RAX, "where the suffix starts")
	c.i2(MOV, EAX, Imm(0), "")
	c.i2(CMOVAE, RAX, RDX, "or all of it, where it is shorter")
	c.label("range_first")
	c.i2(CMP, RAX, RCX, "")
	c.i1(JAE, Target("range_none"), "it starts behind the end")
	c.i2(MOV, slot(8, slotFirst), RAX, "")
	c.i1(DEC, ECX, "the last byte there is")
	c.i2(MOV, RAX, slot(8, slotLast), "")
	c.i2(CMP, RAX, RCX, "")
	c.i2(CMOVA, RAX, RCX, "")
	c.i2(CMP, RAX, slot(8, slotFirst), "the part has a byte: the range was valid, and starts before the end")
	c.i1(JB, Target("whole"), "")
	c.i2(MOV, slot(8, slotLast), RAX, "")
	c.i2(OR, R9D, Imm(is206), "")
	c.i1(JMP, Target("framing"), "")
	c.label("range_none")
	c.i2(OR, R9D, Imm(is416), "")
	c.label("whole")
	c.i1(JMP, Target("framing"), "")
}

// contentLengthOf gets the length of the content of the response in rbx.
func (c *code) contentLengthOf(dst Reg) {
	if c.detached {
		c.i2(MOV, dst, M(4, RBX, bodyLength), "the content's length")
		return
	}
	c.i2(MOV, dst, M(4, RBX, joinedLength), "")
	c.loadHeadLength(EAX)
	c.i2(SUB, dst, EAX, "the content's length")
}

// contentOf gets the place of the content of the response in rbx.
func (c *code) contentOf(dst Reg) {
	if c.detached {
		c.i2(MOV, dst.As(4), M(4, RBX, bodyOffset), "the content")
		c.i2(ADD, dst, R15, "")
		return
	}
	c.loadHeadLength(ECX)
	c.i2(LEA, dst, MX(0, RBX, RCX, c.recordSize()), "the content behind the header block")
}
