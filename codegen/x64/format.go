package x64

import (
	"fmt"
	"strconv"
	"strings"
)

// String gives the instruction in Intel syntax as NASM reads it:
// "mov eax, [rbp + rcx + 16]", "cmp byte [rbp + rcx], 13", "lea rsi, [rel hello]".
func (i Inst) String() string {
	s := i.Op.String()
	if i.Dst != nil {
		s += " " + i.operandText(i.Dst, i.Src)
	}
	if i.Src != nil {
		s += ", " + i.operandText(i.Src, i.Dst)
	}
	return s
}

func (i Inst) operandText(o, other Operand) string {
	switch o := o.(type) {
	case Mem:
		if !i.fixesSize(o, other) {
			return o.keyword() + o.String()
		}
	case Imm:
		if r, ok := i.Dst.(Reg); ok && i.Op == MOV && r.Width() == 8 && !simm32.inRange(o) {
			return fmt.Sprintf("%#x", uint64(o))
		}
	}
	return fmt.Sprint(o)
}

// fixesSize says whether the other operand tells how wide a memory access is; the
// count of a shift does not.
func (i Inst) fixesSize(m Mem, other Operand) bool {
	r, ok := other.(Reg)
	shift := SHL <= i.Op && i.Op <= ROR
	return ok && !shift && (r.Width() == m.Width || m.Width == 0)
}

// keyword is NASM's size keyword with a blank behind it; empty for an address that is
// not accessed.
func (m Mem) keyword() string {
	switch m.Width {
	case 1:
		return "byte "
	case 2:
		return "word "
	case 4:
		return "dword "
	case 8:
		return "qword "
	case 16:
		return "oword "
	}
	return ""
}

// String is the address in brackets, without the width of the access.
func (m Mem) String() string {
	var s strings.Builder
	s.WriteByte('[')
	switch {
	case m.Sym != "":
		s.WriteString("rel " + m.Sym)
	default:
		s.WriteString(m.Base.String())
	}
	if m.Index != NoReg {
		s.WriteString(" + " + m.Index.String())
		if m.Scale != 1 {
			fmt.Fprintf(&s, "*%d", m.Scale)
		}
	}
	switch d := int64(m.Disp); {
	case d > 0:
		s.WriteString(" + " + number(d))
	case d < 0:
		s.WriteString(" - " + number(-d))
	}
	s.WriteByte(']')
	return s.String()
}

// String is the value, decimal where people would write it so.
func (v Imm) String() string {
	if v < 0 && v > -1<<63 {
		return "-" + number(-int64(v))
	}
	return number(int64(v))
}

// number writes small values in decimal, which is how counts and characters are read,
// and others in hexadecimal, which is how words of text and masks are.
func number(v int64) string {
	if v >= 0 && v < 1<<16 {
		return strconv.FormatInt(v, 10)
	}
	return fmt.Sprintf("%#x", uint64(v))
}

// String is the label's name.
func (t Target) String() string { return string(t) }
