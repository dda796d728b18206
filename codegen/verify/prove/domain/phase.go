package domain

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Phase is how far the process has come: which system calls may follow, and which
// descriptors it has.
type Phase uint8

const (
	Starting    Phase = iota // nothing is open; package cert numbers those up to interrupted likewise, see Place
	Opened                   // the listener is a socket; bind may have failed
	HasAddress               // it has its address; listen may have failed
	Listening                // it listens, and what remains of the boot is done
	Idle                     // the parent, without a client
	Accepting                // the parent, where accept's result was not looked at
	Accepted                 // the parent, with a client
	Forking                  // the parent or its child: fork's result was not looked at
	Parent                   // the parent, behind a fork: its client is the child's, unless there is none
	Busy                     // the parent, where fork is known to have failed
	Forked                   // a child that has the listener yet
	Serving                  // a child, before its first read
	Reading                  // a child that has read
	Interrupted              // in the handler of a signal
	Connecting               // a probe, where connect may have failed
	Connected                // a probe that has the server
	Waiting                  // the process that serves many connections, without a client
	Picked                   // it has the client of an event, or a new one, and has not read from it
	Making                   // the process that makes workers, which has no client
	Splitting                // it, or a worker: clone's result was not looked at
)

// PhaseNames say where the process is, in messages.
var PhaseNames = [...]string{
	"before socket", "before bind", "before listen", "while booting", "in the parent, without a client",
	"in the parent, where it is not known whether it has a client",
	"in the parent, with a client", "where it is not known whether this is the child",
	"in the parent, behind fork", "in the parent, where fork failed",
	"in a child with the listener", "in a child", "in a child", "in a signal's handler",
	"in a probe, where it is not known whether it has the server", "in a probe",
	"in a process that serves many connections, without a client", "in a process that has a client from which it has not read",
	"in a process that makes workers", "where it is not known whether this is the worker",
}

// Where says how far the process has come.
func (s *State) Where() string {
	if s.Loop == Looping && (s.Phase == Serving || s.Phase == Reading) {
		return "in a process that serves many connections, behind the read from a client"
	}
	return PhaseNames[s.Phase]
}

// Booting: before the first accept.
func (p Phase) Booting() bool { return p <= Listening }

// HasEnvironment: before the first client, of whom nothing can depend on what the process is told then.
func (p Phase) HasEnvironment() bool { return p.Booting() || p == Making || p == Splitting }

// SettlePhase looks at results of system calls that became known: the process has come
// further only where the call is known not to have failed.
func (s *State) SettlePhase() {
	switch s.Phase {
	case Opened:
		if s.known(value.BindResult, succeeded) {
			s.Phase = HasAddress
		}
	case Listening:
		if s.Peer != (value.Span{}) && s.known(value.PipeResult, succeeded) {
			s.hasPipe()
		}
		s.NonBlocking = s.NonBlocking || s.known(value.FcntlResult, succeeded)
	case Connecting:
		if s.known(value.ConnectResult, succeeded) {
			s.Phase = Connected
		}
	case HasAddress:
		if s.known(value.ListenResult, succeeded) {
			s.Phase = Listening
		}
	case Accepting:
		if s.known(value.Client, failed) {
			s.Phase = Idle
			if s.Loop == Looping {
				s.Phase, s.Unset = Waiting, false
			}
		} else if s.known(value.Client, succeeded) {
			s.Phase = Accepted
			if s.Peer != (value.Span{}) {
				s.AddSpan(s.Peer)
			}
		}
	case Serving, Reading:
		if s.Loop == Looping && s.Peer != (value.Span{}) && s.known(value.NameResult, succeeded) {
			s.hasName()
		}
	case Picked:
		if s.known(value.Client, failed) { // the listener's event
			s.Phase = Waiting
		}
	case Forking, Parent:
		if s.known(value.ForkResult, failed) {
			s.Phase = Busy
		}
	}
	if s.Incoming.Live {
		s.received()
	}
}

func succeeded(lo, _ int64) bool { return lo >= 0 }

func failed(_, hi int64) bool { return hi < 0 }

// known says that a register holds a call's result, and that its bounds are such.
func (s *State) known(result value.FD, such func(lo, hi int64) bool) bool {
	for v := value.FirstReg; v < value.FirstSlot; v++ {
		if s.Vals[v].FD == result && s.Vals[v].IsNumber() && such(s.Zone.Lo(v), s.Zone.Hi(v)) {
			return true
		}
	}
	return false
}

// ForkKnown: fork's result was compared with 0.
func (s *State) ForkKnown(t *value.Term, isZero bool) {
	switch {
	case s.Phase == Splitting && t.FD == value.CloneResult:
		s.cloneKnown(isZero)
	case s.Phase != Forking || t.FD != value.ForkResult:
	case isZero:
		s.Phase = Forked
		if s.Loop == Looping {
			s.Loop, s.Owes = HandedOver, 1<<value.Listener|1<<value.Poller
			if s.Signals {
				s.Owes |= 1 << value.Signals
			}
		}
	default:
		s.Phase = Parent
	}
}

// Closed: no register holds the descriptor, or the result, any more.
func (s *State) Closed(d value.FD) {
	for v := range s.Vals {
		if s.Vals[v].FD == d {
			s.Vals[v].FD = value.NoFD
		}
	}
}

// Incoming is a read whose result was not looked at yet: count bytes at addr, if that
// is above 0.
type Incoming struct {
	Live        bool
	Addr, Count zone.Lin
}

func (in *Incoming) rewrite(v zone.Var, by zone.Lin, ok bool) {
	for _, l := range []*zone.Lin{&in.Addr, &in.Count} {
		if !in.Live || l.Coef(v) == 0 {
			continue
		}
		r, fits := l.Replace(v, by)
		*l = r
		in.Live = ok && fits
	}
}

// received takes note of the bytes of a read that succeeded.
func (s *State) received() {
	in := s.Incoming
	switch {
	case s.Zone.Max(in.Count) <= 0:
		s.Incoming.Live = false
	case s.Zone.Min(in.Count) > 0:
		s.Incoming.Live = false
		if end, ok := in.Addr.Plus(in.Count, 1); ok {
			s.Write(in.Addr, end)
		}
		if s.Phase != Connected {
			s.Phase = Reading
		}
	}
}

// hasName: getpeername succeeded.
func (s *State) hasName() {
	s.Closed(value.NameResult)
	s.AddSpan(s.Peer)
	s.Named, s.Peer = s.Peer, value.Span{}
}

// Unname forgets that bytes are the client's address, which may be written over.
func (s *State) Unname(addr, end zone.Lin) {
	if s.Named != (value.Span{}) && s.MayOverlap(addr, end, zone.Const(s.Named.Lo), s.Named.Hi-s.Named.Lo) {
		s.Named = value.Span{}
	}
}

// hasPipe: pipe2 succeeded, and the process makes workers.
func (s *State) hasPipe() {
	at := s.Peer
	s.Closed(value.PipeResult)
	s.AddSpan(at)
	for i, d := range []value.FD{value.Signals, value.Lifeline} {
		t := value.Between(0, 1<<31-1)
		t.FD = d
		s.SetSlot(at.Lo+4*int64(i), 4, t, value.Slots)
	}
	s.Peer, s.Phase = value.Span{}, Making
}

// cloneKnown: clone's result was compared with 0.
func (s *State) cloneKnown(isZero bool) {
	s.Phase = Making
	if isZero {
		s.Phase, s.Signals, s.Owes = Listening, true, 1<<value.Lifeline
	}
}
