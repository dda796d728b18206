package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// A process that serves many connections turns from one client to the next where it waits, where
// it picks an event, and where it reads the time-stamp counter behind the last one.
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

var turningNames = [turnings]string{"waits for clients", "picks an event", "reads the time-stamp counter behind the last event"}

// turnPlace is where a process turns.
type turnPlace struct {
	pc  uint64 // 0 for none
	rsp int64  // the stack then
}

// forgetClients forgets all that may be of other clients: what is left of the stack is what was
// written before any of them was read from since the last turn, and not since; what epoll reported,
// variables that say how far in that the process is, and ages; these two are listed.
func (e *process) forgetClients(s *state, at turning) {
	s.leaveUnset()
	s.keepClean()
	kept := slices.Clone(s.first)
	for i, sl := range s.slots {
		place := span{sl.off, sl.off + int64(sl.size)}
		if sl.size == 0 || !e.tellsEvent(s, firstSlot+zone.Var(i), at) || !s.isWritten(zone.Const(place.lo), zone.Const(place.hi)) {
			continue
		}
		if subtract([]span{place}, s.first) != nil {
			kept = addTo(kept, place)
			e.livesOn[Variable{sl.off, int64(sl.size)}] = true
		}
	}
	for _, table := range []span{s.ages, s.counts} {
		if table != (span{}) {
			e.livesOn[Variable{table.lo, table.hi - table.lo}] = true
		}
	}
	s.keepWritten(kept)
	for i, sl := range s.slots {
		if v := firstSlot + zone.Var(i); sl.size != 0 && !s.isDescriptor(v) && !e.tellsEvent(s, v, at) {
			s.dropSlot(i) // it is written, and of no interest: there is room for few
		}
	}
	s.dropRegions()
	e.leaveForTurn(s, at)
	s.answered, s.began, s.served = false, 0, false
}

// keepClean notes what was written where no client was read from since the last turn.
func (s *state) keepClean() {
	if !s.served {
		s.first = subtract(slices.Clone(s.written), []span{s.counts})
	}
}

// atOnePlace demands that a process turns at one place alone.
func (e *process) atOnePlace(s *state, at turning) {
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
func (e *process) leaveForTurn(s *state, at turning) {
	now := e.aliveAt(s, e.insts[e.pc].Next())
	for r := range isa.Reg(16) {
		v := regVar(r)
		live := now.regs>>r&1 == 1
		if r == isa.RSP || s.fixed>>r&1 != 0 || s.isDescriptor(v) || live && e.tellsEvent(s, v, at) {
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

// looksAtClock is where the time-stamp counter is read: where all events were picked the process
// turns there. Elsewhere a client's handling may ask for how long it takes.
func (e *process) looksAtClock(s *state) {
	left, _ := zone.Of(reportedVar).Plus(zone.Of(eventVar), -1)
	if s.loop != looping || !s.reported || s.zone.Max(left) > 0 {
		return
	}
	e.atOnePlace(s, atClock)
	e.leavesNone(s, atClock)
	s.turnsTo(waiting)
	e.forgetClients(s, atClock)
	e.clockInTurn()
}

// waitsInTurn demands that no client that was read from chooses that the process waits: it does
// behind the last event alone, and behind the look at the clock, if there is one. Else it could wait
// in front of either, or not, and how often it did would tell of that client.
func (e *process) waitsInTurn(s *state) {
	if !s.served {
		return
	}
	e.waitsServed = true
	if left, ok := zone.Of(reportedVar).Plus(zone.Of(eventVar), -1); !ok || !s.reported || s.zone.Max(left) > 0 {
		e.fail(rules.Isolation, "the process waits behind a read, and events may be left: which comes first may tell of the client")
	}
	e.clockInTurn()
}

// clockInTurn demands that a process that turns at a clock never waits without.
func (e *process) clockInTurn() {
	if clock := e.turnsAt[atClock].pc; e.waitsServed && clock != 0 {
		e.fail(rules.Isolation, "the process waits behind a read that did not come by %#x, where it reads the time-stamp counter: which way it took may tell of the client", clock)
	}
}

// tellingPlace is a variable where a process turns; a register has its number, and no size.
type tellingPlace struct {
	turning
	Variable
}

// telling is how far a variable is from how many events were picked, and from how many there are.
type telling struct {
	picked, reported     int64
	isPicked, isReported bool
}

// tellsEvent: a variable says how far the process is in what epoll reported, or where that ends, by
// the same distance in each state that comes here: where there is one event, any constant would. Of what may be
// an errno it says so modulo 1<<32, where it has no more bits.
func (e *process) tellsEvent(s *state, v zone.Var, at turning) bool {
	if val := &s.vals[v]; !s.reported || !val.IsNumber() || val.IsLow() && val.zeros&high32 != high32 {
		return false
	}
	var t telling
	t.picked, t.isPicked = s.zone.Equal(v, eventVar)
	t.reported, t.isReported = s.zone.Equal(v, reportedVar)
	place := tellingPlace{at, Variable{int64(v), 0}}
	if v >= firstSlot {
		sl := s.slots[v-firstSlot]
		place.Variable = Variable{sl.off, int64(sl.size)}
	}
	known := e.tells[place]
	if known == nil {
		e.tells[place] = &t
		return t.isPicked || t.isReported
	}
	t.isPicked = t.isPicked && known.isPicked && t.picked == known.picked
	t.isReported = t.isReported && known.isReported && t.reported == known.reported
	if t.isPicked || t.isReported {
		*known = t
		return true
	}
	return false
}
