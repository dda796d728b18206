package boot

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

var FamilyNames = map[uint32]string{plan.AFUnix: "AF_UNIX", plan.AFInet: "AF_INET", plan.AFInet6: "AF_INET6"}

// AddressWithPort copies the address into the buffer and puts the port in, in
// network order: in r13d the port; out rsi.
func AddressWithPort(c *emit.Code, size int) {
	c.I2(MOVDQU, XMM0, Sym(16, "address", 0), "struct sockaddr, its port still 0")
	c.I2(MOVDQU, M(16, RBP, 0), XMM0, "")
	if size > 16 {
		c.I2(MOVDQU, XMM0, Sym(16, "address", int32(size-16)), "the rest of it, overlapping")
		c.I2(MOVDQU, M(16, RBP, int32(size-16)), XMM0, "")
	}
	c.I2(MOV, EAX, R13D, "the port")
	c.I1(BSWAP, EAX, "in network order it is the upper half")
	c.I2(SHR, EAX, Imm(16), "")
	c.I2(MOV, M(2, RBP, 2), AX, "sin_port")
	c.I2(MOV, RSI, RBP, "")
}
