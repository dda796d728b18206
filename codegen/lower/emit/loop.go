package emit

import (
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// InLoop jumps where this process is the loop; else it goes on.
func (c *Code) InLoop(to Target, note string) {
	c.I2(CMP, c.LoopVar(layout.LoopState), Imm(0), "in the loop")
	c.I1(JNE, to, note)
}
