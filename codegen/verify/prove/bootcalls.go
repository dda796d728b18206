package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
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
func (e *process) bootCall(s *state, n int64) term {
	switch n {
	case sysSocket:
		return e.callSocket(s)
	case sysBind:
		return e.callBind(s)
	case sysListen:
		return e.callListen(s)
	case sysConnect:
		return e.callConnect(s)
	case sysSetsockopt:
		return e.callSetsockopt(s)
	case sysSigaction:
		return e.callSigaction(s)
	case sysUmask:
		return e.callUmask(s)
	case sysGetpid:
		return e.callGetpid(s)
	case sysSigprocmask:
		return e.callSigprocmask(s)
	case sysEpollCreate1:
		return e.callEpollCreate(s)
	case sysSignalfd4:
		return e.callSignalfd(s)
	case sysPipe2:
		return e.callPipe(s)
	case sysFcntl:
		return e.callFcntl(s)
	}
	e.fail(rules.Syscalls, "system call %d is none that a server or its probe makes", n)
	return term{}
}

func (e *process) callSocket(s *state) term {
	e.during(s, "socket", starting)
	s.family = e.is(s, "socket", isa.RDI, "the family", afUnix, afInet, afInet6)
	s.nonBlocking = e.is(s, "socket", isa.RSI, "the type", sockStream, sockStream|sockNonBlock) != sockStream
	s.mayNotWait = s.nonBlocking
	e.is(s, "socket", isa.RDX, "the protocol", 0)
	s.phase = opened
	t := outcome(1<<31 - 1)
	t.fd = listener
	return t
}

// callUmask is for the file that bind makes: afterwards it would come too late.
func (e *process) callUmask(s *state) term {
	const all = 0o777
	e.during(s, "umask", opened)
	if mask, ok := s.argument(isa.RDI); !ok || mask < 0 || mask > all {
		e.fail(rules.Syscalls, "umask: edi is no mask of permissions from 0 to 511")
	}
	return outcome(all)
}

func (e *process) callBind(s *state) term {
	e.during(s, "bind", opened)
	e.hasFD(s, "bind", listener)
	e.address(s, "bind")
	s.closed(bindResult)
	t := outcome(0)
	t.fd = bindResult
	return t
}

func (e *process) callListen(s *state) term {
	e.during(s, "listen", hasAddress)
	e.hasFD(s, "listen", listener)
	if n, ok := s.argument(isa.RSI); !ok || n < 1 || n > 1<<16 {
		e.fail(rules.Syscalls, "listen: esi is not a backlog from 1 to 65536")
	}
	s.closed(listenResult)
	t := outcome(0)
	t.fd = listenResult
	return t
}

func (e *process) callSetsockopt(s *state) term {
	switch {
	case s.phase == opened, s.phase == listening && s.inherits():
		e.hasFD(s, "setsockopt", listener)
	case s.phase == serving, s.phase == reading && s.loop == handedAlone:
		e.noLoop(s, "setsockopt")
		e.hasFD(s, "setsockopt", client)
	default:
		e.during(s, "setsockopt", opened, serving)
	}
	var o socketOption
	level, ok1 := s.argument(isa.RSI)
	name, ok2 := s.argument(isa.RDX)
	size, ok3 := s.argument(isa.R8)
	o = socketOption{level, name, size}
	if !ok1 || !ok2 || !ok3 || !socketOptions[o] {
		e.fail(rules.Syscalls, "setsockopt: level, name and size are none that a server sets: %v", o)
		return term{}
	}
	e.readable(s, isa.R10, zone.Const(size))
	return outcome(0)
}

// callSigaction demands an action that ignores a signal, or whose handler is proved like
// the rest of the program.
//
// A child may ignore signals, and no more.
func (e *process) callSigaction(s *state) term {
	e.noLoop(s, "rt_sigaction")
	e.during(s, "rt_sigaction", listening, serving, reading)
	e.is(s, "rt_sigaction", isa.RDI, "the signal", sigInt, sigQuit, sigPipe, sigTerm, sigChld)
	e.is(s, "rt_sigaction", isa.RDX, "the old action", 0)
	e.is(s, "rt_sigaction", isa.R10, "the size of a set", sigsetSize)
	e.readable(s, isa.RSI, zone.Const(sigactionSize))
	a := e.sigaction(s)
	switch {
	case e.failure != nil:
	case !a.ok || a.flags&^(saNoCldWait|saNoDefer) != saRestorer || a.restorer != 0:
		e.fail(rules.Syscalls, "rt_sigaction: the flags are not SA_RESTORER, or with SA_NOCLDWAIT and SA_NODEFER, with no restorer")
	case a.ignore:
	case !s.phase.booting():
		e.fail(rules.Syscalls, "rt_sigaction %s: a signal may only be ignored here", phaseNames[s.phase])
	default:
		if !a.known {
			e.fail(rules.Syscalls, "rt_sigaction: the handler is neither SIG_IGN nor a known address of the text")
			return term{}
		}
		e.handlers[uint64(a.handler)] = true
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
func (e *process) sigaction(s *state) sigaction {
	at := s.reg(isa.RSI)
	if off, ok := s.exact(&at, meaning.Image); ok {
		handler, ok1 := e.number(off, 8)
		flags, ok2 := e.number(off+8, 8)
		restorer, ok3 := e.number(off+16, 8)
		return sigaction{ignore: handler == sigIgn, flags: int64(flags), restorer: int64(restorer), ok: ok1 && ok2 && ok3}
	}
	off, ok := s.exact(&at, meaning.Stack)
	if !ok {
		e.fail(rules.Syscalls, "rt_sigaction: rsi is no known place")
		return sigaction{}
	}
	var a sigaction
	var ok1, ok2 bool
	a.handler, a.known = s.slotValue(off, 8, meaning.Image)
	way, ok := s.slotValue(off, 8, meaning.Number)
	a.ignore = ok && way == sigIgn
	a.flags, ok1 = s.slotValue(off+8, 8, meaning.Number)
	a.restorer, ok2 = s.slotValue(off+16, 8, meaning.Number)
	a.ok = ok1 && ok2
	return a
}
