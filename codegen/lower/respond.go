package lower

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// A response is a record in the data: its lengths, then its bytes. Where a plan has
// content that is stored apart, each record says where its content is.
const (
	headLength   = 0  // 2 bytes: of the header block; negative in a stock response
	joinedLength = 2  // 4 bytes: of the header block and the content behind it
	bodyOffset   = 6  // 4 bytes: of the content, from classes
	bodyLength   = 10 // 4 bytes: its length
)

// resourceFields is what a record has more where a plan has resources, in bytes.
const resourceFields = 6

// recordSize is the size of a record in front of the response's bytes.
func (c *code) recordSize() int32 {
	size := int32(6)
	if c.detached {
		size += 8
	}
	if c.addedVaries {
		size++
	}
	if c.hasResources() {
		size += resourceFields
	}
	return size
}

// respond writes the response in rbx.
func (c *code) respond() {
	c.section("respond: the chosen response, in as few writes as it takes")
	if c.plan.Server.KeepAlive {
		c.respondConnection()
		return
	}
	c.routine("respond", "in: rbx response; r9, r14 the request")
	c.stampNow()
	if c.logs() {
		c.call("log_response", "")
	}
	if c.extends() {
		c.call("send_extended", "")
	} else {
		c.respondStored()
	}
	c.afterResponse()
	if c.drains() {
		c.i2(TEST, R9B, Imm(isFinal), "")
		c.i1(JNZ, Target("drain_or_finish"), "")
		c.label("drain_if_full")
		c.i2(CMP, R14D, Imm(c.head()), "a full buffer: there may be more to read")
		c.i1(JE, Target("drain"), "")
	}
	// finish follows
}

// respondStored writes a response from where it is stored, if it is stored whole.
func (c *code) respondStored() {
	if c.hasResources() {
		c.i2(TEST, R9D, Imm(isDerived), "")
		c.i1(JNZ, Target("respond_derived"), "")
	}
	c.loadHeadLength(EDX)
	c.i2(TEST, EDX, EDX, "")
	c.i1(JS, Target("respond_composed"), "")
	c.sendRecord("")
	c.label("responded")
}

// respondComposed is for isolation: request.
func (c *code) respondComposed() {
	what := "in: rbx a response that is stored as its status"
	if c.renders() {
		what += ", or has slots"
	}
	c.routine("respond_composed", what)
	c.isRendered("respond_rendered")
	c.call("compose", "")
	c.call("send", "")
	c.i1(JMP, Target("responded"), "")
	if c.renders() {
		c.respondRendered("responded")
	}
}

// loadHeadLength gets the length of the header block of the response in rbx.
func (c *code) loadHeadLength(dst Reg) { c.i2(MOVSX, dst, M(2, RBX, headLength), "its header block") }

// sendRecord writes a whole response from where it is stored: in rbx; edx the length
// of its header block. name tells its labels from those of another one.
func (c *code) sendRecord(name string) {
	if name != "" {
		name += "_"
	}
	joined, head, sent := name+"send_joined", name+"send_head", name+"sent"
	c.i2(LEA, RSI, M(0, RBX, c.recordSize()), "")
	c.i2(TEST, R9B, Imm(isHead), "HEAD: the header block alone")
	if !c.detached {
		c.i1(JNZ, Target(head), "")
		c.i2(MOV, EDX, M(4, RBX, joinedLength), "else the content behind it too")
		c.label(head)
		c.call("send", "")
		return
	}
	c.i1(JZ, Target(joined), "")
	c.call("send", "")
	c.i1(JMP, Target(sent), "")
	c.label(joined)
	c.i2(MOV, EDX, M(4, RBX, joinedLength), "else the content behind it too")
	c.call("send", "")
	c.loadHeadLength(EDX)
	c.i2(CMP, EDX, M(4, RBX, joinedLength), "or the content is stored apart,")
	c.i1(JNE, Target(sent), "")
	c.i2(MOV, EDX, M(4, RBX, bodyLength), "")
	c.i2(TEST, EDX, EDX, "if there is any")
	c.i1(JZ, Target(sent), "")
	c.i2(MOV, ESI, M(4, RBX, bodyOffset), "")
	c.i2(ADD, RSI, R15, "")
	c.call("send", "")
	c.label(sent)
}

