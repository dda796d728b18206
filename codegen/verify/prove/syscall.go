package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// System calls by number (Linux, arch/x86/entry/syscalls/syscall_64.tbl).
const (
	sysRead       = 0
	sysWrite      = 1
	sysClose      = 3
	sysPoll       = 7
	sysSigaction  = 13
	sysSocket     = 41
	sysConnect    = 42
	sysAccept     = 43
	sysSendto     = 44
	sysRecvfrom   = 45
	sysBind       = 49
	sysListen     = 50
	sysSetsockopt = 54
	sysFork       = 57
	sysExit       = 60
	sysWait4      = 61
	sysUmask      = 95
	sysGetpid     = 39
	sysPpoll      = 271
	sysFcntl      = 72
	sysEpollCtl   = 233
	sysEpollPwait = 281
	sysAccept4    = 288
	sysPeername   = 52
	sysPwritev2   = 328

	sysSigprocmask  = 14
	sysClockGettime = 228
	sysEpollCreate1 = 291
	sysSignalfd4    = 289

	sysClone    = 56
	sysAffinity = 204
	sysPipe2    = 293
)

// maxErrno bounds what a system call that fails returns: -4095 to -1 (Linux,
// include/linux/err.h).
const maxErrno = 4095

// Constants of socket(2), sigaction(2) and setsockopt(2).
const (
	afUnix, afInet, afInet6   = 1, 2, 10
	sockStream, sockNonBlock  = 1, 0x800
	sigInt, sigQuit, sigPipe  = 2, 3, 13
	sigTerm, sigChld          = 15, 17
	sigIgn                    = 1
	saNoCldWait               = 0x2
	saNoDefer                 = 0x40000000
	saRestorer                = 0x04000000
	sigactionSize, sigsetSize = 32, 8
)

// syscall makes the call that the registers describe. Its result is in rax; rcx and
// r11 are lost. It reports whether the process goes on.
func (e *process) syscall(s *state, next uint64) bool {
	n, ok := s.argument(isa.RAX)
	if !ok {
		e.fail(rules.Syscalls, "eax is not one known constant at this syscall")
		return false
	}
	way := s.way(n)
	result, goesOn := e.call(s, n)
	if e.failure != nil {
		return false
	}
	e.noteCall(n, way)
	if !goesOn {
		return false
	}
	s.cmp = flagState{} // flags from before say nothing of the result
	s.setReg(isa.RAX, 8, result)
	s.forget(regVar(isa.RCX))
	s.forget(regVar(isa.R11))
	s.fixed &^= 1<<isa.RCX | 1<<isa.R11
	s.stale &^= 1<<isa.RCX | 1<<isa.R11
	if s.unasked != 0 {
		s.stale.add(isa.R11) // the flags may be of an earlier client
	}
	s.setTrace(isa.RAX, 8, ofNothing)
	s.setTrace(isa.RCX, 8, ofAddress)                  // the address of the next instruction
	s.setTrace(isa.R11, 8, s.askedFlags(isa.AllFlags)) // the flags
	s.traces.flags = ofNothing
	s.unasked = isa.AllFlags // they are what they were
	return true
}

func (e *process) call(s *state, n int64) (term, bool) {
	switch n {
	case sysRead:
		return e.callRead(s), true
	case sysWrite:
		return e.callWrite(s), true
	case sysRecvfrom:
		return e.callRecvfrom(s), true
	case sysSendto:
		return e.callSendto(s), true
	case sysClose:
		return e.callClose(s), true
	case sysExit:
		e.callExit(s)
		return term{}, false
	case sysAccept:
		return e.callAccept(s), true
	case sysFork:
		return e.callFork(s), true
	case sysPoll:
		return e.callPoll(s), true
	case sysWait4:
		return e.callWait(s), true
	case sysClockGettime:
		return e.callClock(s), true
	case sysPpoll:
		return e.callPpoll(s), true
	case sysAccept4:
		return e.callAccept4(s), true
	case sysEpollCtl:
		return e.callEpollCtl(s), true
	case sysEpollPwait:
		return e.callEpollWait(s), true
	case sysPeername:
		return e.callGetpeername(s), true
	case sysPwritev2:
		return e.callPwritev2(s), true
	case sysClone:
		return e.callClone(s), true
	case sysAffinity:
		return e.callAffinity(s), true
	}
	return e.bootCall(s, n), true
}

// outcome is 0, or up to most, or an errno.
func outcome(most int64) term { return between(-maxErrno, most) }

