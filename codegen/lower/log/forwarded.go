package log

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// What is known of an element of Forwarded: bits of r8.
const (
	inQuotes  = 1 << 0 // of a quoted-string
	inFor     = 1 << 1 // what is read is the value of the parameter for
	hadFor    = 1 << 2 // there was one
	isElement = 1 << 3 // it is not empty
)

// forwarded copies the value of the parameter for out of an element (RFC 7239, 4). What
// stands in quotes ends neither parameters nor elements; where a quotation has no end, or
// for comes twice, it is no address.
func forwarded(c *emit.Code) {
	c.I2(XOR, R8D, R8D, "nothing is known of the element")
	c.Label("forwarded_pair")
	c.I2(AND, R8D, Imm(hadFor|isElement), "")
	c.I2(CMP, R10D, Imm(listAt(c)+layout.ListRoom-int32(len("for="))), "")
	c.I1(JAE, Target("forwarded_byte"), "")
	c.I2(MOV, EAX, layout.At(4, R10, 0), "")
	c.I2(OR, EAX, Imm(0x20202020), "whatever its case; no other byte of a field becomes the equals sign")
	c.I2(CMP, EAX, Imm(emit.Le32("for=")), "")
	c.I1(JNE, Target("forwarded_byte"), "")
	c.I2(ADD, R10D, Imm(len("for=")), "")
	c.I2(OR, R8D, Imm(isElement), "")
	c.I2(BTS, R8D, layout.Bit(hadFor), "")
	c.I1(JC, Target("forwarded_bad"), "")
	c.I2(OR, R8D, Imm(inFor), "")
	c.I1(JMP, Target("forwarded_byte"), "")
	c.Label("forwarded_bad")
	c.I2(MOV, client(c, 1, layout.ClientText), Imm('x'), "no address any more")
	c.Label("forwarded_byte")
	listByte(c, "forwarded_some", "forwarded_end")
	c.I2(TEST, R8B, Imm(inQuotes), "")
	c.I1(JNZ, Target("forwarded_quoted"), "")
	c.I2(CMP, AL, Imm(','), "")
	c.I1(JE, Target("forwarded_end"), "")
	c.I2(CMP, AL, Imm(';'), "")
	c.I1(JE, Target("forwarded_pair"), "")
	c.I2(CMP, AL, Imm(' '), "a space or a tab")
	c.I1(JA, Target("forwarded_text"), "")
	c.I2(TEST, R8B, Imm(inFor), "")
	c.I1(JZ, Target("forwarded_pair"), "in front of a parameter, or within one whose name does not count")
	c.Label("forwarded_text")
	c.I2(OR, R8D, Imm(isElement), "")
	c.I2(CMP, AL, Imm('"'), "")
	c.I1(JNE, Target("forwarded_copy"), "")
	c.I2(OR, R8D, Imm(inQuotes), "")
	c.I1(JMP, Target("forwarded_byte"), "")
	c.Label("forwarded_quoted")
	c.I2(CMP, AL, Imm('"'), "")
	c.I1(JE, Target("forwarded_unquoted"), "")
	c.I2(CMP, AL, Imm('\\'), "what is behind it is quoted too, and nothing that an address needs")
	c.I1(JNE, Target("forwarded_copy"), "")
	listByte(c, "forwarded_escaped", "forwarded_end")
	c.I2(MOV, EAX, Imm('\\'), "")
	c.Label("forwarded_copy")
	c.I2(TEST, R8B, Imm(inFor), "")
	c.I1(JZ, Target("forwarded_byte"), "")
	copyElement(c)
	c.I1(JMP, Target("forwarded_byte"), "")
	c.Label("forwarded_unquoted")
	c.I2(AND, R8D, Imm(^inQuotes), "")
	c.I1(JMP, Target("forwarded_byte"), "")
	c.Label("forwarded_end")
	c.I2(TEST, R8D, R8D, "an empty element is none (RFC 9110, 5.6.1.2)")
	c.I1(JZ, Target("client_next"), "")
	c.I2(TEST, R8B, Imm(inQuotes), "")
	c.I1(JZ, Target("client_text"), "")
	c.I2(MOV, client(c, 1, layout.ClientText), Imm('x'), "no address, whatever it says")
}
