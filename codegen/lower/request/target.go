package request

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/log"
	"github.com/verbosel/verbosel/codegen/lower/route"
	"github.com/verbosel/verbosel/codegen/lower/slots"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// RequestTarget reads the request target (RFC 9112, 3.2): the path's bytes, then the query,
// which no route looks at, then the version.
func RequestTarget(c *emit.Code) {
	c.Routine("target",
		"in: ecx start of the target; r10 end of the line",
		"out: rsi, rdi start and end of the path; rbx the response to OPTIONS *, or 0")
	c.I2(CMP, layout.At(1, RCX, 0), Imm('/'), "origin-form")
	c.I1(JNE, Target("other_form"), "")
	c.Label("path")
	c.I2(MOV, ESI, ECX, "the path's start")
	c.I1(INC, ECX, "")
	skip(c, "span", emit.ClassPath, "al, ecx: the byte behind the path")
	c.I2(MOV, EDI, ECX, "the path's end, unless it has an escape")
	c.I2(CMP, AL, Imm('%'), "")
	c.I1(JE, Target("escape"), "")
	c.Label("path_end")
	c.I2(CMP, AL, Imm('?'), "")
	c.I1(JNE, Target("version"), "")
	if c.NeedsQuery() {
		slots.KeepPlace(c, layout.SpanQuery, ECX, "its place, for a Location")
	}
	c.I1(INC, ECX, "behind it the query")
	skip(c, "span", emit.ClassQuery, "al, ecx: the byte behind the query")
	if c.NeedsQuery() {
		slots.KeepPlace(c, layout.SpanQuery+2, ECX, "")
	}
	route.AskedColumn(c)
	version(c)
	c.Label("version_known")
	if c.Logs() {
		log.BeginLog(c)
	}
	if slots.NeedsPath(c) {
		slots.KeepPlace(c, layout.SpanPath, ESI, "the path")
		slots.KeepPlace(c, layout.SpanPath+2, EDI, "")
	}
	c.I2(TEST, RBX, RBX, "")
	c.I1(JNZ, Target("next_field"), "OPTIONS * has its response already")
}

// TargetForms are the parts of target that a plain request never comes to.
func TargetForms(c *emit.Code) {
	otherForm(c)
	escapes(c)
}

func otherForm(c *emit.Code) {
	c.Routine("other_form", "in: ecx start of a target that has no slash there; r11 column", "out: as absolute-form leaves it, for path")
	c.I2(CMP, layout.At(1, RCX, 0), Imm('*'), "asterisk-form (RFC 9112, 3.2.4)")
	c.I1(JNE, Target("absolute_form"), "")
	kept := keepsPath(c)
	if kept {
		c.Label("asterisk")
		c.I2(MOV, ESI, ECX, "the path that is kept")
		c.I2(LEA, EDI, M(0, RCX, 1), "")
	}
	c.I1(INC, ECX, "")
	c.I2(MOVZX, EAX, layout.At(1, RCX, 0), "")
	if !kept {
		c.Label("asterisk")
	}
	c.I2(CMP, R11D, Imm(column(c, "OPTIONS")), "is for OPTIONS only")
	c.Reject(JNE, "")
	c.Lea(RBX, c.Plan.Responses[c.Plan.Fallbacks.Asterisk].Label, "")
	if c.HasHosts() {
		route.NoPath(c)
		c.I2(MOVZX, EAX, layout.At(1, RCX, 0), "")
	}
	c.I1(JMP, Target("version"), "")
	c.Island()
	absoluteForm(c)
}

// keepsPath: the place of the path is kept, for the log or a Location.
func keepsPath(c *emit.Code) bool { return c.Logs() || slots.NeedsPath(c) }

