package x64

import "fmt"

var regNames64 = [16]string{
	"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
	"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
}

var regNames8 = [8]string{"al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"}

// Width is the register's size in bytes: 1, 2, 4, 8 or 16; 0 for NoReg and for
// values that are no register.
func (r Reg) Width() uint8 {
	switch {
	case RAX <= r && r <= R15:
		return 8
	case EAX <= r && r <= R15D:
		return 4
	case AX <= r && r <= R15W:
		return 2
	case AL <= r && r <= R15B:
		return 1
	case XMM0 <= r && r <= XMM7:
		return 16
	}
	return 0
}

// firstOf is the register number 0 of each width.
func firstOf(width uint8) Reg {
	switch width {
	case 8:
		return RAX
	case 4:
		return EAX
	case 2:
		return AX
	case 1:
		return AL
	case 16:
		return XMM0
	}
	return NoReg
}

// Number is the register's number as encoded, 0 to 15: RAX, EAX, AX, AL and XMM0
// are 0. It is 0 for NoReg too.
func (r Reg) Number() uint8 {
	first := firstOf(r.Width())
	if first == NoReg {
		return 0
	}
	return uint8(r - first)
}

// As is the general register of the same number and another width: RCX.As(1) is CL.
// It is NoReg where there is none: for widths other than 1, 2, 4 and 8, and for the
// SSE registers.
func (r Reg) As(width uint8) Reg {
	if r.Width() == 0 || r.Width() == 16 || width == 16 || firstOf(width) == NoReg {
		return NoReg
	}
	return firstOf(width) + Reg(r.Number())
}

// String gives the register's name as NASM spells it.
func (r Reg) String() string {
	n := r.Number()
	switch r.Width() {
	case 8:
		return regNames64[n]
	case 4:
		return legacyName("e", n, "d")
	case 2:
		return legacyName("", n, "w")
	case 1:
		if n < 8 {
			return regNames8[n]
		}
		return regNames64[n] + "b"
	case 16:
		return fmt.Sprintf("xmm%d", n)
	}
	return "(no register)"
}

// legacyName derives the 32- and 16-bit names: eax, r8d, ax, r8w.
func legacyName(prefix string, n uint8, suffix string) string {
	if n < 8 {
		return prefix + regNames64[n][1:]
	}
	return regNames64[n] + suffix
}
