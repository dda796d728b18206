package kernel

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
)

// Flags of recv(2) and send(2).
const msgDontWait, msgNoSignal = 0x40, 0x4000

// callRecvfrom is read from a client, which may be told not to wait.
func (e *Process) callRecvfrom(s *domain.State) value.Term {
	e.HasFD(s, "recvfrom", value.Client)
	if s.Loop == domain.Looping {
		e.Is(s, "recvfrom", isa.R10, "the flags", msgDontWait)
		e.startServing(s)
	} else {
		e.Is(s, "recvfrom", isa.R10, "the flags", 0, msgDontWait)
		e.During(s, "recvfrom", domain.Serving, domain.Reading)
	}
	e.Is(s, "recvfrom", isa.R8, "the address", 0) // so that r9, its length, is not looked at
	return e.receives(s, "recvfrom")
}

// callSendto is write to a client, which may be told not to wait, and not to raise SIGPIPE.
func (e *Process) callSendto(s *domain.State) value.Term {
	e.toClient(s, "sendto")
	if s.Loop == domain.Looping {
		e.Is(s, "sendto", isa.R10, "the flags", msgDontWait, msgDontWait|msgNoSignal)
	} else {
		e.Is(s, "sendto", isa.R10, "the flags", 0, msgDontWait, msgDontWait|msgNoSignal)
	}
	e.Is(s, "sendto", isa.R8, "the address", 0) // as above
	return e.sends(s)
}
