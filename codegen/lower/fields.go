package lower

import (
	"slices"

	. "github.com/verbosel/verbosel/codegen/x64"
)

// A knownField is one that the server acts on; the others are read over.
type knownField struct {
	name  string // in lower case
	label string
	note  string
}

func (c *code) knownFields() []knownField {
	out := []knownField{
		{"host", "host", "Host"},
		{"content-length", "content_length", "Content-Length"},
		{"transfer-encoding", "transfer_encoding", "Transfer-Encoding"},
		{"expect", "expect", "Expect"},
	}
	if c.plan.Server.KeepAlive {
		out = append(out, knownField{"connection", "connection", "Connection"})
	}
	if c.requiresHTTPS() {
		out = append(out, knownField{"x-forwarded-proto", "forwarded_proto", "X-Forwarded-Proto"})
	}
	if c.hasResources() {
		out = append(out, c.resourceFields()...)
	}
	if c.protects() {
		out = append(out, knownField{"authorization", "authorization", "Authorization"})
	}
	return slices.Concat(out, c.loggedFields(), c.clientFields())
}

// sameLength is the field that is looked for where the i-th is not the one, and
// whether an earlier one of its length comes first.
func sameLength(fields []knownField, i int) (next string, second bool) {
	next = "next_field"
	for j, f := range fields {
		if len(f.name) == len(fields[i].name) {
			if j > i {
				return "maybe_" + f.label, second
			}
			second = second || j < i
		}
	}
	return next, second
}

// knownNames has a bit for each known name: the number of its first byte plus its
// length, modulo 32. Names that clients send and the server does not know have other
// ones, so that most fields are done with after this.
func (c *code) knownNames() int64 {
	names := int64(0)
	for _, f := range c.knownFields() {
		names |= 1 << ((int(f.name[0]) + len(f.name)) % 32)
	}
	return names
}

// fields reads the field lines up to the empty one (RFC 9112, 5). A field is known
// by its name's first byte and length: most are not, and are done with.
func (c *code) fields() {
	c.section("fields: Host, framing, Expect")
	c.routine("next_field", "in: r10 end of the line before", "keeps: rbx response")
	c.i2(LEA, R8D, M(0, R10, 2), "behind its CRLF")
	c.call("next_line", "r10: its end")
	if c.hasHosts() {
		c.label("field_line")
	}
	c.i2(CMP, R10D, R8D, "an empty line ends the head")
	c.i1(JE, Target("head_end"), "")
	c.i2(MOV, ECX, R8D, "")
	c.skip("plain_span", classToken, "al, ecx: the byte behind the name")
	c.i2(CMP, AL, Imm(':'), "no whitespace before it (RFC 9112, 5.1), and no folded line (5.2)")
	c.reject(JNE, "")
	c.i2(MOV, EDX, ECX, "")
	c.i2(SUB, EDX, R8D, "the name's length")
	c.reject(JZ, "")
	c.i2(MOV, EAX, at(4, R8, 0), "")
	c.i2(ADD, EAX, EDX, "its first byte and its length, modulo 32, whatever the letter's case,")
	c.i2(MOV, EDI, Imm(c.knownNames()), "have a bit for each name that is known")
	c.i2(BT, EDI, EAX, "")
	c.i1(JNC, Target("next_field"), "")
	if !c.protects() {
		c.i2(TEST, R9B, Imm(isComplete), "a trailer field is no header field (RFC 9110, 6.5.1)")
		c.i1(JNZ, Target("next_field"), "")
	}
	fields := c.knownFields()
	fields = slices.DeleteFunc(slices.Clone(fields), func(f knownField) bool {
		_, second := sameLength(fields, slices.Index(fields, f))
		return second
	})
	last := len(fields) - 1
	for _, f := range fields[:last] {
		c.i2(CMP, EDX, Imm(len(f.name)), "")
		c.i1(JE, Target("maybe_"+f.label), f.note)
	}
	c.i2(CMP, EDX, Imm(len(fields[last].name)), "")
	c.i1(JNE, Target("next_field"), "a name that only looks alike modulo 32")
	c.i1(JMP, Target("maybe_"+fields[last].label), fields[last].note)
	c.island()
	if len(c.plan.Prefixes) == 0 {
		c.notFound() // both match_route and next_field are near
	}
	c.host()
}

