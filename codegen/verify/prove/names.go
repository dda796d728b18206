package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/kernel"
	"github.com/verbosel/verbosel/codegen/verify/prove/rank"
	"github.com/verbosel/verbosel/codegen/verify/prove/step"
)

// What a proof takes, and what it says of a program.
type (
	Image       = data.Image
	Segment     = data.Segment
	Failure     = data.Failure
	Branch      = data.Branch
	Argument    = kernel.Argument
	Call        = kernel.Call
	NextRequest = kernel.NextRequest
	Variable    = kernel.Variable
	Shown       = step.Shown
	Worst       = rank.Worst
	Run         = rank.Run
)
