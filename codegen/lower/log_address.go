package lower

import (
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// logAddress writes the client's address. An IPv4 client of an IPv6 listener is shown
// as what it is (RFC 4291, 2.5.5.2).
func (c *code) logAddress() {
	c.routine("log_start", "Begins a line with the client's address.", "out: rdi its end so far", "clobbers: rax rcx rdx rsi r11")
	c.i2(LEA, RDI, M(0, RBP, c.logAt()), "")
	c.logText("log_start_text", c.logForm().start)
	family := c.plan.Server.Listen.Family
	switch {
	case c.namesClient():
		if family == plan.AFUnix {
			c.i2(TEST, c.client(1, clientState), Imm(1), "")
			c.i1(JZ, Target("log_unnamed"), "")
		}
		c.i2(LEA, R11, slot(0, c.clientAt()+clientAddress), "")
		c.unmap()
	case family == plan.AFUnix:
		c.logUnix()
		return
	case family == plan.AFInet:
		c.i2(LEA, R11, M(0, RBP, slotPeer+4), "sin_addr")
	case family == plan.AFInet6:
		c.i2(LEA, R11, M(0, RBP, slotPeer+8), "sin6_addr")
		c.unmap()
	default:
		c.i2(LEA, R11, M(0, RBP, slotPeer+4), "sin_addr")
		c.i2(CMP, slot(2, slotPeer), Imm(plan.AFInet), "sa_family")
		c.i1(JE, Target("log_inet"), "")
		c.i2(LEA, R11, M(0, RBP, slotPeer+8), "sin6_addr")
		c.unmap()
		c.label("log_inet")
	}
	for i := range int32(4) {
		c.i2(MOVZX, EAX, M(1, R11, i), "")
		c.call("append_number", "")
		if i < 3 {
			c.i2(MOV, M(1, RDI, 0), Imm('.'), "")
			c.i1(INC, RDI, "")
		}
	}
	c.i0(RET, "")
	if c.showsInet6() {
		c.logInet6()
	}
	if c.namesClient() && family == plan.AFUnix {
		c.label("log_unnamed")
		c.logUnix()
	}
}

// showsInet6: an address in the log may be one of IPv6.
func (c *code) showsInet6() bool {
	family := c.plan.Server.Listen.Family
	return c.namesClient() || family == plan.AFInet6 || family == plan.AFNone
}

// logUnix: the client of a unix socket has no address.
func (c *code) logUnix() {
	c.lea(RSI, "log_unix", "")
	c.datum(nearSized("log_unix", "unix:"))
	c.i1(JMP, Target("append"), "")
}

// unmap finds an IPv4 address in one of IPv6, at r11.
func (c *code) unmap() {
	c.i2(CMP, M(8, R11, 0), Imm(0), "")
	c.i1(JNE, Target("log_inet6"), "")
	c.i2(CMP, M(4, R11, 8), Imm(0xffff0000), "an IPv4-mapped address")
	c.i1(JNE, Target("log_inet6"), "")
	c.i2(ADD, R11, Imm(12), "")
}

// logInet6 writes eight groups of four digits.
func (c *code) logInet6() {
	c.label("log_inet6")
	c.i2(XOR, ECX, ECX, "")
	c.lea(RSI, "log_digits", "")
	c.label("log_group")
	c.i2(MOVZX, EDX, MX(1, R11, RCX, 0), "a byte, as two digits")
	c.i2(MOV, EAX, EDX, "")
	c.i2(SHR, EAX, Imm(4), "")
	c.i2(MOVZX, EAX, MX(1, RSI, RAX, 0), "")
	c.i2(MOV, M(1, RDI, 0), AL, "")
	c.i2(AND, EDX, Imm(0xf), "")
	c.i2(MOVZX, EAX, MX(1, RSI, RDX, 0), "")
	c.i2(MOV, M(1, RDI, 1), AL, "")
	c.i2(ADD, RDI, Imm(2), "")
	c.i1(INC, ECX, "")
	c.i2(CMP, ECX, Imm(16), "")
	c.i1(JE, Target("log_done"), "")
	c.i2(TEST, CL, Imm(1), "a colon behind every second byte")
	c.i1(JNZ, Target("log_group"), "")
	c.i2(MOV, M(1, RDI, 0), Imm(':'), "")
	c.i1(INC, RDI, "")
	c.i1(JMP, Target("log_group"), "")
}
