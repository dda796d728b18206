package lower

import (
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Handing over is where the loop would have to wait: for the rest of a request, for the room to
// send the rest of a response. A child goes on, in calls that wait, with the buffer and the
// registers as they are, until the connection ends; the loop forgets the client.

// waitElsewhere is where more of a request is needed.
func (c *code) waitElsewhere() {
	c.i2(CMP, c.loopVar(loopState), Imm(0), "in the loop,")
	c.i1(JE, Target("may_wait"), "")
	c.call("go_on_elsewhere", "which does not wait, a child does")
	c.label("may_wait")
}

// sendAtOnce is send in the loop.
func (c *code) sendAtOnce() {
	c.routine("send_at_once", "in: as send; edi client", "out: all are written, or a child has done so; or leaves for close_event", "clobbers: rax rcx rdx rsi rdi r11")
	c.i1(PUSH, R8, "")
	c.i1(PUSH, R10, "")
	c.i2(XOR, R8D, R8D, "no address: so that its length, r9, is not looked at")
	c.i2(MOV, R10D, Imm(msgDontwait|msgNosignal), "MSG_DONTWAIT | MSG_NOSIGNAL")
	c.syscall(sysSendto, "")
	c.i1(POP, R10, "")
	c.i1(POP, R8, "")
	c.i2(CMP, EAX, EDX, "")
	c.i1(JNE, Target("send_elsewhere"), "")
	c.i0(RET, "")

	c.routine("send_elsewhere", "in: eax how many bytes were taken, or -errno; r13; rsi, edx all of them")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JNS, Target("send_some"), "")
	c.i2(CMP, EAX, Imm(-eagain), "EAGAIN: none")
	c.i1(JNE, Target(c.afterFailure()), "the client is gone")
	c.i2(XOR, EAX, EAX, "")
	c.label("send_some")
	c.i2(ADD, RSI, RAX, "the rest")
	c.i2(SUB, EDX, EAX, "")
	c.handRest()
	c.call("send", "in the child: it waits")
	if c.plan.Server.Listen.Inherited() {
		c.i0(RET, "") // no signal ends it: see sendsMuch
		return
	}
	c.i1(JMP, Target("hear"), "")
}

// hasBegun is set in r9 where a response has begun, with an access log: the proof has no room for a third
// register on the stack beside what that has there.
const hasBegun = 1 << 28

// handRest hands a client over in the midst of a response: without a process there is nothing else to be said.
func (c *code) handRest() {
	const note = "without a process there is nothing else to be said in the midst of it"
	if c.logs() {
		c.i2(OR, R9D, Imm(hasBegun), note)
		c.call("hand_over", "")
		c.i2(AND, R9D, Imm(^hasBegun), "")
		return
	}
	c.i1(PUSH, R9, "")
	c.i2(OR, R9D, Imm(isFinal), note)
	c.call("hand_over", "")
	c.i1(POP, R9, "")
}

// handOver is the only place where the loop forks.
func (c *code) handOver() {
	c.section("handing over: a child goes on, where the loop would have to wait")
	c.receiveFailed()
	c.routine("go_on_elsewhere", "As hand_over, with the signals that stop the server as in any child.")
	c.call("hand_over", "")
	if c.plan.Server.Listen.Inherited() {
		c.i0(RET, "")
	}
	c.routine("hear", "The signals that stop the server end this process, from here on.", "clobbers: rax rcx rdx rsi rdi r11")
	c.i1(PUSH, R10, "")
	c.i2(XOR, EDX, EDX, "the old set is not wanted")
	c.i2(LEA, R10D, M(0, RDX, 8), "size of a signal set")
	c.lea(RSI, "none", "")
	c.i2(LEA, EDI, M(0, RDX, 2), "SIG_SETMASK")
	c.syscall(sysSigprocmsk, "")
	c.noSignals()
	c.i1(POP, R10, "")
	c.i0(RET, "")

	c.routine("hand_over", "in: r13 client; r9 with isFinal where it must get nothing if there is no process",
		"out: in a child alone, with its client as the only connection; the loop leaves for pick",
		"keeps: all but rax rcx rdi r11")
	c.i2(CMP, c.loopVar(loopState), Imm(looping), "a client that does not take the 503")
	c.i1(JNE, Target("close_event"), "")
	c.i1(PUSH, RSI, "")
	c.i1(PUSH, RDX, "")
	c.i1(PUSH, R10, "")
	c.i2(MOV, EDX, R13D, "")
	c.call("unwatch", "first: the set has open files, and this one stays open in the child")
	c.syscall(sysFork, "")
	c.i2(TEST, EAX, EAX, "")
	c.i1(JZ, Target("handed_over"), "the child")
	c.i1(JS, Target("no_process"), "")

	c.routine("close_event", "in: r13 client", "The connection ends, here at least: whatever was called is left.", "ends: in pick")
	c.i2(LEA, RSP, M(0, RBP, -c.slots()), "the frame's")
	c.i2(MOV, c.age(R13), Imm(ageNone), "no client's any more")
	c.i2(MOV, EDI, R13D, "")
	c.syscall(sysClose, "")
	c.i1(JMP, Target("pick"), "")

	c.routine("close_number", "in: edi descriptor", "clobbers: rax rcx r11")
	c.syscall(sysClose, "")
	c.i0(RET, "")

	c.routine("no_process", "in: as hand_over, and its three on the stack", "Says so, if the client is not in the midst of a response.", "ends: in close_event")
	c.i2(MOV, c.loopVar(loopState), Imm(apologizing), "what the socket does not take at once is lost")
	if c.logs() {
		c.i2(TEST, R9D, Imm(isFinal|hasBegun), "")
	} else {
		c.i2(TEST, R9B, Imm(isFinal), "")
	}
	c.i1(JNZ, Target("close_event"), "")
	c.call("flush", "earlier responses first")
	c.busyResponse(c.plan.Responses[c.plan.Fallbacks.Unavailable])
	c.call("send", "")
	c.i1(JMP, Target("close_event"), "")
	c.handedOver()
}

// handedOver is where a child begins.
func (c *code) handedOver() {
	c.routine("handed_over", "in: eax 0", "Closes all but its client: what the loop closes must not stay open here.")
	c.i2(MOV, c.loopVar(loopState), EAX, "it may wait")
	c.i2(XOR, ESI, ESI, "a descriptor")
	c.eachNumber(ESI, "other", func() {
		c.i2(CMP, c.age(RSI), Imm(ageNone), "")
		c.i1(JE, Target("other_on"), "no client's")
		c.i2(CMP, ESI, R13D, "")
		c.i1(JE, Target("other_on"), "its own")
		c.i2(MOV, EDI, ESI, "")
		c.call("close_number", "")
	})
	c.i2(MOV, EDI, c.listener(), "a restart must be able to bind while this child works")
	c.call("close_number", "")
	c.i2(MOV, EDI, c.loopVar(loopSet), "")
	c.call("close_number", "")
	c.i2(MOV, EDI, c.loopVar(loopSignals), "")
	c.call("close_number", "")
	if c.unixChild() {
		c.i1(PUSH, R8, "")
		c.setOptionsOneByOne(R13D, func() {
			c.i2(TEST, EAX, EAX, "an errno is negative")
			c.i1(JS, Target("exit_0"), "")
		})
		c.i1(POP, R8, "")
	}
	c.i1(POP, R10, "")
	c.i1(POP, RDX, "")
	c.i1(POP, RSI, "")
	if c.patient() {
		c.i2(MOV, slot(4, slotPatience), Imm(c.plan.Server.HeadTimeouts), "timeouts until it has the request")
	}
	c.i0(RET, "")
}
