package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
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

// loopState is whether a process serves many connections, or is a child of one that does.
type loopState uint8

const (
	noLoop loopState = iota
	looping
	handedOver  // a child, with descriptors that it has to close
	handedAlone // a child that has closed them
)

// turn is what is known between two waits.
type turn struct {
	loop       loopState
	reported   bool   // from base on there are reportedVar events, of which eventVar were picked
	base       int64  // on the stack
	room       int64  // bytes that epoll_pwait may have written there
	served     bool   // a client was read from since the last turn
	unwatched  bool   // this one is in epoll's set no more
	zeroing    bool   // the process boots, and ages are the zeros that it wrote behind each other
	ages       span   // a byte of the stack for each descriptor: where it is not 0 that is a client's
	counts     span   // behind the ages: four bytes for each descriptor, which its client's handling alone may read
	unset      bool   // the client was accepted, and what is in its four bytes is of another one
	shut       bool   // the listener was closed
	mayNotWait bool   // the listener, as far as is known: see nonBlocking
	signals    bool   // there is a descriptor that says which signal came
	named      span   // the client's address, which it has over its requests
	owes       uint16 // 1 << fd: what a child has to close yet
	fixedVecs  uint16 // vector registers that have what they had before the first client
}

// What follows the environment while booting counts events behind that.
const (
	reportedVar = knownVar   // how many events were reported
	eventVar    = envByteVar // how many of them were picked
)

// Of epoll_ctl(2): its operations, and struct epoll_event, which is packed.
const (
	epollAdd, epollDel = 1, 2
	epollIn            = 1
	epollEventSize     = 12
	epollDataAt        = 4
	maxEvents          = 64
)

// duringLoop is during, for a process that serves many connections.
func (e *process) duringLoop(s *state, call string, wants ...phase) {
	if s.loop != looping {
		e.fail(rules.Syscalls, "%s %s, which does not wait with epoll", call, s.where())
	}
	if s.shut && (call == "epoll_pwait" || call == "accept4") {
		e.fail(rules.Syscalls, "%s in a process that has closed its listener", call)
	}
	e.during(s, call, wants...)
}

// noLoop demands that the process serves one connection.
func (e *process) noLoop(s *state, call string) {
	if s.loop == looping && s.phase >= serving && !s.ends() {
		e.fail(rules.Syscalls, "%s of a process that serves many connections", call)
	}
}

// callEpollCreate makes epoll's set, the poller, which nobody but this process has.
func (e *process) callEpollCreate(s *state) term {
	e.during(s, "epoll_create1", listening)
	e.is(s, "epoll_create1", isa.RDI, "the flags", 0)
	e.hasInherited(s, "epoll_create1")
	s.closed(poller)
	s.zeroing = true
	t := outcome(1<<31 - 1)
	t.fd = poller
	return t
}

// callEpollCtl adds the listener or a new client to the set, or takes it out.
func (e *process) callEpollCtl(s *state) term {
	const call = "epoll_ctl"
	e.hasFD(s, call, poller)
	add := e.is(s, call, isa.RSI, "the operation", epollAdd, epollDel) == epollAdd
	who := client
	switch {
	case s.isFD(isa.RDX, listener):
		who = listener
	case s.isFD(isa.RDX, signals):
		who = signals
	case !s.isFD(isa.RDX, client):
		t := s.narrow(s.reg(isa.RDX), 4)
		e.fail(rules.Syscalls, "epoll_ctl: edx is neither the listener nor the client but %s (%s)", fdNames[t.fd], e.describe(s, &t))
	}
	if add {
		e.isEvent(s, who)
	}
	switch {
	case who != client && s.phase == listening:
	case who != client:
		e.duringLoop(s, call, waiting, accepted, picked, serving, reading)
	case add && s.isOutside():
		s.phase = picked
	case add:
		e.duringLoop(s, call, accepted)
		s.phase = picked
	default:
		e.duringLoop(s, call, picked, serving, reading)
		s.unwatched = true
	}
	return outcome(0)
}

