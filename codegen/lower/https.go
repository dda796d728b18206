package lower

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// This file is what `https: required` adds. How a request came is what the last value of
// X-Forwarded-Proto says: the others, in front of it, are what the proxy was sent itself, and
// could be a client's. What came by http is redirected when its head is read, whatever its
// path; the responses to what came by https have their policy (RFC 6797, 7.2).

// requiresHTTPS: some block of the spec does.
func (c *code) requiresHTTPS() bool { return len(c.plan.HTTPS) > 0 }

// httpsVaries: blocks ask for different things.
func (c *code) httpsVaries() bool { return len(c.plan.HTTPS) > 1 }

// extends: header blocks get a field when they are sent.
func (c *code) extends() bool { return c.hasClock() || c.requiresHTTPS() || c.adds() }

// Variables of a server that requires https, in the room that those of forms leave.
const (
	spanScheme = -16 // 1 byte: how the request came
	spanHTTPS  = -14 // 2 bytes: index into Plan.HTTPS

	byHTTP, byHTTPS = 1, 2
)

// policySize is what the policy adds to a header block, in bytes.
func (c *code) policySize() int32 {
	size := 0
	for _, h := range c.plan.HTTPS {
		size = max(size, len(h.Field))
	}
	return int32(size)
}

// forwardedProto reads X-Forwarded-Proto: in ecx, edx start and end of its value. Of several
// fields the last one counts.
func (c *code) forwardedProto() {
	c.i2(XOR, EAX, EAX, "")
	c.i2(MOV, c.fillSlot(1, spanScheme), AL, "neither, unless it says so")
	c.i2(MOV, R11D, ECX, "where the value starts")
	c.i2(MOV, R8D, EDX, "and ends; the line's start is not needed any more")
	for _, s := range []struct {
		name string
		code int64
		next string
	}{{"https", byHTTPS, "scheme_other"}, {"http", byHTTP, "next_field"}} {
		c.i2(LEA, ECX, M(0, R8, -int32(len(s.name))), "where the last one starts")
		c.i2(MOV, EDX, R8D, "")
		c.leaNear(RDI, s.name+"_text", "")
		c.call("is_value", "")
		c.i1(JNE, Target(s.next), "")
		c.i2(MOV, DL, Imm(s.code), s.name)
		if s.code == byHTTPS {
			c.i1(JMP, Target("scheme_found"), "")
			c.label("scheme_other")
		}
	}
	c.label("scheme_found")
	c.i2(CMP, ECX, R11D, "the only one")
	c.i1(JE, Target("scheme_known"), "")
	c.i2(MOVZX, EAX, at(1, RCX, -1), "what is in front of it")
	c.testClass(RAX, classToken)
	c.i1(JNZ, Target("next_field"), "the end of a longer name")
	c.label("scheme_known")
	c.i2(MOV, c.fillSlot(1, spanScheme), DL, "")
	c.i1(JMP, Target("next_field"), "")
}

// keepHTTPS keeps what a block asks for: in rdi.
func (c *code) keepHTTPS() {
	if c.httpsVaries() {
		c.i2(MOVZX, EAX, M(2, RDI, blockHTTPS), "")
		c.i2(MOV, c.fillSlot(2, spanHTTPS), AX, "what it asks for")
	}
}

// checkScheme leaves for by_http where the head says so.
func (c *code) checkScheme() {
	if c.requiresHTTPS() {
		c.i2(CMP, c.fillSlot(1, spanScheme), Imm(byHTTP), "")
		c.i1(JE, Target("by_http"), "")
		c.label("scheme_passed")
	}
}

