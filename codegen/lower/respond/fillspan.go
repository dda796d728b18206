package respond

import (
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/lower/slots"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// fillRoutines are the only places that write into a form.
func fillRoutines(c *emit.Code) {
	end := c.Output() + c.FillRoom()
	c.Routine("fill_text", "in: rbx response; eax, ecx start and end of a part of it; edi where it goes", "out: edi behind it; or leaves for uri_too_long", "clobbers: rcx rsi")
	c.I2(SUB, ECX, EAX, "")
	c.I2(CMP, ECX, Imm(c.LongestPart()), "")
	c.I1(JA, Target(never(c)), "never: as it is stored")
	c.I2(LEA, RSI, MX(0, RBX, RAX, c.RecordSize()), "")
	c.Routine("fill_bytes", "in: rsi, ecx bytes and how many; edi where they go", "out: edi behind them; or leaves for uri_too_long", "clobbers: rcx rsi")
	c.I2(CMP, EDI, Imm(end-c.LongestPart()), "room for the longest part that there is?")
	c.I1(JA, Target("uri_too_long"), "")
	c.I2(ADD, RDI, RBP, "")
	c.I0(REPMOVSB, "")
	c.I2(SUB, RDI, RBP, "")
	c.I0(RET, "")
	if c.NeedsHost() {
		fillHost(c)
	}
	if slots.NeedsArgument(c) {
		fillArgument(c)
	}
	fillSpan(c, end)
}

// fillHost is fill_span for a host, whose brackets stay as they are.
func fillHost(c *emit.Code) {
	c.Routine("fill_host", "in: ecx, edx start and end of a host; r10 end of the head; edi where it goes", "out: as fill_span")
	c.I2(CMP, EDX, R10D, "")
	c.I1(JA, Target(never(c)), "never: it is a part of the head")
	c.I2(CMP, layout.At(1, RCX, 0), Imm('['), "an IPv6 address in brackets: check_host has let nothing else pass between them")
	c.I1(JNE, Target("fill_span"), "")
	c.I2(LEA, RSI, layout.At(0, RCX, 0), "")
	c.I2(SUB, EDX, ECX, "")
	c.I2(MOV, ECX, EDX, "")
	c.I2(CMP, ECX, Imm(layout.MaxLiteral), "")
	c.Reject(JA, "no address is as long")
	c.I1(JMP, Target("fill_bytes"), "")
}

func fillSpan(c *emit.Code, end int32) {
	c.Routine("fill_span", "in: ecx, edx start and end of bytes of the request; r10 end of the head; edi where they go",
		"out: edi behind them, percent-encoded where a URI cannot have them; or leaves for uri_too_long", "clobbers: rax rcx rsi r8")
	c.I2(CMP, EDX, R10D, "")
	c.I1(JA, Target(never(c)), "never: it is a part of the head")
	if slots.NeedsArgument(c) {
		c.I2(XOR, R8D, R8D, "no parameter of a query")
	}
	c.Label("fill_byte")
	c.I2(CMP, ECX, EDX, "")
	c.I1(JAE, Target("fill_span_end"), "")
	c.I2(MOVZX, EAX, layout.At(1, RCX, 0), "")
	c.I1(INC, ECX, "")
	c.I2(CMP, EDI, Imm(end-layout.Slack), "an escape still fits")
	c.I1(JA, Target("uri_too_long"), "")
	c.I2(CMP, AL, Imm('\''), "a quotation mark, if one that a URI may have")
	c.I1(JE, Target("fill_escape"), "")
	if slots.NeedsArgument(c) {
		argumentByte(c)
	}
	c.TestClass(RAX, emit.ClassHost)
	c.I1(JNZ, Target("fill_plain"), "unreserved or a sub-delim (RFC 3986, 2.2)")
	for _, b := range "/:@?" {
		c.I2(CMP, AL, Imm(b), "")
		c.I1(JE, Target("fill_plain"), "")
	}
	c.I2(CMP, AL, Imm('%'), "an escape of its own,")
	c.I1(JNE, Target("fill_escape"), "")
	for i := range int32(2) {
		c.I2(MOVZX, ESI, layout.At(1, RCX, i), map[int32]string{0: "if two digits follow", 1: ""}[i])
		c.TestClass(RSI, emit.ClassHex)
		c.I1(JZ, Target("fill_escape"), "")
	}
	c.Label("fill_plain")
	c.I2(MOV, layout.At(1, RDI, 0), AL, "")
	c.I1(INC, EDI, "")
	c.I1(JMP, Target("fill_byte"), "")
	c.Label("fill_escape") // quotation marks, <, >, brackets, braces, the backslash, %
	c.I2(MOV, layout.At(1, RDI, 0), Imm('%'), "")
	c.I2(MOV, ESI, EAX, "")
	c.I2(SHR, ESI, Imm(4), "")
	fillDigit(c, 1)
	c.I2(AND, EAX, Imm(0xf), "")
	c.I2(MOV, ESI, EAX, "")
	fillDigit(c, 2)
	c.I2(ADD, EDI, Imm(3), "")
	c.I1(JMP, Target("fill_byte"), "")
	c.Label("fill_span_end")
	c.I0(RET, "")
}

// argumentByte escapes what would begin another parameter of a query, or be a space in one.
func argumentByte(c *emit.Code) {
	c.I2(TEST, R8D, R8D, "for a parameter of a query?")
	c.I1(JZ, Target("fill_no_argument"), "")
	for _, b := range "&=+;" {
		c.I2(CMP, AL, Imm(b), "")
		c.I1(JE, Target("fill_escape"), "")
	}
	c.Label("fill_no_argument")
}

// fillArgument is fill_span for what stands in a query.
func fillArgument(c *emit.Code) {
	c.Routine("fill_argument", "in: as fill_span", "out: as fill_span; what separates parameters of a query is encoded", "clobbers: rax rcx rsi r8")
	c.I2(CMP, EDX, R10D, "")
	c.I1(JA, Target(never(c)), "never: it is a part of the head")
	c.I2(MOV, R8D, Imm(1), "")
	c.I1(JMP, Target("fill_byte"), "")
}

// fillDigit writes esi, 0 to 15, as a hexadecimal digit.
func fillDigit(c *emit.Code, at int32) {
	c.I2(MOVZX, ESI, MX(1, R15, RSI, -c.NearDistance("hex_digits")), "")
	c.I2(MOV, MX(1, RBP, RDI, at), SIL, "")
}
