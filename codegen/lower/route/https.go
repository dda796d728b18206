package route

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// keepHTTPS keeps what a block asks for: in rdi.
func keepHTTPS(c *emit.Code) {
	if c.HttpsVaries() {
		c.I2(MOVZX, EAX, M(2, RDI, blockHTTPS), "")
		c.I2(MOV, c.FillSlot(2, layout.SpanHTTPS), AX, "what it asks for")
	}
}
