package kernel

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
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
func (e *Process) forgetClients(s *domain.State, at turning) {
	s.LeaveUnset()
	keepClean(s)
	kept := slices.Clone(s.First)
	for i, sl := range s.Slots {
		place := value.Span{Lo: sl.Off, Hi: sl.Off + int64(sl.Size)}
		if sl.Size == 0 || !e.tellsEvent(s, value.FirstSlot+zone.Var(i), at) || !s.IsWritten(zone.Const(place.Lo), zone.Const(place.Hi)) {
			continue
		}
		if value.Subtract([]value.Span{place}, s.First) != nil {
			kept = value.AddTo(kept, place)
			e.LivesOn[Variable{sl.Off, int64(sl.Size)}] = true
		}
	}
	for _, table := range []value.Span{s.Ages, s.Counts} {
		if table != (value.Span{}) {
			e.LivesOn[Variable{table.Lo, table.Hi - table.Lo}] = true
		}
	}
	keepWritten(s, kept)
	for i, sl := range s.Slots {
		if v := value.FirstSlot + zone.Var(i); sl.Size != 0 && !isDescriptor(s, v) && !e.tellsEvent(s, v, at) {
			s.DropSlot(i) // it is written, and of no interest: there is room for few
		}
	}
	s.DropRegions()
	e.leaveForTurn(s, at)
	s.Answered, s.Began, s.Served = false, 0, false
}

// keepClean notes what was written where no client was read from since the last turn.
func keepClean(s *domain.State) {
	if !s.Served {
		s.First = value.Subtract(slices.Clone(s.Written), []value.Span{s.Counts})
	}
}

// atOnePlace demands that a process turns at one place alone.
func (e *Process) atOnePlace(s *domain.State, at turning) {
	if len(s.Frames) > 0 {
		e.Fail(rules.Isolation, "the process %s with %s on the stack, which may tell of another client", turningNames[at], s.Frames[0].What())
	}
	rsp := s.Zone.Lo(value.RspVar)
	here, known := turnPlace{e.PC, rsp}, &e.turnsAt[at]
	if known.pc == 0 {
		*known = here
	}
	if *known != here || rsp != s.Zone.Hi(value.RspVar) {
		e.Fail(rules.Isolation, "the process %s here, and at %#x: which one it is may tell of another client", turningNames[at], known.pc)
	}
}

// leaveForTurn forbids flags and registers, but for those that nobody wrote since the first client
// came, the server's descriptors, and those that say how far in what epoll reported the process is.
// That it is a constant is not enough: on another way it may be another one.
func (e *Process) leaveForTurn(s *domain.State, at turning) {
	now := s.AliveAt(e.Program, e.Insts[e.PC].Next())
	for r := range isa.Reg(16) {
		v := value.RegVar(r)
		live := now.Regs>>r&1 == 1
		if r == isa.RSP || s.Fixed>>r&1 != 0 || isDescriptor(s, v) || live && e.tellsEvent(s, v, at) {
			continue
		}
		s.Forget(v)
		s.Stale.Add(r)
	}
	s.Unasked = isa.AllFlags
	for i := range s.Vecs {
		if s.FixedVecs>>i&1 == 0 {
			s.Vecs[i] = value.Vector{Stale: true}
		}
	}
}

// LooksAtClock is where the time-stamp counter is read: where all events were picked the process
// turns there. Elsewhere a client's handling may ask for how long it takes.
func (e *Process) LooksAtClock(s *domain.State) {
	left, _ := zone.Of(domain.ReportedVar).Plus(zone.Of(domain.EventVar), -1)
	if s.Loop != domain.Looping || !s.Reported || s.Zone.Max(left) > 0 {
		return
	}
	e.atOnePlace(s, atClock)
	e.leavesNone(s, atClock)
	turnsTo(s, domain.Waiting)
	e.forgetClients(s, atClock)
	e.clockInTurn()
}

// waitsInTurn demands that no client that was read from chooses that the process waits: it does
// behind the last event alone, and behind the look at the clock, if there is one. Else it could wait
// in front of either, or not, and how often it did would tell of that client.
func (e *Process) waitsInTurn(s *domain.State) {
	if !s.Served {
		return
	}
	e.waitsServed = true
	if left, ok := zone.Of(domain.ReportedVar).Plus(zone.Of(domain.EventVar), -1); !ok || !s.Reported || s.Zone.Max(left) > 0 {
		e.Fail(rules.Isolation, "the process waits behind a read, and events may be left: which comes first may tell of the client")
	}
	e.clockInTurn()
}

// clockInTurn demands that a process that turns at a clock never waits without.
func (e *Process) clockInTurn() {
	if clock := e.turnsAt[atClock].pc; e.waitsServed && clock != 0 {
		e.Fail(rules.Isolation, "the process waits behind a read that did not come by %#x, where it reads the time-stamp counter: which way it took may tell of the client", clock)
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
func (e *Process) tellsEvent(s *domain.State, v zone.Var, at turning) bool {
	if val := &s.Vals[v]; !s.Reported || !val.IsNumber() || val.IsLow() && val.Zeros&data.High32 != data.High32 {
		return false
	}
	var t telling
	t.picked, t.isPicked = s.Zone.Equal(v, domain.EventVar)
	t.reported, t.isReported = s.Zone.Equal(v, domain.ReportedVar)
	place := tellingPlace{at, Variable{int64(v), 0}}
	if v >= value.FirstSlot {
		sl := s.Slots[v-value.FirstSlot]
		place.Variable = Variable{sl.Off, int64(sl.Size)}
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
