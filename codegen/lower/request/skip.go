package request

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// skip goes on with ecx behind the bytes of a class.
func skip(c *emit.Code, routine string, class int, note string) {
	c.I2(MOV, DL, Imm(class), emit.ClassNames[class])
	c.Call(routine, note)
}
