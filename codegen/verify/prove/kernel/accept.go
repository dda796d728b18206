package kernel

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/step"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// callAccept: of what the parent put on the stack for earlier clients, their addresses among
// it, a new one gets nothing.
func (e *Process) callAccept(s *domain.State) value.Term {
	e.During(s, "accept", domain.Listening, domain.Idle)
	e.HasFD(s, "accept", value.Listener)
	if s.MayNotWait {
		e.Fail(rules.Syscalls, "accept of a listener that does not wait, or may not: the loop would not, either")
	}
	if s.Phase == domain.Listening {
		s.First, s.Fixed = slices.Clone(s.Written), code.AllRegs
	}
	s.Peer = value.Span{}
	if at, ok := step.Argument(s, isa.RSI); ok && at == 0 {
		e.Is(s, "accept", isa.RDX, "its length", 0)
	} else {
		e.peerAddress(s, "accept")
	}
	keepWritten(s, s.First)
	s.DropRegions()
	leaveVectors(s)
	leaveRegisters(s)
	s.Answered, s.Began, s.Later = false, 0, false // the 503 that the parent writes was another client's
	s.Phase = domain.Accepting
	s.Closed(value.Client)
	t := outcome(1<<31 - 1)
	t.FD = value.Client
	return t
}

// peerSizes are how many bytes of its address accept writes at least, by family
// (accept(2), unix(7): a client without a name has its family alone).
var peerSizes = map[int64]int64{afUnix: 2, afInet: 16, afInet6: 28}

// peerAddress demands a place for the client's address, and for its length.
func (e *Process) peerAddress(s *domain.State, call string) {
	at, length := s.Narrow(s.Reg(isa.RSI), 8), s.Narrow(s.Reg(isa.RDX), 8)
	lo, okAt := s.Exact(&at, meaning.Stack)
	off, okLength := s.Exact(&length, meaning.Stack)
	if !okAt || !okLength {
		e.Fail(rules.Writes, "%s: rsi and rdx are no known places on the stack but %s and %s", call, e.Describe(s, &at), e.Describe(s, &length))
		return
	}
	size, ok := step.SlotValue(s, off, 4, meaning.Number)
	if !ok || size < 0 || size > 1<<12 {
		e.Fail(rules.Syscalls, "%s: what rdx points to is no known size", call)
		return
	}
	n := min(size, peerSizes[s.Family])
	if isConstant(s, lo, lo+size) {
		n = size
	}
	e.Clobber(s, zone.Const(lo), zone.Const(lo+size), -1)
	e.Clobber(s, zone.Const(off), zone.Const(off+4), -1)
	if n > 0 {
		s.Peer = value.Span{Lo: lo, Hi: lo + n}
	}
}

// isConstant: what is at [lo, hi) of the stack is the same whoever was a client, so that what
// accept leaves of it is nobody's address.
func isConstant(s *domain.State, lo, hi int64) bool {
	for lo < hi {
		size := uint8(min(8, hi-lo))
		if _, ok := step.SlotValue(s, lo, size, meaning.Number); !ok {
			return false
		}
		lo += int64(size)
	}
	return true
}