// sendRoutine is the only place that writes to a client.
func (c *code) sendRoutine() {
	c.routine("send", "in: rsi bytes; edx how many, not 0", "out: all are written; or leaves for finish", "clobbers: rax rcx rdx rsi rdi r11")
	c.i2(MOV, EDI, R13D, "")
	if c.loops() {
		c.inLoop("send_at_once", "and nobody waits")
	}
	if c.sendsMuch() {
		c.i2(CMP, EDX, Imm(atOnce), "more than any socket takes at once:")
		c.i1(JA, Target("send_much"), "it may last")
	}
	c.label("send_rest")
	c.syscall(sysWrite, "")
	// All of rax is tested, as it moves rsi: of eax alone the proof has a worst case that is
	// hundreds of times as large, see TestObserved.
	c.i2(TEST, RAX, RAX, "")
	c.i1(JLE, Target("send_failed"), "")
	c.i2(SUB, EDX, EAX, "")
	c.i1(JZ, Target("send_end"), "")
	c.i2(ADD, RSI, RAX, "a short write")
	if c.plan.Server.Hardened {
		c.i2(CMP, EAX, Imm(leastProgress), "in SO_SNDTIMEO's time: is it worth waiting?")
		c.i1(JB, Target(c.afterFailure()), "")
	}
	c.i1(JMP, Target("send_rest"), "")
	c.label("send_end")
	c.i0(RET, "")
	c.label("send_failed")
	c.i2(CMP, EAX, Imm(-eintr), "EINTR: stopped and continued")
	c.i1(JE, Target("send_rest"), "")
	c.i1(JMP, Target(c.afterFailure()), "the client is gone, or does not read")
}

// leastProgress is how many bytes a client must take within the write timeout: a
// write is short only when that time is over.
const leastProgress = 4096

// drains: without timeouts a client that only waits would hold the process for ever,
// so that the ten close at once.
func (c *code) drains() bool { return c.plan.Server.Hardened }

// never is where code goes that no request comes to: a child ends, and the loop goes on without that client.
func (c *code) never() string {
	if c.loops() {
		return "finish"
	}
	return "exit_0"
}

// finish ends the child, after the input that the client is still sending: closing a
// socket with unread input sends a reset, which can destroy the response on its way.
func (c *code) finish() {
	if c.loops() {
		c.routine("finish", "Ends the connection: in the loop with its descriptor, and a child with itself.")
		c.inLoop("close_event", "")
	} else {
		c.routine("finish", "Ends the child.")
	}
	if c.stops() {
		c.label("exit_0")
	} else {
		c.routine("exit_0", "Status 0; also the handler of SIGTERM and SIGINT.")
	}
	c.i2(XOR, EDI, EDI, "")
	c.routine("exit", "in: edi status")
	c.syscall(sysExit, "closes what is open")
	if c.drains() {
		c.routine("drain_or_finish", "in: r9, r14 the request, as far as it was read", "A head that ends with its line is all that the client sent, unless a body was announced.")
		c.i2(TEST, R9B, Imm(hasLength|isChunked), "")
		c.i1(JNZ, Target("drain"), "")
		end := "drain_if_full"
		if c.plan.Server.KeepAlive {
			end = "finish"
			c.i2(CMP, R14D, Imm(c.head()), "a full buffer: there may be more")
			c.i1(JE, Target("drain"), "")
		}
		c.i2(TEST, R14D, R14D, "")
		c.i1(JZ, Target("drain"), "")
		c.i2(CMP, at(1, R14, -1), Imm('\n'), "")
		c.i1(JE, Target(end), "")
		c.routine("drain", "Reads and forgets, within the time that is left, or the head's, and a number of reads.")
		c.i2(OR, R9D, Imm(isFinal), "")
		c.i2(TEST, R12D, R12D, "the clock of what was answered runs on, if it runs")
		c.i1(JNZ, Target("drain_more"), "")
		c.readClock("")
		c.i2(LEA, R12D, M(0, RDX, int32(c.plan.Server.HeadSeconds)), "")
		c.label("drain_more")
		c.call("refill", "leaves for finish where the client closes, or at a limit")
		c.i1(JMP, Target("drain_more"), "")
	}
}

