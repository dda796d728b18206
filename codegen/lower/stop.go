package lower

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// stops: the server waits for its children when it is told to stop. As process 1 it has
// to: the kernel kills what a process 1 leaves behind (pid_namespaces(7)).
func (c *code) stops() bool { return c.plan.Server.Hardened }

// stop is the handler of SIGTERM, SIGQUIT and SIGINT. It stands on r12, which is the
// listener in the parent from the first of these actions on, and on rbp, which is 0
// nowhere else. A child that gets the signal has no children: it ends, and what it closes
// is closed anyway.
func (c *code) stop() {
	c.section("stop: no more clients, and the end once the last child is gone")
	c.routine("stop", "The handler of SIGTERM, SIGQUIT and SIGINT.", "in: r12 listener; rbp 0 where one came before", "ends: with status 0")
	c.i2(TEST, RBP, RBP, "a second signal")
	c.i1(JZ, Target("exit_0"), "does not wait")
	c.i2(XOR, EBP, EBP, "")
	c.i2(MOV, EDI, R12D, "the port is free for the next server")
	c.syscall(sysClose, "")
	c.awaitChildren()
	if c.sendsMuch() {
		c.sendMuch()
	}
}

// awaitChildren ends with the last child.
func (c *code) awaitChildren() {
	c.i2(XOR, R10D, R10D, "what they used is not wanted,")
	c.i2(XOR, EDX, EDX, "nor anything special,")
	c.i2(XOR, ESI, ESI, "nor their status")
	c.i2(OR, EDI, Imm(-1), "any child:")
	c.syscall(sysWait4, "with SA_NOCLDWAIT it returns when the last one is gone")
	c.i1(JMP, Target("exit_0"), "")
}

// atOnce is how many bytes the buffer of any socket takes at once (tcp(7), tcp_wmem).
const atOnce = 4096

// sendsMuch: a response may take a client some time. A signal to the whole group, as of
// Ctrl-C or of systemd, reaches children too, and must not cut it. Where the listener was
// handed over, these are blocked for children.
func (c *code) sendsMuch() bool {
	return c.stops() && !c.plan.Server.Listen.Inherited() && slices.ContainsFunc(c.plan.Responses, func(r plan.Response) bool {
		return int64(len(r.Head))+r.Body.Size > atOnce || r.Longest() > atOnce
	})
}

// sendMuch ignores the signals that stop the server before much is sent. Children that
// read, or have nothing to do, end with them.
func (c *code) sendMuch() {
	c.routine("send_much", "In a child, before it writes much: SIGTERM, SIGQUIT and SIGINT are the parent's affair.", "in: as send", "ends: in send_rest")
	if c.plan.Server.KeepAlive {
		c.i2(CMP, slot(4, slotDeaf), Imm(0), "")
		c.i1(JNE, Target("send_rest"), "they are ignored already")
		c.i2(MOV, slot(4, slotDeaf), Imm(1), "")
	}
	c.i1(PUSH, RDX, "")
	c.i1(PUSH, RSI, "")
	c.i1(PUSH, R10, "")
	c.lea(RSI, "ignore", "struct sigaction")
	c.i2(XOR, EDX, EDX, "the old action is not wanted")
	c.i2(MOV, R10D, Imm(8), "size of a signal set")
	for _, signal := range []int{sigTerm, sigQuit, sigInt} {
		c.i2(MOV, EDI, Imm(signal), "")
		c.syscall(sysRtSigact, "it does not fail: it did not at boot")
	}
	c.i1(POP, R10, "")
	c.i1(POP, RSI, "")
	c.i1(POP, RDX, "")
	c.i2(MOV, EDI, R13D, "")
	c.i1(JMP, Target("send_rest"), "")
	c.datum(Datum{Label: "ignore", Note: "struct sigaction of rt_sigaction(2)", Fields: []Field{
		Word{Size: 8, Value: sigIgn, Note: "sa_handler: SIG_IGN"},
		Word{Size: 8, Value: saRestorer, Note: "sa_flags: SA_RESTORER"},
		Word{Size: 8, Note: "sa_restorer: none"},
		Word{Size: 8, Note: "sa_mask: none"},
	}})
}
