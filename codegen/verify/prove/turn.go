package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// A process that serves many connections turns from one client to the next where it waits, where
// it picks an event, and where it reads the time-stamp counter, as that is of no client either.
// There the state forgets what was read from others. Each is one place of the program, come to
// with nothing pushed and the stack as low each time: else where the process is, and not what it
// has in registers or memory, would tell of the client before.

// turning is where a process turns from one client to the next.
type turning uint8

const (
	atWait turning = iota
	atPick
	atClock
	turnings
)

var turningNames = [turnings]string{"waits for clients", "picks an event", "reads the time-stamp counter between two clients"}

// turnPlace is where a process turns.
type turnPlace struct {
	pc  uint64 // 0 for none
	rsp int64  // the stack then
}

// forgetClients forgets all that may be of other clients: what is left of the stack is what was
// written before any of them was read from since the last turn, and not since; what epoll reported,
// variables that say how far in that the process is, and ages; these two are listed.
func (e *engine) forgetClients(s *state, at turning) {
	e.atOnePlace(s, at)
	if !s.served {
		s.first = slices.Clone(s.written)
	}
	kept := slices.Clone(s.first)
	for i, sl := range s.slots {
		at := span{sl.off, sl.off + int64(sl.size)}
		if sl.size == 0 || !s.counts(firstSlot+zone.Var(i)) || !s.isWritten(zone.Const(at.lo), zone.Const(at.hi)) {
			continue
		}
		if subtract([]span{at}, s.first) != nil {
			kept = addTo(kept, at)
			e.livesOn[Variable{sl.off, int64(sl.size)}] = true
		}
	}
	if s.ages != (span{}) {
		e.livesOn[Variable{s.ages.lo, s.ages.hi - s.ages.lo}] = true
	}
	s.keepWritten(kept)
	s.dropRegions()
	s.leaveForTurn()
	s.answered, s.began, s.served = false, 0, false
}

// atOnePlace demands that a process turns at one place alone.
func (e *engine) atOnePlace(s *state, at turning) {
	if len(s.frames) > 0 {
		e.fail(rules.Isolation, "the process %s with %s on the stack, which may tell of another client", turningNames[at], s.frames[0].what())
	}
	rsp := s.zone.Lo(rspVar)
	here, known := turnPlace{e.pc, rsp}, &e.turnsAt[at]
	if known.pc == 0 {
		*known = here
	}
	if *known != here || rsp != s.zone.Hi(rspVar) {
		e.fail(rules.Isolation, "the process %s here, and at %#x: which one it is may tell of another client", turningNames[at], known.pc)
	}
}

// leaveForTurn forbids flags and registers, but for those that nobody wrote since the first client
// came, the server's descriptors, and those that say how far in what epoll reported the process is.
// That it is a constant is not enough: on another way it may be another one.
func (s *state) leaveForTurn() {
	for r := range isa.Reg(16) {
		v := regVar(r)
		if r == isa.RSP || s.fixed>>r&1 != 0 || s.isDescriptor(v) || s.counts(v) {
			continue
		}
		s.forget(v)
		s.stale.add(r)
	}
	s.unasked = isa.AllFlags
	for i := range s.vecs {
		if s.fixedVecs>>i&1 == 0 {
			s.vecs[i] = vector{stale: true}
		}
	}
}

// looksAtClock is where the time-stamp counter is read: between two clients the process turns there.
func (e *engine) looksAtClock(s *state) {
	if s.loop != looping || s.phase != waiting && s.phase != picked && s.phase != serving && s.phase != reading {
		return
	}
	s.turnsTo(waiting)
	e.forgetClients(s, atClock)
}
