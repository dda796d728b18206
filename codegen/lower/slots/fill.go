package slots

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// A response with blanks, a form, is put together once the head is read, where stock
// responses are too, and it ends the connection: what the request says is taken from the
// head, and nothing has to be kept. One that has a blank for the query alone is a plain
// response for a request without one. All forms with the same blanks share a piece of code
// with one call for each part. Two routines do all the copying, and each knows the room
// that is left.

func NeedsPath(c *emit.Code) bool {
	return c.Needs(func(f plan.Filling) bool { return f.What == plan.FillPath || f.What == plan.FillLocalPath || f.Rest })
}

func NeedsArgument(c *emit.Code) bool {
	return c.Needs(func(f plan.Filling) bool { return f.InQuery })
}

// ClearSpans forgets what an earlier request of the connection said.
func ClearSpans(c *emit.Code) {
	if c.Fills() {
		c.I2(MOVDQU, c.FillSlot(16, layout.SpanAll), XMM3, "no query, no path, no host")
	}
}

// KeepPlace stores one end of what is a part of the request: counted from where that
// starts, because the buffer may move. It changes edx in isolation: connection.
func KeepPlace(c *emit.Code, disp int32, place Reg, note string) {
	if c.Plan.Server.KeepAlive {
		c.I2(MOV, EDX, place, note)
		c.FromStart(EDX)
		place, note = EDX, ""
	}
	c.I2(MOV, c.FillSlot(2, disp), place.As(2), note)
}