// byHTTP redirects to https.
func (c *code) byHTTP() {
	c.routine("by_http", "in: rbx response; r10 end of the head; r9", "ends: in form, or where it came from")
	c.i2(TEST, R9B, Imm(isComplete), "trailers: it was seen already")
	c.i1(JNZ, Target("scheme_passed"), "")
	c.loadSpan(c.spanAt(spanPath), c.spanAt(spanPath)+2, "the path")
	c.i2(CMP, ECX, R10D, "")
	c.i1(JAE, Target(c.never()), "never: it is a part of the head")
	c.i2(CMP, at(1, RCX, 0), Imm('/'), "OPTIONS * is for no path")
	c.i1(JNE, Target("scheme_passed"), "")
	if c.httpsVaries() {
		c.httpsEntry(0, "scheme_passed")
		c.i2(TEST, EAX, EAX, "is it required?")
		c.i1(JZ, Target("scheme_passed"), "")
		c.i2(LEA, RBX, MX(0, R15, RAX, 0), "")
	} else {
		c.lea(RBX, c.plan.Responses[c.plan.HTTPS[0].Redirect].Label, "")
	}
	c.i1(JMP, Target("form"), "")
}

// httpsEntry gets a part of what the block asks for, into eax; it changes rsi.
func (c *code) httpsEntry(part int32, never string) {
	c.i2(MOVZX, EAX, c.fillSlot(2, spanHTTPS), "")
	c.i2(CMP, EAX, Imm(len(c.plan.HTTPS)-1), "")
	c.i1(JA, Target(never), "never")
	c.lea(RSI, "https", "")
	c.i2(MOV, EAX, Mem{Base: RSI, Index: RAX, Scale: 8, Disp: part, Width: 4}, "")
}

// loadPolicy gets the policy's line and its length, which may be 0, into rsi and ecx; it
// leaves for otherwise where the request did not come by https. It changes eax.
func (c *code) loadPolicy(otherwise string) {
	c.i2(CMP, c.fillSlot(1, spanScheme), Imm(byHTTPS), "")
	c.i1(JNE, Target(otherwise), "")
	if !c.httpsVaries() {
		c.lea(RSI, "policy", "")
		c.i2(MOV, ECX, Imm(len(c.plan.HTTPS[0].Field)), "")
		return
	}
	c.httpsEntry(4, otherwise)
	c.i2(LEA, RSI, MX(0, R15, RAX, 0), "")
	c.i2(MOVZX, ECX, M(1, RSI, 0), "its length")
	c.i1(INC, RSI, "")
}

// appendPolicy adds the policy's line where a header block goes on.
func (c *code) appendPolicy() {
	c.routine("append_policy", "in: rdi where it goes", "out: rdi behind Strict-Transport-Security, where the request came by https", "clobbers: rax rcx rsi")
	c.loadPolicy("no_policy")
	c.i0(REPMOVSB, "")
	c.label("no_policy")
	c.i0(RET, "")
}

// fillPolicy is appendPolicy for a form.
func (c *code) fillPolicy() {
	c.loadPolicy("form_no_policy")
	c.call("fill_bytes", "")
	c.label("form_no_policy")
}

// httpsData lays out what blocks ask for.
func (c *code) httpsData() {
	if !c.requiresHTTPS() {
		return
	}
	if !c.httpsVaries() {
		c.text("policy", string(c.plan.HTTPS[0].Field), "to what came by https")
		return
	}
	table := Datum{Label: "https", Note: "what hosts ask for: a redirect and a policy"}
	for i, h := range c.plan.HTTPS {
		table.Fields = append(table.Fields, c.httpsRedirect(h), Offset{To: policyLabel(i), From: "classes"})
	}
	c.datum(table)
	for i, h := range c.plan.HTTPS {
		c.datum(nearSized(policyLabel(i), string(h.Field)))
	}
}

func (c *code) httpsRedirect(h plan.HTTPS) Field {
	if h.Redirect < 0 {
		return Word{Size: 4, Note: "none"}
	}
	return Offset{To: c.plan.Responses[h.Redirect].Label, From: "classes"}
}

func policyLabel(i int) string { return fmt.Sprintf("policy_%d", i+1) }
