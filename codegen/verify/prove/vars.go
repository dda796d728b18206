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
	zerosVar    zone.Var = 39 // where 16 zeros stand
	lineVar     zone.Var = 40 // where a line ends
	firstGhost  zone.Var = 41 // fields of the record that a register points to
	knownVar    zone.Var = 46 // how many bytes of the environment string are no NUL
	envByteVar  zone.Var = 47 // the byte of it that was loaded last
	firstTemp   zone.Var = 48 // results without a register, for the instruction

	spareVar zone.Var = 52 // for a moment
	restVar  zone.Var = 53 // bytes from the region's base to where the input begins that waits for this request

	slots   = 16
	regions = 6
	ghosts  = 5
	temps   = 4
)

func regVar(r isa.Reg) zone.Var { return firstReg + zone.Var(r) }

var rspVar = regVar(isa.RSP)

// isGhost: a variable is for a field of a record.
func isGhost(v zone.Var) bool { return v >= firstGhost && v < firstGhost+ghosts }
