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

// call is a system call as this checker knows it: when it is due, and what it does. Its result
// is from -maxErrno to most.
type call struct {
	name string
	in   []Phase
	does func(s *State) (most int64, is Result)
}

// calls by number (Linux, arch/x86/entry/syscalls/syscall_64.tbl).
var calls = map[int64]call{
	0:  {"read", []Phase{Serving, Reading}, (*State).callRead},
	1:  {"write", []Phase{Starting, Opened, HasAddress, Listening, Busy, Serving, Reading}, (*State).callWrite},
	3:  {"close", []Phase{Accepted, Parent, Busy, Forked, Interrupted}, (*State).callClose},
	7:  {"poll", []Phase{Idle}, (*State).callPoll},
	13: {"rt_sigaction", []Phase{Listening, Serving, Reading}, (*State).callSigaction},
	41: {"socket", []Phase{Starting}, (*State).callSocket},
	43: {"accept", []Phase{Listening, Idle}, (*State).callAccept},
	49: {"bind", []Phase{Opened}, (*State).callBind},
	50: {"listen", []Phase{HasAddress}, (*State).callListen},
	54: {"setsockopt", []Phase{Opened, Serving}, (*State).callSetsockopt},
	57: {"fork", []Phase{Accepted}, (*State).callFork},
	60: {"exit", []Phase{Starting, Opened, HasAddress, Listening, Serving, Reading, Interrupted}, nil},
	61: {"wait4", []Phase{Interrupted}, (*State).callWait},

	228: {"clock_gettime", []Phase{Starting, Busy, Serving, Reading}, (*State).callClock},
}

// syscall makes the call that the registers describe, and reports whether the process goes on.
// The result is in rax; rcx and r11 are lost (System V ABI, AMD64 supplement, A.2.1).
func (s *State) syscall() (goesOn bool) {
	n, ok := s.number(x86.RAX, 8)
	c, known := calls[n]
	if !ok || !known {
		s.refuse(rules.Syscalls, "rax is no known number of a system call that a server makes: %v", s.regs[x86.RAX])
	}
	if !slices.Contains(c.in, s.phase) {
		s.refuse(rules.Syscalls, "%s is not due here", c.name)
	}
	s.check.figures.Calls[n] = true
	last := c.name == "accept" || c.does == nil
	s.spendCall(last)
	if c.does == nil {
		s.is("exit", x86.RDI, 0, 1)
		return false
	}
	most, is := c.does(s)
	v := s.fresh(Variable{Bounds: linear.Bounds{Lo: -maxErrno, Hi: most}, Result: is})
	s.regs[x86.RAX] = v
	if s.called = v.Terms[0].Var; last {
		s.called = 0
	}
	s.regs[x86.RCX] = s.anything(8, true) // an address of the text
	s.regs[x86.R11] = s.anything(8, true) // the flags, of which not all is known here
	s.flags = flags{of: noFlags}
	switch c.name {
	case "read":
		s.input.result = v.Terms[0].Var
		fallthrough
	case "write":
		s.know(s.plus(v, s.regs[x86.RDX], -1)) // no more than was asked for: both are bounded
	}
	return true
}

// is demands that a register is one of a few constants.
func (s *State) is(call string, r x86.Reg, wants ...int64) int64 {
	c, ok := s.number(r, 8)
	if !ok || !slices.Contains(wants, c) {
		s.refuse(rules.Syscalls, "%s: %s is %v, not %v", call, r, s.regs[r], wants)
	}
	return c
}

// inRange demands that a register is a constant from lo to hi.
func (s *State) inRange(call string, r x86.Reg, lo, hi int64) {
	if c, ok := s.number(r, 8); !ok || c < lo || c > hi {
		s.refuse(rules.Syscalls, "%s: %s is %v, not from %d to %d", call, r, s.regs[r], lo, hi)
	}
}

// hasFD demands a descriptor in edi.
func (s *State) hasFD(call string, want Result) {
	a := s.cut(s.regs[x86.RDI], 4)
	if s.ResultOf(a) != want || s.rangeOf(a).Lo < 0 {
		s.refuse(rules.Syscalls, "%s: edi is not the descriptor that is due", call)
	}
}

// length is a register that says how many bytes: not negative, and with an upper bound.
func (s *State) length(r x86.Reg) linear.Sum {
	n := s.regs[r]
	if s.least(n) < 0 || s.most(n) > 1<<31 {
		s.refuse(rules.Reads, "the length in %s is not bounded: %v", r, n)
	}
	if s.made(n) { // a read's result would tell it
		s.refuse(rules.Reads, "the length in %s is made of an address", r)
	}
	return n
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
	if s.made(off) {
		s.refuse(rules.Reads, "which bytes the kernel would read is made of an address")
	}
}

// tells is readable for bytes that others get to know, or can find out: they tell of no address.
func (s *State) tells(addr, n linear.Sum) {
	s.readable(addr, n)
	if off, ok := s.offset(addr); ok && !s.unmarked(off, s.plus(off, n, 1)) {
		s.refuse(rules.Reads, "the bytes that the kernel would read may be made of an address")
	}
}