// isEvent demands that r10 points to a struct epoll_event of what is read, whose data is who was
// added.
func (e *process) isEvent(s *state, who fd) {
	e.readable(s, isa.R10, zone.Const(epollEventSize))
	at := s.narrow(s.reg(isa.R10), 8)
	off, onStack := s.exact(&at, meaning.Stack)
	addr, inData := s.exact(&at, meaning.Image)
	events, data, is := int64(0), int64(0), false
	if onStack {
		events, _ = s.slotValue(off, 4, meaning.Number)
		i := s.findSlot(off+epollDataAt, 4)
		if is = i >= 0 && s.vals[firstSlot+zone.Var(max(i, 0))].fd == client && s.zone.Lo(firstSlot+zone.Var(max(i, 0))) >= 0; !is {
			data, _ = s.slotValue(off+epollDataAt, 4, meaning.Number)
		}
	} else if inData {
		mask, _ := e.number(addr, 4)
		number, _ := e.number(addr+epollDataAt, 4)
		events, data = int64(mask), int64(number)
	}
	if who == listener && events == epollIn|epollExclusive {
		events = epollIn
	}
	if events != epollIn || is != (who == client) || who != client && int32(data) != eventData[who] {
		e.fail(rules.Syscalls, "epoll_ctl: r10 does not point to EPOLLIN and %s", map[fd]string{client: "the client", listener: "-1, for the listener", signals: "-2, for signals"}[who])
	}
}

// eventData is what events say that are of no client.
var eventData = map[fd]int32{listener: -1, signals: -2}

// callEpollWait begins a turn: of what was read from clients in the last one nothing is left.
func (e *process) callEpollWait(s *state) term {
	const call = "epoll_pwait"
	if s.phase == listening {
		if s.owes != 0 {
			e.fail(rules.Syscalls, "epoll_pwait of a worker that has the side of the pipe that writes: it hides the end of the process that made it")
		}
		s.served, s.fixed, s.fixedVecs, s.env = false, allRegs, 1<<16-1, environment{}
		s.ages, s.counts = many(s.ages), many(s.counts)
	} else {
		e.duringLoop(s, call, waiting, picked, serving, reading)
	}
	e.hasFD(s, call, poller)
	n, ok := s.argument(isa.RDX)
	if !ok || n < 1 || n > maxEvents {
		e.fail(rules.Syscalls, "epoll_pwait: edx is no number of events from 1 to %d", maxEvents)
	}
	if mask, ok := s.argument(isa.R8); !ok || mask != 0 {
		e.readable(s, isa.R8, zone.Const(sigsetSize))
		e.is(s, call, isa.R9, "the size of a set", sigsetSize)
	}
	base, ok := e.stackPlace(s, call, isa.RSI)
	if !ok || e.failure != nil {
		return term{}
	}
	e.atOnePlace(s, atWait)
	e.waitsInTurn(s)
	e.leavesNone(s, atWait)
	s.closed(client)
	s.leaveEvents()
	e.forgetClients(s, atWait)
	room := n * epollEventSize
	e.clobber(s, zone.Const(base), zone.Const(base+room), -1)
	s.phase, s.later = waiting, false
	s.turn = turn{loop: looping, reported: true, base: base, room: room, ages: s.ages, counts: s.counts, shut: s.shut, signals: s.signals, fixedVecs: s.fixedVecs}
	v := s.tempVar(between(-maxErrno, n))
	s.assign(reportedVar, term{lin: zone.Of(v)})
	s.assign(eventVar, constant(0))
	return term{lin: zone.Of(v)}
}

// pick is a load of the data of the next event, which is a client or -1.
func (e *process) pick(s *state, addr *term, width uint8) (term, bool) {
	if !s.reported || s.loop != looping || width != 4 || addr.lo != 0 || addr.hi != 0 {
		return term{}, false
	}
	off, ok := addr.lin.Plus(zone.Of(eventVar), -epollEventSize)
	left, _ := zone.Of(eventVar).Plus(zone.Of(reportedVar), -1)
	off = off.PlusConst(-s.base - epollDataAt)
	if !ok || s.zone.Max(off) != 0 || s.zone.Min(off) != 0 || s.zone.Max(left) >= 0 {
		return term{}, false
	}
	switch s.phase {
	case waiting, picked, serving, reading:
	default:
		return term{}, false
	}
	e.atOnePlace(s, atPick)
	s.turnsTo(picked)
	s.assign(eventVar, term{lin: zone.Of(eventVar).PlusConst(1)})
	e.forgetClients(s, atPick)
	s.later = true
	t := between(int64(eventData[signals]), 1<<31-1)
	t.fd = client
	return t, true
}

// isReported says that bytes are of what epoll reported.
func (s *state) isReported(addr *term, width uint8) bool {
	lo, hi := s.bounds(addr)
	return s.reported && lo >= s.base && hi+int64(width) <= s.base+s.room
}

// turnsTo: the process turns to another client, and a phase; what it knows as the client is none.
func (s *state) turnsTo(p phase) {
	s.closed(client)
	s.leaveUnset()
	s.incoming.live = false
	s.peer, s.named = span{}, span{} // whose address nobody looked for
	s.phase, s.unwatched = p, false
}

