package serve

import (
	"github.com/verbosel/verbosel/codegen/lower/boot"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/log"
	"github.com/verbosel/verbosel/codegen/lower/request"
	"github.com/verbosel/verbosel/codegen/lower/resource"
	"github.com/verbosel/verbosel/codegen/lower/respond"
	"github.com/verbosel/verbosel/codegen/lower/route"
	"github.com/verbosel/verbosel/codegen/lower/slots"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// AcceptLoop is the parent: accept, fork, close.
func AcceptLoop(c *emit.Code) {
	c.Section("accept: the parent's whole life")
	c.Routine("accept_loop",
		"in: r12 listener",
		"The parent never reads a client's byte.")
	if c.Plan.Server.Listen.Inherited() {
		awaitClient(c)
	}
	if c.Logs() {
		clearPeer(c)
		c.I2(LEA, RDX, M(0, RBP, log.SlotPeerLen), "")
		c.I2(MOV, M(4, RDX, 0), Imm(log.PeerSize), "room for the client's address")
		c.I2(LEA, RSI, M(0, RBP, log.SlotPeer), "")
	} else {
		c.I2(XOR, EDX, EDX, "the client's address is not wanted,")
		c.I2(XOR, ESI, ESI, "nor its length")
	}
	c.I2(MOV, EDI, R12D, "")
	c.Syscall(emit.SysAccept, "")
	if c.Plan.Server.Hardened {
		c.I2(TEST, EAX, EAX, "")
		c.I1(JS, Target("accept_failed"), "")
	} else {
		c.I2(TEST, EAX, EAX, "a signal, a client already gone, no descriptor to be had:")
		c.I1(JS, Target("accept_loop"), "accept again")
	}
	c.I2(MOV, R13D, EAX, "the client")
	c.Syscall(emit.SysFork, "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JZ, Target("handle_request"), "the child")
	c.I1(JS, Target("busy"), "no process to be had")
	c.Routine("close_client", "in: r13 client", "The child has its own descriptor; without this they leak.")
	c.I2(MOV, EDI, R13D, "")
	c.Syscall(emit.SysClose, "")
	c.I1(JMP, Target("accept_loop"), "")
	if c.Plan.Server.Hardened {
		acceptFailed(c)
	}
	respond.Busy(c)
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
func acceptFailed(c *emit.Code) {
	c.Routine("accept_failed", "in: eax -errno; edx, esi 0, unless a client's address is wanted", "ends: in accept_loop")
	c.I1(NEG, EAX, "errno")
	c.I2(MOV, ECX, Imm(exhausted), "ENOMEM, ENFILE, EMFILE and ENOBUFS, modulo 32:")
	c.I2(BT, ECX, EAX, "a client is there, and cannot be taken")
	c.I1(JNC, Target("accept_loop"), "")
	if c.Logs() {
		c.I2(XOR, ESI, ESI, "no descriptors:")
		c.I2(MOV, EDX, Imm(pause), "milliseconds, for what is missing to be there again")
	} else {
		c.I2(MOV, DL, Imm(pause), "milliseconds, for what is missing to be there again: no descriptors")
	}
	c.Syscall(emit.SysPoll, "")
	c.I1(JMP, Target("accept_loop"), "")
}

// HandleRequest is where a child starts.
func HandleRequest(c *emit.Code) {
	s := c.Plan.Server
	switch {
	case c.Loops():
		c.Section("the event: what a client has sent, and its requests")
	case s.KeepAlive:
		c.Section("the child: one connection")
	default:
		c.Section("the child: one request")
	}
	request.EmptyLine(c)
	c.Island() // for the request line
	if c.Loops() {
		receive(c)
	} else {
		begin(c)
	}
	c.Routine("request", "in: r8 cursor, at the start of a request; r14 end of what was read")
	if s.KeepAlive {
		c.I2(MOV, layout.Slot(4, layout.SlotStart), R8D, "")
	}
	request.LimitReads(c)
	c.I2(XOR, EBX, EBX, "no response is chosen")
	c.I2(XOR, R9D, R9D, "nothing is known of the request")
	c.I2(XOR, R12D, R12D, "the clock does not run")
	if c.HasResources() {
		resource.ClearResource(c)
	}
	route.ClearSegments(c)
	slots.ClearSpans(c)
	log.ClearLog(c)
	request.ClearAuth(c)
}

// begin is what a child begins with.
func begin(c *emit.Code) {
	s := c.Plan.Server
	c.Routine("handle_request", "in: r12 listener; r13 client", "out: r8, r14 empty buffer")
	c.I2(MOV, EDI, R12D, "the listener first: a restart must be able to bind while this child works")
	c.Syscall(emit.SysClose, "")
	if s.Hardened && s.Listen.Family == plan.AFUnix {
		boot.SetOptions(c, R13D, func() {
			c.I2(TEST, EAX, EAX, "an errno is negative")
			c.I1(JS, Target("exit_0"), "")
		})
	}
	c.I2(XOR, R8D, R8D, "the cursor")
	c.I2(XOR, R14D, R14D, "nothing read")
	if s.KeepAlive {
		c.I2(MOV, layout.Slot(4, layout.SlotOutput), R14D, "nothing to write")
		c.I2(MOV, layout.Slot(4, layout.SlotRequests), Imm(s.Requests), "requests that may come")
		if c.SendsMuch() {
			c.I2(MOV, layout.Slot(4, layout.SlotDeaf), R14D, "signals end the child")
		}
		if c.Patient() {
			c.I2(MOV, layout.Slot(4, layout.SlotPatience), Imm(s.HeadTimeouts), "timeouts until the first request")
		}
	}
}
