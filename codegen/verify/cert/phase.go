package cert

import "github.com/verbosel/verbosel/codegen/verify/cert/linear"

// Phase is how far the process has come: which system calls may follow, and which descriptors
// it has.
type Phase uint8

// The phases.
const (
	Starting      Phase = iota // nothing is open
	Opened                     // the listener is a socket; bind may have failed
	HasAddress                 // it has its address; listen may have failed
	Listening                  // it listens, and what remains of the boot is done
	Idle                       // the parent, without a client
	Accepting                  // the parent, where accept's result was not looked at
	Accepted                   // the parent, with a client
	Forking                    // the parent or its child: fork's result was not looked at
	Parent                     // the parent, behind a fork: its client is the child's, unless there is none
	Busy                       // the parent, where fork is known to have failed
	Forked                     // a child that has the listener yet
	Serving                    // a child, before its first read
	Reading                    // a child that has read
	Interrupted                // in the handler of a signal
	Waiting                    // a process that serves many clients, without one
	Taking                     // it, where accept4's result was not looked at
	Taken                      // it, with a client that was accepted and nothing else yet
	Chosen                     // it, with the client of an event, which was not read from
	Answering                  // it, with a client that was read from
	Done                       // it, which has closed that one, or added it to the set behind its answers
	Dividing                   // it or its child, as Forking: the next three are likewise, see forked
	Divided                    // it, behind that fork: its client is the child's, unless there is none
	Released                   // it, with a client that was read from and is out of the set: no fork was tried, or it has failed
	Handed                     // that child, which has the listener, the set and the signals yet
	HandedSet                  // it has the set and the signals yet
	HandedSignals              // it has the signals yet
	Unset                      // as Taken, and what is counted of the client is yet another one's
	Shut                       // it has closed the listener, and ends
	Making                     // it makes workers, which serve clients, and has none itself
	Splitting                  // it or a worker: clone's result was not looked at
	Born                       // a worker that has the side of the pipe that writes yet
	phases
)

// Booting: before the first accept.
func (p Phase) Booting() bool { return p <= Listening || p >= Making }

// Result says of a variable which call's result it is, as long as that matters, or what of the environment.
type Result uint8

// The results.
const (
	noResult Result = iota
	Listener
	Client
	BindResult
	ListenResult
	ForkResult
	Argc    // none of a call, but what stands at the entry's stack pointer
	Element // how far above it a pointer of the environment is, or the null behind these
	String  // one of them: a pointer to a string, or null
	Poller  // epoll's set
	Signals // the descriptor that says which signal came
	Aged    // in a child: a client of the process that forked, perhaps its own
	Sibling // such a one that is not its own
	FcntlResult
	NameResult // getpeername's
	PipeResult
	CloneResult
	Lifeline // the side of the workers' pipe that writes
	results
)

// settle looks at results that became known: the process has come further only where the call
// is known not to have failed. It reports whether that is possible.
func (s *State) settle() bool {
	if !s.uncut() {
		return false
	}
	for i := range s.vars {
		v := &s.vars[i]
		failed, succeeded := v.Hi < 0, v.Lo >= 0
		switch {
		case v.Lo > v.Hi:
			return false
		case v.Result == BindResult && s.phase == Opened && succeeded:
			s.phase = HasAddress
		case v.Result == ListenResult && s.phase == HasAddress && succeeded:
			s.phase = Listening
		case v.Result == FcntlResult && s.booted.Mode == Unsettled && succeeded:
			s.booted.Mode = NonBlocking
		case v.Result == PipeResult && s.phase == Listening && s.peer != (Span{}) && succeeded:
			s.hasPipe()
		case v.Result == NameResult && s.peer != (Span{}) && succeeded:
			s.hasPeer()
		case v.Result == Client && s.phase == Accepting && failed:
			s.phase = Idle
		case v.Result == Client && s.phase == Accepting && succeeded:
			s.phase = Accepted
		case v.Result == Client && s.phase == Taking && failed:
			s.phase = Waiting
		case v.Result == Client && s.phase == Taking && succeeded:
			if s.phase = Taken; s.check.proof.Counts != (Span{}) {
				s.phase = Unset
			}
		case v.Result == ForkResult && (s.phase == Forking || s.phase == Parent) && failed:
			s.phase = Busy
		case v.Result == ForkResult && (s.phase == Dividing || s.phase == Divided) && failed:
			s.phase = Released
		}
	}
	s.aged()
	if s.input != nil {
		s.received()
	}
	if !s.given() || !s.excluded() {
		return false
	}
	if s.phase.Booting() {
		s.strings()
	}
	s.interrupted()
	return true
}

// received takes note of the bytes of a read that succeeded.
func (s *State) received() {
	switch b := s.Bounds(s.input.result); {
	case b.Hi <= 0:
		s.input = nil
	case b.Lo > 0:
		s.wrote(s.input.at, s.plus(s.input.at, linear.Of(s.input.result), 1))
		s.input = nil
		if s.phase == Serving {
			s.phase = Reading
		}
	}
}

// closed: no variable is such a result any more.
func (s *State) closed(r Result) {
	for i := range s.vars {
		if s.vars[i].Result == r {
			s.vars[i].Result = noResult
		}
	}
}
