package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// System calls by number (Linux, arch/x86/entry/syscalls/syscall_64.tbl).
const (
	sysRead       = 0
	sysWrite      = 1
	sysClose      = 3
	sysSigaction  = 13
	sysSocket     = 41
	sysAccept     = 43
	sysBind       = 49
	sysListen     = 50
	sysSetsockopt = 54
	sysFork       = 57
	sysExit       = 60
)

// maxErrno bounds what a system call that fails returns: -4095 to -1 (Linux,
// include/linux/err.h).
const maxErrno = 4095

// Constants of socket(2), sigaction(2) and setsockopt(2).
const (
	afUnix, afInet, afInet6   = 1, 2, 10
	sockStream                = 1
	sigInt, sigPipe           = 2, 13
	sigTerm, sigChld          = 15, 17
	sigIgn                    = 1
	saNoCldWait               = 0x2
	saRestorer                = 0x04000000
	sigactionSize, sigsetSize = 32, 8
)

// socketOption is what setsockopt may set: level, name, size of the value.
type socketOption struct{ level, name, size int64 }

var socketOptions = map[socketOption]bool{
	{1, 2, 4}: true, {1, 20, 16}: true, {1, 21, 16}: true, // SOL_SOCKET: SO_REUSEADDR, SO_RCVTIMEO, SO_SNDTIMEO
	{6, 1, 4}:   true, // IPPROTO_TCP: TCP_NODELAY
	{41, 26, 4}: true, // IPPROTO_IPV6: IPV6_V6ONLY
}

// syscall makes the call that the registers describe. Its result is in rax; rcx and
// r11 are lost. It reports whether the process goes on.
func (e *engine) syscall(s *state, next uint64) bool {
	n, ok := s.argument(isa.RAX)
	if !ok {
		e.fail(RuleSyscalls, "eax is not one known constant at this syscall")
		return false
	}
	result, goesOn := e.call(s, n)
	if e.failure != nil || !goesOn {
		return false
	}
	s.setReg(isa.RAX, 8, result)
	s.forget(regVar(isa.RCX))
	s.forget(regVar(isa.R11))
	return true
}

func (e *engine) call(s *state, n int64) (term, bool) {
	switch n {
	case sysRead:
		return e.callRead(s), true
	case sysWrite:
		return e.callWrite(s), true
	case sysClose:
		return e.callClose(s), true
	case sysExit:
		e.callExit(s)
		return term{}, false
	case sysAccept:
		return e.callAccept(s), true
	case sysFork:
		return e.callFork(s), true
	}
	return e.bootCall(s, n), true
}

// bootCall are the calls that are made once.
func (e *engine) bootCall(s *state, n int64) term {
	switch n {
	case sysSocket:
		return e.callSocket(s)
	case sysBind:
		return e.callBind(s)
	case sysListen:
		return e.callListen(s)
	case sysSetsockopt:
		return e.callSetsockopt(s)
	case sysSigaction:
		return e.callSigaction(s)
	}
	e.fail(RuleSyscalls, "system call %d is none that a server makes", n)
	return term{}
}

// argument is a register that holds one known number. Its low 32 bits are what the
// kernel looks at in a descriptor, flag or size.
func (s *state) argument(r isa.Reg) (int64, bool) {
	t := s.narrow(s.reg(r), 8)
	c, ok := s.exact(&t)
	return c, ok && t.kind == number
}

// is demands that a register is one of a few constants.
func (e *engine) is(s *state, call string, r isa.Reg, what string, wants ...int64) int64 {
	c, ok := s.argument(r)
	for _, w := range wants {
		if ok && c == w {
			return c
		}
	}
	t := s.narrow(s.reg(r), 8)
	e.fail(RuleSyscalls, "%s: %s, %s, is %s, not %v", call, r, what, e.describe(s, &t), wants)
	return 0
}

