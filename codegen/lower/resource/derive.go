package resource

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// derive makes the header block of a 304, 206 or 416 of a variant's own (RFC 9110,
// 15.4.5, 15.3.7, 15.5.17), without the empty line.
func derive(c *emit.Code) {
	c.Routine("derive", "in: rbx a variant's response; r9; slotFirst, slotLast; rdi where it goes",
		"out: rdi behind the last field", "clobbers: rax rcx rdx rsi")
	c.I2(TEST, R9D, Imm(Is304), "")
	c.I1(JZ, Target("derive_range"), "")
	c.Lea(RSI, "start_304", "")
	c.Call("append", "")
	c.I2(MOVZX, EAX, M(2, RBX, fields304(c)), "where the fields start that a 304 has too")
	c.Label("derive_fields")
	c.LoadHeadLength(ECX)
	c.I2(LEA, RCX, MX(0, RBX, RCX, c.RecordSize()-2), "the header block's end, but for the empty line")
	c.I2(LEA, RSI, MX(0, RBX, RAX, c.RecordSize()), "")
	c.I2(SUB, RCX, RSI, "")
	c.I2(CMP, RCX, Imm(c.DerivedSize()-layout.DerivedOwn-c.Extension()), "or it would not fit, or is below 0:")
	c.I1(JA, Target("finish"), "no variant's response: never")
	c.I0(REPMOVSB, "")
	c.I0(RET, "")

	c.Label("derive_range")
	c.I2(TEST, R9D, Imm(Is206), "")
	c.I1(JNZ, Target("derive_206"), "")
	c.Lea(RSI, "start_416", "")
	c.Call("append", "")
	c.Call("append_length", "")
	c.I2(MOVZX, EAX, M(2, RBX, fields416(c)), "")
	c.I1(JMP, Target("derive_fields"), "")

	c.Label("derive_206")
	c.Lea(RSI, "start_206", "")
	c.Call("append", "")
	c.I2(MOV, EAX, layout.Slot(4, layout.SlotLast), "")
	c.I2(SUB, EAX, layout.Slot(4, layout.SlotFirst), "")
	c.I1(INC, EAX, "")
	c.Call("append_number", "Content-Length")
	c.Lea(RSI, "content_range", "")
	c.Call("append", "")
	c.I2(MOV, EAX, layout.Slot(4, layout.SlotFirst), "")
	c.Call("append_number", "")
	c.I2(MOV, M(1, RDI, 0), Imm('-'), "")
	c.I1(INC, RDI, "")
	c.I2(MOV, EAX, layout.Slot(4, layout.SlotLast), "")
	c.Call("append_number", "")
	c.I2(MOV, M(1, RDI, 0), Imm('/'), "")
	c.I1(INC, RDI, "")
	c.Call("append_length", "")
	c.I2(MOVZX, EAX, M(2, RBX, fields206(c)), "")
	c.I1(JMP, Target("derive_fields"), "")

	c.Routine("append_length", "The content's whole length, as its own Content-Length has it, and CRLF.", "in: rbx; rdi where it goes", "out: rdi behind it", "clobbers: rcx rsi")
	c.I2(MOVZX, ECX, M(2, RBX, fields206(c)), "")
	c.I2(SUB, ECX, Imm(len(plan.VariantStart)), "")
	c.I2(CMP, ECX, Imm(lengthText), "or it would not fit, or is below 0:")
	c.I1(JA, Target("finish"), "no variant's response: never")
	c.I2(LEA, RSI, M(0, RBX, c.RecordSize()+int32(len(plan.VariantStart))), "")
	c.I0(REPMOVSB, "")
	c.I0(RET, "")

	for _, d := range derivedTexts {
		c.Datum(emit.NearSized(d.label, d.text))
	}
}

// AppendRoutines put text and numbers together.
func AppendRoutines(c *emit.Code) {
	c.Routine("append", "in: rsi length and text; rdi where it goes", "out: rdi behind it", "clobbers: rcx rsi")
	c.I2(MOVZX, ECX, M(1, RSI, 0), "")
	c.I1(INC, RSI, "")
	c.I0(REPMOVSB, "")
	c.I0(RET, "")

	c.Routine("append_number", "in: eax; rdi where its digits go", "out: rdi behind them", "clobbers: rax rcx rdx rsi")
	c.I2(LEA, RSI, M(0, RBP, layout.SlotDigits+16), "")
	c.Label("number_digit")
	c.I2(XOR, EDX, EDX, "")
	c.I2(MOV, ECX, Imm(10), "")
	c.I1(DIV, ECX, "")
	c.I2(ADD, EDX, Imm('0'), "")
	c.I1(DEC, RSI, "from the last digit on")
	c.I2(MOV, M(1, RSI, 0), DL, "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JNZ, Target("number_digit"), "")
	c.I2(LEA, RCX, M(0, RBP, layout.SlotDigits+16), "")
	c.I2(SUB, ECX, ESI, "")
	c.I0(REPMOVSB, "")
	c.I0(RET, "")
}

// derivedTexts are what the derived header blocks are made of besides.
var derivedTexts = []struct{ label, text string }{
	{"start_304", plan.StatusStart + "304 Not Modified\r\n"},
	{"start_206", plan.StatusStart + "206 Partial Content\r\nContent-Length: "},
	{"content_range", "\r\nContent-Range: bytes "},
	{"start_416", plan.StatusStart + "416 Range Not Satisfiable\r\nContent-Length: 0\r\nContent-Range: bytes */"},
}

// lengthText is the most bytes that the length of content takes, of 4 bytes, with its CRLF.
const lengthText = len("4294967295\r\n")

// Part gets the bytes of the part that a 206 sends.
func Part(c *emit.Code) {
	c.Routine("part", "in: rbx a variant's response; slotFirst, slotLast", "out: rsi, ecx the bytes of the part", "clobbers: rax")
	ContentOf(c, RSI)
	ContentLengthOf(c, ECX)
	c.I2(MOV, EAX, layout.Slot(4, layout.SlotLast), "")
	c.I2(CMP, EAX, ECX, "")
	c.I1(JAE, Target("finish"), "never: range_to_serve has cut it to the content")
	c.I2(LEA, RCX, MX(0, RSI, RAX, 1), "the part's end")
	c.I2(MOV, EAX, layout.Slot(4, layout.SlotFirst), "")
	c.I2(ADD, RSI, RAX, "and its start")
	c.I2(SUB, RCX, RSI, "")
	c.I1(JS, Target("finish"), "never: a valid range has a byte")
	c.I0(RET, "")
}

// RespondDerived is for isolation: request.
func RespondDerived(c *emit.Code) {
	c.Routine("respond_derived", "in: rbx a variant's response; r9")
	c.I2(LEA, RDI, M(0, RBP, c.Output()), "")
	c.Call("derive", "")
	c.I2(MOV, M(2, RDI, 0), Imm('\n'<<8|'\r'), "the empty line")
	c.I2(LEA, RSI, M(0, RBP, c.Output()), "")
	c.I2(LEA, EDX, M(0, RDI, 2), "")
	c.I2(SUB, EDX, ESI, "")
	c.Call("send", "")
	c.I2(TEST, R9D, Imm(Is206), "")
	c.I1(JZ, Target("responded"), "")
	c.Call("part", "")
	c.I2(MOV, EDX, ECX, "")
	c.Call("send", "")
	c.I1(JMP, Target("responded"), "")
	Part(c)
}
