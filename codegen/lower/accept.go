package lower

import (
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// acceptLoop is the parent: accept, fork, close.
func (c *code) acceptLoop() {
	c.section("accept: the parent's whole life")
	c.routine("accept_loop",
		"in: r12 listener",
		"The parent never reads a client's byte.")
	if c.plan.Server.Listen.Inherited() {
		c.awaitClient()
	}
	if c.logs() {
		c.clearPeer()
		c.i2(LEA, RDX, M(0, RBP, slotPeerLen), "")
		c.i2(MOV, M(4, RDX, 0), Imm(peerSize), "room for the client's address")
		c.i2(LEA, RSI, M(0, RBP, slotPeer), "")
	} else {
		c.i2(XOR, EDX, EDX, "the client's address is not wanted,")
		c.i2(XOR, ESI, ESI, "nor its length")
	}
	c.i2(MOV, EDI, R12D, "")
	c.syscall(sysAccept, "")
	if c.plan.Server.Hardened {
		c.i2(TEST, EAX, EAX, "")
		c.i1(JS, Target("accept_failed"), "")
	} else {
		c.i2(TEST, EAX, EAX, "a signal, a client already gone, no descriptor to be had:")
		c.i1(JS, Target("accept_loop"), "accept again")
	}
	c.i2(MOV, R13D, EAX, "the client")
	c.syscall(sysFork, "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JZ, Target("handle_request"), "the child")
	c.i1(JS, Target("busy"), "no process to be had")
	c.routine("close_client", "in: r13 client", "The child has its own descriptor; without this they leak.")
	c.i2(MOV, EDI, R13D, "")
	c.syscall(sysClose, "")
	c.i1(JMP, Target("accept_loop"), "")
	if c.plan.Server.Hardened {
		c.acceptFailed()
	}
	c.busy()
}

// Why accept(2) cannot take a client that is there, and would not wait either: no
// descriptor, no file, no memory. 32 of the errnos are told apart: no other one of
// accept(2) is the same modulo 32.
const (
	enomem, enfile, emfile, enobufs = 12, 23, 24, 105

	exhausted = 1<<enomem | 1<<enfile | 1<<emfile | 1<<(enobufs%32)
	pause     = 100 // milliseconds
)

// acceptFailed accepts again: at once where a client was gone already, a signal came or
// the time is over that the listener has from its options.
func (c *code) acceptFailed() {
	c.routine("accept_failed", "in: eax -errno; edx, esi 0, unless a client's address is wanted", "ends: in accept_loop")
	c.i1(NEG, EAX, "errno")
	c.i2(MOV, ECX, Imm(exhausted), "ENOMEM, ENFILE, EMFILE and ENOBUFS, modulo 32:")
	c.i2(BT, ECX, EAX, "a client is there, and cannot be taken")
	c.i1(JNC, Target("accept_loop"), "")
	if c.logs() {
		c.i2(XOR, ESI, ESI, "no descriptors:")
		c.i2(MOV, EDX, Imm(pause), "milliseconds, for what is missing to be there again")
	} else {
		c.i2(MOV, DL, Imm(pause), "milliseconds, for what is missing to be there again: no descriptors")
	}
	c.syscall(sysPoll, "")
	c.i1(JMP, Target("accept_loop"), "")
}

// handleRequest is where a child starts.
func (c *code) handleRequest() {
	s := c.plan.Server
	switch {
	case c.loops():
		c.section("the event: what a client has sent, and its requests")
	case s.KeepAlive:
		c.section("the child: one connection")
	default:
		c.section("the child: one request")
	}
	c.emptyLine()
	c.island() // for the request line
	if c.loops() {
		c.receive()
	} else {
		c.begin()
	}
	c.routine("request", "in: r8 cursor, at the start of a request; r14 end of what was read")
	if s.KeepAlive {
		c.i2(MOV, slot(4, slotStart), R8D, "")
	}
	c.limitReads()
	c.i2(XOR, EBX, EBX, "no response is chosen")
	c.i2(XOR, R9D, R9D, "nothing is known of the request")
	c.i2(XOR, R12D, R12D, "the clock does not run")
	if c.hasResources() {
		c.clearResource()
	}
	c.clearSegments()
	c.clearSpans()
	c.clearLog()
	c.clearAuth()
}

// begin is what a child begins with.
func (c *code) begin() {
	s := c.plan.Server
	c.routine("handle_request", "in: r12 listener; r13 client", "out: r8, r14 empty buffer")
	c.i2(MOV, EDI, R12D, "the listener first: a restart must be able to bind while this child works")
	c.syscall(sysClose, "")
	if s.Hardened && s.Listen.Family == plan.AFUnix {
		c.setOptions(R13D, func() {
			c.i2(TEST, EAX, EAX, "an errno is negative")
			c.i1(JS, Target("exit_0"), "")
		})
	}
	c.i2(XOR, R8D, R8D, "the cursor")
	c.i2(XOR, R14D, R14D, "nothing read")
	if s.KeepAlive {
		c.i2(MOV, slot(4, slotOutput), R14D, "nothing to write")
		c.i2(MOV, slot(4, slotRequests), Imm(s.Requests), "requests that may come")
		if c.sendsMuch() {
			c.i2(MOV, slot(4, slotDeaf), R14D, "signals end the child")
		}
		if c.patient() {
			c.i2(MOV, slot(4, slotPatience), Imm(s.HeadTimeouts), "timeouts until the first request")
		}
	}
}

// patient: the limits of the head and between requests differ, so that one read
// timeout cannot stand for both and they are counted.
func (c *code) patient() bool {
	s := c.plan.Server
	return s.KeepAlive && (s.HeadTimeouts != 1 || s.IdleTimeouts != 1)
}
