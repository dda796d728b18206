package kernel

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// A server may be handed its listener over, by systemd (sd_listen_fds(3)): then it asks for its
// own number instead of a socket, and from then on its listener is descriptor 3, whatever that
// is. If it is none, accept fails, and there is no client.

// callGetpid is the beginning of a server that is handed its listener over.
func (e *Process) callGetpid(s *domain.State) value.Term {
	e.During(s, "getpid", domain.Starting)
	s.Family = domain.Inherited
	s.Phase = domain.Listening
	return value.Between(1, 1<<31-1)
}

// Of fcntl(2).
const (
	setFlags = 4 // F_SETFL
	nonBlock = 0x800
)

// callFcntl makes a listener that was handed over one that does not wait, as from then on is known where the call
// succeeds. The flag is the open file's, which others may have, too: who hands it over, and who had it before.
func (e *Process) callFcntl(s *domain.State) value.Term {
	const call = "fcntl"
	e.During(s, call, domain.Listening)
	e.HasFD(s, call, value.Listener)
	if !s.Inherits() {
		e.Fail(rules.Syscalls, "fcntl of a listener that the server has opened: socket says whether it waits")
	}
	e.Is(s, call, isa.RSI, "what is done", setFlags)
	e.Is(s, call, isa.RDX, "the flags", nonBlock)
	s.Closed(value.FcntlResult)
	s.MayNotWait = true
	t := outcome(0)
	t.FD = value.FcntlResult
	return t
}

// hasInherited demands that a listener that was handed over is there before the process opens something that it would
// have in its place.
func (e *Process) hasInherited(s *domain.State, call string) {
	if s.Inherits() && !s.NonBlocking {
		e.Fail(rules.Syscalls, "%s of a process that does not know that its listener, which was handed over, is open and does not wait", call)
	}
}

// callSigprocmask blocks signals, at boot: handlers of them run while the parent waits in ppoll or
// epoll_pwait, or never. A child that goes on with a client of a loop sets them free.
func (e *Process) callSigprocmask(s *domain.State) value.Term {
	const block, unblock, setMask = 0, 1, 2
	if s.Loop > domain.Looping || ends(s) {
		e.Is(s, "rt_sigprocmask", isa.RDI, "what is done", unblock, setMask)
	} else {
		e.During(s, "rt_sigprocmask", domain.Listening)
		e.Is(s, "rt_sigprocmask", isa.RDI, "what is done", block)
	}
	e.Is(s, "rt_sigprocmask", isa.RDX, "the old set", 0)
	e.Is(s, "rt_sigprocmask", isa.R10, "the size of a set", sigsetSize)
	e.Readable(s, isa.RSI, zone.Const(sigsetSize))
	return outcome(0)
}

// callPpoll waits for a client, in the parent that has none, with other signals blocked meanwhile;
// or for nothing and no time, so that a signal comes through.
func (e *Process) callPpoll(s *domain.State) value.Term {
	e.During(s, "ppoll", domain.Listening, domain.Idle, domain.Waiting, domain.Picked)
	e.Is(s, "ppoll", isa.R8, "the size of a set", sigsetSize)
	e.Readable(s, isa.R10, zone.Const(sigsetSize))
	if e.Is(s, "ppoll", isa.RSI, "the number of descriptors", 0, 1) == 0 || s.Loop == domain.Looping {
		e.isNoTime(s)
		return outcome(0)
	}
	e.Is(s, "ppoll", isa.RDX, "the time", 0)
	return e.polled(s, "ppoll", func(fd int64) bool { return fd == domain.InheritedFD && s.Inherits() }, "the listener")
}

// isNoTime demands that rdx points to a constant struct timespec of 0. What is left of a time would
// be written there: Linux, fs/select.c, poll_select_finish.
func (e *Process) isNoTime(s *domain.State) {
	at := s.Reg(isa.RDX)
	off, ok := s.Exact(&at, meaning.Image)
	for i := int64(0); ok && i < timespecSize; i += 8 {
		var v uint64
		v, ok = e.Number(off+i, 8)
		ok = ok && v == 0
	}
	if !ok {
		e.Fail(rules.Syscalls, "ppoll of no descriptor: rdx points to no constant time of 0")
	}
}
