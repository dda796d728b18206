package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
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
func (e *process) callPipe(s *state) term {
	const call = "pipe2"
	e.during(s, call, listening)
	if s.owes != 0 || s.signals {
		e.fail(rules.Syscalls, "pipe2 of a worker, or of a process that has another end")
	}
	e.hasInherited(s, call)
	e.is(s, call, isa.RSI, "the flags", 0)
	off, ok := e.stackPlace(s, call, isa.RDI)
	if !ok || e.failure != nil {
		return term{}
	}
	e.clobber(s, zone.Const(off), zone.Const(off+pipeSize), -1)
	s.closed(pipeResult)
	s.peer = span{off, off + pipeSize}
	t := outcome(0)
	t.fd = pipeResult
	return t
}

// hasPipe: pipe2 succeeded, and the process makes workers.
func (s *state) hasPipe() {
	at := s.peer
	s.closed(pipeResult)
	s.addSpan(at)
	for i, d := range []fd{signals, lifeline} {
		t := between(0, 1<<31-1)
		t.fd = d
		s.setSlot(at.lo+4*int64(i), 4, t, slots)
	}
	s.peer, s.phase = span{}, making
}

// callClone makes a worker: a process of its own, with a copy of all, and no signal at its end.
func (e *process) callClone(s *state) term {
	const call = "clone"
	e.during(s, call, making)
	e.is(s, call, isa.RDI, "the flags", 0)
	e.is(s, call, isa.RSI, "the stack", 0)
	s.phase = splitting
	s.closed(cloneResult)
	t := outcome(1<<31 - 1)
	t.fd = cloneResult
	return t
}

// cloneKnown: clone's result was compared with 0.
func (s *state) cloneKnown(isZero bool) {
	s.phase = making
	if isZero {
		s.phase, s.signals, s.owes = listening, true, 1<<lifeline
	}
}

// closeLifeline is close of a worker that boots.
func (e *process) closeLifeline(s *state) {
	e.hasFD(s, "close", lifeline)
	s.owes = 0
	s.closed(lifeline)
}

// callAffinity asks which processors the process may use.
func (e *process) callAffinity(s *state) term {
	const call = "sched_getaffinity"
	e.during(s, call, making)
	e.is(s, call, isa.RDI, "the process", 0)
	n, known := s.argument(isa.RSI)
	if !known || n < 8 || n > mostProcessors || n%8 != 0 {
		e.fail(rules.Syscalls, "sched_getaffinity: esi is no size from 8 to %d", mostProcessors)
	}
	off, ok := e.stackPlace(s, call, isa.RDX)
	if !ok || e.failure != nil {
		return term{}
	}
	e.clobber(s, zone.Const(off), zone.Const(off+n), -1)
	return outcome(n)
}
