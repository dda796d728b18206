package kernel

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/step"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// One process may serve many connections. It waits with epoll, whose set has the listener, with
// -1 as its data, and clients, each with itself as its data: that is demanded where they are
// added, so that whatever epoll reports is one of these. Then the process picks the events, one
// behind the other, each once: an event's client takes the place of the one before, which no
// register is known to be any more, and the state forgets what was read from others: see turn.go.
// It reads from it once, without waiting. A client that it does not serve to the end it hands over
// to a child.

// Of epoll_ctl(2): its operations, and struct epoll_event, which is packed.
const (
	epollAdd, epollDel = 1, 2
	epollIn            = 1
	epollEventSize     = 12
	epollDataAt        = 4
	maxEvents          = 64
)

// duringLoop is during, for a process that serves many connections.
func (e *Process) duringLoop(s *domain.State, call string, wants ...domain.Phase) {
	if s.Loop != domain.Looping {
		e.Fail(rules.Syscalls, "%s %s, which does not wait with epoll", call, s.Where())
	}
	if s.Shut && (call == "epoll_pwait" || call == "accept4") {
		e.Fail(rules.Syscalls, "%s in a process that has closed its listener", call)
	}
	e.During(s, call, wants...)
}

// noLoop demands that the process serves one connection.
func (e *Process) noLoop(s *domain.State, call string) {
	if s.Loop == domain.Looping && s.Phase >= domain.Serving && !ends(s) {
		e.Fail(rules.Syscalls, "%s of a process that serves many connections", call)
	}
}

// callEpollCreate makes epoll's set, the poller, which nobody but this process has.
func (e *Process) callEpollCreate(s *domain.State) value.Term {
	e.During(s, "epoll_create1", domain.Listening)
	e.Is(s, "epoll_create1", isa.RDI, "the flags", 0)
	e.hasInherited(s, "epoll_create1")
	s.Closed(value.Poller)
	s.Zeroing = true
	t := outcome(1<<31 - 1)
	t.FD = value.Poller
	return t
}

// callEpollCtl adds the listener or a new client to the set, or takes it out.
func (e *Process) callEpollCtl(s *domain.State) value.Term {
	const call = "epoll_ctl"
	e.HasFD(s, call, value.Poller)
	add := e.Is(s, call, isa.RSI, "the operation", epollAdd, epollDel) == epollAdd
	who := value.Client
	switch {
	case step.IsFD(s, isa.RDX, value.Listener):
		who = value.Listener
	case step.IsFD(s, isa.RDX, value.Signals):
		who = value.Signals
	case !step.IsFD(s, isa.RDX, value.Client):
		t := s.Narrow(s.Reg(isa.RDX), 4)
		e.Fail(rules.Syscalls, "epoll_ctl: edx is neither the listener nor the client but %s (%s)", value.FDNames[t.FD], e.Describe(s, &t))
	}
	if add {
		e.isEvent(s, who)
	}
	switch {
	case who != value.Client && s.Phase == domain.Listening:
	case who != value.Client:
		e.duringLoop(s, call, domain.Waiting, domain.Accepted, domain.Picked, domain.Serving, domain.Reading)
	case add && isOutside(s):
		s.Phase = domain.Picked
	case add:
		e.duringLoop(s, call, domain.Accepted)
		s.Phase = domain.Picked
	default:
		e.duringLoop(s, call, domain.Picked, domain.Serving, domain.Reading)
		s.Unwatched = true
	}
	return outcome(0)
}

// isEvent demands that r10 points to a struct epoll_event of what is read, whose data is who was
// added.
func (e *Process) isEvent(s *domain.State, who value.FD) {
	e.Readable(s, isa.R10, zone.Const(epollEventSize))
	at := s.Narrow(s.Reg(isa.R10), 8)
	off, onStack := s.Exact(&at, meaning.Stack)
	addr, inData := s.Exact(&at, meaning.Image)
	events, data, is := int64(0), int64(0), false
	if onStack {
		events, _ = step.SlotValue(s, off, 4, meaning.Number)
		i := s.FindSlot(off+epollDataAt, 4)
		if is = i >= 0 && s.Vals[value.FirstSlot+zone.Var(max(i, 0))].FD == value.Client && s.Zone.Lo(value.FirstSlot+zone.Var(max(i, 0))) >= 0; !is {
			data, _ = step.SlotValue(s, off+epollDataAt, 4, meaning.Number)
		}
	} else if inData {
		mask, _ := e.Number(addr, 4)
		number, _ := e.Number(addr+epollDataAt, 4)
		events, data = int64(mask), int64(number)
	}
	if who == value.Listener && events == epollIn|epollExclusive {
		events = epollIn
	}
	if events != epollIn || is != (who == value.Client) || who != value.Client && int32(data) != eventData[who] {
		e.Fail(rules.Syscalls, "epoll_ctl: r10 does not point to EPOLLIN and %s", map[value.FD]string{value.Client: "the client", value.Listener: "-1, for the listener", value.Signals: "-2, for signals"}[who])
	}
}

