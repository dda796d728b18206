package boot

import (
	"strconv"

	"github.com/verbosel/verbosel/codegen/lower/emit"
	"github.com/verbosel/verbosel/codegen/lower/layout"
	. "github.com/verbosel/verbosel/codegen/x64"
)

// PortFromEnvironment finds the port that listen's ${NAME:-default} asks for.
//
// in: argc, behind a frame.
// out: r13d the port; r9 its text, of [SlotPortLength] bytes.
func PortFromEnvironment(c *emit.Code, frame int32) {
	l := c.Plan.Server.Listen
	name := l.PortEnv + "="
	c.Text("port_name", name, "the environment variable with the port")
	FindVariable(c, frame, name, "port_name", "", "port_unset")
	parsePort(c)

	portUnset(c)
	c.Label("port_known")
}

// FindVariable finds a variable of the environment: label has its name= as constant text,
// suffix tells the loop's labels from those of another one. Without the variable it goes to
// unset.
//
// in: argc, behind a frame.
// out: r9 the variable's value.
func FindVariable(c *emit.Code, frame int32, name, label, suffix, unset string) {
	findEnvironment(c, frame)
	c.Lea(RDI, label, "")
	findName(c, RDI, Imm(len(name)), "next_variable"+suffix, "variable_name"+suffix, unset)
}

// FindNamed is FindVariable in a routine that is called with a name; what is what the labels of its
// loop begin with. Without the variable it goes to unset.
//
// in: rbx the variable's name with its =, of r14d bytes; argc, behind a return address and a frame.
// out: r9 the variable's value.
func FindNamed(c *emit.Code, what, unset string) {
	const call = 8 // bytes of the return address
	findEnvironment(c, c.Frame()+call)
	findName(c, RBX, R14D, "next_"+what, what+"_name", unset)
}

// findEnvironment leaves in r11 where the environment is; rcx changes.
//
// in: argc, behind so many bytes of the stack.
func findEnvironment(c *emit.Code, behind int32) {
	c.I2(MOV, RCX, M(8, RSP, behind), "argc")
	c.I2(LEA, R11, Mem{Base: RSP, Index: RCX, Scale: 8, Disp: behind + 16}, "envp: behind argv and its null pointer")
}

// findName finds the variable whose name=, of so many bytes, stands where a register points to;
// next and byByte are the labels of its loops. Without it it goes to unset.
//
// in: r11 the environment.
// out: r9 the variable's value; eax, rcx and r11 change.
func findName(c *emit.Code, name Reg, size Operand, next, byByte, unset string) {
	c.Label(next)
	c.I2(MOV, R9, M(8, R11, 0), "a variable: NAME=value")
	c.I2(ADD, R11, Imm(8), "")
	c.I2(TEST, R9, R9, "a null pointer ends them")
	c.I1(JZ, Target(unset), "")
	c.I2(XOR, ECX, ECX, "")
	c.Label(byByte)
	c.I2(MOVZX, EAX, MX(1, R9, RCX, 0), "")
	c.I2(CMP, AL, MX(1, name, RCX, 0), "")
	c.I1(JNE, Target(next), "")
	c.I1(INC, ECX, "")
	c.I2(CMP, ECX, size, "")
	c.I1(JB, Target(byByte), "")
	c.I2(ADD, R9, RCX, "its value")
}

// Decimal reads the digits at r9 up to the NUL, fewer than tooMany of them, into r13d; ecx is how
// many there are, eax and rcx change. What is no number is for the label invalid.
func Decimal(c *emit.Code, what string, tooMany int, why, invalid string) {
	c.I2(XOR, R13D, R13D, "")
	c.I2(XOR, ECX, ECX, "")
	c.Label(what + "_digit")
	c.I2(MOVZX, EAX, MX(1, R9, RCX, 0), "")
	c.I2(SUB, EAX, Imm('0'), "")
	c.I2(CMP, EAX, Imm(9), "")
	c.I1(JA, Target(what+"_end"), "")
	c.I2(LEA, R13D, Mem{Base: R13, Index: R13, Scale: 4}, "times five")
	c.I2(LEA, R13D, Mem{Base: RAX, Index: R13, Scale: 2}, "times two, and the digit")
	c.I1(INC, ECX, "")
	c.I2(CMP, ECX, Imm(tooMany), why)
	c.I1(JB, Target(what+"_digit"), "")
	c.I1(JMP, Target(invalid), "")
	c.Label(what + "_end")
	c.I2(CMP, EAX, Imm(-'0'), "the NUL behind the value")
	c.I1(JNE, Target(invalid), "")
}

// parsePort reads one to five digits at r9, from 1 to 65535, up to the NUL. An empty
// value is as good as none, as in the shell's ${NAME:-default}.
func parsePort(c *emit.Code) {
	Decimal(c, "port", 6, "more digits than a port has", "port_invalid")
	c.I2(TEST, ECX, ECX, "an empty value")
	c.I1(JZ, Target("port_unset"), "")
	c.I2(MOV, layout.Slot(4, layout.SlotPortLength), ECX, "")
	c.I2(LEA, EAX, M(0, R13, -1), "0 would be the largest number")
	c.I2(CMP, EAX, Imm(65535), "")
	c.I1(JB, Target("port_known"), "")

	c.Label("port_invalid")
	c.I2(MOV, EDI, Imm(2), "standard error")
	Tell(c, "port_invalid_text", "$"+c.Plan.Server.Listen.PortEnv+" must be a port from 1 to 65535\n", "")
	c.I1(DEC, EDI, "status 1, one less than standard error")
	c.I1(JMP, Target("exit"), "")
}

// portUnset takes the default, or refuses to start without one.
func portUnset(c *emit.Code) {
	l := c.Plan.Server.Listen
	c.Label("port_unset")
	if l.Port == "" {
		c.I2(MOV, EDI, Imm(2), "standard error")
		Tell(c, "port_unset_text", "$"+l.PortEnv+" must be set to the port to listen on\n", "")
		c.I1(DEC, EDI, "status 1, one less than standard error")
		c.I1(JMP, Target("exit"), "")
		return
	}
	port, _ := strconv.Atoi(l.Port)
	c.Lea(R9, "port_default", "")
	c.Text("port_default", l.Port, "the port where the environment gives none")
	c.I2(MOV, layout.Slot(4, layout.SlotPortLength), Imm(len(l.Port)), "")
	c.I2(MOV, R13D, Imm(port), "")
}
