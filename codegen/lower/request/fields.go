package request

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/log"
	"github.com/verbosel/verbosel/codegen/lower/resource"
	"github.com/verbosel/verbosel/codegen/lower/respond"
	"github.com/verbosel/verbosel/codegen/lower/route"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// sameLength is the field that is looked for where the i-th is not the one, and
// whether an earlier one of its length comes first.
func sameLength(fields []layout.KnownField, i int) (next string, second bool) {
	next = "next_field"
	for j, f := range fields {
		if len(f.Name) == len(fields[i].Name) {
			if j > i {
				return "maybe_" + f.Label, second
			}
			second = second || j < i
		}
	}
	return next, second
}

// knownNames has a bit for each known name: the number of its first byte plus its
// length, modulo 32. Names that clients send and the server does not know have other
// ones, so that most fields are done with after this.
func knownNames(c *emit.Code) int64 {
	names := int64(0)
	for _, f := range c.KnownFields() {
		names |= 1 << ((int(f.Name[0]) + len(f.Name)) % 32)
	}
	return names
}

// Fields reads the field lines up to the empty one (RFC 9112, 5). A field is known
// by its name's first byte and length: most are not, and are done with.
func Fields(c *emit.Code) {
	c.Section("fields: Host, framing, Expect")
	c.Routine("next_field", "in: r10 end of the line before", "keeps: rbx response")
	c.I2(LEA, R8D, M(0, R10, 2), "behind its CRLF")
	c.Call("next_line", "r10: its end")
	if c.HasHosts() {
		c.Label("field_line")
	}
	c.I2(CMP, R10D, R8D, "an empty line ends the head")
	c.I1(JE, Target("head_end"), "")
	c.I2(MOV, ECX, R8D, "")
	skip(c, "plain_span", emit.ClassToken, "al, ecx: the byte behind the name")
	c.I2(CMP, AL, Imm(':'), "no whitespace before it (RFC 9112, 5.1), and no folded line (5.2)")
	c.Reject(JNE, "")
	c.I2(MOV, EDX, ECX, "")
	c.I2(SUB, EDX, R8D, "the name's length")
	c.Reject(JZ, "")
	c.I2(MOV, EAX, layout.At(4, R8, 0), "")
	c.I2(ADD, EAX, EDX, "its first byte and its length, modulo 32, whatever the letter's case,")
	c.I2(MOV, EDI, Imm(knownNames(c)), "have a bit for each name that is known")
	c.I2(BT, EDI, EAX, "")
	c.I1(JNC, Target("next_field"), "")
	if !c.Protects() {
		c.I2(TEST, R9B, Imm(layout.IsComplete), "a trailer field is no header field (RFC 9110, 6.5.1)")
		c.I1(JNZ, Target("next_field"), "")
	}
	fields := c.KnownFields()
	fields = slices.DeleteFunc(slices.Clone(fields), func(f layout.KnownField) bool {
		_, second := sameLength(fields, slices.Index(fields, f))
		return second
	})
	last := len(fields) - 1
	for _, f := range fields[:last] {
		c.I2(CMP, EDX, Imm(len(f.Name)), "")
		c.I1(JE, Target("maybe_"+f.Label), f.Note)
	}
	c.I2(CMP, EDX, Imm(len(fields[last].Name)), "")
	c.I1(JNE, Target("next_field"), "a name that only looks alike modulo 32")
	c.I1(JMP, Target("maybe_"+fields[last].Label), fields[last].Note)
	c.Island()
	if len(c.Plan.Prefixes) == 0 {
		route.NotFound(c) // both match_route and next_field are near
	}
	host(c)
}

// KnownFieldRoutines are the fields' own parts, those of Host excepted.
func KnownFieldRoutines(c *emit.Code) {
	parts := map[string]func(*emit.Code){
		"content_length": contentLength, "transfer_encoding": transferEncoding,
		"expect": expect, "connection": respond.Connection, "authorization": authorization,
		"range": resource.RangeField, "if_match": resource.IfMatch, "if_range": resource.IfRange, "if_none_match": resource.IfNoneMatch,
		"accept_encoding": resource.AcceptEncoding, "if_modified_since": resource.IfModifiedSince,
		"if_unmodified_since": resource.IfUnmodifiedSince, "forwarded_proto": respond.ForwardedProto,
		"referer": log.KeepField(layout.SpanReferer), "user_agent": log.KeepField(layout.SpanUserAgent),
		"client": log.ClientField, "accept": resource.AcceptField,
	}
	fields := c.KnownFields()
	for i, f := range fields {
		if f.Label == "host" {
			continue
		}
		next, second := sameLength(fields, i)
		c.Routine("maybe_"+f.Label, "in: r8 name, of edx bytes; ecx colon; r10 end of the line")
		if second {
			c.I2(MOV, EDX, ECX, "")
			c.I2(SUB, EDX, R8D, "the name's length, again")
		}
		c.LeaNear(RDI, "name_"+f.Label, "")
		c.Call("is_field", "ecx, edx: start and end of its value")
		c.I1(JNE, Target(next), "")
		parts[f.Label](c)
	}
	isField(c)
	checkHost(c)
}