// knownFieldRoutines are the fields' own parts, those of Host excepted.
func (c *code) knownFieldRoutines() {
	parts := map[string]func(){
		"content_length": c.contentLength, "transfer_encoding": c.transferEncoding,
		"expect": c.expect, "connection": c.connection, "authorization": c.authorization,
		"range": c.rangeField, "if_match": c.ifMatch, "if_range": c.ifRange, "if_none_match": c.ifNoneMatch,
		"accept_encoding": c.acceptEncoding, "if_modified_since": c.ifModifiedSince,
		"if_unmodified_since": c.ifUnmodifiedSince, "forwarded_proto": c.forwardedProto,
		"referer": c.keepField(spanReferer), "user_agent": c.keepField(spanUserAgent),
		"client": c.clientField, "accept": c.acceptField,
	}
	fields := c.knownFields()
	for i, f := range fields {
		if f.label == "host" {
			continue
		}
		next, second := sameLength(fields, i)
		c.routine("maybe_"+f.label, "in: r8 name, of edx bytes; ecx colon; r10 end of the line")
		if second {
			c.i2(MOV, EDX, ECX, "")
			c.i2(SUB, EDX, R8D, "the name's length, again")
		}
		c.leaNear(RDI, "name_"+f.label, "")
		c.call("is_field", "ecx, edx: start and end of its value")
		c.i1(JNE, Target(next), "")
		parts[f.label]()
	}
	c.isField()
	c.checkHost()
}

// contentLength: digits, no overflow, and the same number where it comes twice (RFC
// 9110, 8.6; RFC 9112, 6.3).
func (c *code) contentLength() {
	c.i2(XOR, ESI, ESI, "")
	c.label("length_digit")
	c.i2(MOVZX, EAX, at(1, RCX, 0), "a space or the CR where the value is empty")
	c.i2(SUB, EAX, Imm('0'), "")
	c.i2(CMP, AL, Imm(9), "")
	c.reject(JA, "")
	c.i2(LEA, RSI, Mem{Base: RSI, Index: RSI, Scale: 4}, "times five")
	c.i2(LEA, RSI, Mem{Base: RAX, Index: RSI, Scale: 2}, "times two, and the digit")
	c.i2(MOV, RAX, RSI, "")
	c.i2(SHR, RAX, Imm(59), "one more digit could overflow 63 bits")
	c.reject(JNZ, "")
	c.i1(INC, ECX, "")
	c.i2(CMP, ECX, EDX, "")
	c.i1(JB, Target("length_digit"), "")
	c.i2(BTS, R9D, bit(hasLength), "Content-Length is there")
	c.i1(JNC, Target("length_new"), "")
	c.i2(CMP, slot(8, slotContent), RSI, "and was: the same?")
	c.reject(JNE, "")
	c.label("length_new")
	c.i2(MOV, slot(8, slotContent), RSI, "")
	c.i1(JMP, Target("next_field"), "")
	c.island()
}

// transferEncoding: chunked, once, and nothing else (RFC 9112, 6.1). Where chunked is not
// the last coding, nobody knows where the body ends (6.3).
func (c *code) transferEncoding() {
	c.i2(BTS, R9D, bit(isChunked), "Transfer-Encoding is there")
	c.reject(JC, "twice: chunked would be applied again")
	c.i2(MOV, R11D, ECX, "")
	c.i2(LEA, ECX, M(0, RDX, -int32(len("chunked"))), "where the last coding starts")
	c.leaNear(RDI, "chunked_text", "")
	c.call("is_value", "")
	c.reject(JNE, "it is another one")
	c.i2(CMP, ECX, R11D, "the only one")
	c.i1(JE, Target("next_field"), "")
	c.i2(MOVZX, EAX, at(1, RCX, -1), "what is in front of it")
	c.testClass(RAX, classToken)
	c.reject(JNZ, "the end of a longer name")
	c.i1(JMP, Target("not_implemented"), "a coding in front that is not known here")
}

