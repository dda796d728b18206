package lower

import (
	"math"

	. "github.com/verbosel/verbosel/codegen/x64"
)

// How the loop comes to clients: it accepts them, as many as have a number below limits.connections, and watches them.

// clients accepts, where all events of a turn were taken: a client in a row, each of which is read from at once. Where there is
// no descriptor, or none that has an age, the listener leaves the
// set until one is closed: it would be ready again at once, and a pause would be one for all.
//
// How many numbers below the limit are no client's, but the server's own or open from the start,
// nobody says. It is known once the last number is given, as the lowest that is free is: all without an
// age are such. It is noted where the listener leaves the set, for the lack of descriptors too: it comes
// back with one more number that has no age. How many are free is counted down with each client, not up
// with each close, which is no affair of other clients, and counted anew at 0.
func (c *code) clients() {
	limit := c.plan.Server.Connections
	c.routine("accept_next", "in: ebx for turn_on", "ends: in hear_client, with a client; or in turn_on")
	c.mayAccept()
	c.i1(INC, c.loopVar(loopNext), "as if it was an event")
	c.i2(XOR, R10D, R10D, "no flags: it waits in a child")
	c.i2(XOR, EDX, EDX, "the client's address is not wanted,")
	c.i2(XOR, ESI, ESI, "nor its length")
	c.i2(MOV, EDI, c.listener(), "")
	c.syscall(sysAccept4, "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JS, Target("accept_failed"), "")
	c.i2(MOV, R13D, EAX, "the client")
	c.i2(CMP, EAX, Imm(limit), "limits.connections")
	c.i1(JAE, Target("accept_beyond"), "")
	c.i2(MOV, c.age(R13), Imm(ageHeard), "")
	c.i2(MOV, c.count(), Imm(c.plan.Server.Requests), "limits.requests")
	c.i2(CMP, EAX, Imm(limit-1), "the lowest number that is free is given:")
	c.i1(JE, Target("accept_last"), "so this is the last one, and all below are taken")
	c.i1(DEC, c.loopVar(loopFree), "")
	c.i1(JNZ, Target("hear_client"), "")
	c.call("room", "those that were closed since may be given again")
	c.i1(JG, Target("hear_client"), "")
	c.routine("accept_last", "in: r13 client", "No other one is accepted, until one is closed.", "ends: in hear_client")
	c.call("stop_full", "")
	c.i1(JMP, Target("hear_client"), "")
	c.noMoreClients()
}

// mayAccept goes on while no more clients were accepted in this turn than may be in a row.
func (c *code) mayAccept() {
	accepts, note := turnAccepts, "clients in a row"
	if c.divides() {
		accepts, note = workerAccepts, "clients in a row: the others are for the next worker"
	}
	if c.plan.Server.Listen.Inherited() {
		accepts, note = 1, "client: should another one that has the socket make it wait again, there is one"
	}
	c.i2(MOV, EAX, c.loopVar(loopNext), "")
	c.i2(SUB, EAX, c.loopVar(loopEvents), "")
	c.i2(CMP, EAX, Imm(accepts-1), note)
	c.i1(JG, Target("accept_over"), "")
}

// noMoreClients is where no more clients are accepted for now.
func (c *code) noMoreClients() {
	c.routine("accept_beyond", "in: eax a client without an age", "As the last number that has one is given first, it was open from the start, and all below are taken.", "ends: in turn_on")
	c.i2(MOV, EDI, EAX, "")
	c.call("close_number", "")
	c.call("stop_full", "")
	c.i1(JMP, Target("turn_on"), "")
	c.routine("accept_failed", "in: eax -errno", "ends: in turn_on; EAGAIN: all are accepted")
	c.i1(NEG, EAX, "errno")
	c.i2(MOV, ECX, Imm(exhausted), "ENOMEM, ENFILE, EMFILE and ENOBUFS, modulo 32:")
	c.i2(BT, ECX, EAX, "a client is there, and cannot be taken")
	c.i1(JNC, Target("accept_over"), "")
	c.i2(MOV, EAX, Imm(awayShort), "")
	c.call("stop_accepting", "")
	c.i1(JMP, Target("turn_on"), "")
	c.routine("accept_over", "Clients that are left are reported again.", "ends: in turn_on")
	if c.divides() {
		c.lastInLine()
	} else {
		c.i1(INC, c.loopVar(loopAway), "0; it was clientsWait")
	}
	c.i1(JMP, Target("turn_on"), "")
	c.routine("stop_full", "As stop_accepting, where each number is taken.")
	c.i2(MOV, EAX, Imm(awayFull), "")
	c.routine("stop_accepting", "in: eax for loopAway", "Takes the listener out of the set, until a client is closed, or the next sweep.", "clobbers: rax rcx rdx rsi rdi r10 r11")
	c.i2(MOV, c.loopVar(loopAway), EAX, "")
	c.call("room", "")
	c.i2(MOV, c.loopVar(loopOwn), ECX, "")
	c.i2(MOV, EDX, c.listener(), "")
	c.i1(JMP, Target("unwatch"), "")
}

// eachNumber emits a loop over the numbers that have an age, from the one in i on; the body goes to name_on for the
// next.
func (c *code) eachNumber(i Reg, name string, body func()) {
	c.label(name + "_next")
	body()
	c.label(name + "_on")
	c.i1(INC, i, "")
	c.i2(CMP, i, Imm(c.plan.Server.Connections), "")
	c.i1(JB, Target(name+"_next"), "")
}

// room counts the numbers that may be given to clients.
func (c *code) room() {
	c.routine("room", "out: ecx how many numbers have no age; loopFree without those that no client is given; the flags are that number's", "clobbers: rax")
	c.i2(XOR, ECX, ECX, "")
	c.i2(XOR, EAX, EAX, "a descriptor")
	c.eachNumber(EAX, "room", func() {
		c.i2(CMP, c.age(RAX), Imm(ageNone), "")
		c.i1(JNE, Target("room_on"), "")
		c.i1(INC, ECX, "")
	})
	c.i2(MOV, EAX, ECX, "")
	c.i2(SUB, EAX, c.loopVar(loopOwn), "")
	c.i2(MOV, c.loopVar(loopFree), EAX, "")
	c.i0(RET, "")
}

// watching puts descriptors into the set, and takes them out.
func (c *code) watching() {
	c.routine("listen_again", "Puts the listener into the set.", "out: eax 0 or -errno", "clobbers: rcx rdx rsi rdi r10 r11")
	c.lea(R10, "listening", "struct epoll_event")
	c.i2(MOV, EDX, c.listener(), "")
	c.routine("add", "in: r10 struct epoll_event; edx descriptor", "out: eax 0 or -errno", "clobbers: rcx rsi rdi r11")
	c.i2(MOV, ESI, Imm(epollAdd), "EPOLL_CTL_ADD")
	c.label("change_set")
	c.i2(MOV, EDI, c.loopVar(loopSet), "")
	c.syscall(sysEpollCtl, "")
	c.i0(RET, "")
	c.routine("unwatch", "in: edx descriptor", "Takes it out of the set.", "clobbers: rax rcx rsi rdi r10 r11")
	c.i2(XOR, R10D, R10D, "no struct epoll_event")
	c.i2(LEA, ESI, M(0, R10, epollDel), "EPOLL_CTL_DEL")
	c.i1(JMP, Target("change_set"), "")
	events, note := uint64(epollIn), "struct epoll_event: EPOLLIN, and of the data -1, which is no descriptor"
	if c.divides() {
		events, note = epollIn|epollExclusive, "struct epoll_event: EPOLLIN, EPOLLEXCLUSIVE, as a client is for one worker, and of the data -1, which is no descriptor"
	}
	c.datum(Datum{Label: "listening", Note: note, Fields: []Field{
		Word{Size: 4, Value: events}, Word{Size: 8, Value: math.MaxUint32},
	}})
	c.datum(Datum{Label: "told", Note: "struct epoll_event: EPOLLIN, and of the data -2", Fields: []Field{
		Word{Size: 4, Value: epollIn}, Word{Size: 8, Value: math.MaxUint32 - 1},
	}})
}

// answered is where a client has its answers: it stays, and is watched from then on, or it is closed.
func (c *code) answered() {
	c.routine("done", "in: r8, r14 end of what was read", "All that was read is answered. Of the client is remembered that it was heard, and how many requests it may still make.")
	c.i2(MOV, EAX, slot(4, slotRequests), "")
	c.i2(MOV, c.count(), EAX, "")
	if !c.oneByOne() {
		c.i2(CMP, slot(4, slotOutput), Imm(0), "")
		c.i1(JNE, Target("done_pipelined"), "")
	}
	c.label("done_all")
	c.i2(CMP, c.loopVar(loopLast), Imm(0), "")
	c.i1(JNE, Target("close_event"), "the server stops")
	c.routine("kept", "in: r13 client", "It has its answers, and stays: one that was accepted in this turn comes into the set.")
	c.i2(MOV, EAX, c.loopVar(loopNext), "")
	c.i2(CMP, EAX, c.loopVar(loopEvents), "")
	c.i1(JLE, Target("pick"), "an event's: it is there")
	c.i2(MOV, EDX, R13D, "")
	c.i2(LEA, R10, M(0, RBP, c.loopSlot(loopWatch)), "struct epoll_event")
	c.i2(MOV, M(4, R10, eventData), EDX, "its events say whose they are")
	c.i2(MOV, M(4, R10, 0), Imm(epollIn), "EPOLLIN: as long as something is there to be read")
	c.call("add", "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JNS, Target("pick"), "")
	c.i1(JMP, Target("close_event"), "no memory, or no more may be watched")
}
