package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// The zone's variables.
const (
	firstReg    zone.Var = 1  // the general registers
	firstSlot   zone.Var = 17 // variables on the stack
	firstRegion zone.Var = 33 // where written regions end
	zerosVar    zone.Var = 37 // where 16 zeros stand
	lineVar     zone.Var = 38 // where a line ends
	firstGhost  zone.Var = 39 // fields of the record that a register points to
	knownVar    zone.Var = 44 // how many bytes of the environment string are no NUL
	envByteVar  zone.Var = 45 // the byte of it that was loaded last
	firstTemp   zone.Var = 46 // results without a register, for the instruction

	spareVar zone.Var = 50 // for a moment
	restVar  zone.Var = 51 // bytes from the region's base to where the input begins that waits for this request

	slots   = 16
	regions = 4
	ghosts  = 5
	temps   = 4
)

func regVar(r isa.Reg) zone.Var { return firstReg + zone.Var(r) }

var rspVar = regVar(isa.RSP)
