package respond

import (
	"github.com/verbosel/verbosel/codegen/lower/clock"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/log"
	"github.com/verbosel/verbosel/codegen/lower/resource"
	"github.com/verbosel/verbosel/codegen/lower/route"
	"github.com/verbosel/verbosel/codegen/lower/slots"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Respond writes the response in rbx.
func Respond(c *emit.Code) {
	c.Section("respond: the chosen response, in as few writes as it takes")
	if c.Plan.Server.KeepAlive {
		respondConnection(c)
		return
	}
	c.Routine("respond", "in: rbx response; r9, r14 the request")
	clock.StampNow(c)
	if c.Logs() {
		c.Call("log_response", "")
	}
	if c.Extends() {
		c.Call("send_extended", "")
	} else {
		respondStored(c)
	}
	log.AfterResponse(c)
	if drains(c) {
		c.I2(TEST, R9B, Imm(layout.IsFinal), "")
		c.I1(JNZ, Target("drain_or_finish"), "")
		c.Label("drain_if_full")
		c.I2(CMP, R14D, Imm(c.Head()), "a full buffer: there may be more to read")
		c.I1(JE, Target("drain"), "")
	}
	// finish follows
}

// respondStored writes a response from where it is stored, if it is stored whole.
func respondStored(c *emit.Code) {
	if c.HasResources() {
		c.I2(TEST, R9D, Imm(resource.IsDerived), "")
		c.I1(JNZ, Target("respond_derived"), "")
	}
	c.LoadHeadLength(EDX)
	c.I2(TEST, EDX, EDX, "")
	c.I1(JS, Target("respond_composed"), "")
	sendRecord(c, "")
	c.Label("responded")
}

// RespondComposed is for isolation: request.
func RespondComposed(c *emit.Code) {
	what := "in: rbx a response that is stored as its status"
	if c.Renders() {
		what += ", or has slots"
	}
	c.Routine("respond_composed", what)
	slots.IsRendered(c, "respond_rendered")
	c.Call("compose", "")
	c.Call("send", "")
	c.I1(JMP, Target("responded"), "")
	if c.Renders() {
		respondRendered(c, "responded")
	}
}

// sendRecord writes a whole response from where it is stored: in rbx; edx the length
// of its header block. name tells its labels from those of another one.
func sendRecord(c *emit.Code, name string) {
	if name != "" {
		name += "_"
	}
	joined, head, sent := name+"send_joined", name+"send_head", name+"sent"
	c.I2(LEA, RSI, M(0, RBX, c.RecordSize()), "")
	c.I2(TEST, R9B, Imm(layout.IsHead), "HEAD: the header block alone")
	if !c.Detached {
		c.I1(JNZ, Target(head), "")
		c.I2(MOV, EDX, M(4, RBX, layout.JoinedLength), "else the content behind it too")
		c.Label(head)
		c.Call("send", "")
		return
	}
	c.I1(JZ, Target(joined), "")
	c.Call("send", "")
	c.I1(JMP, Target(sent), "")
	c.Label(joined)
	c.I2(MOV, EDX, M(4, RBX, layout.JoinedLength), "else the content behind it too")
	c.Call("send", "")
	c.LoadHeadLength(EDX)
	c.I2(CMP, EDX, M(4, RBX, layout.JoinedLength), "or the content is stored apart,")
	c.I1(JNE, Target(sent), "")
	c.I2(MOV, EDX, M(4, RBX, layout.BodyLength), "")
	c.I2(TEST, EDX, EDX, "if there is any")
	c.I1(JZ, Target(sent), "")
	c.I2(MOV, ESI, M(4, RBX, layout.BodyOffset), "")
	c.I2(ADD, RSI, R15, "")
	c.Call("send", "")
	c.Label(sent)
}

// SendRoutine is the only place that writes to a client.
func SendRoutine(c *emit.Code) {
	c.Routine("send", "in: rsi bytes; edx how many, not 0", "out: all are written; or leaves for finish", "clobbers: rax rcx rdx rsi rdi r11")
	c.I2(MOV, EDI, R13D, "")
	if c.Loops() {
		c.InLoop("send_at_once", "and nobody waits")
	}
	if c.SendsMuch() {
		c.I2(CMP, EDX, Imm(layout.AtOnce), "more than any socket takes at once:")
		c.I1(JA, Target("send_much"), "it may last")
	}
	c.Label("send_rest")
	c.Syscall(emit.SysWrite, "")
	// All of rax is tested, as it moves rsi: of eax alone the proof has a worst case that is
	// hundreds of times as large, see TestObserved.
	c.I2(TEST, RAX, RAX, "")
	c.I1(JLE, Target("send_failed"), "")
	c.I2(SUB, EDX, EAX, "")
	c.I1(JZ, Target("send_end"), "")
	c.I2(ADD, RSI, RAX, "a short write")
	if c.Plan.Server.Hardened {
		c.I2(CMP, EAX, Imm(leastProgress), "in SO_SNDTIMEO's time: is it worth waiting?")
		c.I1(JB, Target(log.AfterFailure(c)), "")
	}
	c.I1(JMP, Target("send_rest"), "")
	c.Label("send_end")
	c.I0(RET, "")
	c.Label("send_failed")
	c.I2(CMP, EAX, Imm(-emit.Eintr), "EINTR: stopped and continued")
	c.I1(JE, Target("send_rest"), "")
	c.I1(JMP, Target(log.AfterFailure(c)), "the client is gone, or does not read")
}

// leastProgress is how many bytes a client must take within the write timeout: a
// write is short only when that time is over.
const leastProgress = 4096

// drains: without timeouts a client that only waits would hold the process for ever,
// so that the ten close at once.
func drains(c *emit.Code) bool { return c.Plan.Server.Hardened }

// never is where code goes that no request comes to: a child ends, and the loop goes on without that client.
func never(c *emit.Code) string {
	if c.Loops() {
		return "finish"
	}
	return "exit_0"
}

// Finish ends the child, after the input that the client is still sending: closing a
// socket with unread input sends a reset, which can destroy the response on its way.
func Finish(c *emit.Code) {
	if c.Loops() {
		c.Routine("finish", "Ends the connection: in the loop with its descriptor, and a child with itself.")
		c.InLoop("close_event", "")
	} else {
		c.Routine("finish", "Ends the child.")
	}
	if c.Stops() {
		c.Label("exit_0")
	} else {
		c.Routine("exit_0", "Status 0; also the handler of SIGTERM and SIGINT.")
	}
	c.I2(XOR, EDI, EDI, "")
	c.Routine("exit", "in: edi status")
	c.Syscall(emit.SysExit, "closes what is open")
	if drains(c) {
		c.Routine("drain_or_finish", "in: r9, r14 the request, as far as it was read", "A head that ends with its line is all that the client sent, unless a body was announced.")
		c.I2(TEST, R9B, Imm(layout.HasLength|layout.IsChunked), "")
		c.I1(JNZ, Target("drain"), "")
		end := "drain_if_full"
		if c.Plan.Server.KeepAlive {
			end = "finish"
			c.I2(CMP, R14D, Imm(c.Head()), "a full buffer: there may be more")
			c.I1(JE, Target("drain"), "")
		}
		c.I2(TEST, R14D, R14D, "")
		c.I1(JZ, Target("drain"), "")
		c.I2(CMP, layout.At(1, R14, -1), Imm('\n'), "")
		c.I1(JE, Target(end), "")
		c.Routine("drain", "Reads and forgets, within the time that is left, or the head's, and a number of reads.")
		c.I2(OR, R9D, Imm(layout.IsFinal), "")
		c.I2(TEST, R12D, R12D, "the clock of what was answered runs on, if it runs")
		c.I1(JNZ, Target("drain_more"), "")
		clock.ReadClock(c, "")
		c.I2(LEA, R12D, M(0, RDX, int32(c.Plan.Server.HeadSeconds)), "")
		c.Label("drain_more")
		c.Call("refill", "leaves for finish where the client closes, or at a limit")
		c.I1(JMP, Target("drain_more"), "")
	}
}

// ResponseData lays out every response's record and bytes, and then the content that
// is stored apart, the large at page boundaries.
func ResponseData(c *emit.Code) {
	resource.ResourceData(c)
	stockData(c)
	beside := route.Beside(c)
	for _, large := range []bool{false, true} {
		for i, r := range c.Plan.Responses {
			if !r.Stock && !beside[i] && route.Large(c, r) == large {
				c.Datum(c.Record(i))
			}
		}
		if !large {
			route.BucketData(c, beside)
		}
	}
	seen := map[string]bool{}
	for _, large := range []bool{false, true} {
		for _, r := range c.Plan.Responses {
			if r.Body.Label == "" || seen[r.Body.Label] || (r.Body.Size >= layout.PageSize) != large {
				continue
			}
			seen[r.Body.Label] = true
			c.Datum(bodyDatum(r.Body))
		}
	}
}

func bodyDatum(b plan.Content) Datum {
	d := Datum{Label: b.Label, Fields: []Field{layout.ContentField(b)}}
	if b.Size >= layout.PageSize {
		d.Align = layout.PageSize
	}
	return d
}
