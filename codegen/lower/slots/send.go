package slots

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// keepLengths copies the lengths of values that forms have.
func keepLengths(c *emit.Code) {
	for i, value := range c.FilledValues() {
		c.I2(LEA, RSI, M(0, RBP, c.ValueAt(value)), "")
		c.I2(MOV, EAX, M(4, RSI, 0), "")
		c.I2(LEA, RDI, M(0, RBP, c.FilledLength(i)), "")
		c.I2(MOV, M(4, RDI, 0), EAX, "")
	}
}

// IsRendered goes to a label where the response in rbx has slots.
func IsRendered(c *emit.Code, to string) {
	if c.Renders() {
		c.I2(CMP, M(1, RBX, layout.RenderedMark), Imm(layout.MarkRendered), "does it have slots?")
		c.I1(JE, Target(to), "")
	}
}
