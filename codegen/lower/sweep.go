package lower

import (
	. "github.com/verbosel/verbosel/codegen/x64"
)

// tickShift makes the coarse clock of the loop: units of 2^26 ticks of the time-stamp counter, which
// are 13 ms at 5 GHz, and 67 ms at 1 GHz.
const tickShift = 26

// turn looks at the clock, where some time has passed, and waits.
func (c *code) turn() {
	c.routine("turn", "in: rsp the frame's; loopState looping", "What is due by time, and the wait.")
	c.i0(RDTSC, "is it time to look at the clock? No system call")
	c.i2(SHR, EAX, Imm(tickShift), "")
	c.i2(SHL, EDX, Imm(32-tickShift), "")
	c.i2(LEA, EBX, MX(0, RAX, RDX, 0), "in these units")
	c.i2(CMP, c.loopVar(loopAway), Imm(0), "clientsWait alone is below")
	c.i1(JL, Target("accept_next"), "")
	c.routine("turn_on", "in: ebx the time", "No clients wait to be accepted, or as many were as may be in a row.")
	c.i2(CMP, c.loopVar(loopLast), Imm(0), "")
	c.i1(JNE, Target("last_turns"), "the server stops")
	c.i2(CMP, EBX, c.loopVar(loopTick), "")
	c.i1(JE, Target("ready"), "")
	c.i2(MOV, c.loopVar(loopTick), EBX, "")
	c.look()
	c.noEvent()
	c.sweep()

	c.routine("ready", "The listener comes back where it is out of the set, and there is a number for a client.")
	c.i2(CMP, c.loopVar(loopAway), Imm(0), "")
	c.i1(JE, Target("wait"), "")
	c.call("room", "")
	c.i1(JLE, Target("wait"), "")
	c.call("listen_again", "")
	c.i1(NEG, EAX, "")
	c.i2(MOV, c.loopVar(loopAway), EAX, "0; or it is out of the set still, for want of memory, and the next turn tries again")
	c.routine("wait", "out: eax how many events there are")
	c.i2(XOR, R8D, R8D, "the signals that are blocked stay so, and r9 is not looked at")
	c.i2(MOV, R10D, c.loopVar(loopLeft), "milliseconds: until the sweep")
	c.i2(LEA, EDX, M(0, R8, turnEvents), "at most")
	c.i2(LEA, RSI, M(0, RBP, c.eventsAt()), "struct epoll_event, each of 12 bytes")
	c.i2(MOV, EDI, c.loopVar(loopSet), "")
	c.syscall(sysEpollPwait, "")
	c.i2(MOV, c.loopVar(loopEvents), EAX, "none where it is below 0")
	c.i2(XOR, ECX, ECX, "")
	c.i2(MOV, c.loopVar(loopNext), ECX, "none was taken")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JLE, Target("no_event"), "the time is over, or it was stopped and continued")
	c.i2(XOR, EAX, EAX, "the first one of them")
	// event follows
}

// look asks the clock how long it is until the sweep.
func (c *code) look() {
	c.routine("look", "Asks the clock how long it is until the next sweep.")
	c.i2(MOV, EDI, Imm(clockMonotonic), "CLOCK_MONOTONIC")
	c.now()
	c.i2(MOV, ECX, Imm(1000), "")
	c.i2(IMUL, RAX, RCX, "milliseconds,")
	c.i2(MOV, RSI, RAX, "")
	c.i2(MOV, EAX, slot(4, c.slotTime()+8), "tv_nsec")
	c.divide(1_000_000, "")
	c.i2(ADD, RAX, RSI, "of the seconds, and of what is more")
	c.i2(MOV, RDX, slot(8, c.loopSlot(loopDue)), "")
	c.i2(SUB, RDX, RAX, "how many are left")
	c.i1(JLE, Target("sweep"), "")
	c.i2(MOV, c.loopVar(loopLeft), EDX, "")
	c.i1(JMP, Target("ready"), "")
}

// sweep ends the clients that were silent since the last one. A client that was accepted, or heard,
// right before one is old then, and ends with the next: so each has the time once at least, and
// twice at most.
func (c *code) sweep() {
	c.routine("sweep", "in: rax now, in milliseconds", "Ends the clients that were silent since the last one.")
	c.i2(MOV, ECX, Imm(c.plan.Server.SweepMillis), "timeouts.idle")
	c.i2(ADD, RAX, RCX, "")
	c.i2(MOV, slot(8, c.loopSlot(loopDue)), RAX, "")
	c.i2(MOV, c.loopVar(loopLeft), ECX, "")
	c.i2(XOR, EBX, EBX, "a descriptor")
	c.eachNumber(EBX, "sweep", func() {
		c.i2(CMP, c.age(RBX), Imm(ageOld), "")
		c.i1(JB, Target("sweep_on"), "no client's")
		c.i2(MOV, c.age(RBX), Imm(ageOld), "one that was heard")
		c.i1(JA, Target("sweep_on"), "")
		c.i2(MOV, c.age(RBX), Imm(ageNone), "")
		c.i2(MOV, EDI, EBX, "")
		c.call("close_number", "which takes it out of the set")
	})
	c.i2(CMP, c.loopVar(loopAway), Imm(awayShort), "")
	c.i1(JNE, Target("ready"), "")
	c.i2(XOR, EAX, EAX, "")
	c.i2(MOV, c.loopVar(loopOwn), EAX, "what was missing may be there again")
}
