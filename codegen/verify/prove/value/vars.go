package value

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// The zone's variables.
const (
	FirstReg    zone.Var = 1  // the general registers
	FirstSlot   zone.Var = 17 // variables on the stack
	FirstRegion zone.Var = 37 // where written regions end
	ZerosVar    zone.Var = 45 // where 16 zeros stand
	LineVar     zone.Var = 46 // where a line ends
	FirstGhost  zone.Var = 47 // fields of the record that a register points to
	KnownVar    zone.Var = 52 // how many bytes of the environment string are no NUL
	EnvByteVar  zone.Var = 53 // the byte of it that was loaded last
	FirstTemp   zone.Var = 54 // results without a register, for the instruction

	SpareVar zone.Var = 58 // for a moment
	RestVar  zone.Var = 59 // bytes from the region's base to where the input begins that waits for this request

	Slots   = 20
	Regions = 8
	Ghosts  = 5
	Temps   = 4
)

// RegVar is a general register's variable.
func RegVar(r isa.Reg) zone.Var { return FirstReg + zone.Var(r) }

// RspVar is the stack pointer's.
var RspVar = RegVar(isa.RSP)

// IsGhost: a variable is for a field of a record.
func IsGhost(v zone.Var) bool { return v >= FirstGhost && v < FirstGhost+Ghosts }

// LengthRegs are registers that hold how many bytes a pointer's run has.
var LengthRegs = []zone.Var{RegVar(isa.RCX), RegVar(isa.RDX), RegVar(isa.R10)}
