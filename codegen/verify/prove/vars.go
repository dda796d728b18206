package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// The zone's variables.
const (
	firstReg    zone.Var = 1  // the general registers
	firstSlot   zone.Var = 17 // variables on the stack
	firstRegion zone.Var = 37 // where written regions end
	zerosVar    zone.Var = 45 // where 16 zeros stand
	lineVar     zone.Var = 46 // where a line ends
	firstGhost  zone.Var = 47 // fields of the record that a register points to
	knownVar    zone.Var = 52 // how many bytes of the environment string are no NUL
	envByteVar  zone.Var = 53 // the byte of it that was loaded last
	firstTemp   zone.Var = 54 // results without a register, for the instruction

	spareVar zone.Var = 58 // for a moment
	restVar  zone.Var = 59 // bytes from the region's base to where the input begins that waits for this request

	slots   = 20
	regions = 8
	ghosts  = 5
	temps   = 4
)

// fewSlots are the variables on the stack that a state knows where a process has one client: those of a loop
// are not among them, and each takes time and memory.
const fewSlots = 16

// mostSlots is how many a state of the program knows.
func (p *program) mostSlots() int {
	if p.many {
		return slots
	}
	return fewSlots
}

func regVar(r isa.Reg) zone.Var { return firstReg + zone.Var(r) }

var rspVar = regVar(isa.RSP)

// isGhost: a variable is for a field of a record.
func isGhost(v zone.Var) bool { return v >= firstGhost && v < firstGhost+ghosts }