// eventData is what events say that are of no client.
var eventData = map[value.FD]int32{value.Listener: -1, value.Signals: -2}

// callEpollWait begins a turn: of what was read from clients in the last one nothing is left.
func (e *Process) callEpollWait(s *domain.State) value.Term {
	const call = "epoll_pwait"
	if s.Phase == domain.Listening {
		if s.Owes != 0 {
			e.Fail(rules.Syscalls, "epoll_pwait of a worker that has the side of the pipe that writes: it hides the end of the process that made it")
		}
		s.Served, s.Fixed, s.FixedVecs, s.Env = false, code.AllRegs, 1<<16-1, domain.Environment{}
		s.Ages, s.Counts = domain.EnoughZeros(s.Ages), domain.EnoughZeros(s.Counts)
	} else {
		e.duringLoop(s, call, domain.Waiting, domain.Picked, domain.Serving, domain.Reading)
	}
	e.HasFD(s, call, value.Poller)
	n, ok := step.Argument(s, isa.RDX)
	if !ok || n < 1 || n > maxEvents {
		e.Fail(rules.Syscalls, "epoll_pwait: edx is no number of events from 1 to %d", maxEvents)
	}
	if mask, ok := step.Argument(s, isa.R8); !ok || mask != 0 {
		e.Readable(s, isa.R8, zone.Const(sigsetSize))
		e.Is(s, call, isa.R9, "the size of a set", sigsetSize)
	}
	base, ok := e.stackPlace(s, call, isa.RSI)
	if !ok || e.Failure != nil {
		return value.Term{}
	}
	e.atOnePlace(s, atWait)
	e.waitsInTurn(s)
	e.leavesNone(s, atWait)
	s.Closed(value.Client)
	s.LeaveEvents()
	e.forgetClients(s, atWait)
	room := n * epollEventSize
	e.Clobber(s, zone.Const(base), zone.Const(base+room), -1)
	s.Phase, s.Later = domain.Waiting, false
	s.Turn = domain.Turn{Loop: domain.Looping, Reported: true, Base: base, Room: room, Ages: s.Ages, Counts: s.Counts, Shut: s.Shut, Signals: s.Signals, FixedVecs: s.FixedVecs}
	v := s.TempVar(value.Between(-code.MaxErrno, n))
	s.Assign(domain.ReportedVar, value.Term{Lin: zone.Of(v)})
	s.Assign(domain.EventVar, value.Constant(0))
	return value.Term{Lin: zone.Of(v)}
}

// Pick is a load of the data of the next event, which is a client or -1.
func (e *Process) Pick(s *domain.State, addr *value.Term, width uint8) (value.Term, bool) {
	if !s.Reported || s.Loop != domain.Looping || width != 4 || addr.Lo != 0 || addr.Hi != 0 {
		return value.Term{}, false
	}
	off, ok := addr.Lin.Plus(zone.Of(domain.EventVar), -epollEventSize)
	left, _ := zone.Of(domain.EventVar).Plus(zone.Of(domain.ReportedVar), -1)
	off = off.PlusConst(-s.Base - epollDataAt)
	if !ok || s.Zone.Max(off) != 0 || s.Zone.Min(off) != 0 || s.Zone.Max(left) >= 0 {
		return value.Term{}, false
	}
	switch s.Phase {
	case domain.Waiting, domain.Picked, domain.Serving, domain.Reading:
	default:
		return value.Term{}, false
	}
	e.atOnePlace(s, atPick)
	turnsTo(s, domain.Picked)
	s.Assign(domain.EventVar, value.Term{Lin: zone.Of(domain.EventVar).PlusConst(1)})
	e.forgetClients(s, atPick)
	s.Later = true
	t := value.Between(int64(eventData[value.Signals]), 1<<31-1)
	t.FD = value.Client
	return t, true
}

// turnsTo: the process turns to another client, and a phase; what it knows as the client is none.
func turnsTo(s *domain.State, p domain.Phase) {
	s.Closed(value.Client)
	s.LeaveUnset()
	s.Incoming.Live = false
	s.Peer, s.Named = value.Span{}, value.Span{} // whose address nobody looked for
	s.Phase, s.Unwatched = p, false
}

// callAccept4 takes a client, whose address nobody asks for.
func (e *Process) callAccept4(s *domain.State) value.Term {
	const call = "accept4"
	e.duringLoop(s, call, domain.Waiting, domain.Picked, domain.Serving, domain.Reading)
	if s.Served {
		e.Fail(rules.Isolation, "accept4: what was read from a client may decide over another one")
	}
	e.HasFD(s, call, value.Listener)
	if !s.NonBlocking {
		e.Fail(rules.Syscalls, "accept4 of a listener that waits: all other clients would, too")
	}
	e.Is(s, call, isa.RSI, "the address", 0)
	e.Is(s, call, isa.RDX, "its length", 0)
	e.Is(s, call, isa.R10, "the flags", 0)
	turnsTo(s, domain.Accepting)
	s.Unset = true
	t := outcome(1<<31 - 1)
	t.FD = value.Client
	return t
}

