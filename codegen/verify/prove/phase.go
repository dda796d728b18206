package prove

import "github.com/verbosel/verbosel/codegen/verify/zone"

// phase is how far the process has come: which system calls may follow, and which
// descriptors it has.
type phase uint8

const (
	starting    phase = iota // nothing is open; package cert numbers those up to interrupted likewise, see Place
	opened                   // the listener is a socket; bind may have failed
	hasAddress               // it has its address; listen may have failed
	listening                // it listens, and what remains of the boot is done
	idle                     // the parent, without a client
	accepting                // the parent, where accept's result was not looked at
	accepted                 // the parent, with a client
	forking                  // the parent or its child: fork's result was not looked at
	parent                   // the parent, behind a fork: its client is the child's, unless there is none
	busy                     // the parent, where fork is known to have failed
	forked                   // a child that has the listener yet
	serving                  // a child, before its first read
	reading                  // a child that has read
	interrupted              // in the handler of a signal
	connecting               // a probe, where connect may have failed
	connected                // a probe that has the server
	waiting                  // the process that serves many connections, without a client
	picked                   // it has the client of an event, or a new one, and has not read from it
	making                   // the process that makes workers, which has no client
	splitting                // it, or a worker: clone's result was not looked at
)

var phaseNames = [...]string{
	"before socket", "before bind", "before listen", "while booting", "in the parent, without a client",
	"in the parent, where it is not known whether it has a client",
	"in the parent, with a client", "where it is not known whether this is the child",
	"in the parent, behind fork", "in the parent, where fork failed",
	"in a child with the listener", "in a child", "in a child", "in a signal's handler",
	"in a probe, where it is not known whether it has the server", "in a probe",
	"in a process that serves many connections, without a client", "in a process that has a client from which it has not read",
	"in a process that makes workers", "where it is not known whether this is the worker",
}

// where says how far the process has come.
func (s *state) where() string {
	if s.loop == looping && (s.phase == serving || s.phase == reading) {
		return "in a process that serves many connections, behind the read from a client"
	}
	return phaseNames[s.phase]
}

// booting: before the first accept.
func (p phase) booting() bool { return p <= listening }

// hasEnvironment: before the first client, of whom nothing can depend on what the process is told then.
func (p phase) hasEnvironment() bool { return p.booting() || p == making || p == splitting }

// settlePhase looks at results of system calls that became known: the process has come
// further only where the call is known not to have failed.
func (s *state) settlePhase() {
	switch s.phase {
	case opened:
		if s.known(bindResult, succeeded) {
			s.phase = hasAddress
		}
	case listening:
		if s.peer != (span{}) && s.known(pipeResult, succeeded) {
			s.hasPipe()
		}
		s.nonBlocking = s.nonBlocking || s.known(fcntlResult, succeeded)
	case connecting:
		if s.known(connectResult, succeeded) {
			s.phase = connected
		}
	case hasAddress:
		if s.known(listenResult, succeeded) {
			s.phase = listening
		}
	case accepting:
		if s.known(client, failed) {
			s.phase = idle
			if s.loop == looping {
				s.phase, s.unset = waiting, false
			}
		} else if s.known(client, succeeded) {
			s.phase = accepted
			if s.peer != (span{}) {
				s.addSpan(s.peer)
			}
		}
	case serving, reading:
		if s.loop == looping && s.peer != (span{}) && s.known(nameResult, succeeded) {
			s.hasName()
		}
	case picked:
		if s.known(client, failed) { // the listener's event
			s.phase = waiting
		}
	case forking, parent:
		if s.known(forkResult, failed) {
			s.phase = busy
		}
	}
	if s.incoming.live {
		s.received()
	}
}

func succeeded(lo, _ int64) bool { return lo >= 0 }
func failed(_, hi int64) bool    { return hi < 0 }

// known says that a register holds a call's result, and that its bounds are such.
func (s *state) known(result fd, such func(lo, hi int64) bool) bool {
	for v := firstReg; v < firstSlot; v++ {
		if s.vals[v].fd == result && s.vals[v].IsNumber() && such(s.zone.Lo(v), s.zone.Hi(v)) {
			return true
		}
	}
	return false
}

// forkKnown: fork's result was compared with 0.
func (s *state) forkKnown(t *term, isZero bool) {
	switch {
	case s.phase == splitting && t.fd == cloneResult:
		s.cloneKnown(isZero)
	case s.phase != forking || t.fd != forkResult:
	case isZero:
		s.phase = forked
		if s.loop == looping {
			s.loop, s.owes = handedOver, 1<<listener|1<<poller
			if s.signals {
				s.owes |= 1 << signals
			}
		}
	default:
		s.phase = parent
	}
}

// closed: no register holds the descriptor, or the result, any more.
func (s *state) closed(d fd) {
	for v := range s.vals {
		if s.vals[v].fd == d {
			s.vals[v].fd = noFD
		}
	}
}

// incoming is a read whose result was not looked at yet: count bytes at addr, if that
// is above 0.
type incoming struct {
	live        bool
	addr, count zone.Lin
}

func (in *incoming) rewrite(v zone.Var, by zone.Lin, ok bool) {
	for _, l := range []*zone.Lin{&in.addr, &in.count} {
		if !in.live || l.Coef(v) == 0 {
			continue
		}
		r, fits := l.Replace(v, by)
		*l = r
		in.live = ok && fits
	}
}

// received takes note of the bytes of a read that succeeded.
func (s *state) received() {
	in := s.incoming
	switch {
	case s.zone.Max(in.count) <= 0:
		s.incoming.live = false
	case s.zone.Min(in.count) > 0:
		s.incoming.live = false
		if end, ok := in.addr.Plus(in.count, 1); ok {
			s.write(in.addr, end)
		}
		if s.phase != connected {
			s.phase = reading
		}
	}
}
