package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// Flags of recv(2) and send(2).
const msgDontWait, msgNoSignal = 0x40, 0x4000

// callRecvfrom is read from a client, which may be told not to wait.
func (e *process) callRecvfrom(s *state) term {
	e.hasFD(s, "recvfrom", client)
	if s.loop == looping {
		e.is(s, "recvfrom", isa.R10, "the flags", msgDontWait)
		e.startServing(s)
	} else {
		e.is(s, "recvfrom", isa.R10, "the flags", 0, msgDontWait)
		e.during(s, "recvfrom", serving, reading)
	}
	e.is(s, "recvfrom", isa.R8, "the address", 0) // so that r9, its length, is not looked at
	return e.receives(s, "recvfrom")
}

// callSendto is write to a client, which may be told not to wait, and not to raise SIGPIPE.
func (e *process) callSendto(s *state) term {
	e.toClient(s, "sendto")
	if s.loop == looping {
		e.is(s, "sendto", isa.R10, "the flags", msgDontWait, msgDontWait|msgNoSignal)
	} else {
		e.is(s, "sendto", isa.R10, "the flags", 0, msgDontWait, msgDontWait|msgNoSignal)
	}
	e.is(s, "sendto", isa.R8, "the address", 0) // as above
	return e.sends(s)
}
