package lower

import (
	. "github.com/verbosel/verbosel/codegen/x64"
)

// target reads the request target (RFC 9112, 3.2): the path's bytes, then the query,
// which no route looks at, then the version.
func (c *code) target() {
	c.routine("target",
		"in: ecx start of the target; r10 end of the line",
		"out: rsi, rdi start and end of the path; rbx the response to OPTIONS *, or 0")
	c.i2(CMP, at(1, RCX, 0), Imm('/'), "origin-form")
	c.i1(JNE, Target("other_form"), "")
	c.label("path")
	c.i2(MOV, ESI, ECX, "the path's start")
	c.i1(INC, ECX, "")
	c.skip("span", classPath, "al, ecx: the byte behind the path")
	c.i2(MOV, EDI, ECX, "the path's end, unless it has an escape")
	c.i2(CMP, AL, Imm('%'), "")
	c.i1(JE, Target("escape"), "")
	c.label("path_end")
	c.i2(CMP, AL, Imm('?'), "")
	c.i1(JNE, Target("version"), "")
	if c.needsQuery() {
		c.keepPlace(spanQuery, ECX, "its place, for a Location")
	}
	c.i1(INC, ECX, "behind it the query")
	c.skip("span", classQuery, "al, ecx: the byte behind the query")
	if c.needsQuery() {
		c.keepPlace(spanQuery+2, ECX, "")
	}
	c.askedColumn()
	c.version()
	c.label("version_known")
	if c.logs() {
		c.beginLog()
	}
	if c.needsPath() {
		c.keepPlace(spanPath, ESI, "the path")
		c.keepPlace(spanPath+2, EDI, "")
	}
	c.i2(TEST, RBX, RBX, "")
	c.i1(JNZ, Target("next_field"), "OPTIONS * has its response already")
}

// targetForms are the parts of target that a plain request never comes to.
func (c *code) targetForms() {
	c.otherForm()
	c.escapes()
}

func (c *code) otherForm() {
	c.routine("other_form", "in: ecx start of a target that has no slash there; r11 column", "out: as absolute-form leaves it, for path")
	c.i2(CMP, at(1, RCX, 0), Imm('*'), "asterisk-form (RFC 9112, 3.2.4)")
	c.i1(JNE, Target("absolute_form"), "")
	kept := c.keepsPath()
	if kept {
		c.label("asterisk")
		c.i2(MOV, ESI, ECX, "the path that is kept")
		c.i2(LEA, EDI, M(0, RCX, 1), "")
	}
	c.i1(INC, ECX, "")
	c.i2(MOVZX, EAX, at(1, RCX, 0), "")
	if !kept {
		c.label("asterisk")
	}
	c.i2(CMP, R11D, Imm(c.column("OPTIONS")), "is for OPTIONS only")
	c.reject(JNE, "")
	c.lea(RBX, c.plan.Responses[c.plan.Fallbacks.Asterisk].Label, "")
	if c.hasHosts() {
		c.noPath()
		c.i2(MOVZX, EAX, at(1, RCX, 0), "")
	}
	c.i1(JMP, Target("version"), "")
	c.island()
	c.absoluteForm()
}

// keepsPath: the place of the path is kept, for the log or a Location.
func (c *code) keepsPath() bool { return c.logs() || c.needsPath() }

