package lower

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// A response is a record in the data: its lengths, then its bytes. Where a plan has
// content that is stored apart, each record says where its content is.
const (
	HeadLength   = 0  // 2 bytes: of the header block; negative in a stock response
	JoinedLength = 2  // 4 bytes: of the header block and the content behind it
	BodyOffset   = 6  // 4 bytes: of the content, from classes
	BodyLength   = 10 // 4 bytes: its length
)

// resourceFields is what a record has more where a plan has resources, in bytes.
const resourceFields = 6

// RecordSize is the size of a record in front of the response's bytes.
func (l *Layout) RecordSize() int32 {
	size := int32(6)
	if l.Detached {
		size += 8
	}
	if l.AddedVaries {
		size++
	}
	if l.HasResources() {
		size += resourceFields
	}
	return size
}

// Respond writes the response in rbx.
func Respond(c *Code) {
	c.Section("respond: the chosen response, in as few writes as it takes")
	if c.Plan.Server.KeepAlive {
		respondConnection(c)
		return
	}
	c.Routine("respond", "in: rbx response; r9, r14 the request")
	StampNow(c)
	if c.Logs() {
		c.Call("log_response", "")
	}
	if c.Extends() {
		c.Call("send_extended", "")
	} else {
		respondStored(c)
	}
	AfterResponse(c)
	if drains(c) {
		c.I2(TEST, R9B, Imm(IsFinal), "")
		c.I1(JNZ, Target("drain_or_finish"), "")
		c.Label("drain_if_full")
		c.I2(CMP, R14D, Imm(c.Head()), "a full buffer: there may be more to read")
		c.I1(JE, Target("drain"), "")
	}
	// finish follows
}

// respondStored writes a response from where it is stored, if it is stored whole.
func respondStored(c *Code) {
	if c.HasResources() {
		c.I2(TEST, R9D, Imm(IsDerived), "")
		c.I1(JNZ, Target("respond_derived"), "")
	}
	c.LoadHeadLength(EDX)
	c.I2(TEST, EDX, EDX, "")
	c.I1(JS, Target("respond_composed"), "")
	sendRecord(c, "")
	c.Label("responded")
}

// RespondComposed is for isolation: request.
func RespondComposed(c *Code) {
	what := "in: rbx a response that is stored as its status"
	if c.Renders() {
		what += ", or has slots"
	}
	c.Routine("respond_composed", what)
	IsRendered(c, "respond_rendered")
	c.Call("compose", "")
	c.Call("send", "")
	c.I1(JMP, Target("responded"), "")
	if c.Renders() {
		respondRendered(c, "responded")
	}
}

// LoadHeadLength gets the length of the header block of the response in rbx.
func (c *Code) LoadHeadLength(dst Reg) { c.I2(MOVSX, dst, M(2, RBX, HeadLength), "its header block") }

// sendRecord writes a whole response from where it is stored: in rbx; edx the length
// of its header block. name tells its labels from those of another one.
func sendRecord(c *Code, name string) {
	if name != "" {
		name += "_"
	}
	joined, head, sent := name+"send_joined", name+"send_head", name+"sent"
	c.I2(LEA, RSI, M(0, RBX, c.RecordSize()), "")
	c.I2(TEST, R9B, Imm(IsHead), "HEAD: the header block alone")
	if !c.Detached {
		c.I1(JNZ, Target(head), "")
		c.I2(MOV, EDX, M(4, RBX, JoinedLength), "else the content behind it too")
		c.Label(head)
		c.Call("send", "")
		return
	}
	c.I1(JZ, Target(joined), "")
	c.Call("send", "")
	c.I1(JMP, Target(sent), "")
	c.Label(joined)
	c.I2(MOV, EDX, M(4, RBX, JoinedLength), "else the content behind it too")
	c.Call("send", "")
	c.LoadHeadLength(EDX)
	c.I2(CMP, EDX, M(4, RBX, JoinedLength), "or the content is stored apart,")
	c.I1(JNE, Target(sent), "")
	c.I2(MOV, EDX, M(4, RBX, BodyLength), "")
	c.I2(TEST, EDX, EDX, "if there is any")
	c.I1(JZ, Target(sent), "")
	c.I2(MOV, ESI, M(4, RBX, BodyOffset), "")
	c.I2(ADD, RSI, R15, "")
	c.Call("send", "")
	c.Label(sent)
}

// SendRoutine is the only place that writes to a client.
func SendRoutine(c *Code) {
	c.Routine("send", "in: rsi bytes; edx how many, not 0", "out: all are written; or leaves for finish", "clobbers: rax rcx rdx rsi rdi r11")
	c.I2(MOV, EDI, R13D, "")
	if c.Loops() {
		c.InLoop("send_at_once", "and nobody waits")
	}
	if c.SendsMuch() {
		c.I2(CMP, EDX, Imm(AtOnce), "more than any socket takes at once:")
		c.I1(JA, Target("send_much"), "it may last")
	}
	c.Label("send_rest")
	c.Syscall(SysWrite, "")
	// All of rax is tested, as it moves rsi: of eax alone the proof has a worst case that is
	// hundreds of times as large, see TestObserved.
	c.I2(TEST, RAX, RAX, "")
	c.I1(JLE, Target("send_failed"), "")
	c.I2(SUB, EDX, EAX, "")
	c.I1(JZ, Target("send_end"), "")
	c.I2(ADD, RSI, RAX, "a short write")
	if c.Plan.Server.Hardened {
		c.I2(CMP, EAX, Imm(leastProgress), "in SO_SNDTIMEO's time: is it worth waiting?")
		c.I1(JB, Target(AfterFailure(c)), "")
	}
	c.I1(JMP, Target("send_rest"), "")
	c.Label("send_end")
	c.I0(RET, "")
	c.Label("send_failed")
	c.I2(CMP, EAX, Imm(-Eintr), "EINTR: stopped and continued")
	c.I1(JE, Target("send_rest"), "")
	c.I1(JMP, Target(AfterFailure(c)), "the client is gone, or does not read")
}

