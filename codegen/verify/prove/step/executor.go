package step

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Executor executes instructions on states.
type Executor struct {
	*code.Program
	System System
	Free   domain.Pool

	PC      uint64 // of the instruction in execution
	Steps   int    // instructions interpreted
	Deepest int64  // bytes of stack
	Failure *data.Failure
	Failed  *domain.State // where that was
	OnStack bool          // it was about an address on the stack
	Leaked  *data.Failure // unless nil, an address may come out there

	Readers map[uint64]value.Made    // instructions that read the environment, by address
	Shown   map[uint64]*data.Failure // those of which clients may get what they read

	temps      [isa.MaxTemps]value.Term // all 0 between two instructions
	took       value.Source             // what the step in execution takes
	loadsTrace value.Made               // and what that which it loads may be made of
	Roomy      bool                     // states remember more facts

	Watch func(s *domain.State, pc uint64) // sees every state before its instruction
}

// System is what an executor asks of what lies outside of the program.
type System interface {
	// Syscall executes a system call, behind which execution goes on at next; false where it does not return.
	Syscall(s *domain.State, next uint64) bool
	// Pick is a load of what the kernel stored, if it is one that picks an event.
	Pick(s *domain.State, addr *value.Term, width uint8) (value.Term, bool)
	// LooksAtClock: the time-stamp counter is read.
	LooksAtClock(s *domain.State)
}

// Waypoint is a state on its way.
type Waypoint struct {
	State *domain.State
	PC    uint64
	Back  bool // since the last join it went back in the order of the program

	Start bool // it comes from the join at pc
}

// AtEntry is the state in which the kernel starts a process: nothing is known but the
// stack pointer (AMD64 psABI, 3.4.1).
func (e *Executor) AtEntry() *domain.State {
	s := &domain.State{Zone: zone.New()}
	if e.Roomy {
		s.Zone.GiveRoom()
	}
	s.Zone.Assign(value.RspVar, zone.Const(0), 0, 0)
	s.Vals[value.RspVar] = value.Value{Meaning: meaning.Of(meaning.Stack)}
	for r := range isa.Reg(16) {
		if r != isa.RSP {
			s.SetTrace(r, 8, value.OfAddress) // an address may be in it, as in rdx that of a function for atexit
		}
	}
	for i := range s.Traces.Vecs {
		s.Traces.Vecs[i] = value.OfAddress
	}
	s.Traces.Flags = value.OfAddress
	return s
}