// absoluteForm is http://authority/path (RFC 9112, 3.2.2).
func (c *code) absoluteForm() {
	c.label("absolute_form")
	c.i2(MOV, EAX, at(4, RCX, 0), "")
	c.i2(OR, EAX, Imm(0x20202020), "schemes are case-insensitive")
	c.i2(CMP, EAX, Imm(le32("http")), "")
	c.reject(JNE, "")
	c.i2(ADD, ECX, Imm(4), "")
	c.i2(MOVZX, EAX, at(1, RCX, 0), "")
	c.i2(OR, AL, Imm(0x20), "")
	c.i2(CMP, AL, Imm('s'), "https, behind a proxy that ends TLS")
	c.i1(JNE, Target("scheme_end"), "")
	c.i1(INC, ECX, "")
	c.label("scheme_end")
	c.i2(MOV, EAX, at(4, RCX, 0), "")
	c.i2(SHL, EAX, Imm(8), "three bytes")
	c.i2(CMP, EAX, Imm(le32("\x00://")), "")
	c.reject(JNE, "")
	c.i2(ADD, ECX, Imm(3), "")
	c.authority((*code).slotAuthority, "where it starts")
	if c.needsHost() {
		c.i2(MOV, EDI, ECX, "")
	}
	c.call("check_host", "al, ecx: the byte behind the authority")
	c.authority((*code).slotAuthorityEnd, "and ends")
	if c.hasHosts() {
		c.i2(OR, R9D, Imm(knowsHost), "")
		c.i2(MOVZX, EAX, at(1, RCX, 0), "")
	}
	c.i2(CMP, AL, Imm('/'), "")
	c.i1(JE, Target("path"), "")
	c.i2(CMP, AL, Imm('?'), "")
	c.i1(JE, Target("no_path"), "")
	c.i2(CMP, AL, Imm(' '), "")
	c.reject(JNE, "")
	c.i2(CMP, R11D, Imm(c.column("OPTIONS")), "no path and no query: of the whole server (RFC 9112, 3.2.4)")
	if c.keepsPath() {
		c.i1(JNE, Target("no_path"), "")
		c.i1(DEC, ECX, "the authority's last byte")
		c.i2(MOV, at(1, RCX, 0), Imm('*'), "is kept as the path")
		c.i1(JMP, Target("asterisk"), "")
	} else {
		c.i1(JE, Target("asterisk"), "")
	}
	c.label("no_path") // stands for / (RFC 9110, 4.2.3)
	if c.needsHost() {
		c.i2(LEA, ESI, M(0, RDI, -1), "the slash in front of the authority")
		c.i1(JMP, Target("path_end"), "")
	} else {
		c.i1(DEC, ECX, "the authority's last byte")
		c.i2(MOV, at(1, RCX, 0), Imm('/'), "becomes the slash")
		c.i1(JMP, Target("path"), "")
	}
	c.island()
}

// escapes decodes percent-encoding (RFC 3986, 2.1 and 6.2.2): what can stand in a
// segment as it is, or is sent so, becomes itself, sub-delims, ":" and "@" among it, which
// 2.2 leaves to the server; the others keep their escape, its digits in lower case. The path shrinks
// in place.
func (c *code) escapes() {
	c.routine("escape", "in: ecx the percent sign; edi where the path goes on", "out: al, ecx the byte behind the path; edi the path's end")
	c.i2(MOVZX, EAX, at(1, RCX, 1), "")
	c.call("hex_digit", "")
	c.i2(SHL, EDX, Imm(4), "")
	c.i2(MOV, at(1, RDI, 0), Imm('%'), "")
	c.i2(OR, AL, Imm(0x20), "")
	c.i2(MOV, at(1, RDI, 1), AL, "the digit in lower case")
	c.i2(MOV, R8D, EDX, "the cursor is free until the line's end")
	c.i2(MOVZX, EAX, at(1, RCX, 2), "")
	c.call("hex_digit", "")
	c.i2(OR, AL, Imm(0x20), "")
	c.i2(MOV, at(1, RDI, 2), AL, "")
	c.i2(OR, EDX, R8D, "the character")
	c.i2(ADD, ECX, Imm(3), "")
	c.testClass(RDX, classPchar)
	c.i1(JZ, Target("keep_escape"), "")
	c.i2(MOV, at(1, RDI, 0), DL, "")
	c.i1(INC, EDI, "")
	c.i1(JMP, Target("copy_path"), "")
	c.label("keep_escape")
	c.i2(ADD, EDI, Imm(3), "")
	c.label("copy_path")
	c.i2(CMP, ECX, R10D, "")
	c.reject(JAE, "")
	c.i2(MOVZX, EAX, at(1, RCX, 0), "")
	c.i2(CMP, AL, Imm('%'), "")
	c.i1(JE, Target("escape"), "")
	c.testClass(RAX, classPath)
	c.i1(JZ, Target("path_end"), "")
	c.i2(MOV, at(1, RDI, 0), AL, "")
	c.i1(INC, EDI, "")
	c.i1(INC, ECX, "")
	c.i1(JMP, Target("copy_path"), "")
	c.island()
}

// hexDigit is shared by escapes and chunk sizes.
func (c *code) hexDigit() {
	c.routine("hex_digit", "in: eax a byte", "out: edx the value of the HEXDIG that it is; or leaves for bad_request")
	c.testClass(RAX, classHex)
	c.reject(JZ, "")
	c.i2(MOV, EDX, EAX, "")
	c.i2(AND, EDX, Imm(0xf), "a digit's value, or 9 less than a letter's")
	c.i2(TEST, AL, Imm(0x40), "a letter")
	c.i1(JZ, Target("hex_known"), "")
	c.i2(ADD, EDX, Imm(9), "")
	c.label("hex_known")
	c.i0(RET, "")
}
