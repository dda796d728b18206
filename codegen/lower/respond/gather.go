package respond

import (
	"github.com/verbosel/verbosel/codegen/lower/clock"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/log"
	"github.com/verbosel/verbosel/codegen/lower/resource"
	"github.com/verbosel/verbosel/codegen/lower/slots"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// This file is the output buffer in which the responses of a connection gather that are answered in a row
// (RFC 9112, 9.3.2), and leave in one write.

// gather copies responses into the output buffer.
func gather(c *emit.Code) {
	gatherClosing(c)
	gatherResponse(c)
	gathered(c)
	if c.HasResources() {
		gatherDerived(c)
	}
	gatherRendered(c)
	flush(c)
}

// gatherClosing is where the response says that the connection ends with it, if it does.
func gatherClosing(c *emit.Code) {
	c.Routine("respond_last", "in: as respond; the last request of this connection")
	c.I2(OR, R9D, Imm(layout.Closes), "")
	c.Routine("gather_closing", "in: rbx response", "A Connection field is due.")
	c.I2(TEST, R9D, Imm(layout.Closes), "")
	c.I1(JNZ, Target("gather"), "")
	c.I2(TEST, R9D, Imm(layout.KeepsAlive), "HTTP/1.0 closes unless it asked for keep-alive")
	c.I1(JNZ, Target("gather"), "")
	if c.HasResources() {
		c.I2(TEST, R9B, Imm(layout.IsHTTP10), "")
		c.I1(JZ, Target("gather"), "")
	}
	c.I2(OR, R9D, Imm(layout.Closes), "")
}

// gatherResponse copies one that is stored.
func gatherResponse(c *emit.Code) {
	c.Routine("gather", "in: rbx response; r9 with its Connection field", "Copies the response behind those that wait.")
	if gathersOne(c) {
		c.I2(LEA, RDI, M(0, RBP, c.Output()), "of which there is none")
	} else {
		c.I2(CMP, layout.Slot(4, layout.SlotOutput), Imm(c.OutputSize()-headRoom(c)), "room for any header block")
		c.I1(JBE, Target("gather_head"), "")
		c.Call("flush", "")
		c.Label("gather_head")
		c.I2(MOV, EDI, layout.Slot(4, layout.SlotOutput), "")
		c.I2(LEA, RDI, layout.At(0, RDI, c.Output()), "")
	}
	if c.HasResources() {
		c.I2(TEST, R9D, Imm(resource.IsDerived), "")
		c.I1(JNZ, Target("gather_derived"), "")
	}
	c.I2(LEA, RSI, M(0, RBX, c.RecordSize()), "")
	c.LoadHeadLength(ECX)
	c.I2(SUB, ECX, Imm(2), "all but the empty line")
	if c.Renders() {
		c.I1(JS, Target("gather_rendered"), "put together at boot; those that are stored as their status are final")
	} else {
		c.I1(JS, Target("finish"), "never: these are final")
	}
	c.I0(REPMOVSB, "")
	gatherConnection(c)
	gatherContent(c)
}

// gathered goes on behind one: with the next request, or by sending what waits.
func gathered(c *emit.Code) {
	c.Routine("gathered", "in: rdi end of the output; r9 whether the connection goes on")
	endOutput(c)
	if OneByOne(c) && !c.HasClock() {
		c.I2(MOV, EDX, EDI, "")
		c.Call("flush_some", "by itself")
	}
	c.Label("gathered_all")
	c.I2(TEST, R9D, Imm(layout.Closes), "")
	c.I1(JNZ, Target("gathered_last"), "")
	c.I2(CMP, layout.Slot(4, layout.SlotRequests), Imm(0), "never: the last one closes")
	c.I1(JG, Target("next_request"), "")
	c.Label("gathered_last")
	c.Call("flush", "")
	log.AfterResponse(c)
	if drains(c) {
		c.I2(CMP, R14D, R8D, "more was sent than will be answered")
		c.I1(JNE, Target("drain"), "")
	}
	c.I1(JMP, Target("finish"), "")
}

// headRoom is the most that a header block takes in the output buffer, in bytes: its
// Connection field is one more.
func headRoom(c *emit.Code) int32 {
	size := max(int(c.DerivedSize()), int(c.RenderedSize()))
	for _, r := range c.Plan.Responses {
		size = max(size, len(r.Head)+int(c.Extension()))
	}
	return int32(size + layout.ConnectionField)
}

// gatherConnection adds the Connection field that is due, and the empty line.
func gatherConnection(c *emit.Code) {
	c.Label("gather_connection")
	c.Lea(RSI, "close_field", "")
	c.I2(MOV, ECX, Imm(len(layout.CloseField)), "")
	c.I2(TEST, R9D, Imm(layout.Closes), "")
	c.I1(JNZ, Target("gather_field"), "")
	c.Lea(RSI, "keep_alive_field", "")
	c.I2(MOV, ECX, Imm(len(layout.KeepAliveField)), "")
	c.I2(TEST, R9B, Imm(layout.IsHTTP10), "")
	c.I1(JNZ, Target("gather_field"), "")
	c.I2(XOR, ECX, ECX, "HTTP/1.1 needs none to persist")
	c.Label("gather_field")
	c.I0(REPMOVSB, "")
	clock.EndHead(c)
	if c.HasResources() {
		c.I2(TEST, R9D, Imm(resource.IsDerived), "")
		c.I1(JNZ, Target("gather_part"), "")
	}
	slots.IsRendered(c, "gather_rendered_content")
	c.Text("close_field", layout.CloseField, "")
	c.Text("keep_alive_field", layout.KeepAliveField, "")
}

// endOutput turns the end of the output in rdi into its length.
func endOutput(c *emit.Code) {
	c.I2(SUB, EDI, EBP, "")
	c.I2(SUB, EDI, Imm(c.Output()), "")
	c.I2(MOV, layout.Slot(4, layout.SlotOutput), EDI, "")
}

// gatherContent copies the content where it fits, and else sends what waits and then
// the content from where it is stored: found anew, because nothing is known of its
// place and length behind the flush that a proof could use.
func gatherContent(c *emit.Code) {
	c.I2(TEST, R9B, Imm(layout.IsHead), "HEAD has none")
	c.I1(JNZ, Target("gathered"), "")
	resource.ContentOf(c, RSI)
	resource.ContentLengthOf(c, ECX)
	c.Label("gather_bytes")
	c.I2(LEA, RAX, M(0, RBP, c.Output()+c.OutputSize()), "")
	c.I2(SUB, RAX, RDI, "room for it")
	c.I2(CMP, RCX, RAX, "")
	c.I1(JA, Target("content_apart"), "")
	c.I0(REPMOVSB, "")
	c.I1(JMP, Target("gathered"), "")
	c.Label("content_apart")
	endOutput(c)
	c.Call("flush", "")
	sendContent(c, "apart", c.HasResources())
	c.I1(JMP, Target("gathered_all"), "")
}

// gatherDerived is gather for what is made of a variant's response.
func gatherDerived(c *emit.Code) {
	c.Routine("gather_derived", "in: rdi where it goes; rbx a variant's response; r9")
	if c.Loops() {
		slots.IsRendered(c, "finish") // never; of these the proof would not know where a part ends
	}
	c.Call("derive", "")
	c.I1(JMP, Target("gather_connection"), "")
	c.Label("gather_part")
	c.I2(TEST, R9D, Imm(resource.Is206), "")
	c.I1(JZ, Target("gathered"), "no content")
	c.Call("part", "")
	c.I1(JMP, Target("gather_bytes"), "")
	resource.Part(c)
}

func flush(c *emit.Code) {
	c.Routine("flush", "Sends the responses that wait, if any.", "clobbers: rax rcx rdx rsi rdi r11")
	c.I2(MOV, EDX, layout.Slot(4, layout.SlotOutput), "")
	c.I2(TEST, EDX, EDX, "")
	c.I1(JZ, Target("flush_end"), "")
	if gathersOne(c) {
		c.Label("flush_some")
	}
	c.I2(LEA, RSI, M(0, RBP, c.Output()), "")
	c.I2(XOR, EAX, EAX, "")
	c.I2(MOV, layout.Slot(4, layout.SlotOutput), EAX, "")
	c.I1(JMP, Target("send"), "")
	c.Label("flush_end")
	c.I0(RET, "")
}