// hasFD demands a descriptor in edi.
func (e *engine) hasFD(s *state, call string, want fd) {
	t := s.narrow(s.reg(isa.RDI), 4)
	if lo, _ := s.bounds(&t); t.fd != want || t.wrap || lo < 0 {
		got := t.fd
		e.fail(RuleSyscalls, "%s: edi is not %s but %s (%s)", call, fdNames[want], fdNames[got], e.describe(s, &t))
	}
}

// during demands that the process has come as far as the call wants.
func (e *engine) during(s *state, call string, wants ...phase) {
	for _, p := range wants {
		if s.phase == p {
			return
		}
	}
	e.fail(RuleSyscalls, "%s %s", call, phaseNames[s.phase])
}

// outcome is 0, or up to most, or an errno.
func outcome(most int64) term { return between(-maxErrno, most) }

func (e *engine) callSocket(s *state) term {
	e.during(s, "socket", starting)
	s.family = e.is(s, "socket", isa.RDI, "the family", afUnix, afInet, afInet6)
	e.is(s, "socket", isa.RSI, "the type", sockStream)
	e.is(s, "socket", isa.RDX, "the protocol", 0)
	s.phase = opened
	t := outcome(1<<31 - 1)
	t.fd = listener
	return t
}

// readable demands that the kernel may read size bytes where a register points.
func (e *engine) readable(s *state, r isa.Reg, size zone.Lin) {
	addr := s.narrow(s.reg(r), 8)
	e.source(s, &addr, size)
}

// source demands that size bytes at an address may be read, and were written.
func (e *engine) source(s *state, addr *term, size zone.Lin) {
	if e.failure != nil {
		return
	}
	end, ok := addr.lin.Plus(size, 1)
	lo, hi := s.bounds(addr)
	switch {
	case !ok || addr.lo != 0 || addr.hi != 0 || addr.wrap || addr.maybeNull:
	case addr.kind == imagePtr:
		last := s.zone.MaxDeep(end)
		if s.zone.Min(size) >= 0 {
			hi = min(hi, last) // they begin where they end at the latest
		}
		if lo > -zone.Inf && last < zone.Inf && e.spans(lo, hi, last) {
			s.require(end.PlusConst(-last)) // as plain as it can be: of what a short write leaves, it is still so
			return
		}
	case addr.kind == stackPtr:
		e.within(s, RuleReads, addr.lin, end)
		if s.wasWritten(addr.lin, end) || e.failure != nil {
			return
		}
		e.onStack = true
		e.fail(s.unwritten(), "%s to %s: not every byte is known to have been written%s", e.describe(s, addr), bound(s.zone.Max(end)), s.since())
		return
	case addr.kind == envString:
		d, ok := end.Plus(zone.Of(knownVar), -1)
		if lo >= 0 && ok && s.zone.Max(d) <= 0 {
			return
		}
	}
	last := int64(zone.Inf)
	if ok {
		last = s.zone.Max(end)
	}
	e.fail(RuleReads, "the bytes from %s to %s are not within constant data or what was written", e.describe(s, addr), bound(last))
}

// spans reports that what starts between lo and hi and ends at last at most lies in one
// segment.
func (p *program) spans(lo, hi, last int64) bool { return p.holds(lo, max(hi, last)) }

// size says how many bytes, or how many at most.
type size struct {
	lin   zone.Lin
	exact bool
}

// length is a register that says how many bytes: not negative, and with an upper bound.
func (e *engine) length(s *state, r isa.Reg) size {
	t := s.narrow(s.reg(r), 8)
	lo, hi := s.bounds(&t)
	if t.kind != number || lo < 0 || hi >= zone.Inf {
		e.fail(RuleReads, "the length in %s could not be bounded: %s", r, e.describe(s, &t))
		return size{}
	}
	if t.lo != 0 || t.hi != 0 {
		return size{zone.Const(hi), false}
	}
	return size{t.lin, true}
}

