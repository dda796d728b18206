package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// The zone's variables.
const (
	firstReg    zone.Var = 1  // the general registers
	firstSlot   zone.Var = 17 // variables on the stack
	firstRegion zone.Var = 29 // where written regions end
	zerosVar    zone.Var = 33 // where 16 zeros stand
	lineVar     zone.Var = 34 // where a line ends
	firstGhost  zone.Var = 35 // fields of the record that a register points to
	knownVar    zone.Var = 40 // how many bytes of the environment string are no NUL
	envByteVar  zone.Var = 41 // the byte of it that was loaded last
	firstTemp   zone.Var = 42 // results without a register, for the instruction

	spareVar zone.Var = 46 // for a moment
	restVar  zone.Var = 47 // bytes from the region's base to where the input begins that waits for this request

	slots   = 12
	regions = 4
	ghosts  = 5
	temps   = 4
)

func regVar(r isa.Reg) zone.Var { return firstReg + zone.Var(r) }

var rspVar = regVar(isa.RSP)
