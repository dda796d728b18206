package emit

import (
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// LoadHeadLength gets the length of the header block of the response in rbx.
func (c *Code) LoadHeadLength(dst Reg) {
	c.I2(MOVSX, dst, M(2, RBX, layout.HeadLength), "its header block")
}