func (e *engine) callBind(s *state) term {
	e.during(s, "bind", opened)
	e.hasFD(s, "bind", listener)
	n, ok := s.argument(isa.RDX)
	if !ok || n < 3 || n > 128 {
		e.fail(RuleSyscalls, "bind: edx is not the size of an address")
		return term{}
	}
	e.readable(s, isa.RSI, zone.Const(n))
	t := outcome(0)
	t.fd = bindResult
	return t
}

func (e *engine) callListen(s *state) term {
	e.during(s, "listen", hasAddress)
	e.hasFD(s, "listen", listener)
	if n, ok := s.argument(isa.RSI); !ok || n < 1 || n > 1<<16 {
		e.fail(RuleSyscalls, "listen: esi is not a backlog from 1 to 65536")
	}
	t := outcome(0)
	t.fd = listenResult
	return t
}

func (e *engine) callSetsockopt(s *state) term {
	switch s.phase {
	case opened:
		e.hasFD(s, "setsockopt", listener)
	case serving:
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
		e.fail(RuleSyscalls, "setsockopt: level, name and size are none that a server sets: %v", o)
		return term{}
	}
	e.readable(s, isa.R10, zone.Const(size))
	return outcome(0)
}

// callSigaction demands an action that ignores a signal, or whose handler is proved like
// the rest of the program.
func (e *engine) callSigaction(s *state) term {
	e.during(s, "rt_sigaction", listening)
	e.is(s, "rt_sigaction", isa.RDI, "the signal", sigInt, sigPipe, sigTerm, sigChld)
	e.is(s, "rt_sigaction", isa.RDX, "the old action", 0)
	e.is(s, "rt_sigaction", isa.R10, "the size of a set", sigsetSize)
	e.readable(s, isa.RSI, zone.Const(sigactionSize))
	at := s.reg(isa.RSI)
	off, ok := s.exact(&at)
	if !ok || at.kind != stackPtr || e.failure != nil {
		e.fail(RuleSyscalls, "rt_sigaction: rsi is not a place on the stack")
		return term{}
	}
	flags, _ := s.slotValue(off+8, 8)
	restorer, okR := s.slotValue(off+16, 8)
	if flags != constant(saRestorer) && flags != constant(saRestorer|saNoCldWait) || !okR || restorer != constant(0) {
		e.fail(RuleSyscalls, "rt_sigaction: the flags are not SA_RESTORER, or with SA_NOCLDWAIT, with no restorer")
		return term{}
	}
	handler, _ := s.slotValue(off, 8)
	c, ok := s.exactOffset(&handler)
	switch {
	case ok && handler.kind == number && c == sigIgn:
	case ok && handler.kind == imagePtr:
		e.handlers[uint64(c)] = true
	default:
		e.fail(RuleSyscalls, "rt_sigaction: the handler is neither SIG_IGN nor a known address of the text")
	}
	return outcome(0)
}

// slotValue is the variable of size bytes at an offset, as far as it is one constant.
func (s *state) slotValue(off int64, size uint8) (term, bool) {
	i := s.findSlot(off, size)
	if i < 0 {
		return term{}, false
	}
	v := firstSlot + zone.Var(i)
	t := term{value: s.vals[v], lin: zone.Of(v)}
	c, ok := s.exactOffset(&t)
	if !ok {
		return t, false
	}
	if t.kind != number {
		return t, true
	}
	return constant(c), true
}

func (e *engine) callAccept(s *state) term {
	e.during(s, "accept", listening, accepting)
	e.hasFD(s, "accept", listener)
	s.peer = span{}
	if at, ok := s.argument(isa.RSI); ok && at == 0 {
		e.is(s, "accept", isa.RDX, "its length", 0)
	} else {
		e.acceptAddress(s)
	}
	s.phase = accepting
	s.closed(client)
	t := outcome(1<<31 - 1)
	t.fd = client
	return t
}

// peerSizes are how many bytes of its address accept writes at least, by family
// (accept(2), unix(7): a client without a name has its family alone).
var peerSizes = map[int64]int64{afUnix: 2, afInet: 16, afInet6: 28}

