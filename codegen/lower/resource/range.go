package resource

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// RangeField reads Range (RFC 9110, 14.1.2): bytes, and one range. Several of them,
// or one that is not valid, are as good as none (14.2).
func RangeField(c *emit.Code) {
	ifResource(c, "next_field")
	c.I2(BTS, R9D, layout.Bit(hadRange), "several lines are one list (RFC 9110, 5.3),")
	c.I1(JC, Target("range_twice"), "and several ranges")
	c.I2(MOV, R11D, EDX, "the value's end")
	c.I2(LEA, EDX, M(0, RCX, int32(len("bytes="))), "")
	c.I2(CMP, EDX, R11D, "")
	c.I1(JAE, Target("next_field"), "")
	c.Lea(RDI, "bytes_text", "")
	c.I2(MOV, R8D, EDX, "the line's start is not needed any more")
	c.Call("is_value", "")
	c.I1(JNE, Target("next_field"), "")
	c.I2(MOV, ECX, R8D, "")
	c.Datum(emit.NearSized("bytes_text", "bytes="))
	c.Call("position", "first-pos")
	c.I2(CMP, ECX, R8D, "no digit: a suffix")
	c.I1(JE, Target("range_suffix"), "")
	c.I2(MOV, layout.Slot(8, layout.SlotFirst), RAX, "")
	c.I2(CMP, layout.At(1, RCX, 0), Imm('-'), "")
	c.I1(JNE, Target("next_field"), "")
	c.I1(INC, ECX, "")
	c.I2(OR, RAX, Imm(-1), "")
	c.I2(CMP, ECX, R11D, "")
	c.I1(JE, Target("range_open"), "to the end")
	c.Call("position", "last-pos")
	c.I2(CMP, ECX, R11D, "and nothing behind it")
	c.I1(JNE, Target("next_field"), "")
	c.I2(CMP, RAX, layout.Slot(8, layout.SlotFirst), "")
	c.I1(JB, Target("next_field"), "invalid (RFC 9110, 14.1.1)")
	c.Label("range_open")
	c.I2(MOV, layout.Slot(8, layout.SlotLast), RAX, "")
	c.I2(OR, R9D, Imm(hasRange), "")
	c.I1(JMP, Target("next_field"), "")
	c.Label("range_twice")
	c.I2(AND, R9D, Imm(^hasRange), "")
	c.I1(JMP, Target("next_field"), "")
	c.Label("range_suffix")
	c.I2(CMP, layout.At(1, RCX, 0), Imm('-'), "")
	c.I1(JNE, Target("next_field"), "")
	c.I1(INC, ECX, "")
	c.I2(MOV, R8D, ECX, "")
	c.Call("position", "suffix-length")
	c.I2(CMP, ECX, R8D, "")
	c.I1(JE, Target("next_field"), "no digit")
	c.I2(CMP, ECX, R11D, "")
	c.I1(JNE, Target("next_field"), "")
	c.I2(MOV, layout.Slot(8, layout.SlotFirst), RAX, "")
	c.I2(OR, R9D, Imm(isSuffix), "")
	c.I2(OR, RAX, Imm(-1), "")
	c.I1(JMP, Target("range_open"), "")

	position(c)
}

// position reads a number.
func position(c *emit.Code) {
	c.Routine("position", "in: ecx place in a value; r11 its end", "out: rax the number there, at most 2^59 or so; ecx behind its digits", "clobbers: rdx rsi")
	c.I2(XOR, EAX, EAX, "")
	c.Label("position_digit")
	c.I2(CMP, ECX, R11D, "")
	c.I1(JAE, Target("position_end"), "")
	c.I2(MOVZX, EDX, layout.At(1, RCX, 0), "")
	c.I2(SUB, EDX, Imm('0'), "")
	c.I2(CMP, EDX, Imm(9), "")
	c.I1(JA, Target("position_end"), "")
	c.I1(INC, ECX, "")
	c.I2(MOV, RSI, RAX, "")
	c.I2(SHR, RSI, Imm(55), "far beyond any content: larger is no different")
	c.I1(JNZ, Target("position_digit"), "")
	c.I2(LEA, RAX, Mem{Base: RAX, Index: RAX, Scale: 4}, "times five")
	c.I2(LEA, RAX, Mem{Base: RDX, Index: RAX, Scale: 2}, "times two, and the digit")
	c.I1(JMP, Target("position_digit"), "")
	c.Label("position_end")
	c.I0(RET, "")
}

