package respond

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/slots"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// This file is what `https: required` adds. How a request came is what the last value of
// X-Forwarded-Proto says: the others, in front of it, are what the proxy was sent itself, and
// could be a client's. What came by http is redirected when its head is read, whatever its
// path; the responses to what came by https have their policy (RFC 6797, 7.2).

// ForwardedProto reads X-Forwarded-Proto: in ecx, edx start and end of its value. Of several
// fields the last one counts.
func ForwardedProto(c *emit.Code) {
	c.I2(XOR, EAX, EAX, "")
	c.I2(MOV, c.FillSlot(1, layout.SpanScheme), AL, "neither, unless it says so")
	c.I2(MOV, R11D, ECX, "where the value starts")
	c.I2(MOV, R8D, EDX, "and ends; the line's start is not needed any more")
	for _, s := range []struct {
		name string
		code int64
		next string
	}{{"https", layout.ByHTTPS, "scheme_other"}, {"http", layout.IsByHTTP, "next_field"}} {
		c.I2(LEA, ECX, M(0, R8, -int32(len(s.name))), "where the last one starts")
		c.I2(MOV, EDX, R8D, "")
		c.LeaNear(RDI, s.name+"_text", "")
		c.Call("is_value", "")
		c.I1(JNE, Target(s.next), "")
		c.I2(MOV, DL, Imm(s.code), s.name)
		if s.code == layout.ByHTTPS {
			c.I1(JMP, Target("scheme_found"), "")
			c.Label("scheme_other")
		}
	}
	c.Label("scheme_found")
	c.I2(CMP, ECX, R11D, "the only one")
	c.I1(JE, Target("scheme_known"), "")
	c.I2(MOVZX, EAX, layout.At(1, RCX, -1), "what is in front of it")
	c.TestClass(RAX, emit.ClassToken)
	c.I1(JNZ, Target("next_field"), "the end of a longer name")
	c.Label("scheme_known")
	c.I2(MOV, c.FillSlot(1, layout.SpanScheme), DL, "")
	c.I1(JMP, Target("next_field"), "")
}

// CheckScheme leaves for by_http where the head says so.
func CheckScheme(c *emit.Code) {
	if c.RequiresHTTPS() {
		c.I2(CMP, c.FillSlot(1, layout.SpanScheme), Imm(layout.IsByHTTP), "")
		c.I1(JE, Target("by_http"), "")
		c.Label("scheme_passed")
	}
}

// ByHTTP redirects to https.
func ByHTTP(c *emit.Code) {
	c.Routine("by_http", "in: rbx response; r10 end of the head; r9", "ends: in form, or where it came from")
	c.I2(TEST, R9B, Imm(layout.IsComplete), "trailers: it was seen already")
	c.I1(JNZ, Target("scheme_passed"), "")
	slots.LoadSpan(c, c.SpanAt(layout.SpanPath), c.SpanAt(layout.SpanPath)+2, "the path")
	c.I2(CMP, ECX, R10D, "")
	c.I1(JAE, Target(never(c)), "never: it is a part of the head")
	c.I2(CMP, layout.At(1, RCX, 0), Imm('/'), "OPTIONS * is for no path")
	c.I1(JNE, Target("scheme_passed"), "")
	if c.HttpsVaries() {
		httpsEntry(c, 0, "scheme_passed")
		c.I2(TEST, EAX, EAX, "is it required?")
		c.I1(JZ, Target("scheme_passed"), "")
		c.I2(LEA, RBX, MX(0, R15, RAX, 0), "")
	} else {
		c.Lea(RBX, c.Plan.Responses[c.Plan.HTTPS[0].Redirect].Label, "")
	}
	c.I1(JMP, Target("form"), "")
}

// httpsEntry gets a part of what the block asks for, into eax; it changes rsi.
func httpsEntry(c *emit.Code, part int32, never string) {
	c.I2(MOVZX, EAX, c.FillSlot(2, layout.SpanHTTPS), "")
	c.I2(CMP, EAX, Imm(len(c.Plan.HTTPS)-1), "")
	c.I1(JA, Target(never), "never")
	c.Lea(RSI, "https", "")
	c.I2(MOV, EAX, Mem{Base: RSI, Index: RAX, Scale: 8, Disp: part, Width: 4}, "")
}

// loadPolicy gets the policy's line and its length, which may be 0, into rsi and ecx; it
// leaves for otherwise where the request did not come by https. It changes eax.
func loadPolicy(c *emit.Code, otherwise string) {
	c.I2(CMP, c.FillSlot(1, layout.SpanScheme), Imm(layout.ByHTTPS), "")
	c.I1(JNE, Target(otherwise), "")
	if !c.HttpsVaries() {
		c.Lea(RSI, "policy", "")
		c.I2(MOV, ECX, Imm(len(c.Plan.HTTPS[0].Field)), "")
		return
	}
	httpsEntry(c, 4, otherwise)
	c.I2(LEA, RSI, MX(0, R15, RAX, 0), "")
	c.I2(MOVZX, ECX, M(1, RSI, 0), "its length")
	c.I1(INC, RSI, "")
}

// AppendPolicy adds the policy's line where a header block goes on.
func AppendPolicy(c *emit.Code) {
	c.Routine("append_policy", "in: rdi where it goes", "out: rdi behind Strict-Transport-Security, where the request came by https", "clobbers: rax rcx rsi")
	loadPolicy(c, "no_policy")
	c.I0(REPMOVSB, "")
	c.Label("no_policy")
	c.I0(RET, "")
}

// fillPolicy is AppendPolicy for a form.
func fillPolicy(c *emit.Code) {
	loadPolicy(c, "form_no_policy")
	c.Call("fill_bytes", "")
	c.Label("form_no_policy")
}

// HttpsData lays out what blocks ask for.
func HttpsData(c *emit.Code) {
	if !c.RequiresHTTPS() {
		return
	}
	if !c.HttpsVaries() {
		c.Text("policy", string(c.Plan.HTTPS[0].Field), "to what came by https")
		return
	}
	table := Datum{Label: "https", Note: "what hosts ask for: a redirect and a policy"}
	for i, h := range c.Plan.HTTPS {
		table.Fields = append(table.Fields, httpsRedirect(c, h), Offset{To: policyLabel(i), From: "classes"})
	}
	c.Datum(table)
	for i, h := range c.Plan.HTTPS {
		c.Datum(emit.NearSized(policyLabel(i), string(h.Field)))
	}
}

func httpsRedirect(c *emit.Code, h plan.HTTPS) Field {
	if h.Redirect < 0 {
		return Word{Size: 4, Note: "none"}
	}
	return Offset{To: c.Plan.Responses[h.Redirect].Label, From: "classes"}
}

func policyLabel(i int) string { return fmt.Sprintf("policy_%d", i+1) }
