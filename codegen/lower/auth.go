package lower

import (
	"fmt"
	"slices"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// Routes may be protected by Basic authentication (RFC 7617). What a user has to send
// behind the scheme, name, colon and password in base64, is a cell: padded with zeros, its
// last byte the number of the guard that lets that user. What a request sent is made one
// too, and compared with every cell, whole and by words: how many instructions that takes
// depends on the server alone, not on which bytes are the same, nor on the user. It is done
// where the head is read, in front of all that depends on other fields.

// protects: some of what is answered is protected.
func (c *code) protects() bool { return len(c.plan.Auth.Users) > 0 }

// fromEnvironment: some password comes from there, so that cells are in the frame.
func (c *code) fromEnvironment() bool {
	return slices.ContainsFunc(c.plan.Auth.Users, func(u plan.Credentials) bool { return u.Env != "" })
}

// cellSize is the size of a cell in bytes, a multiple of 16: the longest text, a zero and
// the guard's number.
func (c *code) cellSize() int32 {
	size := 0
	for _, u := range c.plan.Auth.Users {
		size = max(size, u.Longest())
	}
	return int32(size+2+15) &^ 15
}

// cells is the size of all cells, in bytes.
func (c *code) cells() int32 { return int32(len(c.plan.Auth.Users)) * c.cellSize() }

// Variables of a server that protects something, as offsets from rbp; below the others.
func (c *code) slotGuard() int32     { return c.authSlot(-4) } // 2 bytes: the guard of what was found: its users, its refusal
func (c *code) slotPresented() int32 { return c.authSlot(-8) } // 1 byte: whether there was an Authorization field

func (c *code) authSlot(disp int32) int32 {
	below := int32(0)
	if c.logsFields() {
		below = logSpans
	}
	return disp - (c.requestSlots() - below - authSlots)
}

const authSlots = 16

// presentedAt is the cell of the request, from rbp; cellsAt are those of the users.
func (c *code) presentedAt() int32 { return c.outputEnd() + gap }
func (c *code) cellsAt() int32     { return c.presentedAt() + c.cellSize() + gap }

// authRoom is what the cells take of the frame, in bytes.
func (c *code) authRoom() int32 {
	switch {
	case !c.protects():
		return 0
	case c.fromEnvironment():
		return gap + c.cellSize() + gap + c.cells()
	}
	return gap + c.cellSize()
}

// clearAuth forgets what an earlier request of the connection presented. OPTIONS * never
// comes to a route: its guard is known here.
func (c *code) clearAuth() {
	if c.protects() {
		c.i2(MOV, slot(2, c.slotGuard()), Imm(guardNumber(c.plan.Auth.Asterisk)), "of OPTIONS *")
		c.i2(MOV, slot(1, c.slotPresented()), Imm(0), "no credentials")
		c.call("clear_presented", "")
	}
}

func guardNumber(g plan.Guard) int64 { return int64(g.Users) | int64(g.Refusal)<<8 }

// keepGuard is where a route is found: in rbx; r11 column.
func (c *code) keepGuard() {
	if c.protects() {
		c.i2(MOVZX, EAX, Mem{Base: RBX, Index: R11, Scale: 2, Disp: c.indexedGuards(), Width: 2}, "who may see it")
		c.i2(MOV, slot(2, c.slotGuard()), AX, "")
	}
}

// indexedGuards is where a route's record has them: 2 bytes for each of its answers.
func (c *code) indexedGuards() int32 { return indexedAnswers + 4*int32(c.answerCount()) }

// answerCount is how many answers a route's record has.
func (c *code) answerCount() int {
	if c.pages() {
		return c.columns() + 1
	}
	return c.columns()
}

// guardFields are the guards of a route's answers; that of a folder's page is GET's.
func (c *code) guardFields(r plan.Route) []Field {
	var out []Field
	if c.protects() {
		for i := range c.answerCount() {
			g := r.Guards[0]
			if i < c.columns() {
				g = r.Guards[i%len(c.plan.Columns)]
			}
			out = append(out, Word{Size: 2, Value: uint64(guardNumber(g))})
		}
	}
	return out
}

// checkGuard is between the head and all that depends on its other fields.
func (c *code) checkGuard() {
	if c.protects() {
		c.i2(MOVZX, EAX, slot(1, c.slotGuard()), "whose guard lets whom?")
		c.i2(TEST, EAX, EAX, "")
		c.i1(JNZ, Target("authorize"), "")
		c.label("authorized")
	}
}

// authorization takes credentials in (RFC 9110, 11.6.2): the scheme, spaces, a token68.
func (c *code) authorization() {
	c.i2(CMP, slot(1, c.slotPresented()), Imm(0), "twice: which of them counts?")
	c.reject(JNE, "")
	c.i2(MOV, slot(1, c.slotPresented()), Imm(1), "")
	c.i2(MOV, R11D, EDX, "the value's end")
	c.i2(LEA, EAX, M(0, RCX, int32(len("basic "))), "")
	c.i2(CMP, EAX, R11D, "")
	c.i1(JAE, Target("next_field"), "nothing behind the scheme")
	c.i2(LEA, RSI, at(0, RCX, 0), "")
	c.leaNear(RDI, "basic_text", "")
	c.i2(MOV, EDX, Imm(len("basic ")), "")
	c.call("same_text", "schemes are case-insensitive")
	c.i1(JNE, Target("next_field"), "another one")
	c.i2(ADD, ECX, Imm(len("basic ")-1), "")
	c.label("scheme_space")
	c.i1(INC, ECX, "")
	c.i2(CMP, ECX, R11D, "")
	c.i1(JAE, Target("next_field"), "never: a value does not end with a space")
	c.i2(CMP, at(1, RCX, 0), Imm(' '), "")
	c.i1(JE, Target("scheme_space"), "")
	c.i2(LEA, RSI, at(0, RCX, 0), "")
	c.i2(SUB, R11D, ECX, "")
	c.i2(MOV, ECX, R11D, "")
	c.i2(CMP, ECX, Imm(c.cellSize()-2), "")
	c.i1(JA, Target("next_field"), "longer than any")
	c.i2(LEA, RDI, M(0, RBP, c.presentedAt()), "")
	c.i0(REPMOVSB, "")
	c.i1(JMP, Target("next_field"), "")
	c.island()
}

// authRoutines are what only requests for what is protected come to, and the boot.
func (c *code) authRoutines() {
	c.section("auth: who may see what is protected (RFC 7617)")
	c.clearPresented()
	c.authorize()
	if c.fromEnvironment() {
		c.encodePassword()
	}
}

func (c *code) clearPresented() {
	c.routine("clear_presented", "No credentials: zeros. At boot, no password either.")
	for at := int32(0); at < c.cellSize(); at += 16 {
		c.i2(MOVDQU, M(16, RBP, c.presentedAt()+at), XMM3, "")
	}
	c.i0(RET, "")
}

// authorize compares what was presented with every cell.
func (c *code) authorize() {
	c.routine("authorize", "in: al the guard's number; rbx response", "out: rbx response, or the 401", "clobbers: rax rcx rdx rsi r11")
	c.i2(MOV, M(1, RBP, c.presentedAt()+c.cellSize()-1), AL, "where a cell has it")
	c.i2(XOR, R11D, R11D, "how many cells are the same: 0 or 1")
	for i, u := range c.plan.Auth.Users {
		note := fmt.Sprintf("%q", u.Name)
		at := int32(i) * c.cellSize()
		if c.fromEnvironment() {
			c.i2(LEA, RSI, M(0, RBP, c.cellsAt()+at), note)
		} else {
			c.i2(LEA, RSI, Sym(0, "credentials", at), note)
		}
		c.call("compare_credentials", "")
	}
	c.refuse()

	c.routine("compare_credentials", "in: rsi cell; r11d number", "out: r11d, and 1 more where the cell is the request's", "clobbers: rax rcx rdx")
	c.i2(XOR, ECX, ECX, "")
	c.i2(XOR, EDX, EDX, "bits that differ")
	c.label("credentials_word")
	c.i2(MOV, RAX, MX(8, RSI, RCX, 0), "")
	c.i2(XOR, RAX, at(8, RCX, c.presentedAt()), "")
	c.i2(OR, RDX, RAX, "to the end, whatever was found: no branch tells how much is right")
	c.i2(ADD, ECX, Imm(8), "")
	c.i2(CMP, ECX, Imm(c.cellSize()-8), "")
	c.i1(JBE, Target("credentials_word"), "")
	c.i2(CMP, RDX, Imm(1), "the carry is set where none differs")
	c.i2(ADC, R11D, Imm(0), "")
	c.i0(RET, "")
}

// refuse goes on with the response, or the 401 of the guard: in r11d whether it lets.
func (c *code) refuse() {
	refusals := c.plan.Auth.Refusals
	if len(refusals) > 1 {
		c.i2(MOVZX, EAX, slot(1, c.slotGuard()+1), "")
	}
	c.i2(TEST, R11D, R11D, "")
	c.i1(JNZ, Target("authorized"), "")
	for i, r := range refusals {
		if i > 0 {
			c.i2(CMP, AL, Imm(i-1), "")
			c.i1(JE, Target("authorized"), "")
		}
		c.lea(RBX, c.plan.Responses[r].Label, "401 (RFC 9110, 15.5.2)")
	}
	c.i1(JMP, Target("authorized"), "")
}