// contentLength: digits, no overflow, and the same number where it comes twice (RFC
// 9110, 8.6; RFC 9112, 6.3).
func contentLength(c *emit.Code) {
	c.I2(XOR, ESI, ESI, "")
	c.Label("length_digit")
	c.I2(MOVZX, EAX, layout.At(1, RCX, 0), "a space or the CR where the value is empty")
	c.I2(SUB, EAX, Imm('0'), "")
	c.I2(CMP, AL, Imm(9), "")
	c.Reject(JA, "")
	c.I2(LEA, RSI, Mem{Base: RSI, Index: RSI, Scale: 4}, "times five")
	c.I2(LEA, RSI, Mem{Base: RAX, Index: RSI, Scale: 2}, "times two, and the digit")
	c.I2(MOV, RAX, RSI, "")
	c.I2(SHR, RAX, Imm(59), "one more digit could overflow 63 bits")
	c.Reject(JNZ, "")
	c.I1(INC, ECX, "")
	c.I2(CMP, ECX, EDX, "")
	c.I1(JB, Target("length_digit"), "")
	c.I2(BTS, R9D, layout.Bit(layout.HasLength), "Content-Length is there")
	c.I1(JNC, Target("length_new"), "")
	c.I2(CMP, layout.Slot(8, layout.SlotContent), RSI, "and was: the same?")
	c.Reject(JNE, "")
	c.Label("length_new")
	c.I2(MOV, layout.Slot(8, layout.SlotContent), RSI, "")
	c.I1(JMP, Target("next_field"), "")
	c.Island()
}

// transferEncoding: chunked, once, and nothing else (RFC 9112, 6.1). Where chunked is not
// the last coding, nobody knows where the body ends (6.3).
func transferEncoding(c *emit.Code) {
	c.I2(BTS, R9D, layout.Bit(layout.IsChunked), "Transfer-Encoding is there")
	c.Reject(JC, "twice: chunked would be applied again")
	c.I2(MOV, R11D, ECX, "")
	c.I2(LEA, ECX, M(0, RDX, -int32(len("chunked"))), "where the last coding starts")
	c.LeaNear(RDI, "chunked_text", "")
	c.Call("is_value", "")
	c.Reject(JNE, "it is another one")
	c.I2(CMP, ECX, R11D, "the only one")
	c.I1(JE, Target("next_field"), "")
	c.I2(MOVZX, EAX, layout.At(1, RCX, -1), "what is in front of it")
	c.TestClass(RAX, emit.ClassToken)
	c.Reject(JNZ, "the end of a longer name")
	c.I1(JMP, Target("not_implemented"), "a coding in front that is not known here")
}

// expect: 100-continue is the only expectation there is (RFC 9110, 10.1.1).
func expect(c *emit.Code) {
	c.I2(CMP, layout.At(1, RDX, -1), Imm(','), "an empty element behind a comma is none (RFC 9110, 5.6.1.2)")
	c.I1(JNE, Target("expectation"), "")
	c.I1(DEC, EDX, "")
	c.Label("expectation")
	c.LeaNear(RDI, "continue_text", "")
	c.Call("is_value", "")
	c.I1(JNE, Target("expectation_failed"), "")
	c.I2(OR, R9D, Imm(layout.Expects100), "")
	c.I1(JMP, Target("next_field"), "")
}

// isField compares names and finds values.
func isField(c *emit.Code) {
	c.Routine("is_value", "in: rdi length and text in lower case; ecx, edx start and end of a value", "out: zero set where they are the same, whatever their case", "clobbers: rax rdx rsi rdi")
	c.I2(SUB, EDX, ECX, "")
	c.I2(MOVZX, EAX, M(1, RDI, 0), "")
	c.I2(CMP, EDX, EAX, "")
	c.I1(JNE, Target("is_value_end"), "")
	c.I1(INC, RDI, "")
	c.I2(LEA, RSI, layout.At(0, RCX, 0), "")
	c.Routine("same_text", "in: rdi text in lower case; rsi text; edx length of both", "out: zero set where they are the same, whatever the case of rsi's", "clobbers: rax rdx")
	c.Label("same_byte")
	c.I1(DEC, EDX, "from the last byte on")
	c.I1(JS, Target("same_end"), "")
	c.I2(MOVZX, EAX, MX(1, RSI, RDX, 0), "")
	c.I2(OR, AL, Imm(0x20), "letters in lower case; no other byte of a field becomes one of the text's")
	c.I2(CMP, AL, MX(1, RDI, RDX, 0), "")
	c.I1(JE, Target("same_byte"), "")
	c.I0(RET, "zero is clear")
	c.Label("same_end")
	c.I2(XOR, EAX, EAX, "zero is set")
	c.Label("is_value_end")
	c.I0(RET, "")

	c.Routine("is_field", "in: rdi name in lower case; r8 name, of edx bytes; ecx colon; r10 end of the line",
		"out: zero set where it is that field, and ecx, edx start and end of its value", "clobbers: rax rsi")
	c.I2(LEA, RSI, layout.At(0, R8, 0), "")
	c.Call("same_text", "")
	c.I1(JNE, Target("is_value_end"), "")
	c.Routine("field_value", "in: ecx colon; r10 end of the line", "out: ecx, edx start and end of the value, without the space around it; zero set", "clobbers: rax")
	c.Label("space_before")
	c.I1(INC, ECX, "")
	c.I2(CMP, ECX, R10D, "")
	c.I1(JAE, Target("space_behind"), "")
	c.I2(CMP, layout.At(1, RCX, 0), Imm(' '), "a tab is less than a space, and nothing else is left that is")
	c.I1(JBE, Target("space_before"), "")
	c.Label("space_behind")
	c.I2(MOV, EDX, R10D, "")
	c.Label("space_behind_next")
	c.I2(CMP, EDX, ECX, "")
	c.I1(JBE, Target("same_end"), "")
	c.I1(DEC, EDX, "")
	c.I2(CMP, layout.At(1, RDX, 0), Imm(' '), "")
	c.I1(JBE, Target("space_behind_next"), "")
	c.I1(INC, EDX, "")
	c.I1(JMP, Target("same_end"), "")
}
