package serve

import (
	"github.com/verbosel/verbosel/codegen/lower/boot"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/log"
	"github.com/verbosel/verbosel/codegen/lower/respond"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// This file is what isolation: proof adds: one process that waits for many clients at a time,
// reads once what one has sent, and answers it. LOOP.md is its design; handover.go is where it
// leaves to a child what would have to wait.

// What is in LoopState.
const (
	looping     = 1
	apologizing = 2 // a client gets no process, and nothing is handed over
)

// What is in LoopAway, where it is not 0.
const (
	awayFull    = 1  // each number below the limit is taken
	awayShort   = 2  // something failed: it may work again at the next sweep
	clientsWait = -1 // it is in the set, and clients are accepted behind the events
)

// listener is the loop's, 4 bytes. One that was handed over is always the same number.
func listener(c *emit.Code) Operand {
	if c.Plan.Server.Listen.Inherited() {
		return Imm(firstDescriptor)
	}
	return c.LoopVar(layout.LoopListener)
}

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
func eventsAt(c *emit.Code) int32 { return c.RequestFrame() - c.Slots() + layout.Gap }
func agesAt(c *emit.Code) int32   { return eventsAt(c) + layout.TurnEvents*layout.EventSize + layout.Gap }

func countsAt(c *emit.Code) int32 { return agesAt(c) + c.Ages() + layout.Gap }

// age is that of the client in a register.
func age(c *emit.Code, client Reg) Mem { return layout.At(1, client, agesAt(c)) }

// count is how many requests the client in r13 may still make; while it is served, that is in SlotRequests.
func count(c *emit.Code) Mem {
	return Mem{Base: RBP, Index: R13, Scale: 4, Disp: countsAt(c), Width: 4}
}

// handlesEarly: signals have their actions before there is a loop. The proof knows few variables of the stack: with those of
// slots and the loop's own there was no room for what an action is.
func handlesEarly(c *emit.Code) bool {
	return c.Loops() && !divides(c) && (c.Reads() || c.FromEnvironment())
}

// beginLoop makes the set of what is waited for, with the listener in it. It gives the last call
// that it makes; last is the one before it.
func beginLoop(c *emit.Code, last string) string {
	if !c.Loops() {
		return last
	}
	if divides(c) || !c.Plan.Server.Listen.Inherited() {
		boot.NextCall(c, last)
		blockSignals(c)
		last = "rt_sigprocmask"
	}
	boot.NextCall(c, last)
	if divides(c) {
		c.I2(MOV, c.LoopVar(layout.LoopSignals), R13D, "no signal stops it, but the end of the process that made it")
	} else {
		openSignals(c)
		boot.NextCall(c, "signalfd4")
	}
	c.I2(XOR, EDI, EDI, "no flags")
	c.Syscall(emit.SysEpollCreate1, "")
	boot.CheckBoot(c)
	c.I2(MOV, c.LoopVar(layout.LoopSet), EAX, "")
	if !c.Plan.Server.Listen.Inherited() {
		c.I2(MOV, c.LoopVar(layout.LoopListener), R12D, "")
	}
	c.I2(MOVDQU, layout.Slot(16, c.LoopSlot(layout.LoopDue)), XMM3, "the first sweep is due at once: 0 in loopLeft and loopTick, too")
	c.I2(MOVDQU, layout.Slot(16, c.LoopSlot(layout.LoopWatch)+8), XMM3, "the half of its data that nobody reads; loopLast, no end is in sight; loopOwn; loopAway")
	c.I2(XOR, EAX, EAX, "")
	zeros(c, "no_client", agesAt(c), c.Ages(), "there is no client,")
	c.I2(XOR, EAX, EAX, "")
	zeros(c, "no_count", countsAt(c), c.Counts(), "and none has asked")
	c.I2(MOV, c.LoopVar(layout.LoopFree), Imm(c.Plan.Server.Connections), "limits.connections")
	boot.NextCall(c, "epoll_create1")
	c.Lea(R10, "told", "struct epoll_event")
	c.I2(MOV, EDX, c.LoopVar(layout.LoopSignals), "first: a signal that is there already comes in front of clients")
	c.Call("add", "")
	boot.CheckBoot(c)
	c.Call("listen_again", "")
	boot.CheckBoot(c)
	return "epoll_ctl"
}

// zeros clears a part of the frame, of whole rounds; eax is 0.
func zeros(c *emit.Code, label string, from, size int32, note string) {
	c.Label(label)
	for i := range c.ZeroStores() {
		c.I2(MOVDQU, layout.At(16, RAX, from+16*i), XMM3, note)
		note = ""
	}
	c.I2(ADD, EAX, Imm(16*c.ZeroStores()), "")
	c.I2(CMP, EAX, Imm(size), "")
	c.I1(JB, Target(label), "")
}

// Loop is the life of the process: how it accepts, and in receive, where a request begins, what it waits for.
func Loop(c *emit.Code) {
	c.I1(JMP, Target("wait"), "the process's life; it looks at the clock behind the first wait")
	c.Section("the loop: clients that come")
	room(c)
	watching(c)
	clients(c)
}

// receive takes the next event, and reads what the client has sent.
func receive(c *emit.Code) {
	answered(c)
	c.Routine("clients", "in: r13 not of a client", "The listener is ready, or the server is to stop.", "ends: in pick")
	c.I1(INC, R13D, "-1 is the listener's")
	c.I1(JNZ, Target("stop"), "")
	if c.Plan.Server.Listen.Inherited() {
		c.I2(CMP, c.LoopVar(layout.LoopLast), Imm(0), "the server stops:")
		c.I1(JNE, Target("pick"), "who is not accepted waits for the next one")
	}
	c.I1(DEC, c.LoopVar(layout.LoopAway), "clientsWait, behind other events; it was 0, as the listener is in the set")
	c.Routine("pick", "in: rsp the frame's", "The next event, or the next turn.")
	c.I2(MOV, EAX, c.LoopVar(layout.LoopNext), "")
	c.I2(CMP, EAX, c.LoopVar(layout.LoopEvents), "")
	c.I1(JL, Target("event"), "")
	turn(c)
	c.Routine("event", "in: eax how many events were taken, the next one's number", "out: r13 client; r8, r14 what it has sent; or in clients, or in pick")
	c.I2(LEA, RCX, Mem{Base: RBP, Index: RAX, Scale: 8, Disp: eventsAt(c)}, "12 bytes each")
	c.I2(MOV, R13D, Mem{Base: RCX, Index: RAX, Scale: 4, Disp: layout.EventData, Width: 4}, "")
	c.I1(INC, c.LoopVar(layout.LoopNext), "")
	c.I2(CMP, R13D, Imm(c.Plan.Server.Connections), "")
	c.I1(JAE, Target("clients"), "the listener's, or of the signals: below 0")
	c.I2(MOV, age(c, R13), Imm(ageHeard), "in front of the read: what is read decides nothing that others may see")
	c.Label("hear_client")
	c.I2(XOR, R8D, R8D, "where a request begins; the sender's address is not wanted, so that r9 is not looked at")
	c.I2(MOV, R10D, Imm(msgDontwait), "MSG_DONTWAIT")
	c.I2(MOV, EDX, Imm(c.Head()), "")
	c.I2(MOV, RSI, RBP, "")
	c.I2(MOV, EDI, R13D, "")
	c.Syscall(emit.SysRecvfrom, "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JLE, Target("receive_failed"), "")
	c.Label("received")
	c.I2(MOV, R14D, EAX, "")
	c.I2(MOVDQU, layout.At(16, R14, 0), XMM3, "zeros behind: 16 bytes may be looked at anywhere in the buffer")
	c.I2(MOV, EAX, count(c), "")
	c.I2(LEA, ECX, M(0, RAX, -1), "")
	c.I2(CMP, ECX, Imm(c.Plan.Server.Requests), "from 1 to limits.requests:")
	c.I1(JAE, Target("close_event"), "no client has another")
	c.I2(MOV, layout.Slot(4, layout.SlotRequests), EAX, "")
	c.I2(MOV, c.LoopVar(layout.LoopState), Imm(looping), "")
	c.I2(MOV, layout.Slot(4, layout.SlotOutput), R8D, "nothing to write")
	if c.SendsMuch() {
		c.I2(MOV, layout.Slot(4, layout.SlotDeaf), R8D, "signals end a child")
	}
	if c.Logs() {
		askPeer(c)
	}
}

// askPeer asks who the client is, for the log. The loop remembers no address.
func askPeer(c *emit.Code) {
	clearPeer(c)
	c.I2(LEA, RDX, M(0, RBP, log.SlotPeerLen), "")
	c.I2(MOV, M(4, RDX, 0), Imm(log.PeerSize), "room for the client's address")
	c.I2(LEA, RSI, M(0, RBP, log.SlotPeer), "")
	c.I2(MOV, EDI, R13D, "")
	c.Syscall(emit.SysGetpeername, "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JS, Target("close_event"), "it is gone")
}

// receiveFailed is the rarer half of receive.
func receiveFailed(c *emit.Code) {
	c.Routine("receive_failed", "in: eax 0 or -errno; r13 client")
	c.I2(CMP, EAX, Imm(-emit.Eagain), "EAGAIN: a new one has sent nothing yet; or the event was of one that had its number before, or is an old one")
	c.I1(JNE, Target("close_event"), "the client closed its side, or is gone")
	c.I2(XOR, EAX, EAX, "nothing was read")
	c.I2(CMP, c.LoopVar(layout.LoopLast), EAX, "")
	c.I1(JE, Target("kept"), "")
	c.I2(CMP, count(c), Imm(c.Plan.Server.Requests), "the server stops:")
	c.I1(JNE, Target("close_event"), "one whose connection is kept hears of it at once")
	c.I2(MOV, count(c), Imm(1), "who has not asked for anything yet may do so once: a child waits for that")
	c.I1(JMP, Target("received"), "")

	if !respond.OneByOne(c) {
		c.Routine("done_pipelined", "Sends the responses to what was pipelined.", "ends: in pick, or, in a child that has sent what is left of them, in request")
		c.Call("flush", "")
		c.InLoop("done_all", "")
		c.I1(JMP, Target("next_alone"), "")
	}
}

// unixChild: accepted unix sockets inherit no timeout.
func unixChild(c *emit.Code) bool { return c.Plan.Server.Listen.Family == plan.AFUnix }