// callFork: what follows is told apart by the branches on eax; see forkKnown.
func (e *process) callFork(s *state) term {
	if s.loop == looping {
		e.during(s, "fork", serving, reading)
		if !s.unwatched {
			e.fail(rules.Syscalls, "fork: the client is in epoll's set, which would report it as long as the child has it")
		}
	} else {
		e.during(s, "fork", accepted)
	}
	s.phase = forking
	s.closed(forkResult) // of an earlier fork
	t := outcome(1<<31 - 1)
	t.fd = forkResult
	return t
}

func (e *process) callClose(s *state) term {
	switch {
	case s.loop == looping || s.loop == handedOver:
		e.closeLooping(s)
		return outcome(0)
	case s.phase == listening && s.owes != 0:
		e.closeLifeline(s)
		return outcome(0)
	}
	switch s.phase {
	case accepted, parent, busy:
		e.hasFD(s, "close", client)
		s.phase = idle
		s.closed(client)
	case forked:
		e.hasFD(s, "close", listener)
		s.phase, s.fixed = serving, 0
		s.ownAll(func(int) bool { return true })
		s.closed(listener)
	case interrupted: // of anything: what is left to a handler is to wait and to exit
	default:
		e.during(s, "close", accepted, parent, busy, forked)
	}
	return outcome(0)
}

// maxPause bounds how long the parent may take no client, in milliseconds.
const maxPause = 1000

// callPoll: the parent, without a client, waits for a moment, and for no descriptor; a
// child asks whether there is room on standard output, and does not wait.
func (e *process) callPoll(s *state) term {
	e.during(s, "poll", idle, making, serving, reading)
	if s.phase != idle && s.phase != making {
		return e.pollOutput(s)
	}
	e.is(s, "poll", isa.RSI, "the number of descriptors", 0)
	if ms, ok := s.argument(isa.RDX); !ok || ms < 1 || ms > maxPause {
		e.fail(rules.Syscalls, "poll: edx is no pause from 1 to %d milliseconds", maxPause)
	}
	return outcome(0)
}

// pollfdSize is that of struct pollfd, whose last two bytes poll writes: poll(2).
const pollfdSize = 8

func (e *process) pollOutput(s *state) term {
	e.is(s, "poll", isa.RSI, "the number of descriptors", 1)
	e.is(s, "poll", isa.RDX, "the time", 0)
	return e.polled(s, "poll", func(fd int64) bool { return fd == 1 }, "1")
}

// polled is what a call does to the struct pollfd that edi points to, one of a descriptor that
// is known and right.
func (e *process) polled(s *state, call string, right func(fd int64) bool, what string) term {
	e.readable(s, isa.RDI, zone.Const(pollfdSize))
	off, ok := e.stackPlace(s, call, isa.RDI)
	if !ok {
		return term{}
	}
	if fd, ok := s.slotValue(off, 4, meaning.Number); !ok || !right(fd) {
		e.fail(rules.Syscalls, "%s: the descriptor is not known to be %s", call, what)
		return term{}
	}
	e.clobber(s, zone.Const(off+6), zone.Const(off+pollfdSize), -1)
	return outcome(1)
}

// stackPlace demands one place on the stack, whose offset it gives, for what a call writes.
func (e *process) stackPlace(s *state, call string, r isa.Reg) (off int64, ok bool) {
	at := s.narrow(s.reg(r), 8)
	off, ok = s.exact(&at, meaning.Stack)
	if !ok {
		e.fail(rules.Writes, "%s: %s is no known place on the stack but %s", call, r, e.describe(s, &at))
	}
	return off, ok
}

// callWait waits, in a handler, for all children, and where workers are made for one of these: any, and without a place for
// what is known of them.
func (e *process) callWait(s *state) term {
	if s.phase == making {
		e.is(s, "wait4", isa.RDX, "the options", waitClone)
	} else {
		if !s.ends() {
			e.during(s, "wait4", interrupted)
		}
		e.is(s, "wait4", isa.RDX, "the options", 0, waitAll)
	}
	e.is(s, "wait4", isa.RDI, "the child", -1, 1<<32-1)
	e.is(s, "wait4", isa.RSI, "the status", 0)
	e.is(s, "wait4", isa.R10, "the usage", 0)
	return outcome(1<<31 - 1)
}

// timespecSize is that of struct timespec: clock_gettime(2).
const timespecSize = 16

