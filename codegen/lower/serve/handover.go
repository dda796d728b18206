package serve

import (
	"github.com/verbosel/verbosel/codegen/lower/boot"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/log"
	"github.com/verbosel/verbosel/codegen/lower/respond"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Handing over is where the loop would have to wait: for the rest of a request, for the room to
// send the rest of a response. A child goes on, in calls that wait, with the buffer and the
// registers as they are, until the connection ends; the loop forgets the client.

// waitElsewhere is where more of a request is needed.
func waitElsewhere(c *emit.Code) {
	c.I2(CMP, c.LoopVar(layout.LoopState), Imm(0), "in the loop,")
	c.I1(JE, Target("may_wait"), "")
	c.Call("go_on_elsewhere", "which does not wait, a child does")
	c.Label("may_wait")
}

// SendAtOnce is send in the loop.
func SendAtOnce(c *emit.Code) {
	c.Routine("send_at_once", "in: as send; edi client", "out: all are written, or a child has done so; or leaves for close_event", "clobbers: rax rcx rdx rsi rdi r11")
	c.I1(PUSH, R8, "")
	c.I1(PUSH, R10, "")
	c.I2(XOR, R8D, R8D, "no address: so that its length, r9, is not looked at")
	c.I2(MOV, R10D, Imm(msgDontwait|msgNosignal), "MSG_DONTWAIT | MSG_NOSIGNAL")
	c.Syscall(emit.SysSendto, "")
	c.I1(POP, R10, "")
	c.I1(POP, R8, "")
	c.I2(CMP, EAX, EDX, "")
	c.I1(JNE, Target("send_elsewhere"), "")
	c.I0(RET, "")

	c.Routine("send_elsewhere", "in: eax how many bytes were taken, or -errno; r13; rsi, edx all of them")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JNS, Target("send_some"), "")
	c.I2(CMP, EAX, Imm(-emit.Eagain), "EAGAIN: none")
	c.I1(JNE, Target(log.AfterFailure(c)), "the client is gone")
	c.I2(XOR, EAX, EAX, "")
	c.Label("send_some")
	c.I2(ADD, RSI, RAX, "the rest")
	c.I2(SUB, EDX, EAX, "")
	handRest(c)
	c.Call("send", "in the child: it waits")
	if c.Plan.Server.Listen.Inherited() {
		c.I0(RET, "") // no signal ends it: see sendsMuch
		return
	}
	c.I1(JMP, Target("hear"), "")
}

// hasBegun is set in r9 where a response has begun, with an access log: the proof has no room for a third
// register on the stack beside what that has there.
const hasBegun = 1 << 28

// handRest hands a client over in the midst of a response: without a process there is nothing else to be said.
func handRest(c *emit.Code) {
	const note = "without a process there is nothing else to be said in the midst of it"
	if c.Logs() {
		c.I2(OR, R9D, Imm(hasBegun), note)
		c.Call("hand_over", "")
		c.I2(AND, R9D, Imm(^hasBegun), "")
		return
	}
	c.I1(PUSH, R9, "")
	c.I2(OR, R9D, Imm(layout.IsFinal), note)
	c.Call("hand_over", "")
	c.I1(POP, R9, "")
}

