package cert

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// maxErrno bounds what a system call that fails returns: -4095 to -1 (Linux,
// include/linux/err.h).
const maxErrno = 4095

// call is a system call in some phases as this checker knows it. Its result is from -maxErrno to most.
type call struct {
	n      int64
	name   string
	in     []Phase
	fd     Result // which descriptor edi is to be
	args   []arg  // what else it demands
	mode   []Mode // what the listener's is to be, unless nil
	reads  region // where the kernel reads as many bytes, and writes
	writes region
	does   func(*State)
	counts bool // the result is at most rdx
	most   int64
	is     Result // what the result is; no earlier one is it any more
	gone   Result // what is none any more
	then   Phase  // which phase follows, unless 0
	last   bool   // what follows is another client's, or nothing
}

// region is so many bytes where a register points.
type region struct {
	at   x86.Reg
	size int64
}

// arg is a register that is to be a constant, from least to most or one of a few.
type arg struct {
	reg         x86.Reg
	least, most int64
	few         []int64
}

func is(r x86.Reg, few ...int64) arg { return arg{r, 1, 0, few} }

// calls by number (Linux, arch/x86/entry/syscalls/syscall_64.tbl).
var calls = []call{
	{n: 0, name: "read", in: []Phase{Serving, Reading}, fd: Client, does: (*State).callRead, counts: true},
	{n: 0, name: "read", in: []Phase{Shut}, fd: Signals, args: []arg{is(x86.RDX, signalSize)}, writes: region{x86.RSI, signalSize}, most: signalSize},
	{n: 1, name: "write", in: []Phase{Starting, Opened, HasAddress, Listening, Making}, args: []arg{is(x86.RDI, 1, 2)}, does: (*State).callWrite, counts: true}, // to standard output or error
	{n: 1, name: "write", in: []Phase{Busy, Serving, Reading}, does: (*State).callSend, counts: true},
	{n: 1, name: "write", in: []Phase{Answering, Released}, args: []arg{is(x86.RDI, stdout)}, does: (*State).callWrite, counts: true}, // the log
	{n: 3, name: "close", in: []Phase{Accepted, Parent, Busy}, fd: Client, gone: Client, then: Idle},
	{n: 3, name: "close", in: []Phase{Taken, Unset, Chosen}, fd: Client, gone: Client, then: Waiting},
	// What follows each other here in the same phases is told apart by the descriptor.
	{n: 3, name: "close", in: []Phase{Waiting}, fd: Listener, gone: Listener, then: Shut}, // behind which the process ends
	{n: 3, name: "close", in: []Phase{Waiting}, fd: Client, gone: Client},                 // of one by its age
	{n: 3, name: "close", in: []Phase{Shut}, fd: Client, gone: Client},
	{n: 3, name: "close", in: []Phase{Handed}, fd: Sibling, gone: Sibling}, // of others' clients, and then of the listener
	{n: 3, name: "close", in: []Phase{Handed}, fd: Listener, gone: Listener, then: HandedSet},
	{n: 3, name: "close", in: []Phase{HandedSet}, fd: Poller, does: (*State).callLetGoOn, gone: Poller},
	{n: 3, name: "close", in: []Phase{HandedSignals}, fd: Signals, gone: Signals, then: Reading},
	{n: 3, name: "close", in: []Phase{Answering, Done, Divided, Released}, fd: Client, gone: Client, then: Done},
	{n: 3, name: "close", in: []Phase{Forked}, fd: Listener, gone: Listener, then: Serving},
	{n: 3, name: "close", in: []Phase{Born}, fd: Lifeline, gone: Lifeline, then: Listening},
	{n: 3, name: "close", in: []Phase{Interrupted}}, // of anything: what is left to a handler is to wait and to exit
	{n: 7, name: "poll", in: []Phase{Idle}, args: []arg{is(x86.RSI, 0), {reg: x86.RDX, least: 1, most: maxPause}}},
	{n: 7, name: "poll", in: []Phase{Making}, args: []arg{is(x86.RSI, 0), {reg: x86.RDX, least: 1, most: maxPause}}, last: true},                                                      // what it did follows no worker's end at once
	{n: 7, name: "poll", in: []Phase{Serving, Reading, Answering, Released}, args: []arg{is(x86.RSI, 1), is(x86.RDX, 0)}, does: func(s *State) { s.polled("poll", stdout) }, most: 1}, // whether the log has room
	{n: 13, name: "rt_sigaction", in: []Phase{Listening, Serving, Reading}, args: []arg{is(x86.RDI, sigInt, sigQuit, sigPipe, sigTerm, sigChld), is(x86.RDX, 0), is(x86.R10, sigsetSize)}, reads: region{x86.RSI, sigactionSize}, does: (*State).callSigaction},
	{n: 14, name: "rt_sigprocmask", in: []Phase{Listening}, args: []arg{is(x86.RDI, 0), is(x86.RDX, 0), is(x86.R10, sigsetSize)}, reads: region{x86.RSI, sigsetSize}},                                                                              // SIG_BLOCK
	{n: 14, name: "rt_sigprocmask", in: []Phase{Handed, HandedSet, HandedSignals, Shut, Serving, Reading}, args: []arg{is(x86.RDI, 1, 2), is(x86.RDX, 0), is(x86.R10, sigsetSize)}, mode: []Mode{NonBlocking}, reads: region{x86.RSI, sigsetSize}}, // of what its process has blocked
	{n: 39, name: "getpid", in: []Phase{Starting}, does: func(s *State) { s.booted.Family = inherited }, most: 1<<31 - 1, then: Listening},
	{n: 41, name: "socket", in: []Phase{Starting}, args: []arg{is(x86.RDI, afUnix, afInet, afInet6), is(x86.RSI, sockStream, sockStream|sockNonBlock), is(x86.RDX, 0)}, does: (*State).callSocket, most: maxFD, is: Listener, then: Opened},
	{n: 43, name: "accept", in: []Phase{Listening, Idle}, fd: Listener, mode: []Mode{Blocking}, does: (*State).callAccept, most: maxFD, is: Client, then: Accepting, last: true},
	{n: 44, name: "sendto", in: []Phase{Answering, Released}, fd: Client, args: []arg{is(x86.R8, 0), is(x86.R10, msgDontWait, msgDontWait|msgNoSignal)}, does: (*State).callSend, counts: true},
	{n: 45, name: "recvfrom", in: []Phase{Waiting, Taken, Chosen}, fd: Client, args: []arg{is(x86.R8, 0), is(x86.R10, msgDontWait)}, does: (*State).callHear, counts: true, then: Answering},
	{n: 49, name: "bind", in: []Phase{Opened}, fd: Listener, does: (*State).callBind, is: BindResult},
	{n: 50, name: "listen", in: []Phase{HasAddress}, fd: Listener, args: []arg{{reg: x86.RSI, least: 1, most: 1 << 16}}, is: ListenResult},
	{n: 52, name: "getpeername", in: []Phase{Answering}, fd: Client, does: (*State).peerAddress, is: NameResult},
	{n: 54, name: "setsockopt", in: []Phase{Opened, Listening}, fd: Listener, does: (*State).callSetsockopt},
	{n: 54, name: "setsockopt", in: []Phase{Serving}, fd: Client, does: (*State).callSetsockopt},
	{n: 56, name: "clone", in: []Phase{Making}, args: []arg{is(x86.RDI, 0), is(x86.RSI, 0)}, most: 1<<31 - 1, is: CloneResult, then: Splitting},
	{n: 57, name: "fork", in: []Phase{Accepted}, most: 1<<31 - 1, is: ForkResult, then: Forking},
	{n: 57, name: "fork", in: []Phase{Released}, most: 1<<31 - 1, is: ForkResult, then: Dividing},
	{n: 60, name: "exit", in: []Phase{Starting, Opened, HasAddress, Listening, Serving, Reading, Interrupted, Shut, Making}, args: []arg{is(x86.RDI, 0, 1)}, last: true},
	{n: 61, name: "wait4", in: []Phase{Interrupted, Shut}, args: []arg{is(x86.RDI, -1, 1<<32-1), is(x86.RSI, 0), is(x86.RDX, 0, waitAll), is(x86.R10, 0)}, most: 1<<31 - 1},
	{n: 61, name: "wait4", in: []Phase{Making}, args: []arg{is(x86.RDI, -1, 1<<32-1), is(x86.RSI, 0), is(x86.RDX, waitClone), is(x86.R10, 0)}, most: 1<<31 - 1},
	{n: 72, name: "fcntl", in: []Phase{Listening}, fd: Listener, args: []arg{is(x86.RSI, setFlags), is(x86.RDX, sockNonBlock)}, does: (*State).callFcntl, is: FcntlResult},
	{n: 95, name: "umask", in: []Phase{Opened}, args: []arg{{reg: x86.RDI, most: 0o777}}, most: 0o777},
	{n: 204, name: "sched_getaffinity", in: []Phase{Making}, args: []arg{is(x86.RDI, 0), {reg: x86.RSI, most: maxProcessors}}, does: (*State).callAffinity, most: maxProcessors},
	{n: 228, name: "clock_gettime", in: []Phase{Starting, Busy, Serving, Reading, Waiting, Chosen, Answering}, args: []arg{is(x86.RDI, 0, 1)}, writes: region{x86.RSI, timespecSize}}, // where it fails there is what was there before
	{n: 233, name: "epoll_ctl", in: []Phase{Listening, Waiting, Taken, Unset, Chosen, Answering}, fd: Poller, args: []arg{is(x86.RSI, epollAdd, epollDel)}, does: (*State).callWatch},
	{n: 271, name: "ppoll", in: []Phase{Listening, Idle}, args: []arg{is(x86.RSI, 0, 1), is(x86.R8, sigsetSize)}, reads: region{x86.R10, sigsetSize}, does: (*State).callPpoll, most: 1},
	{n: 281, name: "epoll_pwait", in: []Phase{Listening, Waiting, Chosen, Answering, Done}, fd: Poller, args: []arg{is(x86.RDX, maxEvents)}, does: (*State).callWait, most: maxEvents, then: Waiting, last: true},
	{n: 288, name: "accept4", in: []Phase{Waiting, Chosen}, fd: Listener, args: []arg{is(x86.RSI, 0), is(x86.RDX, 0), is(x86.R10, 0)}, mode: []Mode{NonBlocking}, most: maxFD, is: Client, then: Taking},
	{n: 289, name: "signalfd4", in: []Phase{Listening}, args: []arg{is(x86.RDI, -1, 1<<32-1), is(x86.RDX, sigsetSize), is(x86.R10, 0)}, reads: region{x86.RSI, sigsetSize}, does: (*State).callSignals, most: maxFD, is: Signals},
	{n: 291, name: "epoll_create1", in: []Phase{Listening}, args: []arg{is(x86.RDI, 0)}, does: (*State).hasInherited, most: maxFD, is: Poller},
	{n: 293, name: "pipe2", in: []Phase{Listening}, args: []arg{is(x86.RSI, 0)}, does: (*State).callPipe, is: PipeResult},
	{n: 328, name: "pwritev2", in: []Phase{Answering, Released, Reading}, args: []arg{is(x86.RDI, stdout), is(x86.RDX, 1), is(x86.R10, -1), is(x86.R9, rwfNoWait)}, reads: region{x86.RSI, iovecSize}, does: (*State).callPwritev2, most: maxLength},
}

