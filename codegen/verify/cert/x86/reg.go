package x86

import "fmt"

// Reg is a register, by the number that encodings use.
type Reg uint8

// The general registers, whole; how many bytes of one are meant stands where it is used.
const (
	RAX Reg = iota
	RCX
	RDX
	RBX
	RSP
	RBP
	RSI
	RDI
	R8
	R9
	R10
	R11
	R12
	R13
	R14
	R15

	XMM0  // to XMM0+15: the vector registers
	NoReg = XMM0 + 16
)

// IsVector reports whether r is one of the vector registers.
func (r Reg) IsVector() bool { return r >= XMM0 && r < NoReg }

var regNames = [...]string{
	"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
	"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
}

// String gives the name of the whole register.
func (r Reg) String() string {
	switch {
	case r < XMM0:
		return regNames[r]
	case r.IsVector():
		return fmt.Sprintf("xmm%d", r-XMM0)
	}
	return "no register"
}