// A client that was accepted may be read from right away, behind the last event. It counts as an event that was
// picked: so there are more of these than epoll reported while a client is served that is not in the set. It has to be added, or closed, in front
// of the next turn.

// ahead is by how much the count of events that were picked is at most, and at least, above that of those that were reported.
func ahead(s *domain.State) (least, most int64) {
	d, _ := zone.Of(domain.EventVar).Plus(zone.Of(domain.ReportedVar), -1)
	return s.Zone.Min(d), s.Zone.Max(d)
}

// isOutside: the client that is served was accepted in this turn, and is not in epoll's set.
func isOutside(s *domain.State) bool {
	least, _ := ahead(s)
	return s.Loop == domain.Looping && s.Reported && (s.Phase == domain.Serving || s.Phase == domain.Reading) && !s.Unwatched && least > 0
}

// leavesNone demands that a process that turns leaves no client behind that is not in the set.
func (e *Process) leavesNone(s *domain.State, at turning) {
	if _, most := ahead(s); s.Served && s.Reported && (s.Phase == domain.Serving || s.Phase == domain.Reading) && most > 0 {
		e.Fail(rules.Syscalls, "the process %s, and its client may be a new one that is not in epoll's set", turningNames[at])
	}
}

// startServing is where a client's event becomes a request: it is read from, once.
func (e *Process) startServing(s *domain.State) {
	e.duringLoop(s, "recvfrom", domain.Picked, domain.Waiting, domain.Accepted) // in waiting of one that has an age
	least, most := ahead(s)
	switch {
	case s.Phase == domain.Accepted && (!s.Reported || least < 0):
		e.Fail(rules.Syscalls, "recvfrom of a new client, in front of events")
	case s.Phase == domain.Accepted:
		s.Assign(domain.EventVar, value.Term{Lin: zone.Of(domain.EventVar).PlusConst(1)})
	case s.Reported && most > 0:
		e.Fail(rules.Syscalls, "recvfrom of a client in epoll's set, where more events were picked than there are: it would be taken for a new one")
	}
	n := e.next(s, e.PC, e.Insts[e.PC].Next())
	n.variables, n.answers = e.LivesOn, true
	keepClean(s)
	s.Answered, s.Began, s.Later, s.Served = false, 0, true, true
	ownAll(s, func(int) bool { return true })
	s.Phase = domain.Serving
}

// closeLooping is close of a process that serves many connections, or of a child that has what
// such a one has.
func (e *Process) closeLooping(s *domain.State) {
	switch {
	case s.Loop == domain.HandedOver:
		e.closeInherited(s)
	case s.Phase == domain.Waiting && !s.Served && step.IsFD(s, isa.RDI, value.Listener): // nobody gets its number: accept4 opens none then
		s.Shut = true
	default:
		e.During(s, "close", domain.Waiting, domain.Accepted, domain.Picked, domain.Serving, domain.Reading, domain.Parent, domain.Busy)
		e.HasFD(s, "close", value.Client)
		s.Unset = false
		turnsTo(s, domain.Waiting)
	}
}

// closeInherited is close of a child that was handed a client over: of other ones, and of what is
// the server's, behind which it goes on with its client.
func (e *Process) closeInherited(s *domain.State) {
	if step.IsFD(s, isa.RDI, value.Sibling) {
		s.Closed(value.Sibling)
		return
	}
	for _, d := range []value.FD{value.Poller, value.Signals, value.Listener} {
		if s.Owes>>d&1 != 0 && step.IsFD(s, isa.RDI, d) {
			dropDescriptor(s, d)
			s.Closed(d)
			if s.Owes &^= 1 << d; s.Owes == 0 {
				goesOn(s)
			}
			return
		}
	}
	e.HasFD(s, "close", value.Listener)
	e.Fail(rules.Syscalls, "close of the listener twice")
}

// dropDescriptor forgets the variables that hold a descriptor: what it is going to close is of no interest to a child, which
// needs the room.
func dropDescriptor(s *domain.State, d value.FD) {
	for i, sl := range s.Slots {
		if sl.Size != 0 && s.Vals[value.FirstSlot+zone.Var(i)].FD == d {
			s.DropSlot(i)
		}
	}
}

// goesOn: a child has let go of all that is the server's, and goes on with what was read from its
// client.
func goesOn(s *domain.State) {
	s.Loop, s.Phase = domain.HandedAlone, domain.Reading
}
