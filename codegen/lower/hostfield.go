package lower

import (
	. "github.com/verbosel/verbosel/codegen/x64"
)

// host: one, and valid (RFC 9112, 3.2). Every request has it, so that it stands close.
func (c *code) host() {
	c.routine("maybe_host", "in: r8 name, of edx bytes; eax its first four bytes, plus edx; ecx colon; r10 end of the line")
	c.i2(OR, EAX, Imm(0x20202020), "in every request: compared at once,")
	c.i2(CMP, EAX, Imm(le32("host")+int64(len("host"))), "with its length, 4, in the first byte")
	c.i1(JNE, Target("next_field"), "")
	c.call("field_value", "ecx, edx: its start and end")
	c.i2(BTS, R9D, bit(hasHost), "Host is there")
	c.reject(JC, "twice")
	c.i2(MOV, EDI, EDX, "")
	if c.needsHost() {
		c.i2(MOV, R11D, c.fillSlot(4, spanHost), "an absolute-form's host wins (RFC 9112, 3.2.2)")
	}
	c.call("check_host", "")
	c.i2(CMP, ECX, EDI, "and nothing behind it")
	c.reject(JNE, "")
	if c.needsHost() {
		c.i2(TEST, R11D, R11D, "")
		c.i1(JZ, Target("host_kept"), "")
		c.i2(MOV, c.fillSlot(2, spanHost), R11W, "")
		c.i2(SHR, R11D, Imm(16), "")
		c.i2(MOV, c.fillSlot(2, spanHost+2), R11W, "")
		c.label("host_kept")
	}
	c.i1(JMP, Target("next_field"), "")
}

// checkHost checks uri-host [ ":" port ] (RFC 9110, 7.2; RFC 3986, 3.2.2). An http
// authority has a host that is not empty (RFC 9110, 4.2.1).
func (c *code) checkHost() {
	c.routine("check_host", "in: ecx its start; r10 end of the line", "out: al, ecx the byte behind it; or leaves for bad_request", "clobbers: rdx rsi")
	c.i2(MOV, ESI, ECX, "")
	if c.needsHost() {
		c.keepPlace(spanHost, ECX, "the name's place, for a Location")
	}
	c.i2(CMP, at(1, RCX, 0), Imm('['), "an IPv6 address in brackets")
	c.i1(JE, Target("host_literal"), "")
	c.label("host_name")
	c.skip("plain_span", classHost, "")
	if !c.needsHost() { // what a Location names must be a name as it stands
		c.i2(CMP, AL, Imm('%'), "")
		c.i1(JE, Target("host_escape"), "")
	}
	c.i2(CMP, ECX, ESI, "")
	c.reject(JE, "empty")
	c.label("host_port")
	if c.needsHost() {
		c.keepPlace(spanHost+2, ECX, "")
	}
	c.i2(CMP, AL, Imm(':'), "")
	c.i1(JNE, Target("host_known"), "")
	c.i1(INC, ECX, "")
	c.skip("span", classDigit, "")
	c.label("host_known")
	c.i0(RET, "")

	c.label("host_literal")
	c.i1(INC, ECX, "")
	c.i1(INC, ESI, "")
	c.skip("span", classAddress, "")
	c.i2(CMP, AL, Imm(']'), "")
	c.reject(JNE, "")
	c.i2(CMP, ECX, ESI, "nothing in the brackets")
	c.reject(JE, "")
	c.i1(INC, ECX, "")
	c.i2(MOVZX, EAX, at(1, RCX, 0), "")
	c.i1(JMP, Target("host_port"), "")

	if !c.needsHost() {
		c.label("host_escape")
		c.i2(CMP, ECX, R10D, "")
		c.reject(JAE, "")
		c.i2(MOVZX, EAX, at(1, RCX, 1), "two digits")
		c.call("hex_digit", "")
		c.i2(MOVZX, EAX, at(1, RCX, 2), "")
		c.call("hex_digit", "")
		c.i2(ADD, ECX, Imm(3), "")
		c.i1(JMP, Target("host_name"), "")
	}
	c.island()
}
