package log

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/slots"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// logRenderedStatus gets the digits of the status of a response with slots, in eax; others go on behind.
func logRenderedStatus(c *emit.Code) {
	if !slots.HasForm(c, plan.ValueStatus) {
		slots.IsRendered(c, "log_status_whole")
		return
	}
	c.I2(CMP, M(1, RBX, layout.RenderedMark), Imm(layout.MarkRendered), "does it have slots?")
	c.I1(JNE, Target("log_status_stored"), "")
	c.I2(MOV, EAX, M(4, RBX, layout.RenderedAt), "where it is")
	c.I2(MOV, EAX, layout.At(4, RAX, int32(len(plan.StatusStart))), "the environment may have given it")
	c.I1(JMP, Target("log_status_known"), "")
	c.Label("log_status_stored")
}

// logRendered gets the number of bytes of content of a response with slots, in ecx.
func logRendered(c *emit.Code) {
	c.I2(CMP, M(1, RBX, layout.RenderedMark), Imm(layout.MarkRendered), "does it have slots?")
	c.I1(JNE, Target("log_bytes_stored"), "")
	c.I2(MOV, EAX, M(4, RBX, slots.LengthsAt(c)), "where its lengths are")
	c.I2(MOV, ECX, layout.At(4, RAX, 4), "")
	c.I2(SUB, ECX, layout.At(4, RAX, 0), "")
	c.I1(JMP, Target("log_bytes_known"), "")
	c.Label("log_bytes_stored")
}
