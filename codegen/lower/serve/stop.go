package serve

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Stop is the handler of SIGTERM, SIGQUIT and SIGINT. It stands on r12, which is the
// listener in the parent from the first of these actions on, and on rbp, which is 0
// nowhere else. A child that gets the signal has no children: it ends, and what it closes
// is closed anyway.
func Stop(c *emit.Code) {
	c.Section("stop: no more clients, and the end once the last child is gone")
	c.Routine("stop", "The handler of SIGTERM, SIGQUIT and SIGINT.", "in: r12 listener; rbp 0 where one came before", "ends: with status 0")
	c.I2(TEST, RBP, RBP, "a second signal")
	c.I1(JZ, Target("exit_0"), "does not wait")
	c.I2(XOR, EBP, EBP, "")
	c.I2(MOV, EDI, R12D, "the port is free for the next server")
	c.Syscall(emit.SysClose, "")
	awaitChildren(c)
	if c.SendsMuch() {
		sendMuch(c)
	}
}

// awaitChildren ends with the last child.
func awaitChildren(c *emit.Code) {
	c.I2(XOR, R10D, R10D, "what they used is not wanted,")
	c.I2(XOR, EDX, EDX, "nor anything special,")
	c.I2(XOR, ESI, ESI, "nor their status")
	c.I2(OR, EDI, Imm(-1), "any child:")
	c.Syscall(emit.SysWait4, "with SA_NOCLDWAIT it returns when the last one is gone")
	c.I1(JMP, Target("exit_0"), "")
}

// sendMuch ignores the signals that stop the server before much is sent. Children that
// read, or have nothing to do, end with them.
func sendMuch(c *emit.Code) {
	c.Routine("send_much", "In a child, before it writes much: SIGTERM, SIGQUIT and SIGINT are the parent's affair.", "in: as send", "ends: in send_rest")
	if c.Plan.Server.KeepAlive {
		c.I2(CMP, layout.Slot(4, layout.SlotDeaf), Imm(0), "")
		c.I1(JNE, Target("send_rest"), "they are ignored already")
		c.I2(MOV, layout.Slot(4, layout.SlotDeaf), Imm(1), "")
	}
	c.I1(PUSH, RDX, "")
	c.I1(PUSH, RSI, "")
	c.I1(PUSH, R10, "")
	c.Lea(RSI, "ignore", "struct sigaction")
	c.I2(XOR, EDX, EDX, "the old action is not wanted")
	c.I2(MOV, R10D, Imm(8), "size of a signal set")
	for _, signal := range []int{sigTerm, sigQuit, sigInt} {
		c.I2(MOV, EDI, Imm(signal), "")
		c.Syscall(emit.SysRtSigact, "it does not fail: it did not at boot")
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
