package route

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// keepGuard is where a route is found: in rbx; r11 column.
func keepGuard(c *emit.Code) {
	if c.Protects() {
		c.I2(MOVZX, EAX, Mem{Base: RBX, Index: R11, Scale: 2, Disp: c.IndexedGuards(), Width: 2}, "who may see it")
		c.I2(MOV, layout.Slot(2, c.SlotGuard()), AX, "")
	}
}