// maxFD is the greatest descriptor, maxPause bounds how long the parent may take no client, in milliseconds.
const maxFD, maxPause = 1<<31 - 1, 1000

// due are the calls of which rax says that they are made, and which are due.
func (s *State) due() (list []*call) {
	n, ok := s.number(x86.RAX, 8)
	name := ""
	for i := range calls {
		if c := &calls[i]; ok && c.n == n {
			if name = c.name; slices.Contains(c.in, s.phase) {
				list = append(list, c)
			}
		}
	}
	s.demand(name != "", rules.Syscalls, "rax is no known number of a system call that a server makes")
	s.demand(list != nil, rules.Syscalls, name+" is not due here")
	return list
}

// syscall makes the call that the registers describe, and reports whether the process goes on.
// The result is in rax; rcx and r11 are lost (System V ABI, AMD64 supplement, A.2.1).
func (s *State) syscall() (goesOn bool) {
	due := s.due()
	s.check.figures.Calls[due[0].n] = true
	s.spendCall(due[0].last)
	i := slices.IndexFunc(due, func(c *call) bool { return c.fd == noResult || s.isFD(s.cut(s.regs[x86.RDI], 4), c.fd) })
	s.demand(i >= 0, rules.Syscalls, due[0].name+": edi is not the descriptor that is due")
	c := due[i]
	for _, a := range c.args {
		s.has(c.name, a)
	}
	if c.name == "exit" {
		return false
	}
	s.demand(c.mode == nil || slices.Contains(c.mode, s.booted.Mode), rules.Syscalls, c.name+" where the listener's O_NONBLOCK is not known to be as is due")
	if c.reads.size > 0 {
		s.readable(s.regs[c.reads.at], linear.Const(c.reads.size))
	}
	if c.writes.size > 0 {
		s.clobber(s.regs[c.writes.at], linear.Const(c.writes.size))
	}
	if c.does != nil {
		c.does(s)
	}
	s.returns(c)
	return true
}

