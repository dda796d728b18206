package request

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Routes may be protected by Basic authentication (RFC 7617). What a user has to send
// behind the scheme, name, colon and password in base64, is a cell: padded with zeros, its
// last byte the number of the guard that lets that user. What a request sent is made one
// too, and compared with every cell, whole and by words: how many instructions that takes
// depends on the server alone, not on which bytes are the same, nor on the user. It is done
// where the head is read, in front of all that depends on other fields.

func slotPresented(c *emit.Code) int32 { return c.AuthSlot(-8) } // 1 byte: whether there was an Authorization field

// presentedAt is the cell of the request, from rbp; cellsAt are those of the users.
func presentedAt(c *emit.Code) int32 { return c.OutputEnd() + layout.Gap }
func cellsAt(c *emit.Code) int32     { return presentedAt(c) + c.CellSize() + layout.Gap }

// ClearAuth forgets what an earlier request of the connection presented. OPTIONS * never
// comes to a route: its guard is known here.
func ClearAuth(c *emit.Code) {
	if c.Protects() {
		c.I2(MOV, layout.Slot(2, c.SlotGuard()), Imm(layout.GuardNumber(c.Plan.Auth.Asterisk)), "of OPTIONS *")
		c.I2(MOV, layout.Slot(1, slotPresented(c)), Imm(0), "no credentials")
		c.Call("clear_presented", "")
	}
}

// checkGuard is between the head and all that depends on its other fields.
func checkGuard(c *emit.Code) {
	if c.Protects() {
		c.I2(MOVZX, EAX, layout.Slot(1, c.SlotGuard()), "whose guard lets whom?")
		c.I2(TEST, EAX, EAX, "")
		c.I1(JNZ, Target("authorize"), "")
		c.Label("authorized")
	}
}

// authorization takes credentials in (RFC 9110, 11.6.2): the scheme, spaces, a token68.
func authorization(c *emit.Code) {
	c.I2(CMP, layout.Slot(1, slotPresented(c)), Imm(0), "twice: which of them counts?")
	c.Reject(JNE, "")
	c.I2(MOV, layout.Slot(1, slotPresented(c)), Imm(1), "")
	c.I2(MOV, R11D, EDX, "the value's end")
	c.I2(LEA, EAX, M(0, RCX, int32(len("basic "))), "")
	c.I2(CMP, EAX, R11D, "")
	c.I1(JAE, Target("next_field"), "nothing behind the scheme")
	c.I2(LEA, RSI, layout.At(0, RCX, 0), "")
	c.LeaNear(RDI, "basic_text", "")
	c.I2(MOV, EDX, Imm(len("basic ")), "")
	c.Call("same_text", "schemes are case-insensitive")
	c.I1(JNE, Target("next_field"), "another one")
	c.I2(ADD, ECX, Imm(len("basic ")-1), "")
	c.Label("scheme_space")
	c.I1(INC, ECX, "")
	c.I2(CMP, ECX, R11D, "")
	c.I1(JAE, Target("next_field"), "never: a value does not end with a space")
	c.I2(CMP, layout.At(1, RCX, 0), Imm(' '), "")
	c.I1(JE, Target("scheme_space"), "")
	c.I2(LEA, RSI, layout.At(0, RCX, 0), "")
	c.I2(SUB, R11D, ECX, "")
	c.I2(MOV, ECX, R11D, "")
	c.I2(CMP, ECX, Imm(c.CellSize()-2), "")
	c.I1(JA, Target("next_field"), "longer than any")
	c.I2(LEA, RDI, M(0, RBP, presentedAt(c)), "")
	c.I0(REPMOVSB, "")
	c.I1(JMP, Target("next_field"), "")
	c.Island()
}

// AuthRoutines are what only requests for what is protected come to, and the boot.
func AuthRoutines(c *emit.Code) {
	c.Section("auth: who may see what is protected (RFC 7617)")
	clearPresented(c)
	authorize(c)
	if c.FromEnvironment() {
		encodePassword(c)
	}
}

func clearPresented(c *emit.Code) {
	c.Routine("clear_presented", "No credentials: zeros. At boot, no password either.")
	for at := int32(0); at < c.CellSize(); at += 16 {
		c.I2(MOVDQU, M(16, RBP, presentedAt(c)+at), XMM3, "")
	}
	c.I0(RET, "")
}

// authorize compares what was presented with every cell.
func authorize(c *emit.Code) {
	c.Routine("authorize", "in: al the guard's number; rbx response", "out: rbx response, or the 401", "clobbers: rax rcx rdx rsi r11")
	c.I2(MOV, M(1, RBP, presentedAt(c)+c.CellSize()-1), AL, "where a cell has it")
	c.I2(XOR, R11D, R11D, "how many cells are the same: 0 or 1")
	for i, u := range c.Plan.Auth.Users {
		note := fmt.Sprintf("%q", u.Name)
		at := int32(i) * c.CellSize()
		if c.FromEnvironment() {
			c.I2(LEA, RSI, M(0, RBP, cellsAt(c)+at), note)
		} else {
			c.I2(LEA, RSI, Sym(0, "credentials", at), note)
		}
		c.Call("compare_credentials", "")
	}
	refuse(c)

	c.Routine("compare_credentials", "in: rsi cell; r11d number", "out: r11d, and 1 more where the cell is the request's", "clobbers: rax rcx rdx")
	c.I2(XOR, ECX, ECX, "")
	c.I2(XOR, EDX, EDX, "bits that differ")
	c.Label("credentials_word")
	c.I2(MOV, RAX, MX(8, RSI, RCX, 0), "")
	c.I2(XOR, RAX, layout.At(8, RCX, presentedAt(c)), "")
	c.I2(OR, RDX, RAX, "to the end, whatever was found: no branch tells how much is right")
	c.I2(ADD, ECX, Imm(8), "")
	c.I2(CMP, ECX, Imm(c.CellSize()-8), "")
	c.I1(JBE, Target("credentials_word"), "")
	c.I2(CMP, RDX, Imm(1), "the carry is set where none differs")
	c.I2(ADC, R11D, Imm(0), "")
	c.I0(RET, "")
}

// refuse goes on with the response, or the 401 of the guard: in r11d whether it lets.
func refuse(c *emit.Code) {
	refusals := c.Plan.Auth.Refusals
	if len(refusals) > 1 {
		c.I2(MOVZX, EAX, layout.Slot(1, c.SlotGuard()+1), "")
	}
	c.I2(TEST, R11D, R11D, "")
	c.I1(JNZ, Target("authorized"), "")
	for i, r := range refusals {
		if i > 0 {
			c.I2(CMP, AL, Imm(i-1), "")
			c.I1(JE, Target("authorized"), "")
		}
		c.Lea(RBX, c.Plan.Responses[r].Label, "401 (RFC 9110, 15.5.2)")
	}
	c.I1(JMP, Target("authorized"), "")
}
