package serve

import (
	"github.com/verbosel/verbosel/codegen/lower/boot"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
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
const processorBytes = layout.TurnEvents * layout.EventSize

// divides: several processes run the loop.
func divides(c *emit.Code) bool { return c.Loops() && c.Plan.Server.Workers != 1 }

// makeWorkers makes the workers, and others for those that end. A worker goes on behind it.
//
// in: r12 listener; out, in a worker: r13 what ends with the server; ebx as for clone.
func makeWorkers(c *emit.Code) {
	c.Section("workers: processes with clients; the one that makes them has none")
	boot.NextCall(c, "rt_sigaction")
	if c.Plan.Server.Workers == 0 {
		c.I2(XOR, EAX, EAX, "")
		zeros(c, "no_processor", eventsAt(c), processorBytes, "a bit for each processor, where events will be")
	}
	c.I2(XOR, ESI, ESI, "no flags")
	c.I2(MOV, RDI, RBP, "two descriptors")
	c.Syscall(emit.SysPipe2, "")
	boot.CheckBoot(c)
	boot.NextCall(c, "pipe2")
	c.I2(MOV, R13D, layout.Slot(4, 0), "ends where nobody can write: each worker waits for that, too")
	c.I2(MOV, R14D, layout.Slot(4, 4), "what writes: this process alone keeps it")
	if n := c.Plan.Server.Workers; n != 0 {
		c.I2(MOV, R8D, Imm(n), "server.workers")
	} else {
		countProcessors(c)
	}
	c.I2(MOV, R10D, Imm(1), "the first ones: where one cannot be made, that is said")
	c.Routine("make_worker", "in: r8d how many; r10d 0 where they are in the place of others", "ends: in await_worker, and in worker_begins in each")
	c.I2(XOR, ESI, ESI, "its stack is a copy, as all that it has")
	c.I2(XOR, EDI, EDI, "and no signal says that it ended")
	c.Syscall(emit.SysClone, "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JZ, Target("worker_begins"), "")
	c.I1(JS, Target("no_worker"), "")
	c.I1(DEC, R8D, "")
	c.I1(JNZ, Target("make_worker"), "")
	c.Routine("await_worker", "Waits until one has ended.")
	c.I2(XOR, R10D, R10D, "what it used is not wanted,")
	c.I2(MOV, EDX, Imm(waitClone), "__WCLONE: a worker,")
	c.I2(XOR, ESI, ESI, "and not its status")
	c.I2(OR, EDI, Imm(-1), "whichever it is")
	c.Syscall(emit.SysWait4, "")
	c.I2(MOV, EDI, Imm(1), "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JS, Target("exit"), "never: there is one")
	c.I2(MOV, R8D, EDI, "one in its place")
	c.Label("worker_pause")
	c.I2(MOV, EDX, Imm(workerPause), "milliseconds, for the case that they all end")
	c.I2(XOR, ESI, ESI, "no descriptors,")
	c.I2(XOR, EDI, EDI, "nor a place for them")
	c.Syscall(emit.SysPoll, "")
	c.I1(JMP, Target("make_worker"), "")
	c.Label("no_worker")
	c.I2(TEST, R10D, R10D, "")
	c.I1(JZ, Target("worker_pause"), "there may be room later")
	c.I1(JMP, Target("boot_failed"), "")
	c.Routine("worker_begins", "in: r12 listener; r13, r14 the pipe")
	c.I2(MOV, EDI, R14D, "that this one has it, too, would hide the end")
	c.Syscall(emit.SysClose, "")
	c.I2(XOR, R8D, R8D, "how many there are is none of its business: its boot is the same")
}

// dividingCalls are those by which workers are made.
func dividingCalls(c *emit.Code) []string {
	if c.Plan.Server.Workers != 0 {
		return []string{"pipe2", "clone"}
	}
	return []string{"pipe2", "sched_getaffinity", "clone"}
}

// countProcessors puts into r8d how many processors this process may use, as far as there may be workers.
func countProcessors(c *emit.Code) {
	mask := eventsAt(c)
	c.I2(LEA, RDX, M(0, RBP, mask), "")
	c.I2(MOV, ESI, Imm(processorBytes), "")
	c.I2(XOR, EDI, EDI, "of this process")
	c.Syscall(emit.SysGetaffinity, "")
	boot.CheckBoot(c)
	boot.NextCall(c, "sched_getaffinity")
	c.I2(XOR, R8D, R8D, "")
	c.I2(MOV, EAX, Imm(processorBytes), "")
	c.Label("count_next")
	c.I2(SUB, EAX, Imm(4), "")
	c.I1(JS, Target("counted"), "")
	c.I2(MOV, ECX, MX(4, RBP, RAX, mask), "32 of them")
	c.I2(MOV, EDX, Imm(32), "")
	c.Label("count_one")
	c.I1(DEC, EDX, "")
	c.I1(JS, Target("count_next"), "")
	c.I2(BT, ECX, EDX, "one that it may use")
	c.I1(JNC, Target("count_one"), "")
	c.I1(INC, R8D, "")
	c.I2(CMP, R8D, Imm(workersMost), "")
	c.I1(JB, Target("count_one"), "")
	c.I1(JMP, Target("counted_some"), "")
	c.Label("counted")
	c.I2(TEST, R8D, R8D, "")
	c.I1(JNZ, Target("counted_some"), "")
	c.I1(INC, R8D, "never: it runs on one")
	c.Label("counted_some")
}

// lastInLine lets the other workers have a client before this one has the next: the kernel wakes the first that waits of
// those that have the listener in their set, in the order in which they put it there.
func lastInLine(c *emit.Code) {
	c.I2(MOV, EDX, listener(c), "")
	c.Call("unwatch", "the next client is for another worker,")
	c.Call("listen_again", "if one waits")
	c.I1(NEG, EAX, "")
	c.I2(MOV, c.LoopVar(layout.LoopAway), EAX, "0; or it is out of the set, for want of memory, and each turn tries again")
}

// stopWorkers is the handler of what stops the server, in all of its processes. In a worker these signals are blocked, but
// right at its beginning; that, and a child, has no process to wait for, and what it closes is closed anyway.
func stopWorkers(c *emit.Code) {
	c.Routine("stop_workers", "The handler of SIGTERM, SIGQUIT and SIGINT.", "in: r12 listener, r14 the pipe; rbp 0 where one came before", "ends: with status 0")
	c.I2(TEST, RBP, RBP, "a second signal")
	c.I1(JZ, Target("exit_0"), "does not wait")
	c.I2(XOR, EBP, EBP, "")
	c.I2(MOV, EDI, R14D, "the end of the workers: each has its last turns")
	c.Syscall(emit.SysClose, "")
	c.I2(MOV, EDI, R12D, "and with them the port is free for the next server")
	c.Syscall(emit.SysClose, "")
	c.I2(MOV, EBX, Imm(workersMost+1), "each, and all others that a process 1 has")
	c.Label("stop_next")
	c.I2(XOR, R10D, R10D, "what they used is not wanted,")
	c.I2(MOV, EDX, Imm(waitAll), "__WALL: workers, too,")
	c.I2(XOR, ESI, ESI, "nor their status")
	c.I2(OR, EDI, Imm(-1), "any child:")
	c.Syscall(emit.SysWait4, "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JS, Target("exit_0"), "there is none any more")
	c.I1(DEC, EBX, "")
	c.I1(JNZ, Target("stop_next"), "")
	c.I1(JMP, Target("exit_0"), "")
}