// returns is what follows a call.
func (s *State) returns(c *call) {
	most := c.most
	if c.counts {
		most = s.most(s.regs[x86.RDX])
	}
	s.closed(c.is)
	s.closed(c.gone)
	if c.then != 0 {
		s.phase = c.then
	}
	v := s.fresh(Variable{Bounds: linear.Bounds{Lo: -maxErrno, Hi: most}, Result: c.is})
	s.regs[x86.RAX] = v
	if s.called = v.Terms[0].Var; c.last {
		s.called = 0
	}
	s.regs[x86.RCX] = s.anything(8, Address) // an address of the text
	s.regs[x86.R11] = s.anything(8, Address) // the flags, of which not all is known here
	s.flags = flags{of: noFlags}
	if s.input != nil && s.input.result == 0 {
		s.input.result = v.Terms[0].Var
	}
	if c.name == "epoll_pwait" {
		s.regs[Reported], s.regs[Picked] = v, linear.Sum{}
	}
	if c.counts {
		s.know(s.plus(v, s.regs[x86.RDX], -1)) // no more than was asked for: both are bounded
	}
}

// has demands what a register is to be.
func (s *State) has(call string, a arg) {
	switch c, ok := s.number(a.reg, 8); {
	case ok && (slices.Contains(a.few, c) || a.least <= c && c <= a.most):
	case a.few != nil:
		s.refuse(rules.Syscalls, "%s: %s is %v, not %v", call, a.reg, s.regs[a.reg], a.few)
	default:
		s.refuse(rules.Syscalls, "%s: %s is %v, not from %d to %d", call, a.reg, s.regs[a.reg], a.least, a.most)
	}
}

