package cert

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// A process may serve many clients: it waits with epoll, whose set has the listener, with -1 as its data, and clients, each
// with itself. It picks the events one behind the other, each once, and reads from its client once, without waiting.
//
// Where it waits, picks, and looks at the clock behind the last event it turns from one client to the next. Each of these
// is one instruction of the program, come to with nothing pushed: where the process is tells of no client. Behind a read the
// next event comes first, then the clock, if there is one, then the wait: nor does tell which of them comes. Of the
// stack is left what was written when no client had been read from since the last turn. Beside that, and of registers, is
// left what at this turn is the same constant each time, or by the same constant away from how many events there are, or were picked.

// turn is where a process turns in one way: found when it does first, and the same from then on.
type turn struct {
	pc   uint64
	told map[Span]linear.Sum // of cells, and of register r at {r, -1}; see told
	vecs [16]vector
}

// The ways in which a process turns.
const (
	atWait = iota
	atPick
	atClock
	turnings
)

// Of recv(2), send(2) and epoll_ctl(2). A struct epoll_event is packed.
const (
	msgDontWait, msgNoSignal = 0x40, 0x4000
	epollAdd, epollDel       = 1, 2
	epollIn                  = 1
	epollExclusive           = 1 << 28
	eventSize, eventData     = 12, 4
	maxEvents                = 64
	signalSize               = 128 // of struct signalfd_siginfo
	waitAll                  = 1 << 30
)

// heard: a client was read from since the last turn.
func (s *State) heard() bool { return s.phase >= Answering && s.phase <= Released }

// mayTurn: the process may turn to another client.
func (s *State) mayTurn() bool {
	return slices.Contains([]Phase{Waiting, Chosen, Answering, Done}, s.phase)
}

// callWatch adds the listener, the signals' descriptor or a client to epoll's set, or takes it out. A client is added before it
// is read from, or behind that where it is known to be out of the set; it is taken out for a child.
func (s *State) callWatch() {
	op, _ := s.number(x86.RSI, 8)
	add, who := op == epollAdd, s.cut(s.regs[x86.RDX], 4)
	data, right := linear.Sum{}, true
	if at := s.regs[x86.R10]; add {
		s.readable(at, linear.Const(eventSize))
		data = s.load(s.plusConst(at, eventData), 4)
		events := s.load(at, 4)
		right = events.Is(epollIn) || s.isFD(who, Listener) && events.Is(epollIn|epollExclusive)
	}
	is := func(c int64) bool { return !add || data.Is(c) }
	switch client, own := right && s.isFD(who, Client), add && s.isFD(data, Client); {
	case right && s.isFD(who, Listener) && is(1<<32-1), right && s.isFD(who, Signals) && is(1<<32-2):
	case client && own && s.phase == Taken:
		s.phase = Chosen
	case client && own && s.phase == Answering && s.atMost(s.plusConst(s.regs[Reported], 1), s.regs[Picked]):
		s.phase = Done
	case client && !add && s.phase == Answering:
		s.phase = Released
	default:
		s.refuse(rules.Syscalls, "epoll_ctl: it is neither the listener with -1, nor signals with -2, nor a client with itself that is due")
	}
}

// callSignals opens a descriptor that says which signal came.
func (s *State) callSignals() {
	s.hasInherited()
	s.booted.Signals = true
}

// callLetGoOn is the close of the set, in a child.
func (s *State) callLetGoOn() {
	if s.phase = Reading; s.booted.Signals {
		s.phase = HandedSignals
	}
}

// callWait waits for events.
func (s *State) callWait() {
	at := s.regs[x86.RSI]
	off, ok := s.offset(at)
	place := Span{off.C, off.C + maxEvents*eventSize}
	known := s.check.events
	s.demand(ok && off.IsConst() && (known == (Span{}) || known == place), rules.Syscalls, "epoll_pwait: rsi is not the place on the stack for events")
	s.check.events = place
	if mask := s.regs[x86.R8]; !mask.Is(0) {
		s.readable(mask, linear.Const(sigsetSize))
		s.has("epoll_pwait", is(x86.R9, sigsetSize))
	}
	if p := s.check.proof; s.phase == Listening {
		s.demandWritten(linear.Const(p.Ages.Lo), linear.Const(p.Ages.Hi))
		s.demandWritten(linear.Const(p.Counts.Lo), linear.Const(p.Counts.Hi))
	}
	s.demand(!s.heard() || s.over(), rules.Isolation, "the process waits behind a read where events may be left: which comes first may tell of the client")
	s.check.waits = s.check.waits || s.heard()
	s.turn(atWait)
	s.clobber(at, linear.Const(maxEvents*eventSize))
}

// over: all events were picked.
func (s *State) over() bool { return s.atMost(s.regs[Reported], s.regs[Picked]) }

// looks is rdtsc: behind the last event the process turns there.
func (s *State) looks() {
	if !s.mayTurn() || !s.over() {
		return
	}
	s.turn(atClock)
	s.phase = Waiting
}