// responseData lays out every response's record and bytes, and then the content that
// is stored apart, the large at page boundaries.
func (c *code) responseData() {
	c.resourceData()
	c.stockData()
	beside := c.beside()
	for _, large := range []bool{false, true} {
		for i, r := range c.plan.Responses {
			if !r.Stock && !beside[i] && c.large(r) == large {
				c.datum(c.record(i))
			}
		}
		if !large {
			c.bucketData(beside)
		}
	}
	seen := map[string]bool{}
	for _, large := range []bool{false, true} {
		for _, r := range c.plan.Responses {
			if r.Body.Label == "" || seen[r.Body.Label] || (r.Body.Size >= pageSize) != large {
				continue
			}
			seen[r.Body.Label] = true
			c.datum(bodyDatum(r.Body))
		}
	}
}

// pageSize is the unit in which the data is mapped.
const pageSize = 4096

func (c *code) record(i int) Datum {
	r := c.plan.Responses[i]
	switch {
	case r.Form():
		return c.formRecord(r)
	case r.Rendered():
		return c.renderedRecord(i)
	}
	return c.plainRecord(r)
}

func (c *code) plainRecord(r plan.Response) Datum {
	joined := int64(len(r.Head))
	if r.Body.Label == "" {
		joined += r.Body.Size
	}
	d := Datum{Label: r.Label, Fields: []Field{
		Word{Size: 2, Value: uint64(len(r.Head)), Note: "header block"},
		Word{Size: 4, Value: uint64(joined), Note: "and content"},
	}}
	if c.detached {
		at := Offset{To: r.Body.Label, From: "classes", Note: "content, stored apart"}
		if r.Body.Label == "" {
			at = Offset{To: r.Label, From: "classes", Add: int64(c.recordSize()) + int64(len(r.Head)), Note: "content"}
			if r.Form() {
				at.Add += int64(c.formSize()) // its label stands in front of the form
			}
		}
		d.Fields = append(d.Fields, at, Word{Size: 4, Value: uint64(r.Body.Size)})
	}
	d.Fields = append(d.Fields, c.addedField(r)...)
	if c.hasResources() {
		d.Fields = append(d.Fields, Word{Size: 2, Value: uint64(r.Fields206), Note: "where a 206's fields start"},
			Word{Size: 2, Value: uint64(r.Fields304), Note: "a 304's"},
			Word{Size: 2, Value: uint64(r.Fields416), Note: "and a 416's"})
	}
	d.Fields = append(d.Fields, Bytes{B: r.Head})
	if r.Body.Label == "" && r.Body.Size > 0 {
		d.Fields = append(d.Fields, contentField(r.Body))
	}
	return d
}

// contentField is content: bytes, or the file that has them.
func contentField(b plan.Content) Field {
	if b.File != "" {
		return File{Name: b.File, Size: b.Size}
	}
	if int64(len(b.Bytes)) != b.Size {
		panic(fmt.Sprintf("BUG: content of %d bytes has %d", b.Size, len(b.Bytes)))
	}
	return Bytes{B: b.Bytes}
}

func bodyDatum(b plan.Content) Datum {
	d := Datum{Label: b.Label, Fields: []Field{contentField(b)}}
	if b.Size >= pageSize {
		d.Align = pageSize
	}
	return d
}