// isFD: a number is such a descriptor.
func (s *State) isFD(a linear.Sum, want Result) bool {
	if want == Listener && s.booted.Family == inherited {
		return a.Is(inheritedFD)
	}
	return s.ResultOf(a) == want && s.rangeOf(a).Lo >= 0
}

// length is a register that says how many bytes: not negative, and with an upper bound.
func (s *State) length(r x86.Reg) linear.Sum {
	s.demandLength(s.regs[r], r.String())
	return s.regs[r]
}

// maxLength bounds one, in bytes.
const maxLength = 1 << 31

func (s *State) demandLength(n linear.Sum, in string) {
	if s.least(n) < 0 || s.most(n) > maxLength {
		s.refuse(rules.Reads, "the length in %s is not bounded: %v", in, n)
	}
	if s.made(n) != Nothing { // a call's result would tell it
		s.refuse(rules.Reads, "the length in %s is made of an address", in)
	}
}

// readable demands that the kernel may read n bytes from addr on, each constant or written. Which
// bytes they are tells of no address.
func (s *State) readable(addr, n linear.Sum) {
	off, ok := s.relative(addr, ImageBase)
	if ok {
		s.demandData(off, s.plus(off, n, 1))
	} else if off, ok = s.inString(addr, n); !ok {
		if off, ok = s.offset(addr); !ok {
			s.refuse(rules.Reads, "the kernel would read at %v", addr)
		}
		s.demandWritten(off, s.plus(off, n, 1))
	}
	s.demand(s.made(off) == Nothing, rules.Reads, "which bytes the kernel would read is made of an address")
}

