package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// A server may be handed its listener over, by systemd (sd_listen_fds(3)): then it asks for its
// own number instead of a socket, and from then on its listener is descriptor 3, whatever that
// is. If it is none, accept fails, and there is no client.

// inherited is the family of a listener that was handed over: none that socket takes.
const inherited = -1

// inheritedFD is its descriptor.
const inheritedFD = 3

func (s *state) inherits() bool { return s.family == inherited }

// isInherited says that a term is the descriptor of a listener that was handed over.
func (s *state) isInherited(t *term) bool {
	lo, hi := s.bounds(t)
	return s.inherits() && t.IsNumber() && t.fd == noFD && lo == inheritedFD && hi == inheritedFD
}

// callGetpid is the beginning of a server that is handed its listener over.
func (e *process) callGetpid(s *state) term {
	e.during(s, "getpid", starting)
	s.family = inherited
	s.phase = listening
	return between(1, 1<<31-1)
}

// Of fcntl(2).
const (
	setFlags = 4 // F_SETFL
	nonBlock = 0x800
)

// callFcntl makes a listener that was handed over one that does not wait, as from then on is known where the call
// succeeds. The flag is the open file's, which others may have, too: who hands it over, and who had it before.
func (e *process) callFcntl(s *state) term {
	const call = "fcntl"
	e.during(s, call, listening)
	e.hasFD(s, call, listener)
	if !s.inherits() {
		e.fail(rules.Syscalls, "fcntl of a listener that the server has opened: socket says whether it waits")
	}
	e.is(s, call, isa.RSI, "what is done", setFlags)
	e.is(s, call, isa.RDX, "the flags", nonBlock)
	s.closed(fcntlResult)
	s.mayNotWait = true
	t := outcome(0)
	t.fd = fcntlResult
	return t
}

// hasInherited demands that a listener that was handed over is there before the process opens something that it would
// have in its place.
func (e *process) hasInherited(s *state, call string) {
	if s.inherits() && !s.nonBlocking {
		e.fail(rules.Syscalls, "%s of a process that does not know that its listener, which was handed over, is open and does not wait", call)
	}
}

// callSigprocmask blocks signals, at boot: handlers of them run while the parent waits in ppoll or
// epoll_pwait, or never. A child that goes on with a client of a loop sets them free.
func (e *process) callSigprocmask(s *state) term {
	const block, unblock, setMask = 0, 1, 2
	if s.loop > looping || s.ends() {
		e.is(s, "rt_sigprocmask", isa.RDI, "what is done", unblock, setMask)
	} else {
		e.during(s, "rt_sigprocmask", listening)
		e.is(s, "rt_sigprocmask", isa.RDI, "what is done", block)
	}
	e.is(s, "rt_sigprocmask", isa.RDX, "the old set", 0)
	e.is(s, "rt_sigprocmask", isa.R10, "the size of a set", sigsetSize)
	e.readable(s, isa.RSI, zone.Const(sigsetSize))
	return outcome(0)
}

// callPpoll waits for a client, in the parent that has none, with other signals blocked meanwhile;
// or for nothing and no time, so that a signal comes through.
func (e *process) callPpoll(s *state) term {
	e.during(s, "ppoll", listening, idle, waiting, picked)
	e.is(s, "ppoll", isa.R8, "the size of a set", sigsetSize)
	e.readable(s, isa.R10, zone.Const(sigsetSize))
	if e.is(s, "ppoll", isa.RSI, "the number of descriptors", 0, 1) == 0 || s.loop == looping {
		e.isNoTime(s)
		return outcome(0)
	}
	e.is(s, "ppoll", isa.RDX, "the time", 0)
	return e.polled(s, "ppoll", func(fd int64) bool { return fd == inheritedFD && s.inherits() }, "the listener")
}

// isNoTime demands that rdx points to a constant struct timespec of 0. What is left of a time would
// be written there: Linux, fs/select.c, poll_select_finish.
func (e *process) isNoTime(s *state) {
	at := s.reg(isa.RDX)
	off, ok := s.exact(&at, meaning.Image)
	for i := int64(0); ok && i < timespecSize; i += 8 {
		var v uint64
		v, ok = e.number(off+i, 8)
		ok = ok && v == 0
	}
	if !ok {
		e.fail(rules.Syscalls, "ppoll of no descriptor: rdx points to no constant time of 0")
	}
}
