package serve

import (
	"math"

	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/respond"
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
func clients(c *emit.Code) {
	limit := c.Plan.Server.Connections
	c.Routine("accept_next", "in: ebx for turn_on", "ends: in hear_client, with a client; or in turn_on")
	mayAccept(c)
	c.I1(INC, c.LoopVar(layout.LoopNext), "as if it was an event")
	c.I2(XOR, R10D, R10D, "no flags: it waits in a child")
	c.I2(XOR, EDX, EDX, "the client's address is not wanted,")
	c.I2(XOR, ESI, ESI, "nor its length")
	c.I2(MOV, EDI, listener(c), "")
	c.Syscall(emit.SysAccept4, "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JS, Target("accept_failed"), "")
	c.I2(MOV, R13D, EAX, "the client")
	c.I2(CMP, EAX, Imm(limit), "limits.connections")
	c.I1(JAE, Target("accept_beyond"), "")
	c.I2(MOV, age(c, R13), Imm(ageHeard), "")
	c.I2(MOV, count(c), Imm(c.Plan.Server.Requests), "limits.requests")
	c.I2(CMP, EAX, Imm(limit-1), "the lowest number that is free is given:")
	c.I1(JE, Target("accept_last"), "so this is the last one, and all below are taken")
	c.I1(DEC, c.LoopVar(layout.LoopFree), "")
	c.I1(JNZ, Target("hear_client"), "")
	c.Call("room", "those that were closed since may be given again")
	c.I1(JG, Target("hear_client"), "")
	c.Routine("accept_last", "in: r13 client", "No other one is accepted, until one is closed.", "ends: in hear_client")
	c.Call("stop_full", "")
	c.I1(JMP, Target("hear_client"), "")
	noMoreClients(c)
}

// mayAccept goes on while no more clients were accepted in this turn than may be in a row.
func mayAccept(c *emit.Code) {
	accepts, note := layout.TurnAccepts, "clients in a row"
	if divides(c) {
		accepts, note = workerAccepts, "clients in a row: the others are for the next worker"
	}
	if c.Plan.Server.Listen.Inherited() {
		accepts, note = 1, "client: should another one that has the socket make it wait again, there is one"
	}
	c.I2(MOV, EAX, c.LoopVar(layout.LoopNext), "")
	c.I2(SUB, EAX, c.LoopVar(layout.LoopEvents), "")
	c.I2(CMP, EAX, Imm(accepts-1), note)
	c.I1(JG, Target("accept_over"), "")
}

// noMoreClients is where no more clients are accepted for now.
func noMoreClients(c *emit.Code) {
	c.Routine("accept_beyond", "in: eax a client without an age", "As the last number that has one is given first, it was open from the start, and all below are taken.", "ends: in turn_on")
	c.I2(MOV, EDI, EAX, "")
	c.Call("close_number", "")
	c.Call("stop_full", "")
	c.I1(JMP, Target("turn_on"), "")
	c.Routine("accept_failed", "in: eax -errno", "ends: in turn_on; EAGAIN: all are accepted")
	c.I1(NEG, EAX, "errno")
	c.I2(MOV, ECX, Imm(exhausted), "ENOMEM, ENFILE, EMFILE and ENOBUFS, modulo 32:")
	c.I2(BT, ECX, EAX, "a client is there, and cannot be taken")
	c.I1(JNC, Target("accept_over"), "")
	c.I2(MOV, EAX, Imm(awayShort), "")
	c.Call("stop_accepting", "")
	c.I1(JMP, Target("turn_on"), "")
	c.Routine("accept_over", "Clients that are left are reported again.", "ends: in turn_on")
	if divides(c) {
		lastInLine(c)
	} else {
		c.I1(INC, c.LoopVar(layout.LoopAway), "0; it was clientsWait")
	}
	c.I1(JMP, Target("turn_on"), "")
	c.Routine("stop_full", "As stop_accepting, where each number is taken.")
	c.I2(MOV, EAX, Imm(awayFull), "")
	c.Routine("stop_accepting", "in: eax for loopAway", "Takes the listener out of the set, until a client is closed, or the next sweep.", "clobbers: rax rcx rdx rsi rdi r10 r11")
	c.I2(MOV, c.LoopVar(layout.LoopAway), EAX, "")
	c.Call("room", "")
	c.I2(MOV, c.LoopVar(layout.LoopOwn), ECX, "")
	c.I2(MOV, EDX, listener(c), "")
	c.I1(JMP, Target("unwatch"), "")
}

// eachNumber emits a loop over the numbers that have an age, from the one in i on; the body goes to name_on for the
// next.
func eachNumber(c *emit.Code, i Reg, name string, body func()) {
	c.Label(name + "_next")
	body()
	c.Label(name + "_on")
	c.I1(INC, i, "")
	c.I2(CMP, i, Imm(c.Plan.Server.Connections), "")
	c.I1(JB, Target(name+"_next"), "")
}

// room counts the numbers that may be given to clients.
func room(c *emit.Code) {
	c.Routine("room", "out: ecx how many numbers have no age; loopFree without those that no client is given; the flags are that number's", "clobbers: rax")
	c.I2(XOR, ECX, ECX, "")
	c.I2(XOR, EAX, EAX, "a descriptor")
	eachNumber(c, EAX, "room", func() {
		c.I2(CMP, age(c, RAX), Imm(ageNone), "")
		c.I1(JNE, Target("room_on"), "")
		c.I1(INC, ECX, "")
	})
	c.I2(MOV, EAX, ECX, "")
	c.I2(SUB, EAX, c.LoopVar(layout.LoopOwn), "")
	c.I2(MOV, c.LoopVar(layout.LoopFree), EAX, "")
	c.I0(RET, "")
}

// watching puts descriptors into the set, and takes them out.
func watching(c *emit.Code) {
	c.Routine("listen_again", "Puts the listener into the set.", "out: eax 0 or -errno", "clobbers: rcx rdx rsi rdi r10 r11")
	c.Lea(R10, "listening", "struct epoll_event")
	c.I2(MOV, EDX, listener(c), "")
	c.Routine("add", "in: r10 struct epoll_event; edx descriptor", "out: eax 0 or -errno", "clobbers: rcx rsi rdi r11")
	c.I2(MOV, ESI, Imm(epollAdd), "EPOLL_CTL_ADD")
	c.Label("change_set")
	c.I2(MOV, EDI, c.LoopVar(layout.LoopSet), "")
	c.Syscall(emit.SysEpollCtl, "")
	c.I0(RET, "")
	c.Routine("unwatch", "in: edx descriptor", "Takes it out of the set.", "clobbers: rax rcx rsi rdi r10 r11")
	c.I2(XOR, R10D, R10D, "no struct epoll_event")
	c.I2(LEA, ESI, M(0, R10, epollDel), "EPOLL_CTL_DEL")
	c.I1(JMP, Target("change_set"), "")
	events, note := uint64(epollIn), "struct epoll_event: EPOLLIN, and of the data -1, which is no descriptor"
	if divides(c) {
		events, note = epollIn|epollExclusive, "struct epoll_event: EPOLLIN, EPOLLEXCLUSIVE, as a client is for one worker, and of the data -1, which is no descriptor"
	}
	c.Datum(Datum{Label: "listening", Note: note, Fields: []Field{
		Word{Size: 4, Value: events}, Word{Size: 8, Value: math.MaxUint32},
	}})
	c.Datum(Datum{Label: "told", Note: "struct epoll_event: EPOLLIN, and of the data -2", Fields: []Field{
		Word{Size: 4, Value: epollIn}, Word{Size: 8, Value: math.MaxUint32 - 1},
	}})
}

// answered is where a client has its answers: it stays, and is watched from then on, or it is closed.
func answered(c *emit.Code) {
	c.Routine("done", "in: r8, r14 end of what was read", "All that was read is answered. Of the client is remembered that it was heard, and how many requests it may still make.")
	c.I2(MOV, EAX, layout.Slot(4, layout.SlotRequests), "")
	c.I2(MOV, count(c), EAX, "")
	if !respond.OneByOne(c) {
		c.I2(CMP, layout.Slot(4, layout.SlotOutput), Imm(0), "")
		c.I1(JNE, Target("done_pipelined"), "")
	}
	c.Label("done_all")
	c.I2(CMP, c.LoopVar(layout.LoopLast), Imm(0), "")
	c.I1(JNE, Target("close_event"), "the server stops")
	c.Routine("kept", "in: r13 client", "It has its answers, and stays: one that was accepted in this turn comes into the set.")
	c.I2(MOV, EAX, c.LoopVar(layout.LoopNext), "")
	c.I2(CMP, EAX, c.LoopVar(layout.LoopEvents), "")
	c.I1(JLE, Target("pick"), "an event's: it is there")
	c.I2(MOV, EDX, R13D, "")
	c.I2(LEA, R10, M(0, RBP, c.LoopSlot(layout.LoopWatch)), "struct epoll_event")
	c.I2(MOV, M(4, R10, layout.EventData), EDX, "its events say whose they are")
	c.I2(MOV, M(4, R10, 0), Imm(epollIn), "EPOLLIN: as long as something is there to be read")
	c.Call("add", "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JNS, Target("pick"), "")
	c.I1(JMP, Target("close_event"), "no memory, or no more may be watched")
}
