package lower

import (
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// This file is what isolation: proof adds: one process that waits for many clients at a time,
// reads once what one has sent, and answers it. LOOP.md is its design; handover.go is where it
// leaves to a child what would have to wait.

// loops: the plan is of isolation: proof.
func (c *code) loops() bool { return c.plan.Server.Loop }

// Variables of the loop, as distances from the lowest one, below those of requests.
const (
	loopTime     = 0  // 16 bytes: struct timespec, where requests have no clock
	loopDue      = 16 // 8 bytes: when the next sweep is due, in ms of CLOCK_MONOTONIC
	loopLeft     = 24 // 4 bytes: how long it is until then, in ms
	loopTick     = 28 // 4 bytes: ticks of the time-stamp counter when the clock was asked
	loopWatch    = 32 // 12 bytes: struct epoll_event, for epoll_ctl
	loopLast     = 44 // 4 bytes: where it was said that the server stops: how many turns there may be until the end, and one more
	loopOwn      = 48 // 4 bytes: how many numbers without an age no client can be given; see clients
	loopAway     = 52 // 4 bytes: whether the listener is out of the set: awayFull, awayShort, or the errno of the try to put it there; or is ready: clientsWait
	loopEvents   = 56 // 4 bytes: how many events this turn has
	loopSet      = 60 // 4 bytes: the epoll descriptor
	loopListener = 64 // 4 bytes: the listener
	loopSignals  = 68 // 4 bytes: the descriptor that says what stops the server
	loopNext     = 72 // 4 bytes: how many events of this turn were taken, and behind the last one how many clients were accepted
	loopState    = 76 // 4 bytes: looping, apologizing; 0 in a child
	loopFree     = 80 // 4 bytes: how many clients more there may be at least; see clients
	loopSlots    = 96 // bytes with these, of which the last ones are free
)

// What is in loopState.
const (
	looping     = 1
	apologizing = 2 // a client gets no process, and nothing is handed over
)

// What is in loopAway, where it is not 0.
const (
	awayFull    = 1  // each number below the limit is taken
	awayShort   = 2  // something failed: it may work again at the next sweep
	clientsWait = -1 // it is in the set, and clients are accepted behind the events
)

// loopSlot is where such a variable is, from rbp.
func (c *code) loopSlot(place int32) int32 { return place - c.slots() }

// loopVar is such a variable, of 4 bytes.
func (c *code) loopVar(place int32) Mem { return slot(4, c.loopSlot(place)) }

// listener is the loop's, 4 bytes. One that was handed over is always the same number.
func (c *code) listener() Operand {
	if c.plan.Server.Listen.Inherited() {
		return Imm(firstDescriptor)
	}
	return c.loopVar(loopListener)
}

// Sizes and numbers of a turn.
const (
	turnEvents  = 64 // events that a wait brings at most
	turnAccepts = 64 // clients that are accepted in a row
	eventSize   = 12 // bytes of struct epoll_event, which is packed on x86-64
	eventData   = 4  // where its data is: a client's descriptor
)

// Numbers of epoll_ctl(2), epoll_create1(2), socket(2), recv(2) and send(2).
const (
	epollAdd, epollDel        = 1, 2
	epollIn                   = 1
	sockNonblock              = 0x800
	msgDontwait, msgNosignal  = 0x40, 0x4000
	ageNone, ageOld, ageHeard = 0, 1, 2
)

// eventsAt is where the events of a wait are, from rbp, and agesAt where the clients' ages are,
// a byte for each descriptor: ageNone where it is no client's, ageOld where the client is silent
// since the last sweep, ageHeard where it is not. Behind them, and a gap by which the proof tells them
// apart, is in 4 bytes for each descriptor how many requests its client may still make. That is all that outlives a turn.
func (c *code) eventsAt() int32 { return c.requestFrame() - c.slots() + gap }
func (c *code) agesAt() int32   { return c.eventsAt() + turnEvents*eventSize + gap }

func (c *code) countsAt() int32 { return c.agesAt() + c.ages() + gap }

// ages is the size of the ages, in bytes: of whole rounds of zeros, and more than one of 16, which would
// be no ages to the proof, as other zeros are written as well.
func (c *code) ages() int32 {
	round := 16 * c.zeroStores()
	return max(32, (int32(c.plan.Server.Connections)+round-1)/round*round)
}

// zeroStores is how many stores of 16 zeros a round of zeros has: the proof goes through these rounds one by one, up to 2,000,
// and has a state for each. There are no more of them for many connections than for 1,024.
func (c *code) zeroStores() int32 { return (int32(c.plan.Server.Connections) + 1023) / 1024 }

// age is that of the client in a register.
func (c *code) age(client Reg) Mem { return at(1, client, c.agesAt()) }

// counts is the size of what counts requests, in bytes.
func (c *code) counts() int32 { return 4 * c.ages() }

// count is how many requests the client in r13 may still make; while it is served, that is in slotRequests.
func (c *code) count() Mem {
	return Mem{Base: RBP, Index: R13, Scale: 4, Disp: c.countsAt(), Width: 4}
}

// loopRoom is what events and ages take of the frame, in bytes.
func (c *code) loopRoom() int32 {
	if !c.loops() {
		return 0
	}
	return gap + turnEvents*eventSize + gap + c.ages() + gap + c.counts()
}

// inLoop jumps where this process is the loop; else it goes on.
func (c *code) inLoop(to Target, note string) {
	c.i2(CMP, c.loopVar(loopState), Imm(0), "in the loop")
	c.i1(JNE, to, note)
}

// handlesEarly: signals have their actions before there is a loop. The proof knows few variables of the stack: with those of
// slots and the loop's own there was no room for what an action is.
func (c *code) handlesEarly() bool {
	return c.loops() && !c.divides() && (c.reads() || c.fromEnvironment())
}

// beginLoop makes the set of what is waited for, with the listener in it. It gives the last call
// that it makes; last is the one before it.
func (c *code) beginLoop(last string) string {
	if !c.loops() {
		return last
	}
	if c.divides() || !c.plan.Server.Listen.Inherited() {
		c.nextCall(last)
		c.blockSignals()
		last = "rt_sigprocmask"
	}
	c.nextCall(last)
	if c.divides() {
		c.i2(MOV, c.loopVar(loopSignals), R13D, "no signal stops it, but the end of the process that made it")
	} else {
		c.openSignals()
		c.nextCall("signalfd4")
	}
	c.i2(XOR, EDI, EDI, "no flags")
	c.syscall(sysEpollCreate1, "")
	c.checkBoot()
	c.i2(MOV, c.loopVar(loopSet), EAX, "")
	if !c.plan.Server.Listen.Inherited() {
		c.i2(MOV, c.loopVar(loopListener), R12D, "")
	}
	c.i2(MOVDQU, slot(16, c.loopSlot(loopDue)), XMM3, "the first sweep is due at once: 0 in loopLeft and loopTick, too")
	c.i2(MOVDQU, slot(16, c.loopSlot(loopWatch)+8), XMM3, "the half of its data that nobody reads; loopLast, no end is in sight; loopOwn; loopAway")
	c.i2(XOR, EAX, EAX, "")
	c.zeros("no_client", c.agesAt(), c.ages(), "there is no client,")
	c.i2(XOR, EAX, EAX, "")
	c.zeros("no_count", c.countsAt(), c.counts(), "and none has asked")
	c.i2(MOV, c.loopVar(loopFree), Imm(c.plan.Server.Connections), "limits.connections")
	c.nextCall("epoll_create1")
	c.lea(R10, "told", "struct epoll_event")
	c.i2(MOV, EDX, c.loopVar(loopSignals), "first: a signal that is there already comes in front of clients")
	c.call("add", "")
	c.checkBoot()
	c.call("listen_again", "")
	c.checkBoot()
	return "epoll_ctl"
}

// zeros clears a part of the frame, of whole rounds; eax is 0.
func (c *code) zeros(label string, from, size int32, note string) {
	c.label(label)
	for i := range c.zeroStores() {
		c.i2(MOVDQU, at(16, RAX, from+16*i), XMM3, note)
		note = ""
	}
	c.i2(ADD, EAX, Imm(16*c.zeroStores()), "")
	c.i2(CMP, EAX, Imm(size), "")
	c.i1(JB, Target(label), "")
}

// loop is the life of the process: how it accepts, and in receive, where a request begins, what it waits for.
func (c *code) loop() {
	c.i1(JMP, Target("wait"), "the process's life; it looks at the clock behind the first wait")
	c.section("the loop: clients that come")
	c.room()
	c.watching()
	c.clients()
}

// receive takes the next event, and reads what the client has sent.
func (c *code) receive() {
	c.answered()
	c.routine("clients", "in: r13 not of a client", "The listener is ready, or the server is to stop.", "ends: in pick")
	c.i1(INC, R13D, "-1 is the listener's")
	c.i1(JNZ, Target("stop"), "")
	if c.plan.Server.Listen.Inherited() {
		c.i2(CMP, c.loopVar(loopLast), Imm(0), "the server stops:")
		c.i1(JNE, Target("pick"), "who is not accepted waits for the next one")
	}
	c.i1(DEC, c.loopVar(loopAway), "clientsWait, behind other events; it was 0, as the listener is in the set")
	c.routine("pick", "in: rsp the frame's", "The next event, or the next turn.")
	c.i2(MOV, EAX, c.loopVar(loopNext), "")
	c.i2(CMP, EAX, c.loopVar(loopEvents), "")
	c.i1(JL, Target("event"), "")
	c.turn()
	c.routine("event", "in: eax how many events were taken, the next one's number", "out: r13 client; r8, r14 what it has sent; or in clients, or in pick")
	c.i2(LEA, RCX, Mem{Base: RBP, Index: RAX, Scale: 8, Disp: c.eventsAt()}, "12 bytes each")
	c.i2(MOV, R13D, Mem{Base: RCX, Index: RAX, Scale: 4, Disp: eventData, Width: 4}, "")
	c.i1(INC, c.loopVar(loopNext), "")
	c.i2(CMP, R13D, Imm(c.plan.Server.Connections), "")
	c.i1(JAE, Target("clients"), "the listener's, or of the signals: below 0")
	c.i2(MOV, c.age(R13), Imm(ageHeard), "in front of the read: what is read decides nothing that others may see")
	c.label("hear_client")
	c.i2(XOR, R8D, R8D, "where a request begins; the sender's address is not wanted, so that r9 is not looked at")
	c.i2(MOV, R10D, Imm(msgDontwait), "MSG_DONTWAIT")
	c.i2(MOV, EDX, Imm(c.head()), "")
	c.i2(MOV, RSI, RBP, "")
	c.i2(MOV, EDI, R13D, "")
	c.syscall(sysRecvfrom, "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JLE, Target("receive_failed"), "")
	c.label("received")
	c.i2(MOV, R14D, EAX, "")
	c.i2(MOVDQU, at(16, R14, 0), XMM3, "zeros behind: 16 bytes may be looked at anywhere in the buffer")
	c.i2(MOV, EAX, c.count(), "")
	c.i2(LEA, ECX, M(0, RAX, -1), "")
	c.i2(CMP, ECX, Imm(c.plan.Server.Requests), "from 1 to limits.requests:")
	c.i1(JAE, Target("close_event"), "no client has another")
	c.i2(MOV, slot(4, slotRequests), EAX, "")
	c.i2(MOV, c.loopVar(loopState), Imm(looping), "")
	c.i2(MOV, slot(4, slotOutput), R8D, "nothing to write")
	if c.sendsMuch() {
		c.i2(MOV, slot(4, slotDeaf), R8D, "signals end a child")
	}
	if c.logs() {
		c.askPeer()
	}
}

// askPeer asks who the client is, for the log. The loop remembers no address.
func (c *code) askPeer() {
	c.clearPeer()
	c.i2(LEA, RDX, M(0, RBP, slotPeerLen), "")
	c.i2(MOV, M(4, RDX, 0), Imm(peerSize), "room for the client's address")
	c.i2(LEA, RSI, M(0, RBP, slotPeer), "")
	c.i2(MOV, EDI, R13D, "")
	c.syscall(sysGetpeername, "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JS, Target("close_event"), "it is gone")
}

// nextInTurn is behind a response, and behind the comparison of r8 with r14.
func (c *code) nextInTurn() {
	c.i1(JNE, Target("request"), "pipelined")
	c.inLoop("done", "")
	c.label("next_alone")
}

// receiveFailed is the rarer half of receive.
func (c *code) receiveFailed() {
	c.routine("receive_failed", "in: eax 0 or -errno; r13 client")
	c.i2(CMP, EAX, Imm(-eagain), "EAGAIN: a new one has sent nothing yet; or the event was of one that had its number before, or is an old one")
	c.i1(JNE, Target("close_event"), "the client closed its side, or is gone")
	c.i2(XOR, EAX, EAX, "nothing was read")
	c.i2(CMP, c.loopVar(loopLast), EAX, "")
	c.i1(JE, Target("kept"), "")
	c.i2(CMP, c.count(), Imm(c.plan.Server.Requests), "the server stops:")
	c.i1(JNE, Target("close_event"), "one whose connection is kept hears of it at once")
	c.i2(MOV, c.count(), Imm(1), "who has not asked for anything yet may do so once: a child waits for that")
	c.i1(JMP, Target("received"), "")

	if !c.oneByOne() {
		c.routine("done_pipelined", "Sends the responses to what was pipelined.", "ends: in pick, or, in a child that has sent what is left of them, in request")
		c.call("flush", "")
		c.inLoop("done_all", "")
		c.i1(JMP, Target("next_alone"), "")
	}
}

// unixChild: accepted unix sockets inherit no timeout.
func (c *code) unixChild() bool { return c.plan.Server.Listen.Family == plan.AFUnix }
