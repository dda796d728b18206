package serve

import (
	"github.com/verbosel/verbosel/codegen/lower/clock"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// tickShift makes the coarse clock of the loop: units of 2^26 ticks of the time-stamp counter, which
// are 13 ms at 5 GHz, and 67 ms at 1 GHz.
const tickShift = 26

// turn looks at the clock, where some time has passed, and waits.
func turn(c *emit.Code) {
	c.Routine("turn", "in: rsp the frame's; loopState looping", "What is due by time, and the wait.")
	c.I0(RDTSC, "is it time to look at the clock? No system call")
	c.I2(SHR, EAX, Imm(tickShift), "")
	c.I2(SHL, EDX, Imm(32-tickShift), "")
	c.I2(LEA, EBX, MX(0, RAX, RDX, 0), "in these units")
	c.I2(CMP, c.LoopVar(layout.LoopAway), Imm(0), "clientsWait alone is below")
	c.I1(JL, Target("accept_next"), "")
	c.Routine("turn_on", "in: ebx the time", "No clients wait to be accepted, or as many were as may be in a row.")
	c.I2(CMP, c.LoopVar(layout.LoopLast), Imm(0), "")
	c.I1(JNE, Target("last_turns"), "the server stops")
	c.I2(CMP, EBX, c.LoopVar(layout.LoopTick), "")
	c.I1(JE, Target("ready"), "")
	c.I2(MOV, c.LoopVar(layout.LoopTick), EBX, "")
	look(c)
	noEvent(c)
	sweep(c)

	c.Routine("ready", "The listener comes back where it is out of the set, and there is a number for a client.")
	c.I2(CMP, c.LoopVar(layout.LoopAway), Imm(0), "")
	c.I1(JE, Target("wait"), "")
	c.Call("room", "")
	c.I1(JLE, Target("wait"), "")
	c.Call("listen_again", "")
	c.I1(NEG, EAX, "")
	c.I2(MOV, c.LoopVar(layout.LoopAway), EAX, "0; or it is out of the set still, for want of memory, and the next turn tries again")
	c.Routine("wait", "out: eax how many events there are")
	c.I2(XOR, R8D, R8D, "the signals that are blocked stay so, and r9 is not looked at")
	c.I2(MOV, R10D, c.LoopVar(layout.LoopLeft), "milliseconds: until the sweep")
	c.I2(LEA, EDX, M(0, R8, layout.TurnEvents), "at most")
	c.I2(LEA, RSI, M(0, RBP, eventsAt(c)), "struct epoll_event, each of 12 bytes")
	c.I2(MOV, EDI, c.LoopVar(layout.LoopSet), "")
	c.Syscall(emit.SysEpollPwait, "")
	c.I2(MOV, c.LoopVar(layout.LoopEvents), EAX, "none where it is below 0")
	c.I2(XOR, ECX, ECX, "")
	c.I2(MOV, c.LoopVar(layout.LoopNext), ECX, "none was taken")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JLE, Target("no_event"), "the time is over, or it was stopped and continued")
	c.I2(XOR, EAX, EAX, "the first one of them")
	// event follows
}

// look asks the clock how long it is until the sweep.
func look(c *emit.Code) {
	c.Routine("look", "Asks the clock how long it is until the next sweep.")
	c.I2(MOV, EDI, Imm(clock.ClockMonotonic), "CLOCK_MONOTONIC")
	clock.Now(c)
	c.I2(MOV, ECX, Imm(1000), "")
	c.I2(IMUL, RAX, RCX, "milliseconds,")
	c.I2(MOV, RSI, RAX, "")
	c.I2(MOV, EAX, layout.Slot(4, clock.SlotTime(c)+8), "tv_nsec")
	clock.Divide(c, 1_000_000, "")
	c.I2(ADD, RAX, RSI, "of the seconds, and of what is more")
	c.I2(MOV, RDX, layout.Slot(8, c.LoopSlot(layout.LoopDue)), "")
	c.I2(SUB, RDX, RAX, "how many are left")
	c.I1(JLE, Target("sweep"), "")
	c.I2(MOV, c.LoopVar(layout.LoopLeft), EDX, "")
	c.I1(JMP, Target("ready"), "")
}

// sweep ends the clients that were silent since the last one. A client that was accepted, or heard,
// right before one is old then, and ends with the next: so each has the time once at least, and
// twice at most.
func sweep(c *emit.Code) {
	c.Routine("sweep", "in: rax now, in milliseconds", "Ends the clients that were silent since the last one.")
	c.I2(MOV, ECX, Imm(c.Plan.Server.SweepMillis), "timeouts.idle")
	c.I2(ADD, RAX, RCX, "")
	c.I2(MOV, layout.Slot(8, c.LoopSlot(layout.LoopDue)), RAX, "")
	c.I2(MOV, c.LoopVar(layout.LoopLeft), ECX, "")
	c.I2(XOR, EBX, EBX, "a descriptor")
	eachNumber(c, EBX, "sweep", func() {
		c.I2(CMP, age(c, RBX), Imm(ageOld), "")
		c.I1(JB, Target("sweep_on"), "no client's")
		c.I2(MOV, age(c, RBX), Imm(ageOld), "one that was heard")
		c.I1(JA, Target("sweep_on"), "")
		c.I2(MOV, age(c, RBX), Imm(ageNone), "")
		c.I2(MOV, EDI, EBX, "")
		c.Call("close_number", "which takes it out of the set")
	})
	c.I2(CMP, c.LoopVar(layout.LoopAway), Imm(awayShort), "")
	c.I1(JNE, Target("ready"), "")
	c.I2(XOR, EAX, EAX, "")
	c.I2(MOV, c.LoopVar(layout.LoopOwn), EAX, "what was missing may be there again")
}
