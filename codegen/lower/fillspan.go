package lower

import (
	. "github.com/verbosel/verbosel/codegen/x64"
)

// fillRoutines are the only places that write into a form.
func (c *code) fillRoutines() {
	end := c.output() + c.fillRoom()
	c.routine("fill_text", "in: rbx response; eax, ecx start and end of a part of it; edi where it goes", "out: edi behind it; or leaves for uri_too_long", "clobbers: rcx rsi")
	c.i2(SUB, ECX, EAX, "")
	c.i2(CMP, ECX, Imm(c.longestPart()), "")
	c.i1(JA, Target(c.never()), "never: as it is stored")
	c.i2(LEA, RSI, MX(0, RBX, RAX, c.recordSize()), "")
	c.routine("fill_bytes", "in: rsi, ecx bytes and how many; edi where they go", "out: edi behind them; or leaves for uri_too_long", "clobbers: rcx rsi")
	c.i2(CMP, EDI, Imm(end-c.longestPart()), "room for the longest part that there is?")
	c.i1(JA, Target("uri_too_long"), "")
	c.i2(ADD, RDI, RBP, "")
	c.i0(REPMOVSB, "")
	c.i2(SUB, RDI, RBP, "")
	c.i0(RET, "")
	if c.needsHost() {
		c.fillHost()
	}
	if c.needsArgument() {
		c.fillArgument()
	}
	c.fillSpan(end)
}

// fillHost is fill_span for a host, whose brackets stay as they are.
func (c *code) fillHost() {
	c.routine("fill_host", "in: ecx, edx start and end of a host; r10 end of the head; edi where it goes", "out: as fill_span")
	c.i2(CMP, EDX, R10D, "")
	c.i1(JA, Target(c.never()), "never: it is a part of the head")
	c.i2(CMP, at(1, RCX, 0), Imm('['), "an IPv6 address in brackets: check_host has let nothing else pass between them")
	c.i1(JNE, Target("fill_span"), "")
	c.i2(LEA, RSI, at(0, RCX, 0), "")
	c.i2(SUB, EDX, ECX, "")
	c.i2(MOV, ECX, EDX, "")
	c.i2(CMP, ECX, Imm(maxLiteral), "")
	c.reject(JA, "no address is as long")
	c.i1(JMP, Target("fill_bytes"), "")
}

func (c *code) fillSpan(end int32) {
	c.routine("fill_span", "in: ecx, edx start and end of bytes of the request; r10 end of the head; edi where they go",
		"out: edi behind them, percent-encoded where a URI cannot have them; or leaves for uri_too_long", "clobbers: rax rcx rsi r8")
	c.i2(CMP, EDX, R10D, "")
	c.i1(JA, Target(c.never()), "never: it is a part of the head")
	if c.needsArgument() {
		c.i2(XOR, R8D, R8D, "no parameter of a query")
	}
	c.label("fill_byte")
	c.i2(CMP, ECX, EDX, "")
	c.i1(JAE, Target("fill_span_end"), "")
	c.i2(MOVZX, EAX, at(1, RCX, 0), "")
	c.i1(INC, ECX, "")
	c.i2(CMP, EDI, Imm(end-slack), "an escape still fits")
	c.i1(JA, Target("uri_too_long"), "")
	c.i2(CMP, AL, Imm('\''), "a quotation mark, if one that a URI may have")
	c.i1(JE, Target("fill_escape"), "")
	if c.needsArgument() {
		c.argumentByte()
	}
	c.testClass(RAX, classHost)
	c.i1(JNZ, Target("fill_plain"), "unreserved or a sub-delim (RFC 3986, 2.2)")
	for _, b := range "/:@?" {
		c.i2(CMP, AL, Imm(b), "")
		c.i1(JE, Target("fill_plain"), "")
	}
	c.i2(CMP, AL, Imm('%'), "an escape of its own,")
	c.i1(JNE, Target("fill_escape"), "")
	for i := range int32(2) {
		c.i2(MOVZX, ESI, at(1, RCX, i), map[int32]string{0: "if two digits follow", 1: ""}[i])
		c.testClass(RSI, classHex)
		c.i1(JZ, Target("fill_escape"), "")
	}
	c.label("fill_plain")
	c.i2(MOV, at(1, RDI, 0), AL, "")
	c.i1(INC, EDI, "")
	c.i1(JMP, Target("fill_byte"), "")
	c.label("fill_escape") // quotation marks, <, >, brackets, braces, the backslash, %
	c.i2(MOV, at(1, RDI, 0), Imm('%'), "")
	c.i2(MOV, ESI, EAX, "")
	c.i2(SHR, ESI, Imm(4), "")
	c.fillDigit(1)
	c.i2(AND, EAX, Imm(0xf), "")
	c.i2(MOV, ESI, EAX, "")
	c.fillDigit(2)
	c.i2(ADD, EDI, Imm(3), "")
	c.i1(JMP, Target("fill_byte"), "")
	c.label("fill_span_end")
	c.i0(RET, "")
}

// argumentByte escapes what would begin another parameter of a query, or be a space in one.
func (c *code) argumentByte() {
	c.i2(TEST, R8D, R8D, "for a parameter of a query?")
	c.i1(JZ, Target("fill_no_argument"), "")
	for _, b := range "&=+;" {
		c.i2(CMP, AL, Imm(b), "")
		c.i1(JE, Target("fill_escape"), "")
	}
	c.label("fill_no_argument")
}

// fillArgument is fill_span for what stands in a query.
func (c *code) fillArgument() {
	c.routine("fill_argument", "in: as fill_span", "out: as fill_span; what separates parameters of a query is encoded", "clobbers: rax rcx rsi r8")
	c.i2(CMP, EDX, R10D, "")
	c.i1(JA, Target(c.never()), "never: it is a part of the head")
	c.i2(MOV, R8D, Imm(1), "")
	c.i1(JMP, Target("fill_byte"), "")
}

// fillDigit writes esi, 0 to 15, as a hexadecimal digit.
func (c *code) fillDigit(at int32) {
	c.i2(MOVZX, ESI, MX(1, R15, RSI, -c.nearDistance("hex_digits")), "")
	c.i2(MOV, MX(1, RBP, RDI, at), SIL, "")
}