// rangeToServe decides whether the response is a part: for GET, of the identity
// variant, if If-Range allows it (RFC 9110, 14.2).
//
// in: esi index of the variant; rbx its response.
func rangeToServe(c *emit.Code) {
	c.Routine("range_to_serve", "in: esi index of the variant; rbx its response; r9", "out: r9 is206 or is416; slotFirst, slotLast the part")
	c.I2(TEST, R9D, Imm(hasRange), "")
	c.I1(JZ, Target("whole"), "")
	c.I2(TEST, R9B, Imm(layout.IsHead), "Range is for GET alone")
	c.I1(JNZ, Target("whole"), "")
	c.I2(CMP, ESI, Imm(plan.Identity), "")
	c.I1(JNE, Target("whole"), "")
	c.I2(TEST, R9D, Imm(hasIfRange), "")
	c.I1(JZ, Target("range_cut"), "")
	c.I2(MOVZX, EAX, layout.Slot(1, layout.SlotIfRange), "")
	c.I2(BT, EAX, ESI, "")
	c.I1(JNC, Target("whole"), "it is another one by now")
	c.Label("range_cut")
	ContentLengthOf(c, ECX)
	c.I2(MOV, RAX, layout.Slot(8, layout.SlotFirst), "")
	c.I2(TEST, R9D, Imm(isSuffix), "")
	c.I1(JZ, Target("range_first"), "")
	c.I2(TEST, RAX, RAX, "nothing is asked for")
	c.I1(JZ, Target("range_none"), "")
	c.I2(TEST, ECX, ECX, "the last bytes of no content: satisfiable (RFC 9110, 14.1.2),")
	c.I1(JZ, Target("whole"), "but Content-Range cannot say so")
	c.I2(MOV, EDX, ECX, "")
	c.I2(SUB, RDX, RAX, "where the suffix starts")
	c.I2(MOV, EAX, Imm(0), "")
	c.I2(CMOVAE, RAX, RDX, "or all of it, where it is shorter")
	c.Label("range_first")
	c.I2(CMP, RAX, RCX, "")
	c.I1(JAE, Target("range_none"), "it starts behind the end")
	c.I2(MOV, layout.Slot(8, layout.SlotFirst), RAX, "")
	c.I1(DEC, ECX, "the last byte there is")
	c.I2(MOV, RAX, layout.Slot(8, layout.SlotLast), "")
	c.I2(CMP, RAX, RCX, "")
	c.I2(CMOVA, RAX, RCX, "")
	c.I2(CMP, RAX, layout.Slot(8, layout.SlotFirst), "the part has a byte: the range was valid, and starts before the end")
	c.I1(JB, Target("whole"), "")
	c.I2(MOV, layout.Slot(8, layout.SlotLast), RAX, "")
	c.I2(OR, R9D, Imm(Is206), "")
	c.I1(JMP, Target("framing"), "")
	c.Label("range_none")
	c.I2(OR, R9D, Imm(Is416), "")
	c.Label("whole")
	c.I1(JMP, Target("framing"), "")
}

// ContentLengthOf gets the length of the content of the response in rbx.
func ContentLengthOf(c *emit.Code, dst Reg) {
	if c.Detached {
		c.I2(MOV, dst, M(4, RBX, layout.BodyLength), "the content's length")
		return
	}
	c.I2(MOV, dst, M(4, RBX, layout.JoinedLength), "")
	c.LoadHeadLength(EAX)
	c.I2(SUB, dst, EAX, "the content's length")
}

// ContentOf gets the place of the content of the response in rbx.
func ContentOf(c *emit.Code, dst Reg) {
	if c.Detached {
		c.I2(MOV, dst.As(4), M(4, RBX, layout.BodyOffset), "the content")
		c.I2(ADD, dst, R15, "")
		return
	}
	c.LoadHeadLength(ECX)
	c.I2(LEA, dst, MX(0, RBX, RCX, c.RecordSize()), "the content behind the header block")
}
