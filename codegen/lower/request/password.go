package request

import (
	"fmt"

	"github.com/verbosel/verbosel/codegen/lower/boot"
	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	"github.com/verbosel/verbosel/codegen/plan"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// ReadPasswords makes the users' cells at boot, in front of all that fails for other
// reasons.
func ReadPasswords(c *emit.Code) {
	if !c.FromEnvironment() {
		return
	}
	c.Lea(RSI, "credentials", "what is known of them")
	c.I2(LEA, RDI, M(0, RBP, cellsAt(c)), "")
	c.I2(MOV, ECX, Imm(c.Cells()), "")
	c.I0(REPMOVSB, "")
	for i, u := range c.Plan.Auth.Users {
		if u.Env == "" {
			continue
		}
		variable := fmt.Sprintf("variable_%d", i+1)
		c.I2(LEA, RBX, Sym(0, variable, 1), "")
		c.I2(MOV, R14D, Imm(len(u.Env)+1), "")
		c.Text(variable, "$"+u.Env+"=", "the environment variable with a password")
		name := fmt.Sprintf("user_%d", i+1)
		c.Lea(RSI, name, "")
		c.I2(MOV, ECX, Imm(len(u.Name)), "")
		c.I2(MOV, R8D, Imm(len(u.Name)+plan.MaxPassword), "")
		c.Text(name, u.Name, "")
		c.I2(LEA, R13, M(0, RBP, cellsAt(c)+int32(i)*c.CellSize()), "")
		c.Call("encode_password", "")
	}
	c.Call("clear_presented", "it was put together there")
}

// CredentialsData are the users' cells, as far as they are known.
func CredentialsData(c *emit.Code) {
	if !c.Protects() {
		return
	}
	d := Datum{Label: "credentials", Note: "what users send, padded with zeros, and the number of the guard that lets them"}
	for _, u := range c.Plan.Auth.Users {
		cell := make([]byte, c.CellSize())
		copy(cell, u.Text)
		cell[len(cell)-1] = u.Guard
		d.Fields = append(d.Fields, Bytes{B: cell, Note: u.Name})
	}
	c.Datum(d)
}

// encodePassword is only called at boot. Its long loops count in memory: the proof follows
// what counts in registers there one round after the other.
func encodePassword(c *emit.Code) {
	c.Routine("encode_password", "in: rbx the variable's name with its =, of r14d bytes, behind a $; rsi the user's name with its colon, of ecx bytes; r8d the most that this and the password may be; r13 cell",
		"out: the cell begins with both in base64; or leaves with status 1 and a message", "clobbers: rax rcx rdx rsi rdi r9 r11")
	c.Call("clear_presented", "")
	c.I2(MOV, layout.Slot(4, slotLength(c)), ECX, "the length so far")
	c.I2(LEA, RDI, M(0, RBP, presentedAt(c)), "")
	c.I0(REPMOVSB, "")
	boot.FindNamed(c, "password", "password_invalid")
	c.Label("password_byte")
	c.I2(MOVZX, EAX, M(1, R9, 0), "")
	c.I2(TEST, EAX, EAX, "the NUL behind it")
	c.I1(JZ, Target("password_end"), "")
	c.I2(CMP, AL, Imm(' '), "no control character (RFC 7617, 2)")
	c.I1(JB, Target("password_invalid"), "")
	c.I2(CMP, AL, Imm(0x7f), "")
	c.I1(JE, Target("password_invalid"), "")
	c.I1(INC, R9, "")
	c.I2(MOV, ECX, layout.Slot(4, slotLength(c)), "")
	c.I2(MOV, layout.At(1, RCX, presentedAt(c)), AL, "")
	c.I1(INC, ECX, "")
	c.I2(MOV, layout.Slot(4, slotLength(c)), ECX, "")
	c.I2(CMP, ECX, R8D, "")
	c.I1(JBE, Target("password_byte"), "")
	c.I1(JMP, Target("password_invalid"), "longer")
	c.Label("password_end")
	c.I2(LEA, ECX, M(0, R8, -plan.MaxPassword), "")
	c.I2(CMP, ECX, layout.Slot(4, slotLength(c)), "an empty one is as good as none")
	c.I1(JE, Target("password_invalid"), "")
	encodeBase64(c)
	c.Routine("password_invalid", "in: rbx, r14d as encode_password")
	c.I2(MOV, EDI, Imm(2), "standard error")
	c.I2(LEA, RSI, M(0, RBX, -1), "")
	c.I2(MOV, EDX, R14D, "")
	c.Call("tell", "the variable's name")
	boot.Tell(c, "password_text", fmt.Sprintf(" must be set to a password of 1 to %d bytes without control characters\n", plan.MaxPassword), "")
	c.I1(DEC, EDI, "status 1, one less than standard error")
	c.I1(JMP, Target("exit"), "")
}

// Variables of the boot, which has no use for those of a request.
func slotLength(c *emit.Code) int32 { return slotPresented(c) } // 4 bytes: of name and password
func slotCount(c *emit.Code) int32  { return c.SlotGuard() }    // 4 bytes: rounds of a loop

// encodeBase64 encodes three bytes to four characters, up to the length (RFC 4648, 4).
func encodeBase64(c *emit.Code) {
	c.Lea(RSI, "base64", "")
	c.Text("base64", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", "")
	c.I2(MOV, layout.Slot(4, slotCount(c)), Imm(0), "")
	c.Label("base64_three")
	c.I2(MOV, EDI, layout.Slot(4, slotCount(c)), "")
	c.I2(CMP, EDI, Imm(c.CellSize()/4-1), "")
	c.I1(JAE, Target("password_invalid"), "never: the cell is as long")
	c.I2(LEA, ECX, Mem{Base: RDI, Index: RDI, Scale: 2}, "times three")
	c.I2(CMP, ECX, layout.Slot(4, slotLength(c)), "")
	c.I1(JAE, Target("base64_done"), "")
	c.I2(MOV, EAX, layout.At(4, RCX, presentedAt(c)), "three bytes, and one that is not looked at")
	c.I1(BSWAP, EAX, "the first one on top")
	for i := range int32(4) {
		c.I2(MOV, EDX, EAX, "")
		c.I2(SHR, EDX, Imm(26), "six bits")
		c.I2(MOVZX, EDX, MX(1, RSI, RDX, 0), "")
		c.I2(MOV, Mem{Base: R13, Index: RDI, Scale: 4, Disp: i, Width: 1}, DL, "")
		if i < 3 {
			c.I2(SHL, EAX, Imm(6), "")
		}
	}
	c.I1(INC, EDI, "")
	c.I2(MOV, layout.Slot(4, slotCount(c)), EDI, "")
	c.I1(JMP, Target("base64_three"), "")
	c.Label("base64_done")
	c.I2(SUB, ECX, layout.Slot(4, slotLength(c)), "how many of the last three there were not")
	c.I1(JZ, Target("base64_end"), "")
	c.I2(MOV, Mem{Base: R13, Index: RDI, Scale: 4, Disp: -1, Width: 1}, Imm('='), "")
	c.I1(DEC, ECX, "")
	c.I1(JZ, Target("base64_end"), "")
	c.I2(MOV, Mem{Base: R13, Index: RDI, Scale: 4, Disp: -2, Width: 1}, Imm('='), "")
	c.Label("base64_end")
	c.I0(RET, "")
}
