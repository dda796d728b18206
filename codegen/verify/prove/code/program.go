package code

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Program is an Image on its way through the proof.
type Program struct {
	*data.Records
	Insts           map[uint64]*Decoded
	Before          map[uint64]*Decoded // the instruction in front of an address
	Joins           map[uint64]bool     // addresses where states are joined
	Loops           map[uint64]bool     // those of them that a way comes back to
	Unroll          map[uint64]isa.Reg  // loops whose rounds are told apart, with what counts them
	Flags           map[uint64]asked    // which flags are asked for behind an address that are set before
	FlagBits        [zone.Vars]uint64   // bits of registers that are set and tested one by one
	FlagRegs        RegSet              // registers that are nothing but such bits
	Nullable        RegSet              // registers that are compared with null
	Many            bool                // it serves many connections: see servesMany
	Returns         map[uint64]bool     // addresses from which the routine's return is reached
	exits           map[uint64]bool     // system calls that end the process
	Plan            *Schedule           // in which order sites are visited
	Order           map[uint64]int      // place of an instruction on the way from the entry
	NumbersIn       [16]zone.Steps      // where the bounds of numbers in a register stop for a while,
	Numbers, Places zone.Steps          // where the bounds of numbers and of pointers stop for a while
	Near            zone.Near           // and those of differences
	rets            map[uint64][]uint64 // of routines, by their entries
	Live            map[uint64]Liveness // what may be read behind an address
	Stepped         map[int64]bool      // variables of the frame to which 1 is added, or subtracted, where they are, likewise
	SlotNumbers     map[int64]int       // of variables of the frame, by their distance from rbp
	SlotSizes       map[int64]uint8     // in bytes, likewise
	Requests        []RequestLoop
}

// asked are flags.
type asked uint8

const (
	ZeroAsked asked = 1 << iota
	CarryAsked
)

// asks are the flags that a condition is about, as far as they are followed.
func asks(c isa.Cond) asked {
	switch c {
	case isa.CondB, isa.CondAE:
		return CarryAsked
	case isa.Always:
		return 0
	}
	return ZeroAsked
}

// Decoded is an instruction with its effect.
type Decoded struct {
	isa.Inst
	Steps []isa.Step
	Uses  RegSet // what registers says
}

// NewProgram is an image of which nothing was decoded yet.
func NewProgram(img data.Image) *Program {
	return &Program{
		Records: data.NewRecords(img), Insts: map[uint64]*Decoded{}, Before: map[uint64]*Decoded{},
		Joins: map[uint64]bool{}, Unroll: map[uint64]isa.Reg{}, Flags: map[uint64]asked{}, Loops: map[uint64]bool{}, Returns: map[uint64]bool{}, exits: map[uint64]bool{}, Live: map[uint64]Liveness{}, SlotNumbers: map[int64]int{}, Stepped: map[int64]bool{}, SlotSizes: map[int64]uint8{}, rets: map[uint64][]uint64{}, Order: map[uint64]int{},
	}
}
