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

// Syscall makes the call that the registers describe. Its result is in rax; rcx and
// r11 are lost. It reports whether the process goes on.
func (e *Process) Syscall(s *domain.State, next uint64) bool {
	n, ok := step.Argument(s, isa.RAX)
	if !ok {
		e.Fail(rules.Syscalls, "eax is not one known constant at this syscall")
		return false
	}
	made := way(s, n)
	result, goesOn := e.call(s, n)
	if e.Failure != nil {
		return false
	}
	e.noteCall(n, made)
	if !goesOn {
		return false
	}
	s.Flags = domain.FlagState{} // flags from before say nothing of the result
	s.SetReg(isa.RAX, 8, result)
	s.Forget(value.RegVar(isa.RCX))
	s.Forget(value.RegVar(isa.R11))
	s.Fixed &^= 1<<isa.RCX | 1<<isa.R11
	s.Stale &^= 1<<isa.RCX | 1<<isa.R11
	if s.Unasked != 0 {
		s.Stale.Add(isa.R11) // the flags may be of an earlier client
	}
	s.SetTrace(isa.RAX, 8, value.OfNothing)
	s.SetTrace(isa.RCX, 8, value.OfAddress)            // the address of the next instruction
	s.SetTrace(isa.R11, 8, s.AskedFlags(isa.AllFlags)) // the flags
	s.Traces.Flags = value.OfNothing
	s.Unasked = isa.AllFlags // they are what they were
	return true
}

func (e *Process) call(s *domain.State, n int64) (value.Term, bool) {
	switch n {
	case code.SysRead:
		return e.callRead(s), true
	case code.SysWrite:
		return e.callWrite(s), true
	case code.SysRecvfrom:
		return e.callRecvfrom(s), true
	case code.SysSendto:
		return e.callSendto(s), true
	case code.SysClose:
		return e.callClose(s), true
	case code.SysExit:
		e.callExit(s)
		return value.Term{}, false
	case code.SysAccept:
		return e.callAccept(s), true
	case code.SysFork:
		return e.callFork(s), true
	case code.SysPoll:
		return e.callPoll(s), true
	case code.SysWait4:
		return e.callWait(s), true
	case code.SysClockGettime:
		return e.callClock(s), true
	case code.SysPpoll:
		return e.callPpoll(s), true
	case code.SysAccept4:
		return e.callAccept4(s), true
	case code.SysEpollCtl:
		return e.callEpollCtl(s), true
	case code.SysEpollPwait:
		return e.callEpollWait(s), true
	case code.SysPeername:
		return e.callGetpeername(s), true
	case code.SysPwritev2:
		return e.callPwritev2(s), true
	case code.SysClone:
		return e.callClone(s), true
	case code.SysAffinity:
		return e.callAffinity(s), true
	}
	return e.bootCall(s, n), true
}

// outcome is 0, or up to most, or an errno.
func outcome(most int64) value.Term { return value.Between(-code.MaxErrno, most) }

// callFork: what follows is told apart by the branches on eax; see ForkKnown.
func (e *Process) callFork(s *domain.State) value.Term {
	if s.Loop == domain.Looping {
		e.During(s, "fork", domain.Serving, domain.Reading)
		if !s.Unwatched {
			e.Fail(rules.Syscalls, "fork: the client is in epoll's set, which would report it as long as the child has it")
		}
	} else {
		e.During(s, "fork", domain.Accepted)
	}
	s.Phase = domain.Forking
	s.Closed(value.ForkResult) // of an earlier fork
	t := outcome(1<<31 - 1)
	t.FD = value.ForkResult
	return t
}

func (e *Process) callClose(s *domain.State) value.Term {
	switch {
	case s.Loop == domain.Looping || s.Loop == domain.HandedOver:
		e.closeLooping(s)
		return outcome(0)
	case s.Phase == domain.Listening && s.Owes != 0:
		e.closeLifeline(s)
		return outcome(0)
	}
	switch s.Phase {
	case domain.Accepted, domain.Parent, domain.Busy:
		e.HasFD(s, "close", value.Client)
		s.Phase = domain.Idle
		s.Closed(value.Client)
	case domain.Forked:
		e.HasFD(s, "close", value.Listener)
		s.Phase, s.Fixed = domain.Serving, 0
		ownAll(s, func(int) bool { return true })
		s.Closed(value.Listener)
	case domain.Interrupted: // of anything: what is left to a handler is to wait and to exit
	default:
		e.During(s, "close", domain.Accepted, domain.Parent, domain.Busy, domain.Forked)
	}
	return outcome(0)
}