// tells is readable for bytes that others get to know, or can find out: they tell of no address, and clients of no secret.
func (s *State) tells(addr, n linear.Sum) {
	s.readable(addr, n)
	if off, ok := s.offset(addr); ok {
		if made := s.marked(off, s.plus(off, n, 1)); made == Address || made == Secret && !s.phase.Booting() {
			s.refuse(rules.Reads, "the bytes that the kernel would read may be made of %s", made)
		}
	}
}

func (s *State) callRead() {
	s.reads = true
	n := s.length(x86.RDX)
	off, at := s.clobber(s.regs[x86.RSI], n)
	s.demand(at.in(s.check.proof.Input), rules.Isolation, "what is read is not stored where the certificate says that input is")
	s.demand(!s.answered, rules.Isolation, "the client is read behind a response, and no node is the head of another request")
	// What was behind the bytes that it stores is nobody's any more.
	var kept []Range
	for _, w := range s.bytes {
		switch is, ok := w.fixed(); {
		case s.rangeOf(w.Lo).Lo >= at.Hi || s.rangeOf(w.Hi).Hi <= at.Lo:
			kept = append(kept, w)
		case ok:
			for _, x := range subtract([]Span{is}, at) {
				kept = append(kept, x.sums())
			}
		case s.atMost(w.Lo, off) && s.atMost(off, w.Hi):
			kept = append(kept, Range{w.Lo, off})
		}
	}
	s.bytes = kept
	s.loseGiven(at)
	s.marks = slices.DeleteFunc(s.marks, func(m Mark) bool { return m.in(at) })
	s.input = &incoming{at: off}
}

// callWrite is of what is constant or was written.
func (s *State) callWrite() { s.tells(s.regs[x86.RSI], s.length(x86.RDX)) }

// callSend is callWrite to the client; or to standard output, a child's for its log.
func (s *State) callSend() {
	log := s.regs[x86.RDI].Is(stdout) && s.phase != Busy
	s.demand(log || s.isFD(s.cut(s.regs[x86.RDI], 4), Client), rules.Syscalls, "write: edi is not the descriptor that is due")
	s.callWrite()
	if addr, n := s.regs[x86.RSI], s.regs[x86.RDX]; !log && !s.interim(addr, n) {
		s.writes = true
		s.answered = s.answered || !s.waited(addr, n)
	}
}

// timespecSize is that of struct timespec in bytes: clock_gettime(2).
const timespecSize = 16

// callAccept: of what the parent put on the stack for earlier clients a new one gets nothing.
func (s *State) callAccept() {
	if s.phase == Listening {
		s.forgetEnvironment()
	}
	s.peer = Span{}
	if at, ok := s.number(x86.RSI, 8); ok && at == 0 {
		s.has("accept", is(x86.RDX, 0))
	} else {
		s.peerAddress()
	}
	s.keep(s.first)
	s.answered, s.input = false, nil
}

// keep forgets what was written of the stack but for the bytes at places.
func (s *State) keep(places []Span) {
	var kept []Span
	was := fixed(s.bytes)
	s.bytes, s.givens = s.bytes[:0], nil
	for _, w := range was {
		for _, p := range places {
			if both := (Span{max(w.Lo, p.Lo), min(w.Hi, p.Hi)}); both.Lo < both.Hi {
				kept, s.bytes = append(kept, both), append(s.bytes, both.sums())
			}
		}
	}
	s.cells = slices.DeleteFunc(s.cells, func(c Cell) bool { return !slices.ContainsFunc(kept, c.span().in) })
}