// acceptAddress demands a place for the client's address, and for its length.
func (e *engine) acceptAddress(s *state) {
	at, length := s.narrow(s.reg(isa.RSI), 8), s.narrow(s.reg(isa.RDX), 8)
	lo, okAt := s.exact(&at)
	off, okLength := s.exact(&length)
	if !okAt || !okLength || at.kind != stackPtr || length.kind != stackPtr {
		e.fail(RuleWrites, "accept: rsi and rdx are no known places on the stack but %s and %s", e.describe(s, &at), e.describe(s, &length))
		return
	}
	n, ok := s.slotValue(off, 4)
	size, okSize := s.exact(&n)
	if !ok || !okSize || n.kind != number || size < 0 || size > 1<<12 {
		e.fail(RuleSyscalls, "accept: what rdx points to is no known size")
		return
	}
	e.clobber(s, zone.Const(lo), zone.Const(lo+size), -1)
	e.clobber(s, zone.Const(off), zone.Const(off+4), -1)
	if n := min(size, peerSizes[s.family]); n > 0 {
		s.peer = span{lo, lo + n}
	}
}

// callFork: what follows is told apart by the branches on eax; see forkKnown.
func (e *engine) callFork(s *state) term {
	e.during(s, "fork", accepted)
	s.phase = forking
	t := outcome(1<<31 - 1)
	t.fd = forkResult
	return t
}

func (e *engine) callClose(s *state) term {
	switch s.phase {
	case accepted, parent, busy:
		e.hasFD(s, "close", client)
		s.phase = accepting
		s.closed(client)
	case forked:
		e.hasFD(s, "close", listener)
		s.phase = serving
		s.closed(listener)
	default:
		e.during(s, "close", accepted, parent, busy, forked)
	}
	return outcome(0)
}

func (e *engine) callExit(s *state) {
	e.is(s, "exit", isa.RDI, "the status", 0, 1)
	e.during(s, "exit", starting, opened, hasAddress, listening, serving, reading, interrupted)
}

// callWrite: to the client what is constant or was written; to standard error at the boot
// only; to standard output then, and in a child, for the log.
func (e *engine) callWrite(s *state) term {
	to, known := s.argument(isa.RDI)
	switch {
	case s.phase.booting():
		e.is(s, "write", isa.RDI, "the descriptor", 1, 2)
	case known && to == 1 && s.vals[regVar(isa.RDI)].fd == noFD && (s.phase == serving || s.phase == reading):
	default:
		e.during(s, "write", busy, serving, reading)
		e.hasFD(s, "write", client)
		s.answered = s.answered || !e.isInterim(s)
	}
	n := e.length(s, isa.RDX).lin
	e.readable(s, isa.RSI, n)
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

// callRead stores what the client sent.
func (e *engine) callRead(s *state) term {
	e.during(s, "read", serving, reading)
	e.hasFD(s, "read", client)
	to := s.narrow(s.reg(isa.RSI), 8)
	n := e.length(s, isa.RDX).lin
	end, ok := to.lin.Plus(n, 1)
	if e.failure != nil {
		return term{}
	}
	if to.kind != stackPtr || to.wrap || !ok || to.lo != 0 || to.hi != 0 {
		e.fail(RuleWrites, "read: rsi is not a place on the stack but %s", e.describe(s, &to))
		return term{}
	}
	e.clobber(s, to.lin, end, -1)
	e.input = e.input.with(span{s.zone.Min(to.lin), s.zone.Max(end)})
	s.forgetBehind(to.lin, end)
	s.later = s.later || s.answered
	v := s.tempVar(between(-maxErrno, s.zone.Max(n)))
	if d, ok := zone.Of(v).Plus(n, -1); ok {
		s.require(d)
	}
	s.incoming = incoming{true, to.lin, zone.Of(v)}
	return term{lin: zone.Of(v)}
}