// absoluteForm is http://authority/path (RFC 9112, 3.2.2).
func absoluteForm(c *emit.Code) {
	c.Label("absolute_form")
	c.I2(MOV, EAX, layout.At(4, RCX, 0), "")
	c.I2(OR, EAX, Imm(0x20202020), "schemes are case-insensitive")
	c.I2(CMP, EAX, Imm(emit.Le32("http")), "")
	c.Reject(JNE, "")
	c.I2(ADD, ECX, Imm(4), "")
	c.I2(MOVZX, EAX, layout.At(1, RCX, 0), "")
	c.I2(OR, AL, Imm(0x20), "")
	c.I2(CMP, AL, Imm('s'), "https, behind a proxy that ends TLS")
	c.I1(JNE, Target("scheme_end"), "")
	c.I1(INC, ECX, "")
	c.Label("scheme_end")
	c.I2(MOV, EAX, layout.At(4, RCX, 0), "")
	c.I2(SHL, EAX, Imm(8), "three bytes")
	c.I2(CMP, EAX, Imm(emit.Le32("\x00://")), "")
	c.Reject(JNE, "")
	c.I2(ADD, ECX, Imm(3), "")
	route.Authority(c, route.SlotAuthority, "where it starts")
	if c.NeedsHost() {
		c.I2(MOV, EDI, ECX, "")
	}
	c.Call("check_host", "al, ecx: the byte behind the authority")
	route.Authority(c, route.SlotAuthorityEnd, "and ends")
	if c.HasHosts() {
		c.I2(OR, R9D, Imm(route.KnowsHost), "")
		c.I2(MOVZX, EAX, layout.At(1, RCX, 0), "")
	}
	c.I2(CMP, AL, Imm('/'), "")
	c.I1(JE, Target("path"), "")
	c.I2(CMP, AL, Imm('?'), "")
	c.I1(JE, Target("no_path"), "")
	c.I2(CMP, AL, Imm(' '), "")
	c.Reject(JNE, "")
	c.I2(CMP, R11D, Imm(column(c, "OPTIONS")), "no path and no query: of the whole server (RFC 9112, 3.2.4)")
	if keepsPath(c) {
		c.I1(JNE, Target("no_path"), "")
		c.I1(DEC, ECX, "the authority's last byte")
		c.I2(MOV, layout.At(1, RCX, 0), Imm('*'), "is kept as the path")
		c.I1(JMP, Target("asterisk"), "")
	} else {
		c.I1(JE, Target("asterisk"), "")
	}
	c.Label("no_path") // stands for / (RFC 9110, 4.2.3)
	if c.NeedsHost() {
		c.I2(LEA, ESI, M(0, RDI, -1), "the slash in front of the authority")
		c.I1(JMP, Target("path_end"), "")
	} else {
		c.I1(DEC, ECX, "the authority's last byte")
		c.I2(MOV, layout.At(1, RCX, 0), Imm('/'), "becomes the slash")
		c.I1(JMP, Target("path"), "")
	}
	c.Island()
}

// escapes decodes percent-encoding (RFC 3986, 2.1 and 6.2.2): what can stand in a
// segment as it is, or is sent so, becomes itself, sub-delims, ":" and "@" among it, which
// 2.2 leaves to the server; the others keep their escape, its digits in lower case. The path shrinks
// in place.
func escapes(c *emit.Code) {
	c.Routine("escape", "in: ecx the percent sign; edi where the path goes on", "out: al, ecx the byte behind the path; edi the path's end")
	c.I2(MOVZX, EAX, layout.At(1, RCX, 1), "")
	c.Call("hex_digit", "")
	c.I2(SHL, EDX, Imm(4), "")
	c.I2(MOV, layout.At(1, RDI, 0), Imm('%'), "")
	c.I2(OR, AL, Imm(0x20), "")
	c.I2(MOV, layout.At(1, RDI, 1), AL, "the digit in lower case")
	c.I2(MOV, R8D, EDX, "the cursor is free until the line's end")
	c.I2(MOVZX, EAX, layout.At(1, RCX, 2), "")
	c.Call("hex_digit", "")
	c.I2(OR, AL, Imm(0x20), "")
	c.I2(MOV, layout.At(1, RDI, 2), AL, "")
	c.I2(OR, EDX, R8D, "the character")
	c.I2(ADD, ECX, Imm(3), "")
	c.TestClass(RDX, emit.ClassPchar)
	c.I1(JZ, Target("keep_escape"), "")
	c.I2(MOV, layout.At(1, RDI, 0), DL, "")
	c.I1(INC, EDI, "")
	c.I1(JMP, Target("copy_path"), "")
	c.Label("keep_escape")
	c.I2(ADD, EDI, Imm(3), "")
	c.Label("copy_path")
	c.I2(CMP, ECX, R10D, "")
	c.Reject(JAE, "")
	c.I2(MOVZX, EAX, layout.At(1, RCX, 0), "")
	c.I2(CMP, AL, Imm('%'), "")
	c.I1(JE, Target("escape"), "")
	c.TestClass(RAX, emit.ClassPath)
	c.I1(JZ, Target("path_end"), "")
	c.I2(MOV, layout.At(1, RDI, 0), AL, "")
	c.I1(INC, EDI, "")
	c.I1(INC, ECX, "")
	c.I1(JMP, Target("copy_path"), "")
	c.Island()
}

// HexDigit is shared by escapes and chunk sizes.
func HexDigit(c *emit.Code) {
	c.Routine("hex_digit", "in: eax a byte", "out: edx the value of the HEXDIG that it is; or leaves for bad_request")
	c.TestClass(RAX, emit.ClassHex)
	c.Reject(JZ, "")
	c.I2(MOV, EDX, EAX, "")
	c.I2(AND, EDX, Imm(0xf), "a digit's value, or 9 less than a letter's")
	c.I2(TEST, AL, Imm(0x40), "a letter")
	c.I1(JZ, Target("hex_known"), "")
	c.I2(ADD, EDX, Imm(9), "")
	c.Label("hex_known")
	c.I0(RET, "")
}
