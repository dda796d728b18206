package lower

import (
	"encoding/binary"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// requestLine reads the method (RFC 9112, 3.1).
func (c *code) requestLine() {
	c.section("request line: method, target, version")
	c.label("request_line")
	c.call("next_line", "r10: its end")
	c.i2(CMP, R10D, R8D, "")
	c.i1(JE, Target("empty_line"), "")
	if c.logs() {
		c.noteMethod()
	}
	c.i2(LEA, ECX, M(0, R8, 4), "where GET's target starts")
	c.i2(XOR, R11D, R11D, "the first column: GET and HEAD")
	c.i2(CMP, at(4, R8, 0), Imm(le32("GET ")), "")
	c.i1(JNE, Target("other_method"), "")
	// target follows
}

// emptyLine stands in front of request_line, which is near then.
func (c *code) emptyLine() {
	c.routine("empty_line", "One empty line before a request is skipped (RFC 9112, 2.2).")
	c.i2(BTS, R9D, bit(hadEmptyLine), "the second one is an error")
	c.reject(JC, "")
	c.i2(LEA, R8D, M(0, R10, 2), "")
	c.i1(JMP, Target("request_line"), "")
}

// otherMethod looks the method up among those that HTTP knows.
func (c *code) otherMethod() {
	c.island()
	c.routine("other_method", "in: r8 start of the line; r10 its end", "out: r11 column; ecx start of the target")
	c.i2(MOV, ECX, R8D, "")
	c.skip("span", classToken, "al, ecx: the byte behind the method")
	c.i2(CMP, AL, Imm(' '), "one space, and nothing else, ends the method")
	c.reject(JNE, "")
	c.i2(MOV, ESI, ECX, "")
	c.i2(SUB, ECX, R8D, "its length")
	c.reject(JZ, "")
	c.i2(CMP, ECX, Imm(maxMethod), "")
	c.i1(JA, Target("not_implemented"), "longer than any method known")
	c.i2(MOV, RAX, at(8, R8, 0), "")
	c.i2(SHL, ECX, Imm(3), "")
	c.i1(NEG, ECX, "64 - 8 * length, as a shift takes it")
	c.i2(SHL, RAX, CL, "the method in the upper bytes, zeros below")
	c.lea(RDX, "methods", "")
	c.i2(XOR, ECX, ECX, "")
	c.label("method_next")
	c.i2(MOV, R11, MX(8, RDX, RCX, 0), "")
	c.i2(XOR, R11, RAX, "a known method leaves its column")
	c.i2(CMP, R11, Imm(len(c.plan.Columns)-1), "and any other more than the last one")
	c.i1(JBE, Target("method_known"), "")
	c.i2(ADD, ECX, Imm(8), "")
	c.i2(CMP, ECX, Imm(8*len(c.methods())), "")
	c.i1(JB, Target("method_next"), "")
	c.i1(JMP, Target("not_implemented"), "a method unknown to HTTP")
	c.label("method_known")
	c.i2(LEA, ECX, M(0, RSI, 1), "the target, behind the space")
	c.i2(TEST, R11D, R11D, "the first column again: HEAD")
	c.i1(JNZ, Target("target"), "")
	c.i2(OR, R9D, Imm(isHead), "")
	c.i1(JMP, Target("target"), "")
}

// maxMethod is the length in bytes of the longest method known to the server.
const maxMethod = 7

// methods are the methods that HTTP knows (RFC 9110, 9.3; RFC 5789), without GET,
// which the server looks for first, and CONNECT, which it does not implement.
func (c *code) methods() []Field {
	var out []Field
	for i, column := range c.plan.Columns {
		for _, m := range column.Methods {
			if m != "GET" {
				out = append(out, Word{Size: 8, Value: methodWord(m) | uint64(i), Note: m})
			}
		}
	}
	return out
}

// methodWord is a method as the upper bytes of a word that it ends in.
func methodWord(m string) uint64 {
	var b [8]byte
	copy(b[8-len(m):], m)
	return binary.LittleEndian.Uint64(b[:])
}

// version reads HTTP-version behind the target (RFC 9112, 2.3).
func (c *code) version() {
	c.routine("version", "in: al byte behind the target, ecx its offset; r10 end of the line", "keeps: rbx rsi rdi r11")
	c.i2(CMP, AL, Imm(' '), "")
	c.reject(JNE, "")
	c.i2(LEA, EAX, M(0, RCX, 9), "a space and eight bytes are what is left")
	c.i2(CMP, EAX, R10D, "")
	c.reject(JNE, "")
	c.i2(MOV, RAX, Imm(le64("HTTP/1.1")), "")
	c.i2(XOR, RAX, at(8, RCX, 1), "zero where it is HTTP/1.1")
	c.i1(JNZ, Target("other_version"), "")
}

// otherVersion tells HTTP/1.0, later minor versions (which are answered as 1.1, RFC
// 9110, 2.5), other major versions and nonsense apart.
func (c *code) otherVersion() {
	c.routine("other_version", "in: rax difference to HTTP/1.1; ecx the space before it", "keeps: rbx rsi rdi r11")
	c.i2(MOVZX, EDX, at(1, RCX, 8), "the minor version")
	c.i2(SUB, EDX, Imm('0'), "")
	c.i2(CMP, EDX, Imm(9), "")
	c.reject(JA, "")
	c.i2(SHL, RAX, Imm(8), "all but the minor version")
	c.i1(JNZ, Target("other_major"), "")
	c.i2(TEST, EDX, EDX, "")
	c.i1(JNZ, Target("version_known"), "")
	c.i2(OR, R9D, Imm(isHTTP10), "")
	c.i1(JMP, Target("version_known"), "")
	c.label("other_major")
	c.i2(CMP, at(1, RCX, 7), Imm('.'), "")
	c.reject(JNE, "")
	c.i2(SHL, RAX, Imm(16), "drops the dot and the major version: HTTP/ is left")
	c.i1(JZ, Target("version_not_supported"), "")
	c.island()
}

// le32 and le64 are text as the word that it is in memory.
func le32(s string) int64 { return int64(binary.LittleEndian.Uint32([]byte(s))) }
func le64(s string) int64 { return int64(binary.LittleEndian.Uint64([]byte(s))) }

// column is the index of a method's column.
func (c *code) column(method string) int { return plan.ColumnOf(c.plan.Columns, method) }
