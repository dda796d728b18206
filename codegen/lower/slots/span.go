package slots

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// LoadSpan gets where something of the request is, into ecx and edx, from where a span or
// two have its start and its end.
func LoadSpan(c *emit.Code, from, to int32, note string) {
	c.I2(MOVZX, ECX, layout.Slot(2, from), note)
	c.I2(MOVZX, EDX, layout.Slot(2, to), "")
	if c.Plan.Server.KeepAlive {
		c.I2(MOV, EAX, layout.Slot(4, layout.SlotStart), "where the request starts by now")
		c.I2(ADD, ECX, EAX, "")
		c.I2(ADD, EDX, EAX, "")
	}
}
