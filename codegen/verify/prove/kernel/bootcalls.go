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

// socketOption is what setsockopt may set: level, name, size of the value.
type socketOption struct{ level, name, size int64 }

var socketOptions = map[socketOption]bool{
	{1, 2, 4}: true, {1, 20, 16}: true, {1, 21, 16}: true, // SOL_SOCKET: SO_REUSEADDR, SO_RCVTIMEO, SO_SNDTIMEO
	{1, 15, 4}:  true, // and SO_REUSEPORT
	{6, 1, 4}:   true, // IPPROTO_TCP: TCP_NODELAY
	{6, 9, 4}:   true, // and TCP_DEFER_ACCEPT
	{41, 26, 4}: true, // IPPROTO_IPV6: IPV6_V6ONLY
}

// bootCall are the calls that are made once.
func (e *Process) bootCall(s *domain.State, n int64) value.Term {
	switch n {
	case code.SysSocket:
		return e.callSocket(s)
	case code.SysBind:
		return e.callBind(s)
	case code.SysListen:
		return e.callListen(s)
	case code.SysConnect:
		return e.callConnect(s)
	case code.SysSetsockopt:
		return e.callSetsockopt(s)
	case code.SysSigaction:
		return e.callSigaction(s)
	case code.SysUmask:
		return e.callUmask(s)
	case code.SysGetpid:
		return e.callGetpid(s)
	case code.SysSigprocmask:
		return e.callSigprocmask(s)
	case code.SysEpollCreate1:
		return e.callEpollCreate(s)
	case code.SysSignalfd4:
		return e.callSignalfd(s)
	case code.SysPipe2:
		return e.callPipe(s)
	case code.SysFcntl:
		return e.callFcntl(s)
	}
	e.Fail(rules.Syscalls, "system call %d is none that a server or its probe makes", n)
	return value.Term{}
}

func (e *Process) callSocket(s *domain.State) value.Term {
	e.During(s, "socket", domain.Starting)
	s.Family = e.Is(s, "socket", isa.RDI, "the family", afUnix, afInet, afInet6)
	s.NonBlocking = e.Is(s, "socket", isa.RSI, "the type", sockStream, sockStream|sockNonBlock) != sockStream
	s.MayNotWait = s.NonBlocking
	e.Is(s, "socket", isa.RDX, "the protocol", 0)
	s.Phase = domain.Opened
	t := outcome(1<<31 - 1)
	t.FD = value.Listener
	return t
}

// callUmask is for the file that bind makes: afterwards it would come too late.
func (e *Process) callUmask(s *domain.State) value.Term {
	const all = 0o777
	e.During(s, "umask", domain.Opened)
	if mask, ok := step.Argument(s, isa.RDI); !ok || mask < 0 || mask > all {
		e.Fail(rules.Syscalls, "umask: edi is no mask of permissions from 0 to 511")
	}
	return outcome(all)
}

func (e *Process) callBind(s *domain.State) value.Term {
	e.During(s, "bind", domain.Opened)
	e.HasFD(s, "bind", value.Listener)
	e.address(s, "bind")
	s.Closed(value.BindResult)
	t := outcome(0)
	t.FD = value.BindResult
	return t
}

func (e *Process) callListen(s *domain.State) value.Term {
	e.During(s, "listen", domain.HasAddress)
	e.HasFD(s, "listen", value.Listener)
	if n, ok := step.Argument(s, isa.RSI); !ok || n < 1 || n > 1<<16 {
		e.Fail(rules.Syscalls, "listen: esi is not a backlog from 1 to 65536")
	}
	s.Closed(value.ListenResult)
	t := outcome(0)
	t.FD = value.ListenResult
	return t
}