// callClock asks what time it is, or how long the machine runs. Where the call fails, there
// is what was there before.
func (e *process) callClock(s *state) term {
	e.during(s, "clock_gettime", starting, busy, waiting, picked, serving, reading)
	e.is(s, "clock_gettime", isa.RDI, "the clock", 0, 1)
	off, ok := e.stackPlace(s, "clock_gettime", isa.RSI)
	if !ok {
		return term{}
	}
	e.clobber(s, zone.Const(off), zone.Const(off+timespecSize), -1)
	return outcome(0)
}

func (e *process) callExit(s *state) {
	e.is(s, "exit", isa.RDI, "the status", 0, 1)
	e.noLoop(s, "exit")
	e.during(s, "exit", starting, opened, hasAddress, listening, serving, reading, interrupted, connecting, connected, waiting, making)
}

// callWrite: to the client what is constant or was written; to standard error at the boot
// only, or by a probe; to standard output then, and in a child, for the log.
func (e *process) callWrite(s *state) term {
	to, known := s.argument(isa.RDI)
	switch {
	case s.phase.booting(), s.phase == making:
		e.is(s, "write", isa.RDI, "the descriptor", 1, 2)
	case known && to == 1 && s.vals[regVar(isa.RDI)].fd == noFD && (s.phase == serving || s.phase == reading):
	case s.phase == connecting || s.phase == connected:
		e.probeWrites(s)
	default:
		e.noLoop(s, "write")
		e.toClient(s, "write")
	}
	return e.sends(s)
}

// toClient demands that something may be sent to the client in edi, and notes that.
func (e *process) toClient(s *state, call string) {
	e.during(s, call, busy, serving, reading)
	e.hasFD(s, call, client)
	s.answered = s.answered || !e.isInterim(s) && !e.isWaiting(s)
	if s.began != 0 {
		e.nexts[s.began].answers = true
	}
}

// sends is what a call does that sends edx bytes at rsi, or as many as there is room for.
func (e *process) sends(s *state) term {
	n := e.length(s, isa.RDX).lin
	e.readable(s, isa.RSI, n)
	e.isPublic(s, n)
	return s.countUpTo(n)
}

// countUpTo is what a call returns that takes up to n bytes, or fails.
func (s *state) countUpTo(n zone.Lin) term {
	t := outcome(0)
	most := s.zone.Max(n)
	v := s.tempVar(between(-maxErrno, most))
	if d, ok := zone.Of(v).Plus(n, -1); ok {
		s.require(d)
	}
	t.lin, t.lo, t.hi = zone.Of(v), 0, 0
	t.zeros = 0
	return t
}

// callRead stores what the client sent, or the server that a probe asks.
func (e *process) callRead(s *state) term {
	if s.ends() {
		return e.readSignal(s)
	}
	e.noLoop(s, "read")
	e.during(s, "read", serving, reading, connected)
	if s.phase == connected {
		e.hasFD(s, "read", listener)
	} else {
		e.hasFD(s, "read", client)
	}
	return e.receives(s, "read")
}

// receives is what a call does that stores up to edx bytes at rsi, which another one sent.
func (e *process) receives(s *state, call string) term {
	if s.answered {
		e.nextRequest(s, e.pc, e.insts[e.pc].Next())
		s.began = e.pc
	}
	if (s.takenReg(isa.RSI, 8).trace|s.takenReg(isa.RDX, 8).trace)&ofAddress != 0 { // the result would tell it
		e.leak(s, "where or how many bytes are read is made of an address")
	}
	to := s.narrow(s.reg(isa.RSI), 8)
	n := e.length(s, isa.RDX).lin
	end, ok := to.lin.Plus(n, 1)
	if e.failure != nil {
		return term{}
	}
	if !to.Is(meaning.Stack) || !ok || to.lo != 0 || to.hi != 0 {
		e.fail(rules.Writes, "%s: rsi is not a place on the stack but %s", call, e.describe(s, &to))
		return term{}
	}
	e.clobber(s, to.lin, end, -1)
	e.input = e.input.with(span{s.zone.Min(to.lin), s.zone.Max(end)})
	s.forgetBehind(to.lin, end)
	v := s.tempVar(between(-maxErrno, s.zone.Max(n)))
	if d, ok := zone.Of(v).Plus(n, -1); ok {
		s.require(d)
	}
	s.incoming = incoming{true, to.lin, zone.Of(v)}
	return term{lin: zone.Of(v)}
}