func (s *State) callRead() (int64, Result) {
	s.hasFD("read", Client)
	s.reads = true
	n := s.length(x86.RDX)
	off, at := s.clobber(s.regs[x86.RSI], n)
	if in := s.check.proof.Input; at.Lo < in.Lo || at.Hi > in.Hi {
		s.refuse(rules.Isolation, "what is read from %d to %d is not where the certificate says that input is", at.Lo, at.Hi)
	}
	if s.answered {
		s.refuse(rules.Isolation, "the client is read behind a response, and no node is the head of another request")
	}
	// What was behind the bytes that it stores is nobody's any more.
	var kept []Range
	for _, w := range s.bytes {
		switch {
		case s.rangeOf(w.Lo).Lo >= at.Hi || s.rangeOf(w.Hi).Hi <= at.Lo:
			kept = append(kept, w)
		case w.Lo.IsConst() && w.Hi.IsConst():
			for _, x := range subtract([]Span{{w.Lo.C, w.Hi.C}}, at) {
				kept = append(kept, Range{linear.Const(x.Lo), linear.Const(x.Hi)})
			}
		case s.atMost(w.Lo, off) && s.atMost(off, w.Hi):
			kept = append(kept, Range{w.Lo, off})
		}
	}
	s.bytes = kept
	s.loseGiven(at)
	s.marks = slices.DeleteFunc(s.marks, func(m Span) bool { return at.Lo <= m.Lo && m.Hi <= at.Hi })
	s.input = &incoming{at: off}
	return s.most(n), noResult
}

// callWrite is to the client, of what is constant or was written; to standard output or error
// at the boot.
func (s *State) callWrite() (int64, Result) {
	if s.phase.booting() {
		s.is("write", x86.RDI, 1, 2)
	} else {
		s.hasFD("write", Client)
	}
	n := s.length(x86.RDX)
	s.tells(s.regs[x86.RSI], n)
	if !s.phase.booting() && !s.interim(s.regs[x86.RSI], n) {
		s.writes = true
		s.answered = s.answered || !s.waited(s.regs[x86.RSI], n)
	}
	return s.most(n), noResult
}

func (s *State) callClose() (int64, Result) {
	switch s.phase {
	case Forked:
		s.hasFD("close", Listener)
		s.phase = Serving
		s.closed(Listener)
	case Interrupted: // of anything: what is left to a handler is to wait and to exit
	default:
		s.hasFD("close", Client)
		s.phase = Idle
		s.closed(Client)
	}
	return 0, noResult
}

// maxPause bounds how long the parent may take no client, in milliseconds.
const maxPause = 1000

func (s *State) callPoll() (int64, Result) {
	s.is("poll", x86.RSI, 0)
	s.inRange("poll", x86.RDX, 1, maxPause)
	return 0, noResult
}

func (s *State) callWait() (int64, Result) {
	s.is("wait4", x86.RDI, -1, 1<<32-1)
	s.is("wait4", x86.RSI, 0)
	s.is("wait4", x86.RDX, 0)
	s.is("wait4", x86.R10, 0)
	return 1<<31 - 1, noResult
}

// timespecSize is that of struct timespec in bytes: clock_gettime(2).
const timespecSize = 16

// callClock asks what time it is, or how long the machine runs. Where it fails there is what was there before.
func (s *State) callClock() (int64, Result) {
	s.is("clock_gettime", x86.RDI, 0, 1)
	s.clobber(s.regs[x86.RSI], linear.Const(timespecSize))
	return 0, noResult
}

// callAccept: of what the parent put on the stack for earlier clients a new one gets nothing.
func (s *State) callAccept() (int64, Result) {
	s.hasFD("accept", Listener)
	s.is("accept", x86.RSI, 0)
	s.is("accept", x86.RDX, 0)
	if s.phase == Listening {
		s.forgetEnvironment()
	}
	s.keep(s.first)
	s.phase, s.answered, s.input = Accepting, false, nil
	s.closed(Client)
	return 1<<31 - 1, Client
}

func (s *State) callFork() (int64, Result) {
	s.phase = Forking
	s.closed(ForkResult) // of an earlier fork
	return 1<<31 - 1, ForkResult
}

// fixed are the ranges of written bytes whose ends are constants.
func (s *State) fixed() (out []Span) {
	for _, w := range s.bytes {
		if w.Lo.IsConst() && w.Hi.IsConst() {
			out = append(out, Span{w.Lo.C, w.Hi.C})
		}
	}
	return out
}

// keep forgets what was written of the stack but for the bytes at places.
func (s *State) keep(places []Span) {
	var kept []Range
	for _, w := range s.fixed() {
		for _, p := range places {
			if lo, hi := max(w.Lo, p.Lo), min(w.Hi, p.Hi); lo < hi {
				kept = append(kept, Range{linear.Const(lo), linear.Const(hi)})
			}
		}
	}
	s.bytes, s.givens = kept, nil
	s.cells = slices.DeleteFunc(s.cells, func(c Cell) bool {
		return !slices.ContainsFunc(kept, func(w Range) bool { return w.Lo.C <= c.Off && c.Off+int64(c.Width) <= w.Hi.C })
	})
}