// callHear reads from a client: what is written by now is of none. A new one, which is not in the set, is read from where all
// events were picked, and counts as one more: so these numbers say whether a client is in the set.
func (s *State) callHear() {
	switch {
	case s.phase == Taken && s.over():
		s.regs[Picked] = s.plusConst(s.regs[Picked], 1)
	case s.phase == Taken || !s.isInSet():
		s.refuse(rules.Syscalls, "recvfrom of a new client in front of events, or of one of an event that counts as new")
	}
	s.first = subtract(fixed(s.bytes), s.check.proof.Counts)
	s.callRead()
}

// isInSet: a client that was read from is in epoll's set.
func (s *State) isInSet() bool { return s.atMost(s.regs[Picked], s.regs[Reported]) }

// picks are the ways behind a load of whose the next event is: a client, or -1 or -2; none where it is no such load.
func (s *State) picks(in *x86.Inst) []*State {
	if in.Src.Kind != x86.MemOperand || in.Src.Width != 4 || !s.mayTurn() {
		return nil
	}
	off, ok := s.offset(s.address(in.Src.Mem))
	if least := s.rangeOf(off).Lo; !ok || least < s.check.events.Lo || least >= s.check.events.Hi {
		return nil
	}
	next := s.plusConst(s.regs[Picked], 1)
	if !s.same(off, s.plus(linear.Const(s.check.events.Lo+eventData), s.regs[Picked], eventSize)) || !s.atMost(next, s.regs[Reported]) {
		return nil
	}
	s.turn(atPick)
	s.regs[Picked], s.pc = next, in.Next()
	t := s.Clone()
	s.phase, t.phase = Chosen, Waiting
	s.write(in.Dst, s.fresh(Variable{Bounds: linear.Bounds{Lo: 0, Hi: maxFD}, Result: Client}))
	t.write(in.Dst, t.fresh(Variable{Bounds: linear.Bounds{Lo: 1<<32 - 2, Hi: 1<<32 - 1}}))
	return []*State{s, t}
}

// turn forgets what may be of the client that was served.
func (s *State) turn(at int) {
	t := &s.check.turns[at]
	first := t.told == nil
	if first {
		*t = turn{s.pc, map[Span]linear.Sum{}, s.vecs}
	}
	s.demand(s.pc == t.pc && len(s.frames) == 0, rules.Isolation, "the process turns to other clients here with numbers pushed, or elsewhere, too: which it is may tell of the client")
	s.demand(!s.check.waits || s.check.turns[atClock].told == nil, rules.Isolation, "the process waits behind a read with and without a look at the clock: which may tell of the client")
	s.demand(s.phase != Answering || at == atPick || s.isInSet(), rules.Syscalls, "the process turns to other clients, and its own may not be in epoll's set")
	told := func(at Span, a linear.Sum) bool {
		is, ok := s.told(a)
		if ok && first {
			t.told[at] = is
		}
		was, known := t.told[at]
		return ok && known && linear.Equal(is, was)
	}
	switch {
	case s.phase == Listening:
		s.forgetEnvironment()
	case !s.heard():
		s.first = fixed(s.bytes)
	}
	s.first = subtract(s.first, s.check.proof.Counts)
	places := slices.Clone(s.first)
	for _, c := range s.cells {
		if at := c.span(); !within(at, s.first) && told(at, c.Sum) {
			places = append(places, at)
			s.check.figures.Variables[at] = true
		}
	}
	s.keep(places)
	for r := range Reported {
		if !told(Span{int64(r), -1}, s.regs[r]) {
			s.regs[r] = s.anything(8, Address)
		}
	}
	for i := range s.vecs {
		if v := &s.vecs[i]; !v.Known || v.Vector != t.vecs[i].Vector {
			*v = vector{made: Address}
		}
	}
	s.closed(Client)
	s.flags, s.waits, s.input, s.peer, s.answered = flags{}, nil, nil, Span{}, false
	s.since, s.reads, s.writes = -1, false, false
}

// told is a number as what it says of no client: a constant, or one more than a number of events, which are variables of their own then.
func (s *State) told(a linear.Sum) (linear.Sum, bool) {
	if !slices.ContainsFunc(a.Terms, func(t linear.Term) bool { return t.Var >= FirstVar }) {
		return a, true
	}
	for _, n := range []linear.Var{Reported, Picked} {
		if d, ok := a.Plus(s.regs[n], -1); ok && d.IsConst() {
			d, ok = d.Plus(linear.Of(maxVars+n), 1)
			return d, ok
		}
	}
	return a, false
}

// loseEvents forgets what the kernel said where something is stored over it.
func (s *State) loseEvents(at Span) {
	if at.meets(s.check.events) {
		s.regs[Reported], s.regs[Picked] = s.anything(8, Address), s.anything(8, Address)
	}
}