// callAccept4 takes a client, whose address nobody asks for.
func (e *process) callAccept4(s *state) term {
	const call = "accept4"
	e.duringLoop(s, call, waiting, picked, serving, reading)
	if s.served {
		e.fail(rules.Isolation, "accept4: what was read from a client may decide over another one")
	}
	e.hasFD(s, call, listener)
	if !s.nonBlocking {
		e.fail(rules.Syscalls, "accept4 of a listener that waits: all other clients would, too")
	}
	e.is(s, call, isa.RSI, "the address", 0)
	e.is(s, call, isa.RDX, "its length", 0)
	e.is(s, call, isa.R10, "the flags", 0)
	s.turnsTo(accepting)
	s.unset = true
	t := outcome(1<<31 - 1)
	t.fd = client
	return t
}

// A client that was accepted may be read from right away, behind the last event. It counts as an event that was
// picked: so there are more of these than epoll reported while a client is served that is not in the set. It has to be added, or closed, in front
// of the next turn.

// ahead is by how much the count of events that were picked is at most, and at least, above that of those that were reported.
func (s *state) ahead() (least, most int64) {
	d, _ := zone.Of(eventVar).Plus(zone.Of(reportedVar), -1)
	return s.zone.Min(d), s.zone.Max(d)
}

// isOutside: the client that is served was accepted in this turn, and is not in epoll's set.
func (s *state) isOutside() bool {
	least, _ := s.ahead()
	return s.loop == looping && s.reported && (s.phase == serving || s.phase == reading) && !s.unwatched && least > 0
}

// leavesNone demands that a process that turns leaves no client behind that is not in the set.
func (e *process) leavesNone(s *state, at turning) {
	if _, most := s.ahead(); s.served && s.reported && (s.phase == serving || s.phase == reading) && most > 0 {
		e.fail(rules.Syscalls, "the process %s, and its client may be a new one that is not in epoll's set", turningNames[at])
	}
}

// startServing is where a client's event becomes a request: it is read from, once.
func (e *process) startServing(s *state) {
	e.duringLoop(s, "recvfrom", picked, waiting, accepted) // in waiting of one that has an age
	least, most := s.ahead()
	switch {
	case s.phase == accepted && (!s.reported || least < 0):
		e.fail(rules.Syscalls, "recvfrom of a new client, in front of events")
	case s.phase == accepted:
		s.assign(eventVar, term{lin: zone.Of(eventVar).PlusConst(1)})
	case s.reported && most > 0:
		e.fail(rules.Syscalls, "recvfrom of a client in epoll's set, where more events were picked than there are: it would be taken for a new one")
	}
	n := e.next(s, e.pc, e.insts[e.pc].Next())
	n.variables, n.answers = e.livesOn, true
	s.keepClean()
	s.answered, s.began, s.later, s.served = false, 0, true, true
	s.ownAll(func(int) bool { return true })
	s.phase = serving
}

// leaveEvents forgets what epoll reported.
func (t *turn) leaveEvents() { t.reported, t.base, t.room = false, 0, 0 }

// closeLooping is close of a process that serves many connections, or of a child that has what
// such a one has.
func (e *process) closeLooping(s *state) {
	switch {
	case s.loop == handedOver:
		e.closeInherited(s)
	case s.phase == waiting && !s.served && s.isFD(isa.RDI, listener): // nobody gets its number: accept4 opens none then
		s.shut = true
	default:
		e.during(s, "close", waiting, accepted, picked, serving, reading, parent, busy)
		e.hasFD(s, "close", client)
		s.unset = false
		s.turnsTo(waiting)
	}
}

// closeInherited is close of a child that was handed a client over: of other ones, and of what is
// the server's, behind which it goes on with its client.
func (e *process) closeInherited(s *state) {
	if s.isFD(isa.RDI, sibling) {
		s.closed(sibling)
		return
	}
	for _, d := range []fd{poller, signals, listener} {
		if s.owes>>d&1 != 0 && s.isFD(isa.RDI, d) {
			s.dropDescriptor(d)
			s.closed(d)
			if s.owes &^= 1 << d; s.owes == 0 {
				s.goesOn()
			}
			return
		}
	}
	e.hasFD(s, "close", listener)
	e.fail(rules.Syscalls, "close of the listener twice")
}

// dropDescriptor forgets the variables that hold a descriptor: what it is going to close is of no interest to a child, which
// needs the room.
func (s *state) dropDescriptor(d fd) {
	for i, sl := range s.slots {
		if sl.size != 0 && s.vals[firstSlot+zone.Var(i)].fd == d {
			s.dropSlot(i)
		}
	}
}

// goesOn: a child has let go of all that is the server's, and goes on with what was read from its
// client.
func (s *state) goesOn() {
	s.loop, s.phase = handedAlone, reading
}
