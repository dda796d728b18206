package respond

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// nextInTurn is behind a response, and behind the comparison of r8 with r14.
func nextInTurn(c *emit.Code) {
	c.I1(JNE, Target("request"), "pipelined")
	c.InLoop("done", "")
	c.Label("next_alone")
}
