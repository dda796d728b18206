package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// callAccept: of what the parent put on the stack for earlier clients, their addresses among
// it, a new one gets nothing.
func (e *process) callAccept(s *state) term {
	e.during(s, "accept", listening, idle)
	e.hasFD(s, "accept", listener)
	if s.mayNotWait {
		e.fail(rules.Syscalls, "accept of a listener that does not wait, or may not: the loop would not, either")
	}
	if s.phase == listening {
		s.first, s.fixed = slices.Clone(s.written), allRegs
	}
	s.peer = span{}
	if at, ok := s.argument(isa.RSI); ok && at == 0 {
		e.is(s, "accept", isa.RDX, "its length", 0)
	} else {
		e.peerAddress(s, "accept")
	}
	s.keepWritten(s.first)
	s.dropRegions()
	s.leaveVectors()
	s.leaveRegisters()
	s.answered, s.began, s.later = false, 0, false // the 503 that the parent writes was another client's
	s.phase = accepting
	s.closed(client)
	t := outcome(1<<31 - 1)
	t.fd = client
	return t
}

// peerSizes are how many bytes of its address accept writes at least, by family
// (accept(2), unix(7): a client without a name has its family alone).
var peerSizes = map[int64]int64{afUnix: 2, afInet: 16, afInet6: 28}

// peerAddress demands a place for the client's address, and for its length.
func (e *process) peerAddress(s *state, call string) {
	at, length := s.narrow(s.reg(isa.RSI), 8), s.narrow(s.reg(isa.RDX), 8)
	lo, okAt := s.exact(&at, meaning.Stack)
	off, okLength := s.exact(&length, meaning.Stack)
	if !okAt || !okLength {
		e.fail(rules.Writes, "%s: rsi and rdx are no known places on the stack but %s and %s", call, e.describe(s, &at), e.describe(s, &length))
		return
	}
	size, ok := s.slotValue(off, 4, meaning.Number)
	if !ok || size < 0 || size > 1<<12 {
		e.fail(rules.Syscalls, "%s: what rdx points to is no known size", call)
		return
	}
	n := min(size, peerSizes[s.family])
	if s.isConstant(lo, lo+size) {
		n = size
	}
	e.clobber(s, zone.Const(lo), zone.Const(lo+size), -1)
	e.clobber(s, zone.Const(off), zone.Const(off+4), -1)
	if n > 0 {
		s.peer = span{lo, lo + n}
	}
}

// isConstant: what is at [lo, hi) of the stack is the same whoever was a client, so that what
// accept leaves of it is nobody's address.
func (s *state) isConstant(lo, hi int64) bool {
	for lo < hi {
		size := uint8(min(8, hi-lo))
		if _, ok := s.slotValue(lo, size, meaning.Number); !ok {
			return false
		}
		lo += int64(size)
	}
	return true
}
