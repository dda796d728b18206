package request

import (
	"encoding/binary"

	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/log"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// RequestLine reads the method (RFC 9112, 3.1).
func RequestLine(c *emit.Code) {
	c.Section("request line: method, target, version")
	c.Label("request_line")
	c.Call("next_line", "r10: its end")
	c.I2(CMP, R10D, R8D, "")
	c.I1(JE, Target("empty_line"), "")
	if c.Logs() {
		log.NoteMethod(c)
	}
	c.I2(LEA, ECX, M(0, R8, 4), "where GET's target starts")
	c.I2(XOR, R11D, R11D, "the first column: GET and HEAD")
	c.I2(CMP, layout.At(4, R8, 0), Imm(emit.Le32("GET ")), "")
	c.I1(JNE, Target("other_method"), "")
	// target follows
}

// EmptyLine stands in front of request_line, which is near then.
func EmptyLine(c *emit.Code) {
	c.Routine("empty_line", "One empty line before a request is skipped (RFC 9112, 2.2).")
	c.I2(BTS, R9D, layout.Bit(layout.HadEmptyLine), "the second one is an error")
	c.Reject(JC, "")
	c.I2(LEA, R8D, M(0, R10, 2), "")
	c.I1(JMP, Target("request_line"), "")
}

// OtherMethod looks the method up among those that HTTP knows.
func OtherMethod(c *emit.Code) {
	c.Island()
	c.Routine("other_method", "in: r8 start of the line; r10 its end", "out: r11 column; ecx start of the target")
	c.I2(MOV, ECX, R8D, "")
	skip(c, "span", emit.ClassToken, "al, ecx: the byte behind the method")
	c.I2(CMP, AL, Imm(' '), "one space, and nothing else, ends the method")
	c.Reject(JNE, "")
	c.I2(MOV, ESI, ECX, "")
	c.I2(SUB, ECX, R8D, "its length")
	c.Reject(JZ, "")
	c.I2(CMP, ECX, Imm(layout.MaxMethod), "")
	c.I1(JA, Target("not_implemented"), "longer than any method known")
	c.I2(MOV, RAX, layout.At(8, R8, 0), "")
	c.I2(SHL, ECX, Imm(3), "")
	c.I1(NEG, ECX, "64 - 8 * length, as a shift takes it")
	c.I2(SHL, RAX, CL, "the method in the upper bytes, zeros below")
	c.Lea(RDX, "methods", "")
	c.I2(XOR, ECX, ECX, "")
	c.Label("method_next")
	c.I2(MOV, R11, MX(8, RDX, RCX, 0), "")
	c.I2(XOR, R11, RAX, "a known method leaves its column")
	c.I2(CMP, R11, Imm(len(c.Plan.Columns)-1), "and any other more than the last one")
	c.I1(JBE, Target("method_known"), "")
	c.I2(ADD, ECX, Imm(8), "")
	c.I2(CMP, ECX, Imm(8*len(Methods(c))), "")
	c.I1(JB, Target("method_next"), "")
	c.I1(JMP, Target("not_implemented"), "a method unknown to HTTP")
	c.Label("method_known")
	c.I2(LEA, ECX, M(0, RSI, 1), "the target, behind the space")
	c.I2(TEST, R11D, R11D, "the first column again: HEAD")
	c.I1(JNZ, Target("target"), "")
	c.I2(OR, R9D, Imm(layout.IsHead), "")
	c.I1(JMP, Target("target"), "")
}

// Methods are the methods that HTTP knows (RFC 9110, 9.3; RFC 5789), without GET,
// which the server looks for first, and CONNECT, which it does not implement.
func Methods(c *emit.Code) []Field {
	var out []Field
	for i, column := range c.Plan.Columns {
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
func version(c *emit.Code) {
	c.Routine("version", "in: al byte behind the target, ecx its offset; r10 end of the line", "keeps: rbx rsi rdi r11")
	c.I2(CMP, AL, Imm(' '), "")
	c.Reject(JNE, "")
	c.I2(LEA, EAX, M(0, RCX, 9), "a space and eight bytes are what is left")
	c.I2(CMP, EAX, R10D, "")
	c.Reject(JNE, "")
	c.I2(MOV, RAX, Imm(emit.Le64("HTTP/1.1")), "")
	c.I2(XOR, RAX, layout.At(8, RCX, 1), "zero where it is HTTP/1.1")
	c.I1(JNZ, Target("other_version"), "")
}

// OtherVersion tells HTTP/1.0, later minor versions (which are answered as 1.1, RFC
// 9110, 2.5), other major versions and nonsense apart.
func OtherVersion(c *emit.Code) {
	c.Routine("other_version", "in: rax difference to HTTP/1.1; ecx the space before it", "keeps: rbx rsi rdi r11")
	c.I2(MOVZX, EDX, layout.At(1, RCX, 8), "the minor version")
	c.I2(SUB, EDX, Imm('0'), "")
	c.I2(CMP, EDX, Imm(9), "")
	c.Reject(JA, "")
	c.I2(SHL, RAX, Imm(8), "all but the minor version")
	c.I1(JNZ, Target("other_major"), "")
	c.I2(TEST, EDX, EDX, "")
	c.I1(JNZ, Target("version_known"), "")
	c.I2(OR, R9D, Imm(layout.IsHTTP10), "")
	c.I1(JMP, Target("version_known"), "")
	c.Label("other_major")
	c.I2(CMP, layout.At(1, RCX, 7), Imm('.'), "")
	c.Reject(JNE, "")
	c.I2(SHL, RAX, Imm(16), "drops the dot and the major version: HTTP/ is left")
	c.I1(JZ, Target("version_not_supported"), "")
	c.Island()
}

// column is the index of a method's column.
func column(c *emit.Code, method string) int { return plan.ColumnOf(c.Plan.Columns, method) }
