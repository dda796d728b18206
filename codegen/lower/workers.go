package lower

import (
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Several processes may run the loop, each with its own clients. The one that is started opens the listener, and
// makes them: they accept from it in turn. It has no clients itself: it waits for a worker that ends, and
// makes another. What ends them is the end of a pipe, of which it alone has the side that writes: it closes that where it
// is to stop, and the kernel does, however it ends.

// workersMost is how many processes there are at most, as the spec has it.
const workersMost = 64

// workerPause is how long a worker that ended is not replaced, in ms: so many that end at once are no storm.
const workerPause = 100

// workerAccepts is how many clients a worker takes in a row.
const workerAccepts = 8

// Of clone(2), wait(2) and epoll_ctl(2). A child of clone that sends no signal at its end is waited for with
// __WCLONE alone: others, that a process 1 is given, are nobody's as before.
const (
	waitClone      = 1 << 31
	waitAll        = 1 << 30
	epollExclusive = 1 << 28
)

// processorBytes is how much of what sched_getaffinity(2) writes there is room for, where events will be: 6,144 processors.
const processorBytes = turnEvents * eventSize

// divides: several processes run the loop.
func (c *code) divides() bool { return c.loops() && c.plan.Server.Workers != 1 }

// makeWorkers makes the workers, and others for those that end. A worker goes on behind it.
//
// in: r12 listener; out, in a worker: r13 what ends with the server; ebx as for clone.
func (c *code) makeWorkers() {
	c.section("workers: processes with clients; the one that makes them has none")
	c.nextCall("rt_sigaction")
	if c.plan.Server.Workers == 0 {
		c.i2(XOR, EAX, EAX, "")
		c.zeros("no_processor", c.eventsAt(), processorBytes, "a bit for each processor, where events will be")
	}
	c.i2(XOR, ESI, ESI, "no flags")
	c.i2(MOV, RDI, RBP, "two descriptors")
	c.syscall(sysPipe2, "")
	c.checkBoot()
	c.nextCall("pipe2")
	c.i2(MOV, R13D, slot(4, 0), "ends where nobody can write: each worker waits for that, too")
	c.i2(MOV, R14D, slot(4, 4), "what writes: this process alone keeps it")
	if n := c.plan.Server.Workers; n != 0 {
		c.i2(MOV, R8D, Imm(n), "server.workers")
	} else {
		c.countProcessors()
	}
	c.i2(MOV, R10D, Imm(1), "the first ones: where one cannot be made, that is said")
	c.routine("make_worker", "in: r8d how many; r10d 0 where they are in the place of others", "ends: in await_worker, and in worker_begins in each")
	c.i2(XOR, ESI, ESI, "its stack is a copy, as all that it has")
	c.i2(XOR, EDI, EDI, "and no signal says that it ended")
	c.syscall(sysClone, "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JZ, Target("worker_begins"), "")
	c.i1(JS, Target("no_worker"), "")
	c.i1(DEC, R8D, "")
	c.i1(JNZ, Target("make_worker"), "")
	c.routine("await_worker", "Waits until one has ended.")
	c.i2(XOR, R10D, R10D, "what it used is not wanted,")
	c.i2(MOV, EDX, Imm(waitClone), "__WCLONE: a worker,")
	c.i2(XOR, ESI, ESI, "and not its status")
	c.i2(OR, EDI, Imm(-1), "whichever it is")
	c.syscall(sysWait4, "")
	c.i2(MOV, EDI, Imm(1), "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JS, Target("exit"), "never: there is one")
	c.i2(MOV, R8D, EDI, "one in its place")
	c.label("worker_pause")
	c.i2(MOV, EDX, Imm(workerPause), "milliseconds, for the case that they all end")
	c.i2(XOR, ESI, ESI, "no descriptors,")
	c.i2(XOR, EDI, EDI, "nor a place for them")
	c.syscall(sysPoll, "")
	c.i1(JMP, Target("make_worker"), "")
	c.label("no_worker")
	c.i2(TEST, R10D, R10D, "")
	c.i1(JZ, Target("worker_pause"), "there may be room later")
	c.i1(JMP, Target("boot_failed"), "")
	c.routine("worker_begins", "in: r12 listener; r13, r14 the pipe")
	c.i2(MOV, EDI, R14D, "that this one has it, too, would hide the end")
	c.syscall(sysClose, "")
	c.i2(XOR, R8D, R8D, "how many there are is none of its business: its boot is the same")
}

// dividingCalls are those by which workers are made.
func (c *code) dividingCalls() []string {
	if c.plan.Server.Workers != 0 {
		return []string{"pipe2", "clone"}
	}
	return []string{"pipe2", "sched_getaffinity", "clone"}
}

// countProcessors puts into r8d how many processors this process may use, as far as there may be workers.
func (c *code) countProcessors() {
	mask := c.eventsAt()
	c.i2(LEA, RDX, M(0, RBP, mask), "")
	c.i2(MOV, ESI, Imm(processorBytes), "")
	c.i2(XOR, EDI, EDI, "of this process")
	c.syscall(sysGetaffinity, "")
	c.checkBoot()
	c.nextCall("sched_getaffinity")
	c.i2(XOR, R8D, R8D, "")
	c.i2(MOV, EAX, Imm(processorBytes), "")
	c.label("count_next")
	c.i2(SUB, EAX, Imm(4), "")
	c.i1(JS, Target("counted"), "")
	c.i2(MOV, ECX, MX(4, RBP, RAX, mask), "32 of them")
	c.i2(MOV, EDX, Imm(32), "")
	c.label("count_one")
	c.i1(DEC, EDX, "")
	c.i1(JS, Target("count_next"), "")
	c.i2(BT, ECX, EDX, "one that it may use")
	c.i1(JNC, Target("count_one"), "")
	c.i1(INC, R8D, "")
	c.i2(CMP, R8D, Imm(workersMost), "")
	c.i1(JB, Target("count_one"), "")
	c.i1(JMP, Target("counted_some"), "")
	c.label("counted")
	c.i2(TEST, R8D, R8D, "")
	c.i1(JNZ, Target("counted_some"), "")
	c.i1(INC, R8D, "never: it runs on one")
	c.label("counted_some")
}

// lastInLine lets the other workers have a client before this one has the next: the kernel wakes the first that waits of
// those that have the listener in their set, in the order in which they put it there.
func (c *code) lastInLine() {
	c.i2(MOV, EDX, c.listener(), "")
	c.call("unwatch", "the next client is for another worker,")
	c.call("listen_again", "if one waits")
	c.i1(NEG, EAX, "")
	c.i2(MOV, c.loopVar(loopAway), EAX, "0; or it is out of the set, for want of memory, and each turn tries again")
}

// stopWorkers is the handler of what stops the server, in all of its processes. In a worker these signals are blocked, but
// right at its beginning; that, and a child, has no process to wait for, and what it closes is closed anyway.
func (c *code) stopWorkers() {
	c.routine("stop_workers", "The handler of SIGTERM, SIGQUIT and SIGINT.", "in: r12 listener, r14 the pipe; rbp 0 where one came before", "ends: with status 0")
	c.i2(TEST, RBP, RBP, "a second signal")
	c.i1(JZ, Target("exit_0"), "does not wait")
	c.i2(XOR, EBP, EBP, "")
	c.i2(MOV, EDI, R14D, "the end of the workers: each has its last turns")
	c.syscall(sysClose, "")
	c.i2(MOV, EDI, R12D, "and with them the port is free for the next server")
	c.syscall(sysClose, "")
	c.i2(MOV, EBX, Imm(workersMost+1), "each, and all others that a process 1 has")
	c.label("stop_next")
	c.i2(XOR, R10D, R10D, "what they used is not wanted,")
	c.i2(MOV, EDX, Imm(waitAll), "__WALL: workers, too,")
	c.i2(XOR, ESI, ESI, "nor their status")
	c.i2(OR, EDI, Imm(-1), "any child:")
	c.syscall(sysWait4, "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JS, Target("exit_0"), "there is none any more")
	c.i1(DEC, EBX, "")
	c.i1(JNZ, Target("stop_next"), "")
	c.i1(JMP, Target("exit_0"), "")
}
