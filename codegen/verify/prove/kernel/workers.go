package kernel

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/step"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Several processes may serve many connections each: workers. The one that boots makes them, behind a pipe: from then on it
// waits for workers that end, makes others, and never has a client, nor any call by which it could. A worker goes on with what
// is left of the boot; it lets go of the side of the pipe that writes, so that the end of who made it is an event of the
// other one, which is in the place of the signals' descriptor.

// Of clone(2) without flags, the child sends no signal at its end, and is waited for with __WCLONE; __WALL is for all.
const (
	waitClone = 1 << 31
	waitAll   = 1 << 30

	epollExclusive = 1 << 28
)

// mostProcessors bounds what sched_getaffinity writes, in bytes.
const mostProcessors = 1024

// pipeSize is that of the two descriptors that pipe2 writes.
const pipeSize = 8

// callPipe makes the pipe. Its descriptors are where rsi points only where it succeeds: see hasPipe.
func (e *Process) callPipe(s *domain.State) value.Term {
	const call = "pipe2"
	e.During(s, call, domain.Listening)
	if s.Owes != 0 || s.Signals {
		e.Fail(rules.Syscalls, "pipe2 of a worker, or of a process that has another end")
	}
	e.hasInherited(s, call)
	e.Is(s, call, isa.RSI, "the flags", 0)
	off, ok := e.stackPlace(s, call, isa.RDI)
	if !ok || e.Failure != nil {
		return value.Term{}
	}
	e.Clobber(s, zone.Const(off), zone.Const(off+pipeSize), -1)
	s.Closed(value.PipeResult)
	s.Peer = value.Span{Lo: off, Hi: off + pipeSize}
	t := outcome(0)
	t.FD = value.PipeResult
	return t
}

// callClone makes a worker: a process of its own, with a copy of all, and no signal at its end.
func (e *Process) callClone(s *domain.State) value.Term {
	const call = "clone"
	e.During(s, call, domain.Making)
	e.Is(s, call, isa.RDI, "the flags", 0)
	e.Is(s, call, isa.RSI, "the stack", 0)
	s.Phase = domain.Splitting
	s.Closed(value.CloneResult)
	t := outcome(1<<31 - 1)
	t.FD = value.CloneResult
	return t
}

// closeLifeline is close of a worker that boots.
func (e *Process) closeLifeline(s *domain.State) {
	e.HasFD(s, "close", value.Lifeline)
	s.Owes = 0
	s.Closed(value.Lifeline)
}

// callAffinity asks which processors the process may use.
func (e *Process) callAffinity(s *domain.State) value.Term {
	const call = "sched_getaffinity"
	e.During(s, call, domain.Making)
	e.Is(s, call, isa.RDI, "the process", 0)
	n, known := step.Argument(s, isa.RSI)
	if !known || n < 8 || n > mostProcessors || n%8 != 0 {
		e.Fail(rules.Syscalls, "sched_getaffinity: esi is no size from 8 to %d", mostProcessors)
	}
	off, ok := e.stackPlace(s, call, isa.RDX)
	if !ok || e.Failure != nil {
		return value.Term{}
	}
	e.Clobber(s, zone.Const(off), zone.Const(off+n), -1)
	return outcome(n)
}
