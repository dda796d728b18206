package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// A process that serves many connections may have the signals that stop it come by a descriptor, as
// an event among others, and end by itself: where nothing is left of any client it closes the
// listener, then clients, by their ages, and waits for its children.

// signalSize is that of struct signalfd_siginfo: signalfd(2).
const signalSize = 128

// ends: a process that serves many connections has closed the listener, and is at no client's.
func (s *state) ends() bool { return s.loop == looping && s.phase == waiting && s.shut && !s.served }

// callSignalfd opens the descriptor that says which signal came.
func (e *process) callSignalfd(s *state) term {
	const call = "signalfd4"
	e.during(s, call, listening)
	e.is(s, call, isa.RDI, "the descriptor", -1, 1<<32-1)
	e.readable(s, isa.RSI, zone.Const(sigsetSize))
	e.is(s, call, isa.RDX, "the size of a set", sigsetSize)
	e.is(s, call, isa.R10, "the flags", 0)
	e.hasInherited(s, call)
	s.closed(signals)
	s.signals = true
	t := outcome(1<<31 - 1)
	t.fd = signals
	return t
}

// readSignal reads which signal came, where no client is left that could wait for it.
func (e *process) readSignal(s *state) term {
	const call = "read"
	e.hasFD(s, call, signals)
	e.is(s, call, isa.RDX, "the size of a signal", signalSize)
	off, ok := e.stackPlace(s, call, isa.RSI)
	if !ok {
		return term{}
	}
	e.clobber(s, zone.Const(off), zone.Const(off+signalSize), -1)
	return outcome(signalSize)
}
