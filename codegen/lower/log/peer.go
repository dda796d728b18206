package log

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// logAddress writes the client's address. An IPv4 client of an IPv6 listener is shown
// as what it is (RFC 4291, 2.5.5.2).
func logAddress(c *emit.Code) {
	c.Routine("log_start", "Begins a line with the client's address.", "out: rdi its end so far", "clobbers: rax rcx rdx rsi r11")
	c.I2(LEA, RDI, M(0, RBP, logAt(c)), "")
	logText(c, "log_start_text", logForm(c).start)
	family := c.Plan.Server.Listen.Family
	switch {
	case c.NamesClient():
		if family == plan.AFUnix {
			c.I2(TEST, client(c, 1, layout.ClientState), Imm(1), "")
			c.I1(JZ, Target("log_unnamed"), "")
		}
		c.I2(LEA, R11, layout.Slot(0, clientAt(c)+layout.ClientAddress), "")
		unmap(c)
	case family == plan.AFUnix:
		logUnix(c)
		return
	case family == plan.AFInet:
		c.I2(LEA, R11, M(0, RBP, SlotPeer+4), "sin_addr")
	case family == plan.AFInet6:
		c.I2(LEA, R11, M(0, RBP, SlotPeer+8), "sin6_addr")
		unmap(c)
	default:
		c.I2(LEA, R11, M(0, RBP, SlotPeer+4), "sin_addr")
		c.I2(CMP, layout.Slot(2, SlotPeer), Imm(plan.AFInet), "sa_family")
		c.I1(JE, Target("log_inet"), "")
		c.I2(LEA, R11, M(0, RBP, SlotPeer+8), "sin6_addr")
		unmap(c)
		c.Label("log_inet")
	}
	for i := range int32(4) {
		c.I2(MOVZX, EAX, M(1, R11, i), "")
		c.Call("append_number", "")
		if i < 3 {
			c.I2(MOV, M(1, RDI, 0), Imm('.'), "")
			c.I1(INC, RDI, "")
		}
	}
	c.I0(RET, "")
	if showsInet6(c) {
		logInet6(c)
	}
	if c.NamesClient() && family == plan.AFUnix {
		c.Label("log_unnamed")
		logUnix(c)
	}
}

// showsInet6: an address in the log may be one of IPv6.
func showsInet6(c *emit.Code) bool {
	family := c.Plan.Server.Listen.Family
	return c.NamesClient() || family == plan.AFInet6 || family == plan.AFNone
}

// logUnix: the client of a unix socket has no address.
func logUnix(c *emit.Code) {
	c.Lea(RSI, "log_unix", "")
	c.Datum(emit.NearSized("log_unix", "unix:"))
	c.I1(JMP, Target("append"), "")
}

// unmap finds an IPv4 address in one of IPv6, at r11.
func unmap(c *emit.Code) {
	c.I2(CMP, M(8, R11, 0), Imm(0), "")
	c.I1(JNE, Target("log_inet6"), "")
	c.I2(CMP, M(4, R11, 8), Imm(0xffff0000), "an IPv4-mapped address")
	c.I1(JNE, Target("log_inet6"), "")
	c.I2(ADD, R11, Imm(12), "")
}

// logInet6 writes eight groups of four digits.
func logInet6(c *emit.Code) {
	c.Label("log_inet6")
	c.I2(XOR, ECX, ECX, "")
	c.Lea(RSI, "log_digits", "")
	c.Label("log_group")
	c.I2(MOVZX, EDX, MX(1, R11, RCX, 0), "a byte, as two digits")
	c.I2(MOV, EAX, EDX, "")
	c.I2(SHR, EAX, Imm(4), "")
	c.I2(MOVZX, EAX, MX(1, RSI, RAX, 0), "")
	c.I2(MOV, M(1, RDI, 0), AL, "")
	c.I2(AND, EDX, Imm(0xf), "")
	c.I2(MOVZX, EAX, MX(1, RSI, RDX, 0), "")
	c.I2(MOV, M(1, RDI, 1), AL, "")
	c.I2(ADD, RDI, Imm(2), "")
	c.I1(INC, ECX, "")
	c.I2(CMP, ECX, Imm(16), "")
	c.I1(JE, Target("log_done"), "")
	c.I2(TEST, CL, Imm(1), "a colon behind every second byte")
	c.I1(JNZ, Target("log_group"), "")
	c.I2(MOV, M(1, RDI, 0), Imm(':'), "")
	c.I1(INC, RDI, "")
	c.I1(JMP, Target("log_group"), "")
}
