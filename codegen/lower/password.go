package lower

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// readPasswords makes the users' cells at boot, in front of all that fails for other
// reasons.
func (c *code) readPasswords() {
	if !c.fromEnvironment() {
		return
	}
	c.lea(RSI, "credentials", "what is known of them")
	c.i2(LEA, RDI, M(0, RBP, c.cellsAt()), "")
	c.i2(MOV, ECX, Imm(c.cells()), "")
	c.i0(REPMOVSB, "")
	for i, u := range c.plan.Auth.Users {
		if u.Env == "" {
			continue
		}
		variable := fmt.Sprintf("variable_%d", i+1)
		c.i2(LEA, RBX, Sym(0, variable, 1), "")
		c.i2(MOV, R14D, Imm(len(u.Env)+1), "")
		c.text(variable, "$"+u.Env+"=", "the environment variable with a password")
		name := fmt.Sprintf("user_%d", i+1)
		c.lea(RSI, name, "")
		c.i2(MOV, ECX, Imm(len(u.Name)), "")
		c.i2(MOV, R8D, Imm(len(u.Name)+plan.MaxPassword), "")
		c.text(name, u.Name, "")
		c.i2(LEA, R13, M(0, RBP, c.cellsAt()+int32(i)*c.cellSize()), "")
		c.call("encode_password", "")
	}
	c.call("clear_presented", "it was put together there")
}

// credentialsData are the users' cells, as far as they are known.
func (c *code) credentialsData() {
	if !c.protects() {
		return
	}
	d := Datum{Label: "credentials", Note: "what users send, padded with zeros, and the number of the guard that lets them"}
	for _, u := range c.plan.Auth.Users {
		cell := make([]byte, c.cellSize())
		copy(cell, u.Text)
		cell[len(cell)-1] = u.Guard
		d.Fields = append(d.Fields, Bytes{B: cell, Note: u.Name})
	}
	c.datum(d)
}

// encodePassword is only called at boot. Its long loops count in memory: the proof follows
// what counts in registers there one round after the other.
func (c *code) encodePassword() {
	c.routine("encode_password", "in: rbx the variable's name with its =, of r14d bytes, behind a $; rsi the user's name with its colon, of ecx bytes; r8d the most that this and the password may be; r13 cell",
		"out: the cell begins with both in base64; or leaves with status 1 and a message", "clobbers: rax rcx rdx rsi rdi r9 r11")
	c.call("clear_presented", "")
	c.i2(MOV, slot(4, c.slotLength()), ECX, "the length so far")
	c.i2(LEA, RDI, M(0, RBP, c.presentedAt()), "")
	c.i0(REPMOVSB, "")
	c.findNamed("password", "password_invalid")
	c.label("password_byte")
	c.i2(MOVZX, EAX, M(1, R9, 0), "")
	c.i2(TEST, EAX, EAX, "the NUL behind it")
	c.i1(JZ, Target("password_end"), "")
	c.i2(CMP, AL, Imm(' '), "no control character (RFC 7617, 2)")
	c.i1(JB, Target("password_invalid"), "")
	c.i2(CMP, AL, Imm(0x7f), "")
	c.i1(JE, Target("password_invalid"), "")
	c.i1(INC, R9, "")
	c.i2(MOV, ECX, slot(4, c.slotLength()), "")
	c.i2(MOV, at(1, RCX, c.presentedAt()), AL, "")
	c.i1(INC, ECX, "")
	c.i2(MOV, slot(4, c.slotLength()), ECX, "")
	c.i2(CMP, ECX, R8D, "")
	c.i1(JBE, Target("password_byte"), "")
	c.i1(JMP, Target("password_invalid"), "longer")
	c.label("password_end")
	c.i2(LEA, ECX, M(0, R8, -plan.MaxPassword), "")
	c.i2(CMP, ECX, slot(4, c.slotLength()), "an empty one is as good as none")
	c.i1(JE, Target("password_invalid"), "")
	c.encodeBase64()
	c.routine("password_invalid", "in: rbx, r14d as encode_password")
	c.i2(MOV, EDI, Imm(2), "standard error")
	c.i2(LEA, RSI, M(0, RBX, -1), "")
	c.i2(MOV, EDX, R14D, "")
	c.call("tell", "the variable's name")
	c.tell("password_text", fmt.Sprintf(" must be set to a password of 1 to %d bytes without control characters\n", plan.MaxPassword), "")
	c.i1(DEC, EDI, "status 1, one less than standard error")
	c.i1(JMP, Target("exit"), "")
}

// Variables of the boot, which has no use for those of a request.
func (c *code) slotLength() int32 { return c.slotPresented() } // 4 bytes: of name and password
func (c *code) slotCount() int32  { return c.slotGuard() }     // 4 bytes: rounds of a loop

// encodeBase64 encodes three bytes to four characters, up to the length (RFC 4648, 4).
func (c *code) encodeBase64() {
	c.lea(RSI, "base64", "")
	c.text("base64", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", "")
	c.i2(MOV, slot(4, c.slotCount()), Imm(0), "")
	c.label("base64_three")
	c.i2(MOV, EDI, slot(4, c.slotCount()), "")
	c.i2(CMP, EDI, Imm(c.cellSize()/4-1), "")
	c.i1(JAE, Target("password_invalid"), "never: the cell is as long")
	c.i2(LEA, ECX, Mem{Base: RDI, Index: RDI, Scale: 2}, "times three")
	c.i2(CMP, ECX, slot(4, c.slotLength()), "")
	c.i1(JAE, Target("base64_done"), "")
	c.i2(MOV, EAX, at(4, RCX, c.presentedAt()), "three bytes, and one that is not looked at")
	c.i1(BSWAP, EAX, "the first one on top")
	for i := range int32(4) {
		c.i2(MOV, EDX, EAX, "")
		c.i2(SHR, EDX, Imm(26), "six bits")
		c.i2(MOVZX, EDX, MX(1, RSI, RDX, 0), "")
		c.i2(MOV, Mem{Base: R13, Index: RDI, Scale: 4, Disp: i, Width: 1}, DL, "")
		if i < 3 {
			c.i2(SHL, EAX, Imm(6), "")
		}
	}
	c.i1(INC, EDI, "")
	c.i2(MOV, slot(4, c.slotCount()), EDI, "")
	c.i1(JMP, Target("base64_three"), "")
	c.label("base64_done")
	c.i2(SUB, ECX, slot(4, c.slotLength()), "how many of the last three there were not")
	c.i1(JZ, Target("base64_end"), "")
	c.i2(MOV, Mem{Base: R13, Index: RDI, Scale: 4, Disp: -1, Width: 1}, Imm('='), "")
	c.i1(DEC, ECX, "")
	c.i1(JZ, Target("base64_end"), "")
	c.i2(MOV, Mem{Base: R13, Index: RDI, Scale: 4, Disp: -2, Width: 1}, Imm('='), "")
	c.label("base64_end")
	c.i0(RET, "")
}
