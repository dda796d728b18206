package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// A probe is the program that asks a server for its health. It opens a socket as a server
// does, and connects it where that would bind it: from then on it is no server, writes to
// the socket and standard error, reads from the socket, and exits.

// callConnect takes an address as bind does.
func (e *process) callConnect(s *state) term {
	e.during(s, "connect", opened)
	e.hasFD(s, "connect", listener)
	e.address(s, "connect")
	s.closed(connectResult)
	s.phase = connecting
	t := outcome(0)
	t.fd = connectResult
	return t
}

// Sizes of an address in bytes: from a family and a byte more to struct sockaddr_storage
// (socket(7)).
const minAddress, maxAddress = 3, 128

// address demands an address of edx bytes where rsi points.
func (e *process) address(s *state, call string) {
	n, ok := s.argument(isa.RDX)
	if !ok || n < minAddress || n > maxAddress {
		e.fail(rules.Syscalls, "%s: edx is not the size of an address", call)
		return
	}
	e.readable(s, isa.RSI, zone.Const(n))
}

// probeWrites: to standard error, or to the server.
func (e *process) probeWrites(s *state) {
	if to, known := s.argument(isa.RDI); known && to == 2 && s.vals[regVar(isa.RDI)].fd == noFD {
		return
	}
	e.during(s, "write", connected)
	e.hasFD(s, "write", listener)
}