// HandOver is the only place where the loop forks.
func HandOver(c *emit.Code) {
	c.Section("handing over: a child goes on, where the loop would have to wait")
	receiveFailed(c)
	c.Routine("go_on_elsewhere", "As hand_over, with the signals that stop the server as in any child.")
	c.Call("hand_over", "")
	if c.Plan.Server.Listen.Inherited() {
		c.I0(RET, "")
	}
	c.Routine("hear", "The signals that stop the server end this process, from here on.", "clobbers: rax rcx rdx rsi rdi r11")
	c.I1(PUSH, R10, "")
	c.I2(XOR, EDX, EDX, "the old set is not wanted")
	c.I2(LEA, R10D, M(0, RDX, 8), "size of a signal set")
	c.Lea(RSI, "none", "")
	c.I2(LEA, EDI, M(0, RDX, 2), "SIG_SETMASK")
	c.Syscall(emit.SysSigprocmsk, "")
	noSignals(c)
	c.I1(POP, R10, "")
	c.I0(RET, "")

	c.Routine("hand_over", "in: r13 client; r9 with isFinal where it must get nothing if there is no process",
		"out: in a child alone, with its client as the only connection; the loop leaves for pick",
		"keeps: all but rax rcx rdi r11")
	c.I2(CMP, c.LoopVar(layout.LoopState), Imm(looping), "a client that does not take the 503")
	c.I1(JNE, Target("close_event"), "")
	c.I1(PUSH, RSI, "")
	c.I1(PUSH, RDX, "")
	c.I1(PUSH, R10, "")
	c.I2(MOV, EDX, R13D, "")
	c.Call("unwatch", "first: the set has open files, and this one stays open in the child")
	c.Syscall(emit.SysFork, "")
	c.I2(TEST, EAX, EAX, "")
	c.I1(JZ, Target("handed_over"), "the child")
	c.I1(JS, Target("no_process"), "")

	c.Routine("close_event", "in: r13 client", "The connection ends, here at least: whatever was called is left.", "ends: in pick")
	c.I2(LEA, RSP, M(0, RBP, -c.Slots()), "the frame's")
	c.I2(MOV, age(c, R13), Imm(ageNone), "no client's any more")
	c.I2(MOV, EDI, R13D, "")
	c.Syscall(emit.SysClose, "")
	c.I1(JMP, Target("pick"), "")

	c.Routine("close_number", "in: edi descriptor", "clobbers: rax rcx r11")
	c.Syscall(emit.SysClose, "")
	c.I0(RET, "")

	c.Routine("no_process", "in: as hand_over, and its three on the stack", "Says so, if the client is not in the midst of a response.", "ends: in close_event")
	c.I2(MOV, c.LoopVar(layout.LoopState), Imm(apologizing), "what the socket does not take at once is lost")
	if c.Logs() {
		c.I2(TEST, R9D, Imm(layout.IsFinal|hasBegun), "")
	} else {
		c.I2(TEST, R9B, Imm(layout.IsFinal), "")
	}
	c.I1(JNZ, Target("close_event"), "")
	c.Call("flush", "earlier responses first")
	respond.BusyResponse(c, c.Plan.Responses[c.Plan.Fallbacks.Unavailable])
	c.Call("send", "")
	c.I1(JMP, Target("close_event"), "")
	handedOver(c)
}

// handedOver is where a child begins.
func handedOver(c *emit.Code) {
	c.Routine("handed_over", "in: eax 0", "Closes all but its client: what the loop closes must not stay open here.")
	c.I2(MOV, c.LoopVar(layout.LoopState), EAX, "it may wait")
	c.I2(XOR, ESI, ESI, "a descriptor")
	eachNumber(c, ESI, "other", func() {
		c.I2(CMP, age(c, RSI), Imm(ageNone), "")
		c.I1(JE, Target("other_on"), "no client's")
		c.I2(CMP, ESI, R13D, "")
		c.I1(JE, Target("other_on"), "its own")
		c.I2(MOV, EDI, ESI, "")
		c.Call("close_number", "")
	})
	c.I2(MOV, EDI, listener(c), "a restart must be able to bind while this child works")
	c.Call("close_number", "")
	c.I2(MOV, EDI, c.LoopVar(layout.LoopSet), "")
	c.Call("close_number", "")
	c.I2(MOV, EDI, c.LoopVar(layout.LoopSignals), "")
	c.Call("close_number", "")
	if unixChild(c) {
		c.I1(PUSH, R8, "")
		boot.SetOptionsOneByOne(c, R13D, func() {
			c.I2(TEST, EAX, EAX, "an errno is negative")
			c.I1(JS, Target("exit_0"), "")
		})
		c.I1(POP, R8, "")
	}
	c.I1(POP, R10, "")
	c.I1(POP, RDX, "")
	c.I1(POP, RSI, "")
	if c.Patient() {
		c.I2(MOV, layout.Slot(4, layout.SlotPatience), Imm(c.Plan.Server.HeadTimeouts), "timeouts until it has the request")
	}
	c.I0(RET, "")
}