// maxPause bounds how long the parent may take no client, in milliseconds.
const maxPause = 1000

// callPoll: the parent, without a client, waits for a moment, and for no descriptor; a
// child asks whether there is room on standard output, and does not wait.
func (e *Process) callPoll(s *domain.State) value.Term {
	e.During(s, "poll", domain.Idle, domain.Making, domain.Serving, domain.Reading)
	if s.Phase != domain.Idle && s.Phase != domain.Making {
		return e.pollOutput(s)
	}
	e.Is(s, "poll", isa.RSI, "the number of descriptors", 0)
	if ms, ok := step.Argument(s, isa.RDX); !ok || ms < 1 || ms > maxPause {
		e.Fail(rules.Syscalls, "poll: edx is no pause from 1 to %d milliseconds", maxPause)
	}
	return outcome(0)
}

// pollfdSize is that of struct pollfd, whose last two bytes poll writes: poll(2).
const pollfdSize = 8

func (e *Process) pollOutput(s *domain.State) value.Term {
	e.Is(s, "poll", isa.RSI, "the number of descriptors", 1)
	e.Is(s, "poll", isa.RDX, "the time", 0)
	return e.polled(s, "poll", func(fd int64) bool { return fd == 1 }, "1")
}

// polled is what a call does to the struct pollfd that edi points to, one of a descriptor that
// is known and right.
func (e *Process) polled(s *domain.State, call string, right func(fd int64) bool, what string) value.Term {
	e.Readable(s, isa.RDI, zone.Const(pollfdSize))
	off, ok := e.stackPlace(s, call, isa.RDI)
	if !ok {
		return value.Term{}
	}
	if fd, ok := step.SlotValue(s, off, 4, meaning.Number); !ok || !right(fd) {
		e.Fail(rules.Syscalls, "%s: the descriptor is not known to be %s", call, what)
		return value.Term{}
	}
	e.Clobber(s, zone.Const(off+6), zone.Const(off+pollfdSize), -1)
	return outcome(1)
}

// stackPlace demands one place on the stack, whose offset it gives, for what a call writes.
func (e *Process) stackPlace(s *domain.State, call string, r isa.Reg) (off int64, ok bool) {
	at := s.Narrow(s.Reg(r), 8)
	off, ok = s.Exact(&at, meaning.Stack)
	if !ok {
		e.Fail(rules.Writes, "%s: %s is no known place on the stack but %s", call, r, e.Describe(s, &at))
	}
	return off, ok
}

// callWait waits, in a handler, for all children, and where workers are made for one of these: any, and without a place for
// what is known of them.
func (e *Process) callWait(s *domain.State) value.Term {
	if s.Phase == domain.Making {
		e.Is(s, "wait4", isa.RDX, "the options", waitClone)
	} else {
		if !ends(s) {
			e.During(s, "wait4", domain.Interrupted)
		}
		e.Is(s, "wait4", isa.RDX, "the options", 0, waitAll)
	}
	e.Is(s, "wait4", isa.RDI, "the child", -1, 1<<32-1)
	e.Is(s, "wait4", isa.RSI, "the status", 0)
	e.Is(s, "wait4", isa.R10, "the usage", 0)
	return outcome(1<<31 - 1)
}

// timespecSize is that of struct timespec: clock_gettime(2).
const timespecSize = 16

// callClock asks what time it is, or how long the machine runs. Where the call fails, there
// is what was there before.
func (e *Process) callClock(s *domain.State) value.Term {
	e.During(s, "clock_gettime", domain.Starting, domain.Busy, domain.Waiting, domain.Picked, domain.Serving, domain.Reading)
	e.Is(s, "clock_gettime", isa.RDI, "the clock", 0, 1)
	off, ok := e.stackPlace(s, "clock_gettime", isa.RSI)
	if !ok {
		return value.Term{}
	}
	e.Clobber(s, zone.Const(off), zone.Const(off+timespecSize), -1)
	return outcome(0)
}

