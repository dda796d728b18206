package lower

import (
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
func (c *code) lastTurns() int64 {
	s := c.plan.Server
	return 2 + 2*(int64(s.Connections)+int64(s.Backlog)+turnEvents-1)/turnEvents
}

// openSignals opens the descriptor that says what stops the server; rsi is as blockSignals leaves it.
func (c *code) openSignals() {
	c.i2(XOR, R10D, R10D, "no flags")
	c.i2(LEA, EDX, M(0, R10, 8), "size of a signal set")
	c.i2(OR, EDI, Imm(-1), "a new one, of the signals that were blocked")
	c.syscall(sysSignalfd4, "")
	c.checkBoot()
	c.i2(MOV, c.loopVar(loopSignals), EAX, "")
}

// noEvent is where a wait brought nothing: the end, where the server stops. It comes behind a wait alone, as that
// is where the proof lets ways end: it does not know that each way back here has one client less.
func (c *code) noEvent() {
	c.routine("no_event", "in: eax as epoll_pwait leaves it, not above 0")
	c.i2(CMP, c.loopVar(loopLast), Imm(0), "")
	c.i1(JE, Target("look"), "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JZ, Target("stopped"), "the server stops, and all is quiet")
	c.routine("last_turns", "The next turn. If it is one too many no more clients are accepted, and those that are there end with their next response.")
	c.i1(DEC, c.loopVar(loopLast), "")
	c.i1(JNZ, Target("wait"), "")
	c.i1(INC, c.loopVar(loopLast), "")
	c.i2(MOV, EDX, c.listener(), "")
	c.call("unwatch", "")
	c.i1(JMP, Target("wait"), "")
}

// stopLoop begins the last turns, and ends the loop behind them.
func (c *code) stopLoop() {
	c.section("stop: the last turns, and the end once the last child is gone")
	c.routine("stop", "A signal is there that stops the server.", "ends: in pick")
	c.i2(MOV, c.loopVar(loopLast), Imm(c.lastTurns()), "")
	c.i2(MOV, c.loopVar(loopLeft), Imm(lastWait), "no wait is longer")
	c.i2(MOV, EDX, c.loopVar(loopSignals), "")
	c.call("unwatch", "it would be reported in each turn")
	if c.plan.Server.Listen.Inherited() {
		c.i2(MOV, EDX, c.listener(), "who is not accepted waits for the next server")
		c.call("unwatch", "which has the socket, too")
		c.i2(MOV, c.loopVar(loopAway), Imm(awayFull), "nor is who was reported in this turn")
	}
	c.i1(JMP, Target("pick"), "")

	c.routine("stopped", "Each client is heard once more, and is gone then: the next wait ends at once, and comes back here. Behind the last one a second signal does not wait.",
		"ends: with status 0; or in pick, to come back")
	c.i2(XOR, R13D, R13D, "a descriptor")
	c.i2(MOV, c.loopVar(loopLeft), R13D, "")
	c.eachNumber(R13D, "stopped", func() {
		c.i2(CMP, c.age(R13), Imm(ageNone), "")
		c.i1(JNE, Target("hear_client"), "what becomes of it its count says, which is its own affair: looked at behind that read, it can tell no other one anything")
	})
	c.i2(MOV, EDI, c.listener(), "the port is free for the next server")
	c.call("close_number", "")
	if !c.divides() { // else signals stay blocked: the end of the server waits for this process
		c.i2(MOV, EDX, Imm(signalSize), "one signal: it does not come by the handler as well")
		c.i2(MOV, RSI, RBP, "")
		c.i2(MOV, EDI, c.loopVar(loopSignals), "")
		c.syscall(sysRead, "")
		c.i2(XOR, R10D, R10D, "whatever was in it")
		c.call("hear", "which saves it")
	}
	c.awaitChildren()
	if c.divides() {
		c.stopWorkers()
	}
	if c.sendsMuch() {
		c.sendMuch()
	}
}

// signalSize is that of struct signalfd_siginfo, in bytes.
const signalSize = 128
