package emit

import (
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// FromStart makes a place in the buffer one in the request.
func (c *Code) FromStart(place Reg) {
	if c.Plan.Server.KeepAlive {
		c.I2(SUB, place, layout.Slot(4, layout.SlotStart), "in the request")
	}
}