func (e *Process) callExit(s *domain.State) {
	e.Is(s, "exit", isa.RDI, "the status", 0, 1)
	e.noLoop(s, "exit")
	e.During(s, "exit", domain.Starting, domain.Opened, domain.HasAddress, domain.Listening, domain.Serving, domain.Reading, domain.Interrupted, domain.Connecting, domain.Connected, domain.Waiting, domain.Making)
}

// callWrite: to the client what is constant or was written; to standard error at the boot
// only, or by a probe; to standard output then, and in a child, for the log.
func (e *Process) callWrite(s *domain.State) value.Term {
	to, known := step.Argument(s, isa.RDI)
	switch {
	case s.Phase.Booting(), s.Phase == domain.Making:
		e.Is(s, "write", isa.RDI, "the descriptor", 1, 2)
	case known && to == 1 && s.Vals[value.RegVar(isa.RDI)].FD == value.NoFD && (s.Phase == domain.Serving || s.Phase == domain.Reading):
	case s.Phase == domain.Connecting || s.Phase == domain.Connected:
		e.probeWrites(s)
	default:
		e.noLoop(s, "write")
		e.toClient(s, "write")
	}
	return e.sends(s)
}

// toClient demands that something may be sent to the client in edi, and notes that.
func (e *Process) toClient(s *domain.State, call string) {
	e.During(s, call, domain.Busy, domain.Serving, domain.Reading)
	e.HasFD(s, call, value.Client)
	s.Answered = s.Answered || !e.isInterim(s) && !e.isWaiting(s)
	if s.Began != 0 {
		e.nexts[s.Began].answers = true
	}
}

// sends is what a call does that sends edx bytes at rsi, or as many as there is room for.
func (e *Process) sends(s *domain.State) value.Term {
	n := e.Length(s, isa.RDX).Lin
	e.Readable(s, isa.RSI, n)
	e.IsPublic(s, n)
	return countUpTo(s, n)
}

// countUpTo is what a call returns that takes up to n bytes, or fails.
func countUpTo(s *domain.State, n zone.Lin) value.Term {
	t := outcome(0)
	most := s.Zone.Max(n)
	v := s.TempVar(value.Between(-code.MaxErrno, most))
	if d, ok := zone.Of(v).Plus(n, -1); ok {
		s.Require(d)
	}
	t.Lin, t.Lo, t.Hi = zone.Of(v), 0, 0
	t.Zeros = 0
	return t
}

// callRead stores what the client sent, or the server that a probe asks.
func (e *Process) callRead(s *domain.State) value.Term {
	if ends(s) {
		return e.readSignal(s)
	}
	e.noLoop(s, "read")
	e.During(s, "read", domain.Serving, domain.Reading, domain.Connected)
	if s.Phase == domain.Connected {
		e.HasFD(s, "read", value.Listener)
	} else {
		e.HasFD(s, "read", value.Client)
	}
	return e.receives(s, "read")
}

// receives is what a call does that stores up to edx bytes at rsi, which another one sent.
func (e *Process) receives(s *domain.State, call string) value.Term {
	if s.Answered {
		e.nextRequest(s, e.PC, e.Insts[e.PC].Next())
		s.Began = e.PC
	}
	if (s.TakenReg(isa.RSI, 8).Trace|s.TakenReg(isa.RDX, 8).Trace)&value.OfAddress != 0 { // the result would tell it
		e.Leak(s, "where or how many bytes are read is made of an address")
	}
	to := s.Narrow(s.Reg(isa.RSI), 8)
	n := e.Length(s, isa.RDX).Lin
	end, ok := to.Lin.Plus(n, 1)
	if e.Failure != nil {
		return value.Term{}
	}
	if !to.Is(meaning.Stack) || !ok || to.Lo != 0 || to.Hi != 0 {
		e.Fail(rules.Writes, "%s: rsi is not a place on the stack but %s", call, e.Describe(s, &to))
		return value.Term{}
	}
	e.Clobber(s, to.Lin, end, -1)
	e.Input = e.Input.With(value.Span{Lo: s.Zone.Min(to.Lin), Hi: s.Zone.Max(end)})
	forgetBehind(s, to.Lin, end)
	v := s.TempVar(value.Between(-code.MaxErrno, s.Zone.Max(n)))
	if d, ok := zone.Of(v).Plus(n, -1); ok {
		s.Require(d)
	}
	s.Incoming = domain.Incoming{Live: true, Addr: to.Lin, Count: zone.Of(v)}
	return value.Term{Lin: zone.Of(v)}
}
