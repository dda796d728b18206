package kernel

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// The calls that a process of many connections makes for its log beside those of a child.

// callGetpeername asks for the address of the event's client, which was read from.
func (e *Process) callGetpeername(s *domain.State) value.Term {
	const call = "getpeername"
	e.duringLoop(s, call, domain.Serving, domain.Reading)
	e.HasFD(s, call, value.Client)
	s.Peer = value.Span{}
	e.peerAddress(s, call)
	s.Closed(value.NameResult)
	t := outcome(0)
	t.FD = value.NameResult
	return t
}

// Of pwritev2(2) and struct iovec. Where the range goes is -1, behind the last one; of its upper
// half, in r8, x86-64 takes nothing (Linux, fs/read_write.c, pos_from_hilo).
const (
	rwfNowait = 8
	iovecSize = 16
	iovecLen  = 8
)

// callPwritev2 writes one range to standard output, for the log, and does not wait.
func (e *Process) callPwritev2(s *domain.State) value.Term {
	const call = "pwritev2"
	e.During(s, call, domain.Serving, domain.Reading)
	if s.Loop == domain.NoLoop {
		e.Fail(rules.Syscalls, "%s of a process that serves one connection", call)
	}
	e.Is(s, call, isa.RDI, "the descriptor", 1)
	e.Is(s, call, isa.RDX, "the number of ranges", 1)
	e.Is(s, call, isa.R10, "the offset", -1)
	e.Is(s, call, isa.R9, "the flags", rwfNowait)
	e.Readable(s, isa.RSI, zone.Const(iovecSize))
	off, ok := e.stackPlace(s, call, isa.RSI)
	if !ok || e.Failure != nil {
		return value.Term{}
	}
	at, okAt := quad(s, off)
	size, okSize := quad(s, off+iovecLen)
	if !okAt || !okSize {
		e.Fail(rules.Reads, "pwritev2: what is in the struct iovec at %d is not known", off)
		return value.Term{}
	}
	n := e.SizeOf(s, &size, "the struct iovec").Lin
	if _, exact := s.Exact(&at, meaning.Stack); !exact { // else where that is could say something
		e.Fail(rules.Reads, "pwritev2: the address in the struct iovec is no known place on the stack but %s", e.Describe(s, &at))
		return value.Term{}
	}
	e.Source(s, &at, n)
	e.IsPublicAt(s, &at, n, s.Marks(zone.Const(off+iovecLen), zone.Const(off+iovecSize)))
	return countUpTo(s, n)
}

// quad is what the 8 bytes at a known place of the stack are.
func quad(s *domain.State, off int64) (value.Term, bool) {
	i := s.FindSlot(off, 8)
	if i < 0 {
		return value.Term{}, false
	}
	v := value.FirstSlot + zone.Var(i)
	return s.Narrow(value.Term{Value: s.Vals[v], Lin: zone.Of(v)}, 8), true
}