// leastProgress is how many bytes a client must take within the write timeout: a
// write is short only when that time is over.
const leastProgress = 4096

// drains: without timeouts a client that only waits would hold the process for ever,
// so that the ten close at once.
func drains(c *Code) bool { return c.Plan.Server.Hardened }

// never is where code goes that no request comes to: a child ends, and the loop goes on without that client.
func never(c *Code) string {
	if c.Loops() {
		return "finish"
	}
	return "exit_0"
}

// Finish ends the child, after the input that the client is still sending: closing a
// socket with unread input sends a reset, which can destroy the response on its way.
func Finish(c *Code) {
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
	c.Syscall(SysExit, "closes what is open")
	if drains(c) {
		c.Routine("drain_or_finish", "in: r9, r14 the request, as far as it was read", "A head that ends with its line is all that the client sent, unless a body was announced.")
		c.I2(TEST, R9B, Imm(HasLength|IsChunked), "")
		c.I1(JNZ, Target("drain"), "")
		end := "drain_if_full"
		if c.Plan.Server.KeepAlive {
			end = "finish"
			c.I2(CMP, R14D, Imm(c.Head()), "a full buffer: there may be more")
			c.I1(JE, Target("drain"), "")
		}
		c.I2(TEST, R14D, R14D, "")
		c.I1(JZ, Target("drain"), "")
		c.I2(CMP, At(1, R14, -1), Imm('\n'), "")
		c.I1(JE, Target(end), "")
		c.Routine("drain", "Reads and forgets, within the time that is left, or the head's, and a number of reads.")
		c.I2(OR, R9D, Imm(IsFinal), "")
		c.I2(TEST, R12D, R12D, "the clock of what was answered runs on, if it runs")
		c.I1(JNZ, Target("drain_more"), "")
		ReadClock(c, "")
		c.I2(LEA, R12D, M(0, RDX, int32(c.Plan.Server.HeadSeconds)), "")
		c.Label("drain_more")
		c.Call("refill", "leaves for finish where the client closes, or at a limit")
		c.I1(JMP, Target("drain_more"), "")
	}
}

// ResponseData lays out every response's record and bytes, and then the content that
// is stored apart, the large at page boundaries.
func ResponseData(c *Code) {
	ResourceData(c)
	stockData(c)
	beside := Beside(c)
	for _, large := range []bool{false, true} {
		for i, r := range c.Plan.Responses {
			if !r.Stock && !beside[i] && Large(c, r) == large {
				c.Datum(c.Record(i))
			}
		}
		if !large {
			BucketData(c, beside)
		}
	}
	seen := map[string]bool{}
	for _, large := range []bool{false, true} {
		for _, r := range c.Plan.Responses {
			if r.Body.Label == "" || seen[r.Body.Label] || (r.Body.Size >= PageSize) != large {
				continue
			}
			seen[r.Body.Label] = true
			c.Datum(bodyDatum(r.Body))
		}
	}
}

// PageSize is the unit in which the data is mapped.
const PageSize = 4096

func (l *Layout) Record(i int) Datum {
	r := l.Plan.Responses[i]
	switch {
	case r.Form():
		return l.formRecord(r)
	case r.Rendered():
		return l.renderedRecord(i)
	}
	return l.plainRecord(r)
}

func (l *Layout) plainRecord(r plan.Response) Datum {
	joined := int64(len(r.Head))
	if r.Body.Label == "" {
		joined += r.Body.Size
	}
	d := Datum{Label: r.Label, Fields: []Field{
		Word{Size: 2, Value: uint64(len(r.Head)), Note: "header block"},
		Word{Size: 4, Value: uint64(joined), Note: "and content"},
	}}
	if l.Detached {
		at := Offset{To: r.Body.Label, From: "classes", Note: "content, stored apart"}
		if r.Body.Label == "" {
			at = Offset{To: r.Label, From: "classes", Add: int64(l.RecordSize()) + int64(len(r.Head)), Note: "content"}
			if r.Form() {
				at.Add += int64(l.FormSize()) // its label stands in front of the form
			}
		}
		d.Fields = append(d.Fields, at, Word{Size: 4, Value: uint64(r.Body.Size)})
	}
	d.Fields = append(d.Fields, l.addedField(r)...)
	if l.HasResources() {
		d.Fields = append(d.Fields, Word{Size: 2, Value: uint64(r.Fields206), Note: "where a 206's fields start"},
			Word{Size: 2, Value: uint64(r.Fields304), Note: "a 304's"},
			Word{Size: 2, Value: uint64(r.Fields416), Note: "and a 416's"})
	}
	d.Fields = append(d.Fields, Bytes{B: r.Head})
	if r.Body.Label == "" && r.Body.Size > 0 {
		d.Fields = append(d.Fields, ContentField(r.Body))
	}
	return d
}

// ContentField is content: bytes, or the file that has them.
func ContentField(b plan.Content) Field {
	if b.File != "" {
		return File{Name: b.File, Size: b.Size}
	}
	if int64(len(b.Bytes)) != b.Size {
		panic(fmt.Sprintf("BUG: content of %d bytes has %d", b.Size, len(b.Bytes)))
	}
	return Bytes{B: b.Bytes}
}

func bodyDatum(b plan.Content) Datum {
	d := Datum{Label: b.Label, Fields: []Field{ContentField(b)}}
	if b.Size >= PageSize {
		d.Align = PageSize
	}
	return d
}