func (e *Process) callSetsockopt(s *domain.State) value.Term {
	switch {
	case s.Phase == domain.Opened, s.Phase == domain.Listening && s.Inherits():
		e.HasFD(s, "setsockopt", value.Listener)
	case s.Phase == domain.Serving, s.Phase == domain.Reading && s.Loop == domain.HandedAlone:
		e.noLoop(s, "setsockopt")
		e.HasFD(s, "setsockopt", value.Client)
	default:
		e.During(s, "setsockopt", domain.Opened, domain.Serving)
	}
	var o socketOption
	level, ok1 := step.Argument(s, isa.RSI)
	name, ok2 := step.Argument(s, isa.RDX)
	size, ok3 := step.Argument(s, isa.R8)
	o = socketOption{level, name, size}
	if !ok1 || !ok2 || !ok3 || !socketOptions[o] {
		e.Fail(rules.Syscalls, "setsockopt: level, name and size are none that a server sets: %v", o)
		return value.Term{}
	}
	e.Readable(s, isa.R10, zone.Const(size))
	return outcome(0)
}

// callSigaction demands an action that ignores a signal, or whose handler is proved like
// the rest of the program.
//
// A child may ignore signals, and no more.
func (e *Process) callSigaction(s *domain.State) value.Term {
	e.noLoop(s, "rt_sigaction")
	e.During(s, "rt_sigaction", domain.Listening, domain.Serving, domain.Reading)
	e.Is(s, "rt_sigaction", isa.RDI, "the signal", sigInt, sigQuit, sigPipe, sigTerm, sigChld)
	e.Is(s, "rt_sigaction", isa.RDX, "the old action", 0)
	e.Is(s, "rt_sigaction", isa.R10, "the size of a set", sigsetSize)
	e.Readable(s, isa.RSI, zone.Const(sigactionSize))
	a := e.sigaction(s)
	switch {
	case e.Failure != nil:
	case !a.ok || a.flags&^(saNoCldWait|saNoDefer) != saRestorer || a.restorer != 0:
		e.Fail(rules.Syscalls, "rt_sigaction: the flags are not SA_RESTORER, or with SA_NOCLDWAIT and SA_NODEFER, with no restorer")
	case a.ignore:
	case !s.Phase.Booting():
		e.Fail(rules.Syscalls, "rt_sigaction %s: a signal may only be ignored here", domain.PhaseNames[s.Phase])
	default:
		if !a.known {
			e.Fail(rules.Syscalls, "rt_sigaction: the handler is neither SIG_IGN nor a known address of the text")
			return value.Term{}
		}
		e.Handlers[uint64(a.handler)] = true
	}
	return outcome(0)
}

// sigaction is the struct that rt_sigaction takes (Linux, struct kernel_sigaction).
type sigaction struct {
	handler         int64 // its address in the file, if it is known
	known, ignore   bool  // the handler is that, or SIG_IGN
	flags, restorer int64
	ok              bool // flags and restorer are known
}

// sigaction finds it where rsi points: on the stack, or in the data.
func (e *Process) sigaction(s *domain.State) sigaction {
	at := s.Reg(isa.RSI)
	if off, ok := s.Exact(&at, meaning.Image); ok {
		handler, ok1 := e.Number(off, 8)
		flags, ok2 := e.Number(off+8, 8)
		restorer, ok3 := e.Number(off+16, 8)
		return sigaction{ignore: handler == sigIgn, flags: int64(flags), restorer: int64(restorer), ok: ok1 && ok2 && ok3}
	}
	off, ok := s.Exact(&at, meaning.Stack)
	if !ok {
		e.Fail(rules.Syscalls, "rt_sigaction: rsi is no known place")
		return sigaction{}
	}
	var a sigaction
	var ok1, ok2 bool
	a.handler, a.known = step.SlotValue(s, off, 8, meaning.Image)
	way, ok := step.SlotValue(s, off, 8, meaning.Number)
	a.ignore = ok && way == sigIgn
	a.flags, ok1 = step.SlotValue(s, off+8, 8, meaning.Number)
	a.restorer, ok2 = step.SlotValue(s, off+16, 8, meaning.Number)
	a.ok = ok1 && ok2
	return a
}
