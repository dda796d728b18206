package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// The calls that a process of many connections makes for its log beside those of a child.

// callGetpeername asks for the address of the event's client, which was read from.
func (e *process) callGetpeername(s *state) term {
	const call = "getpeername"
	e.duringLoop(s, call, serving, reading)
	e.hasFD(s, call, client)
	s.peer = span{}
	e.peerAddress(s, call)
	s.closed(nameResult)
	t := outcome(0)
	t.fd = nameResult
	return t
}

// hasName: getpeername succeeded.
func (s *state) hasName() {
	s.closed(nameResult)
	s.addSpan(s.peer)
	s.named, s.peer = s.peer, span{}
}

// unname forgets that bytes are the client's address, which may be written over.
func (s *state) unname(addr, end zone.Lin) {
	if s.named != (span{}) && s.mayOverlap(addr, end, zone.Const(s.named.lo), s.named.hi-s.named.lo) {
		s.named = span{}
	}
}

// Of pwritev2(2) and struct iovec. Where the range goes is -1, behind the last one; of its upper
// half, in r8, x86-64 takes nothing (Linux, fs/read_write.c, pos_from_hilo).
const (
	rwfNowait = 8
	iovecSize = 16
	iovecLen  = 8
)

// callPwritev2 writes one range to standard output, for the log, and does not wait.
func (e *process) callPwritev2(s *state) term {
	const call = "pwritev2"
	e.during(s, call, serving, reading)
	if s.loop == noLoop {
		e.fail(rules.Syscalls, "%s of a process that serves one connection", call)
	}
	e.is(s, call, isa.RDI, "the descriptor", 1)
	e.is(s, call, isa.RDX, "the number of ranges", 1)
	e.is(s, call, isa.R10, "the offset", -1)
	e.is(s, call, isa.R9, "the flags", rwfNowait)
	e.readable(s, isa.RSI, zone.Const(iovecSize))
	off, ok := e.stackPlace(s, call, isa.RSI)
	if !ok || e.failure != nil {
		return term{}
	}
	at, okAt := s.quad(off)
	size, okSize := s.quad(off + iovecLen)
	if !okAt || !okSize {
		e.fail(rules.Reads, "pwritev2: what is in the struct iovec at %d is not known", off)
		return term{}
	}
	n := e.sizeOf(s, &size, "the struct iovec").lin
	if _, exact := s.exact(&at, meaning.Stack); !exact { // else where that is could say something
		e.fail(rules.Reads, "pwritev2: the address in the struct iovec is no known place on the stack but %s", e.describe(s, &at))
		return term{}
	}
	e.source(s, &at, n)
	e.isPublicAt(s, &at, n, s.marks(zone.Const(off+iovecLen), zone.Const(off+iovecSize)))
	return s.countUpTo(n)
}

// quad is what the 8 bytes at a known place of the stack are.
func (s *state) quad(off int64) (term, bool) {
	i := s.findSlot(off, 8)
	if i < 0 {
		return term{}, false
	}
	v := firstSlot + zone.Var(i)
	return s.narrow(term{value: s.vals[v], lin: zone.Of(v)}, 8), true
}
