package lower

import (
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// derive makes the header block of a 304, 206 or 416 of a variant's own (RFC 9110,
// 15.4.5, 15.3.7, 15.5.17), without the empty line.
func (c *code) derive() {
	c.routine("derive", "in: rbx a variant's response; r9; slotFirst, slotLast; rdi where it goes",
		"out: rdi behind the last field", "clobbers: rax rcx rdx rsi")
	c.i2(TEST, R9D, Imm(is304), "")
	c.i1(JZ, Target("derive_range"), "")
	c.lea(RSI, "start_304", "")
	c.call("append", "")
	c.i2(MOVZX, EAX, M(2, RBX, c.fields304()), "where the fields start that a 304 has too")
	c.label("derive_fields")
	c.loadHeadLength(ECX)
	c.i2(LEA, RCX, MX(0, RBX, RCX, c.recordSize()-2), "the header block's end, but for the empty line")
	c.i2(LEA, RSI, MX(0, RBX, RAX, c.recordSize()), "")
	c.i2(SUB, RCX, RSI, "")
	c.i2(CMP, RCX, Imm(c.derivedSize()-derivedOwn-c.extension()), "or it would not fit, or is below 0:")
	c.i1(JA, Target("finish"), "no variant's response: never")
	c.i0(REPMOVSB, "")
	c.i0(RET, "")

	c.label("derive_range")
	c.i2(TEST, R9D, Imm(is206), "")
	c.i1(JNZ, Target("derive_206"), "")
	c.lea(RSI, "start_416", "")
	c.call("append", "")
	c.call("append_length", "")
	c.i2(MOVZX, EAX, M(2, RBX, c.fields416()), "")
	c.i1(JMP, Target("derive_fields"), "")

	c.label("derive_206")
	c.lea(RSI, "start_206", "")
	c.call("append", "")
	c.i2(MOV, EAX, slot(4, slotLast), "")
	c.i2(SUB, EAX, slot(4, slotFirst), "")
	c.i1(INC, EAX, "")
	c.call("append_number", "Content-Length")
	c.lea(RSI, "content_range", "")
	c.call("append", "")
	c.i2(MOV, EAX, slot(4, slotFirst), "")
	c.call("append_number", "")
	c.i2(MOV, M(1, RDI, 0), Imm('-'), "")
	c.i1(INC, RDI, "")
	c.i2(MOV, EAX, slot(4, slotLast), "")
	c.call("append_number", "")
	c.i2(MOV, M(1, RDI, 0), Imm('/'), "")
	c.i1(INC, RDI, "")
	c.call("append_length", "")
	c.i2(MOVZX, EAX, M(2, RBX, c.fields206()), "")
	c.i1(JMP, Target("derive_fields"), "")

	c.routine("append_length", "The content's whole length, as its own Content-Length has it, and CRLF.", "in: rbx; rdi where it goes", "out: rdi behind it", "clobbers: rcx rsi")
	c.i2(MOVZX, ECX, M(2, RBX, c.fields206()), "")
	c.i2(SUB, ECX, Imm(len(plan.VariantStart)), "")
	c.i2(CMP, ECX, Imm(lengthText), "or it would not fit, or is below 0:")
	c.i1(JA, Target("finish"), "no variant's response: never")
	c.i2(LEA, RSI, M(0, RBX, c.recordSize()+int32(len(plan.VariantStart))), "")
	c.i0(REPMOVSB, "")
	c.i0(RET, "")

	for _, d := range derivedTexts {
		c.datum(nearSized(d.label, d.text))
	}
}

// appendRoutines put text and numbers together.
func (c *code) appendRoutines() {
	c.routine("append", "in: rsi length and text; rdi where it goes", "out: rdi behind it", "clobbers: rcx rsi")
	c.i2(MOVZX, ECX, M(1, RSI, 0), "")
	c.i1(INC, RSI, "")
	c.i0(REPMOVSB, "")
	c.i0(RET, "")

	c.routine("append_number", "in: eax; rdi where its digits go", "out: rdi behind them", "clobbers: rax rcx rdx rsi")
	c.i2(LEA, RSI, M(0, RBP, slotDigits+16), "")
	c.label("number_digit")
	c.i2(XOR, EDX, EDX, "")
	c.i2(MOV, ECX, Imm(10), "")
	c.i1(DIV, ECX, "")
	c.i2(ADD, EDX, Imm('0'), "")
	c.i1(DEC, RSI, "from the last digit on")
	c.i2(MOV, M(1, RSI, 0), DL, "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JNZ, Target("number_digit"), "")
	c.i2(LEA, RCX, M(0, RBP, slotDigits+16), "")
	c.i2(SUB, ECX, ESI, "")
	c.i0(REPMOVSB, "")
	c.i0(RET, "")
}

// derivedTexts are what the derived header blocks are made of besides.
var derivedTexts = []struct{ label, text string }{
	{"start_304", plan.StatusStart + "304 Not Modified\r\n"},
	{"start_206", plan.StatusStart + "206 Partial Content\r\nContent-Length: "},
	{"content_range", "\r\nContent-Range: bytes "},
	{"start_416", plan.StatusStart + "416 Range Not Satisfiable\r\nContent-Length: 0\r\nContent-Range: bytes */"},
}

// derivedSize is the most that derive writes, in bytes.
func (c *code) derivedSize() int32 {
	size := 0
	for _, r := range c.plan.Responses {
		if r.Fields206 > 0 {
			size = max(size, len(r.Head))
		}
	}
	if size == 0 {
		return 0
	}
	return int32(size+derivedOwn) + c.extension()
}

// lengthText is the most bytes that the length of content takes, of 4 bytes, with its CRLF.
const lengthText = len("4294967295\r\n")

// derivedOwn is how much longer than its variant's a derived header block can be, in
// bytes: its start, and five numbers.
const derivedOwn = 128

// part gets the bytes of the part that a 206 sends.
func (c *code) part() {
	c.routine("part", "in: rbx a variant's response; slotFirst, slotLast", "out: rsi, ecx the bytes of the part", "clobbers: rax")
	c.contentOf(RSI)
	c.contentLengthOf(ECX)
	c.i2(MOV, EAX, slot(4, slotLast), "")
	c.i2(CMP, EAX, ECX, "")
	c.i1(JAE, Target("finish"), "never: range_to_serve has cut it to the content")
	c.i2(LEA, RCX, MX(0, RSI, RAX, 1), "the part's end")
	c.i2(MOV, EAX, slot(4, slotFirst), "")
	c.i2(ADD, RSI, RAX, "and its start")
	c.i2(SUB, RCX, RSI, "")
	c.i1(JS, Target("finish"), "never: a valid range has a byte")
	c.i0(RET, "")
}

// respondDerived is for isolation: request.
func (c *code) respondDerived() {
	c.routine("respond_derived", "in: rbx a variant's response; r9")
	c.i2(LEA, RDI, M(0, RBP, c.output()), "")
	c.call("derive", "")
	c.i2(MOV, M(2, RDI, 0), Imm('\n'<<8|'\r'), "the empty line")
	c.i2(LEA, RSI, M(0, RBP, c.output()), "")
	c.i2(LEA, EDX, M(0, RDI, 2), "")
	c.i2(SUB, EDX, ESI, "")
	c.call("send", "")
	c.i2(TEST, R9D, Imm(is206), "")
	c.i1(JZ, Target("responded"), "")
	c.call("part", "")
	c.i2(MOV, EDX, ECX, "")
	c.call("send", "")
	c.i1(JMP, Target("responded"), "")
	c.part()
}
