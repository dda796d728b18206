package lower

import (
	"strconv"

	. "github.com/verbosel/verbosel/codegen/x64"
)

// portFromEnvironment finds the port that listen's ${NAME:-default} asks for.
//
// in: argc, behind a frame.
// out: r13d the port; r9 its text, of [slotPortLength] bytes.
func (c *code) portFromEnvironment(frame int32) {
	l := c.plan.Server.Listen
	name := l.PortEnv + "="
	c.text("port_name", name, "the environment variable with the port")
	c.findVariable(frame, name, "port_name", "", "port_unset")
	c.parsePort()

	c.portUnset()
	c.label("port_known")
}

// findVariable finds a variable of the environment: label has its name= as constant text,
// suffix tells the loop's labels from those of another one. Without the variable it goes to
// unset.
//
// in: argc, behind a frame.
// out: r9 the variable's value.
func (c *code) findVariable(frame int32, name, label, suffix, unset string) {
	c.findEnvironment(frame)
	c.lea(RDI, label, "")
	c.findName(RDI, Imm(len(name)), "next_variable"+suffix, "variable_name"+suffix, unset)
}

// findNamed is findVariable in a routine that is called with a name; what is what the labels of its
// loop begin with. Without the variable it goes to unset.
//
// in: rbx the variable's name with its =, of r14d bytes; argc, behind a return address and a frame.
// out: r9 the variable's value.
func (c *code) findNamed(what, unset string) {
	const call = 8 // bytes of the return address
	c.findEnvironment(c.frame() + call)
	c.findName(RBX, R14D, "next_"+what, what+"_name", unset)
}

// findEnvironment leaves in r11 where the environment is; rcx changes.
//
// in: argc, behind so many bytes of the stack.
func (c *code) findEnvironment(behind int32) {
	c.i2(MOV, RCX, M(8, RSP, behind), "argc")
	c.i2(LEA, R11, Mem{Base: RSP, Index: RCX, Scale: 8, Disp: behind + 16}, "envp: behind argv and its null pointer")
}

// findName finds the variable whose name=, of so many bytes, stands where a register points to;
// next and byByte are the labels of its loops. Without it it goes to unset.
//
// in: r11 the environment.
// out: r9 the variable's value; eax, rcx and r11 change.
func (c *code) findName(name Reg, size Operand, next, byByte, unset string) {
	c.label(next)
	c.i2(MOV, R9, M(8, R11, 0), "a variable: NAME=value")
	c.i2(ADD, R11, Imm(8), "")
	c.i2(TEST, R9, R9, "a null pointer ends them")
	c.i1(JZ, Target(unset), "")
	c.i2(XOR, ECX, ECX, "")
	c.label(byByte)
	c.i2(MOVZX, EAX, MX(1, R9, RCX, 0), "")
	c.i2(CMP, AL, MX(1, name, RCX, 0), "")
	c.i1(JNE, Target(next), "")
	c.i1(INC, ECX, "")
	c.i2(CMP, ECX, size, "")
	c.i1(JB, Target(byByte), "")
	c.i2(ADD, R9, RCX, "its value")
}

// decimal reads the digits at r9 up to the NUL, fewer than tooMany of them, into r13d; ecx is how
// many there are, eax and rcx change. What is no number is for the label invalid.
func (c *code) decimal(what string, tooMany int, why, invalid string) {
	c.i2(XOR, R13D, R13D, "")
	c.i2(XOR, ECX, ECX, "")
	c.label(what + "_digit")
	c.i2(MOVZX, EAX, MX(1, R9, RCX, 0), "")
	c.i2(SUB, EAX, Imm('0'), "")
	c.i2(CMP, EAX, Imm(9), "")
	c.i1(JA, Target(what+"_end"), "")
	c.i2(LEA, R13D, Mem{Base: R13, Index: R13, Scale: 4}, "times five")
	c.i2(LEA, R13D, Mem{Base: RAX, Index: R13, Scale: 2}, "times two, and the digit")
	c.i1(INC, ECX, "")
	c.i2(CMP, ECX, Imm(tooMany), why)
	c.i1(JB, Target(what+"_digit"), "")
	c.i1(JMP, Target(invalid), "")
	c.label(what + "_end")
	c.i2(CMP, EAX, Imm(-'0'), "the NUL behind the value")
	c.i1(JNE, Target(invalid), "")
}

// parsePort reads one to five digits at r9, from 1 to 65535, up to the NUL. An empty
// value is as good as none, as in the shell's ${NAME:-default}.
func (c *code) parsePort() {
	c.decimal("port", 6, "more digits than a port has", "port_invalid")
	c.i2(TEST, ECX, ECX, "an empty value")
	c.i1(JZ, Target("port_unset"), "")
	c.i2(MOV, slot(4, slotPortLength), ECX, "")
	c.i2(LEA, EAX, M(0, R13, -1), "0 would be the largest number")
	c.i2(CMP, EAX, Imm(65535), "")
	c.i1(JB, Target("port_known"), "")

	c.label("port_invalid")
	c.i2(MOV, EDI, Imm(2), "standard error")
	c.tell("port_invalid_text", "$"+c.plan.Server.Listen.PortEnv+" must be a port from 1 to 65535\n", "")
	c.i1(DEC, EDI, "status 1, one less than standard error")
	c.i1(JMP, Target("exit"), "")
}

// portUnset takes the default, or refuses to start without one.
func (c *code) portUnset() {
	l := c.plan.Server.Listen
	c.label("port_unset")
	if l.Port == "" {
		c.i2(MOV, EDI, Imm(2), "standard error")
		c.tell("port_unset_text", "$"+l.PortEnv+" must be set to the port to listen on\n", "")
		c.i1(DEC, EDI, "status 1, one less than standard error")
		c.i1(JMP, Target("exit"), "")
		return
	}
	port, _ := strconv.Atoi(l.Port)
	c.lea(R9, "port_default", "")
	c.text("port_default", l.Port, "the port where the environment gives none")
	c.i2(MOV, slot(4, slotPortLength), Imm(len(l.Port)), "")
	c.i2(MOV, R13D, Imm(port), "")
}
