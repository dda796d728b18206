package lower

import (
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
func (c *code) forwarded() {
	c.i2(XOR, R8D, R8D, "nothing is known of the element")
	c.label("forwarded_pair")
	c.i2(AND, R8D, Imm(hadFor|isElement), "")
	c.i2(CMP, R10D, Imm(c.listAt()+listRoom-int32(len("for="))), "")
	c.i1(JAE, Target("forwarded_byte"), "")
	c.i2(MOV, EAX, at(4, R10, 0), "")
	c.i2(OR, EAX, Imm(0x20202020), "whatever its case; no other byte of a field becomes the equals sign")
	c.i2(CMP, EAX, Imm(le32("for=")), "")
	c.i1(JNE, Target("forwarded_byte"), "")
	c.i2(ADD, R10D, Imm(len("for=")), "")
	c.i2(OR, R8D, Imm(isElement), "")
	c.i2(BTS, R8D, bit(hadFor), "")
	c.i1(JC, Target("forwarded_bad"), "")
	c.i2(OR, R8D, Imm(inFor), "")
	c.i1(JMP, Target("forwarded_byte"), "")
	c.label("forwarded_bad")
	c.i2(MOV, c.client(1, clientText), Imm('x'), "no address any more")
	c.label("forwarded_byte")
	c.listByte("forwarded_some", "forwarded_end")
	c.i2(TEST, R8B, Imm(inQuotes), "")
	c.i1(JNZ, Target("forwarded_quoted"), "")
	c.i2(CMP, AL, Imm(','), "")
	c.i1(JE, Target("forwarded_end"), "")
	c.i2(CMP, AL, Imm(';'), "")
	c.i1(JE, Target("forwarded_pair"), "")
	c.i2(CMP, AL, Imm(' '), "a space or a tab")
	c.i1(JA, Target("forwarded_text"), "")
	c.i2(TEST, R8B, Imm(inFor), "")
	c.i1(JZ, Target("forwarded_pair"), "in front of a parameter, or within one whose name does not count")
	c.label("forwarded_text")
	c.i2(OR, R8D, Imm(isElement), "")
	c.i2(CMP, AL, Imm('"'), "")
	c.i1(JNE, Target("forwarded_copy"), "")
	c.i2(OR, R8D, Imm(inQuotes), "")
	c.i1(JMP, Target("forwarded_byte"), "")
	c.label("forwarded_quoted")
	c.i2(CMP, AL, Imm('"'), "")
	c.i1(JE, Target("forwarded_unquoted"), "")
	c.i2(CMP, AL, Imm('\\'), "what is behind it is quoted too, and nothing that an address needs")
	c.i1(JNE, Target("forwarded_copy"), "")
	c.listByte("forwarded_escaped", "forwarded_end")
	c.i2(MOV, EAX, Imm('\\'), "")
	c.label("forwarded_copy")
	c.i2(TEST, R8B, Imm(inFor), "")
	c.i1(JZ, Target("forwarded_byte"), "")
	c.copyElement()
	c.i1(JMP, Target("forwarded_byte"), "")
	c.label("forwarded_unquoted")
	c.i2(AND, R8D, Imm(^inQuotes), "")
	c.i1(JMP, Target("forwarded_byte"), "")
	c.label("forwarded_end")
	c.i2(TEST, R8D, R8D, "an empty element is none (RFC 9110, 5.6.1.2)")
	c.i1(JZ, Target("client_next"), "")
	c.i2(TEST, R8B, Imm(inQuotes), "")
	c.i1(JZ, Target("client_text"), "")
	c.i2(MOV, c.client(1, clientText), Imm('x'), "no address, whatever it says")
}