// expect: 100-continue is the only expectation there is (RFC 9110, 10.1.1).
func (c *code) expect() {
	c.i2(CMP, at(1, RDX, -1), Imm(','), "an empty element behind a comma is none (RFC 9110, 5.6.1.2)")
	c.i1(JNE, Target("expectation"), "")
	c.i1(DEC, EDX, "")
	c.label("expectation")
	c.leaNear(RDI, "continue_text", "")
	c.call("is_value", "")
	c.i1(JNE, Target("expectation_failed"), "")
	c.i2(OR, R9D, Imm(expects100), "")
	c.i1(JMP, Target("next_field"), "")
}

// isField compares names and finds values.
func (c *code) isField() {
	c.routine("is_value", "in: rdi length and text in lower case; ecx, edx start and end of a value", "out: zero set where they are the same, whatever their case", "clobbers: rax rdx rsi rdi")
	c.i2(SUB, EDX, ECX, "")
	c.i2(MOVZX, EAX, M(1, RDI, 0), "")
	c.i2(CMP, EDX, EAX, "")
	c.i1(JNE, Target("is_value_end"), "")
	c.i1(INC, RDI, "")
	c.i2(LEA, RSI, at(0, RCX, 0), "")
	c.routine("same_text", "in: rdi text in lower case; rsi text; edx length of both", "out: zero set where they are the same, whatever the case of rsi's", "clobbers: rax rdx")
	c.label("same_byte")
	c.i1(DEC, EDX, "from the last byte on")
	c.i1(JS, Target("same_end"), "")
	c.i2(MOVZX, EAX, MX(1, RSI, RDX, 0), "")
	c.i2(OR, AL, Imm(0x20), "letters in lower case; no other byte of a field becomes one of the text's")
	c.i2(CMP, AL, MX(1, RDI, RDX, 0), "")
	c.i1(JE, Target("same_byte"), "")
	c.i0(RET, "zero is clear")
	c.label("same_end")
	c.i2(XOR, EAX, EAX, "zero is set")
	c.label("is_value_end")
	c.i0(RET, "")

	c.routine("is_field", "in: rdi name in lower case; r8 name, of edx bytes; ecx colon; r10 end of the line",
		"out: zero set where it is that field, and ecx, edx start and end of its value", "clobbers: rax rsi")
	c.i2(LEA, RSI, at(0, R8, 0), "")
	c.call("same_text", "")
	c.i1(JNE, Target("is_value_end"), "")
	c.routine("field_value", "in: ecx colon; r10 end of the line", "out: ecx, edx start and end of the value, without the space around it; zero set", "clobbers: rax")
	c.label("space_before")
	c.i1(INC, ECX, "")
	c.i2(CMP, ECX, R10D, "")
	c.i1(JAE, Target("space_behind"), "")
	c.i2(CMP, at(1, RCX, 0), Imm(' '), "a tab is less than a space, and nothing else is left that is")
	c.i1(JBE, Target("space_before"), "")
	c.label("space_behind")
	c.i2(MOV, EDX, R10D, "")
	c.label("space_behind_next")
	c.i2(CMP, EDX, ECX, "")
	c.i1(JBE, Target("same_end"), "")
	c.i1(DEC, EDX, "")
	c.i2(CMP, at(1, RDX, 0), Imm(' '), "")
	c.i1(JBE, Target("space_behind_next"), "")
	c.i1(INC, EDX, "")
	c.i1(JMP, Target("same_end"), "")
}
