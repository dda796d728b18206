package request

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/slots"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// host: one, and valid (RFC 9112, 3.2). Every request has it, so that it stands close.
func host(c *emit.Code) {
	c.Routine("maybe_host", "in: r8 name, of edx bytes; eax its first four bytes, plus edx; ecx colon; r10 end of the line")
	c.I2(OR, EAX, Imm(0x20202020), "in every request: compared at once,")
	c.I2(CMP, EAX, Imm(emit.Le32("host")+int64(len("host"))), "with its length, 4, in the first byte")
	c.I1(JNE, Target("next_field"), "")
	c.Call("field_value", "ecx, edx: its start and end")
	c.I2(BTS, R9D, layout.Bit(layout.HasHost), "Host is there")
	c.Reject(JC, "twice")
	c.I2(MOV, EDI, EDX, "")
	if c.NeedsHost() {
		c.I2(MOV, R11D, c.FillSlot(4, layout.SpanHost), "an absolute-form's host wins (RFC 9112, 3.2.2)")
	}
	c.Call("check_host", "")
	c.I2(CMP, ECX, EDI, "and nothing behind it")
	c.Reject(JNE, "")
	if c.NeedsHost() {
		c.I2(TEST, R11D, R11D, "")
		c.I1(JZ, Target("host_kept"), "")
		c.I2(MOV, c.FillSlot(2, layout.SpanHost), R11W, "")
		c.I2(SHR, R11D, Imm(16), "")
		c.I2(MOV, c.FillSlot(2, layout.SpanHost+2), R11W, "")
		c.Label("host_kept")
	}
	c.I1(JMP, Target("next_field"), "")
}

// checkHost checks uri-host [ ":" port ] (RFC 9110, 7.2; RFC 3986, 3.2.2). An http
// authority has a host that is not empty (RFC 9110, 4.2.1).
func checkHost(c *emit.Code) {
	c.Routine("check_host", "in: ecx its start; r10 end of the line", "out: al, ecx the byte behind it; or leaves for bad_request", "clobbers: rdx rsi")
	c.I2(MOV, ESI, ECX, "")
	if c.NeedsHost() {
		slots.KeepPlace(c, layout.SpanHost, ECX, "the name's place, for a Location")
	}
	c.I2(CMP, layout.At(1, RCX, 0), Imm('['), "an IPv6 address in brackets")
	c.I1(JE, Target("host_literal"), "")
	c.Label("host_name")
	skip(c, "plain_span", emit.ClassHost, "")
	if !c.NeedsHost() { // what a Location names must be a name as it stands
		c.I2(CMP, AL, Imm('%'), "")
		c.I1(JE, Target("host_escape"), "")
	}
	c.I2(CMP, ECX, ESI, "")
	c.Reject(JE, "empty")
	c.Label("host_port")
	if c.NeedsHost() {
		slots.KeepPlace(c, layout.SpanHost+2, ECX, "")
	}
	c.I2(CMP, AL, Imm(':'), "")
	c.I1(JNE, Target("host_known"), "")
	c.I1(INC, ECX, "")
	skip(c, "span", emit.ClassDigit, "")
	c.Label("host_known")
	c.I0(RET, "")

	c.Label("host_literal")
	c.I1(INC, ECX, "")
	c.I1(INC, ESI, "")
	skip(c, "span", emit.ClassAddress, "")
	c.I2(CMP, AL, Imm(']'), "")
	c.Reject(JNE, "")
	c.I2(CMP, ECX, ESI, "nothing in the brackets")
	c.Reject(JE, "")
	c.I1(INC, ECX, "")
	c.I2(MOVZX, EAX, layout.At(1, RCX, 0), "")
	c.I1(JMP, Target("host_port"), "")

	if !c.NeedsHost() {
		c.Label("host_escape")
		c.I2(CMP, ECX, R10D, "")
		c.Reject(JAE, "")
		c.I2(MOVZX, EAX, layout.At(1, RCX, 1), "two digits")
		c.Call("hex_digit", "")
		c.I2(MOVZX, EAX, layout.At(1, RCX, 2), "")
		c.Call("hex_digit", "")
		c.I2(ADD, ECX, Imm(3), "")
		c.I1(JMP, Target("host_name"), "")
	}
	c.Island()
}
