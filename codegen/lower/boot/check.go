package boot

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// CheckBoot leaves the boot where the last call failed.
func CheckBoot(c *emit.Code) { c.Call("check", "") }

// NextCall moves ebx from the name of a boot call to the one behind it.
func NextCall(c *emit.Code, last string) {
	c.I2(ADD, EBX, Imm(len(last)+3), "the name of the next call, for boot_failed")
}

// Tell writes constant text to the descriptor in edi.
func Tell(c *emit.Code, label, text, note string) {
	c.Lea(RSI, label, note)
	c.I2(MOV, EDX, Imm(len(text)), "")
	c.Call("tell", "")
	c.Text(label, text, "")
}
