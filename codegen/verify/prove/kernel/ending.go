package kernel

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// A process that serves many connections may have the signals that stop it come by a descriptor, as
// an event among others, and end by itself: where nothing is left of any client it closes the
// listener, then clients, by their ages, and waits for its children.

// signalSize is that of struct signalfd_siginfo: signalfd(2).
const signalSize = 128

// ends: a process that serves many connections has closed the listener, and is at no client's.
func ends(s *domain.State) bool {
	return s.Loop == domain.Looping && s.Phase == domain.Waiting && s.Shut && !s.Served
}

// callSignalfd opens the descriptor that says which signal came.
func (e *Process) callSignalfd(s *domain.State) value.Term {
	const call = "signalfd4"
	e.During(s, call, domain.Listening)
	e.Is(s, call, isa.RDI, "the descriptor", -1, 1<<32-1)
	e.Readable(s, isa.RSI, zone.Const(sigsetSize))
	e.Is(s, call, isa.RDX, "the size of a set", sigsetSize)
	e.Is(s, call, isa.R10, "the flags", 0)
	e.hasInherited(s, call)
	s.Closed(value.Signals)
	s.Signals = true
	t := outcome(1<<31 - 1)
	t.FD = value.Signals
	return t
}

// readSignal reads which signal came, where no client is left that could wait for it.
func (e *Process) readSignal(s *domain.State) value.Term {
	const call = "read"
	e.HasFD(s, call, value.Signals)
	e.Is(s, call, isa.RDX, "the size of a signal", signalSize)
	off, ok := e.stackPlace(s, call, isa.RSI)
	if !ok {
		return value.Term{}
	}
	e.Clobber(s, zone.Const(off), zone.Const(off+signalSize), -1)
	return outcome(signalSize)
}
