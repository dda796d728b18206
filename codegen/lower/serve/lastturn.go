package serve

import (
	"github.com/verbosel/verbosel/codegen/lower/boot"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// The end of the loop. What stops the server is blocked and comes by a descriptor, as an event among
// others: no handler runs in the midst of the loop, and under load it comes in its turn. Then the
// clients that are there are accepted, and each that has sent something is answered once more; who was
// accepted and has not asked for anything yet gets a child. So none is lost that came before the signal.

// lastWait is how long nothing must come for the end, in ms: who was accepted right now may be about to send
// its request, and needs no child then.
const lastWait = 10

// lastTurns is how many turns there are to the end at most: enough for each client that there may be, and
// for each that may wait, to be accepted and heard.
func lastTurns(c *emit.Code) int64 {
	s := c.Plan.Server
	return 2 + 2*(int64(s.Connections)+int64(s.Backlog)+layout.TurnEvents-1)/layout.TurnEvents
}

// openSignals opens the descriptor that says what stops the server; rsi is as blockSignals leaves it.
func openSignals(c *emit.Code) {
	c.I2(XOR, R10D, R10D, "no flags")
	c.I2(LEA, EDX, M(0, R10, 8), "size of a signal set")
	c.I2(OR, EDI, Imm(-1), "a new one, of the signals that were blocked")
	c.Syscall(emit.SysSignalfd4, "")
	boot.CheckBoot(c)
	c.I2(MOV, c.LoopVar(layout.LoopSignals), EAX, "")
}

// noEvent is where a wait brought nothing: the end, where the server stops. It comes behind a wait alone, as that
// is where the proof lets ways end: it does not know that each way back here has one client less.
func noEvent(c *emit.Code) {
	c.Routine("no_event", "in: eax as epoll_pwait leaves it, not above 0")
	c.I2(CMP, c.LoopVar(layout.LoopLast), Imm(0), "")
	c.I1(JE, Target("look"), "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JZ, Target("stopped"), "the server stops, and all is quiet")
	c.Routine("last_turns", "The next turn. If it is one too many no more clients are accepted, and those that are there end with their next response.")
	c.I1(DEC, c.LoopVar(layout.LoopLast), "")
	c.I1(JNZ, Target("wait"), "")
	c.I1(INC, c.LoopVar(layout.LoopLast), "")
	c.I2(MOV, EDX, listener(c), "")
	c.Call("unwatch", "")
	c.I1(JMP, Target("wait"), "")
}

// StopLoop begins the last turns, and ends the loop behind them.
func StopLoop(c *emit.Code) {
	c.Section("stop: the last turns, and the end once the last child is gone")
	c.Routine("stop", "A signal is there that stops the server.", "ends: in pick")
	c.I2(MOV, c.LoopVar(layout.LoopLast), Imm(lastTurns(c)), "")
	c.I2(MOV, c.LoopVar(layout.LoopLeft), Imm(lastWait), "no wait is longer")
	c.I2(MOV, EDX, c.LoopVar(layout.LoopSignals), "")
	c.Call("unwatch", "it would be reported in each turn")
	if c.Plan.Server.Listen.Inherited() {
		c.I2(MOV, EDX, listener(c), "who is not accepted waits for the next server")
		c.Call("unwatch", "which has the socket, too")
		c.I2(MOV, c.LoopVar(layout.LoopAway), Imm(awayFull), "nor is who was reported in this turn")
	}
	c.I1(JMP, Target("pick"), "")

	c.Routine("stopped", "Each client is heard once more, and is gone then: the next wait ends at once, and comes back here. Behind the last one a second signal does not wait.",
		"ends: with status 0; or in pick, to come back")
	c.I2(XOR, R13D, R13D, "a descriptor")
	c.I2(MOV, c.LoopVar(layout.LoopLeft), R13D, "")
	eachNumber(c, R13D, "stopped", func() {
		c.I2(CMP, age(c, R13), Imm(ageNone), "")
		c.I1(JNE, Target("hear_client"), "what becomes of it its count says, which is its own affair: looked at behind that read, it can tell no other one anything")
	})
	c.I2(MOV, EDI, listener(c), "the port is free for the next server")
	c.Call("close_number", "")
	if !divides(c) { // else signals stay blocked: the end of the server waits for this process
		c.I2(MOV, EDX, Imm(signalSize), "one signal: it does not come by the handler as well")
		c.I2(MOV, RSI, RBP, "")
		c.I2(MOV, EDI, c.LoopVar(layout.LoopSignals), "")
		c.Syscall(emit.SysRead, "")
		c.I2(XOR, R10D, R10D, "whatever was in it")
		c.Call("hear", "which saves it")
	}
	awaitChildren(c)
	if divides(c) {
		stopWorkers(c)
	}
	if c.SendsMuch() {
		sendMuch(c)
	}
}

// signalSize is that of struct signalfd_siginfo, in bytes.
const signalSize = 128
