package lower

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Stops: the server waits for its children when it is told to stop. As process 1 it has
// to: the kernel kills what a process 1 leaves behind (pid_namespaces(7)).
func (l *Layout) Stops() bool { return l.Plan.Server.Hardened }

// Stop is the handler of SIGTERM, SIGQUIT and SIGINT. It stands on r12, which is the
// listener in the parent from the first of these actions on, and on rbp, which is 0
// nowhere else. A child that gets the signal has no children: it ends, and what it closes
// is closed anyway.
func Stop(c *Code) {
	c.Section("stop: no more clients, and the end once the last child is gone")
	c.Routine("stop", "The handler of SIGTERM, SIGQUIT and SIGINT.", "in: r12 listener; rbp 0 where one came before", "ends: with status 0")
	c.I2(TEST, RBP, RBP, "a second signal")
	c.I1(JZ, Target("exit_0"), "does not wait")
	c.I2(XOR, EBP, EBP, "")
	c.I2(MOV, EDI, R12D, "the port is free for the next server")
	c.Syscall(SysClose, "")
	awaitChildren(c)
	if c.SendsMuch() {
		sendMuch(c)
	}
}

// awaitChildren ends with the last child.
func awaitChildren(c *Code) {
	c.I2(XOR, R10D, R10D, "what they used is not wanted,")
	c.I2(XOR, EDX, EDX, "nor anything special,")
	c.I2(XOR, ESI, ESI, "nor their status")
	c.I2(OR, EDI, Imm(-1), "any child:")
	c.Syscall(SysWait4, "with SA_NOCLDWAIT it returns when the last one is gone")
	c.I1(JMP, Target("exit_0"), "")
}

// AtOnce is how many bytes the buffer of any socket takes at once (tcp(7), tcp_wmem).
const AtOnce = 4096

// SendsMuch: a response may take a client some time. A signal to the whole group, as of
// Ctrl-C or of systemd, reaches children too, and must not cut it. Where the listener was
// handed over, these are blocked for children.
func (l *Layout) SendsMuch() bool {
	return l.Stops() && !l.Plan.Server.Listen.Inherited() && slices.ContainsFunc(l.Plan.Responses, func(r plan.Response) bool {
		return int64(len(r.Head))+r.Body.Size > AtOnce || r.Longest() > AtOnce
	})
}

// sendMuch ignores the signals that stop the server before much is sent. Children that
// read, or have nothing to do, end with them.
func sendMuch(c *Code) {
	c.Routine("send_much", "In a child, before it writes much: SIGTERM, SIGQUIT and SIGINT are the parent's affair.", "in: as send", "ends: in send_rest")
	if c.Plan.Server.KeepAlive {
		c.I2(CMP, Slot(4, SlotDeaf), Imm(0), "")
		c.I1(JNE, Target("send_rest"), "they are ignored already")
		c.I2(MOV, Slot(4, SlotDeaf), Imm(1), "")
	}
	c.I1(PUSH, RDX, "")
	c.I1(PUSH, RSI, "")
	c.I1(PUSH, R10, "")
	c.Lea(RSI, "ignore", "struct sigaction")
	c.I2(XOR, EDX, EDX, "the old action is not wanted")
	c.I2(MOV, R10D, Imm(8), "size of a signal set")
	for _, signal := range []int{sigTerm, sigQuit, sigInt} {
		c.I2(MOV, EDI, Imm(signal), "")
		c.Syscall(SysRtSigact, "it does not fail: it did not at boot")
	}
	c.I1(POP, R10, "")
	c.I1(POP, RSI, "")
	c.I1(POP, RDX, "")
	c.I2(MOV, EDI, R13D, "")
	c.I1(JMP, Target("send_rest"), "")
	c.Datum(Datum{Label: "ignore", Note: "struct sigaction of rt_sigaction(2)", Fields: []Field{
		Word{Size: 8, Value: sigIgn, Note: "sa_handler: SIG_IGN"},
		Word{Size: 8, Value: saRestorer, Note: "sa_flags: SA_RESTORER"},
		Word{Size: 8, Note: "sa_restorer: none"},
		Word{Size: 8, Note: "sa_mask: none"},
	}})
}
