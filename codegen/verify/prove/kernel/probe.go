package kernel

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/step"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// A probe is the program that asks a server for its health. It opens a socket as a server
// does, and connects it where that would bind it: from then on it is no server, writes to
// the socket and standard error, reads from the socket, and exits.

// callConnect takes an address as bind does.
func (e *Process) callConnect(s *domain.State) value.Term {
	e.During(s, "connect", domain.Opened)
	e.HasFD(s, "connect", value.Listener)
	e.address(s, "connect")
	s.Closed(value.ConnectResult)
	s.Phase = domain.Connecting
	t := outcome(0)
	t.FD = value.ConnectResult
	return t
}

// Sizes of an address in bytes: from a family and a byte more to struct sockaddr_storage
// (socket(7)).
const minAddress, maxAddress = 3, 128

// address demands an address of edx bytes where rsi points.
func (e *Process) address(s *domain.State, call string) {
	n, ok := step.Argument(s, isa.RDX)
	if !ok || n < minAddress || n > maxAddress {
		e.Fail(rules.Syscalls, "%s: edx is not the size of an address", call)
		return
	}
	e.Readable(s, isa.RSI, zone.Const(n))
}

// probeWrites: to standard error, or to the server.
func (e *Process) probeWrites(s *domain.State) {
	if to, known := step.Argument(s, isa.RDI); known && to == 2 && s.Vals[value.RegVar(isa.RDI)].FD == value.NoFD {
		return
	}
	e.During(s, "write", domain.Connected)
	e.HasFD(s, "write", value.Listener)
}
