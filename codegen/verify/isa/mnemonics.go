package isa

import (
	"fmt"
	"strings"
)

var opNames = [numOps]string{
	BadOp: "(none)", MOV: "mov", MOVZX: "movzx", MOVSX: "movsx", LEA: "lea", XCHG: "xchg",
	BSWAP: "bswap", PUSH: "push", POP: "pop",
	ADD: "add", ADC: "adc", SUB: "sub", SBB: "sbb", AND: "and", OR: "or", XOR: "xor",
	CMP: "cmp", TEST: "test", INC: "inc", DEC: "dec", NEG: "neg", NOT: "not",
	IMUL: "imul", MUL: "mul", DIV: "div",
	SHL: "shl", SHR: "shr", SAR: "sar", ROL: "rol", ROR: "ror",
	BT: "bt", BTS: "bts", BTR: "btr", BSF: "bsf",
	CMOVCC: "cmov", SETCC: "set", JCC: "j", JMP: "jmp", CALL: "call", RET: "ret",
	SYSCALL: "syscall", RDTSC: "rdtsc", NOP: "nop", UD2: "ud2", REPMOVSB: "rep movsb",
	MOVD: "movd", MOVQ: "movq", MOVDQA: "movdqa", MOVDQU: "movdqu", MOVUPS: "movups",
	PXOR: "pxor", POR: "por", PAND: "pand", PANDN: "pandn",
	PADDB: "paddb", PSUBB: "psubb", PSUBUSB: "psubusb", PMINUB: "pminub", PMAXUB: "pmaxub",
	PCMPEQB: "pcmpeqb", PMOVMSKB: "pmovmskb",
	PUNPCKLBW: "punpcklbw", PUNPCKLDQ: "punpckldq", PUNPCKLQDQ: "punpcklqdq",
}

// OpName is the mnemonic; of conditional operations, without the condition.
func OpName(op Op) string { return opNames[op] }

var condNames = [...]string{"o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g", "mp"}

// CondName is the suffix of the mnemonic: jb, setb, cmovb; jmp for Always.
func CondName(c Cond) string { return condNames[c] }

// Name is the mnemonic with the condition.
func (in *Inst) Name() string {
	if in.Op == JCC || in.Op == CMOVCC || in.Op == SETCC {
		return opNames[in.Op] + condNames[in.Cond]
	}
	return opNames[in.Op]
}

// String shows the instruction in NASM's syntax, but that what is relative to rip is shown by
// its address.
func (in Inst) String() string {
	var operands []string
	for _, o := range []Operand{in.Dst, in.Src, in.Third} {
		if o.Kind != NoOperand {
			operands = append(operands, operandText(o))
		}
	}
	if in.Op == JMP || in.Op == JCC || in.Op == CALL {
		operands = []string{fmt.Sprintf("%#x", in.Target)}
	}
	return strings.TrimSpace(in.Name() + " " + strings.Join(operands, ", "))
}

// operandText shows an operand in NASM's syntax.
func operandText(o Operand) string {
	switch o.Kind {
	case RegOperand:
		return regName(o.Reg, o.Width)
	case MemOperand:
		return sizes[o.Width] + memText(o.Mem)
	}
	shift := 64 - 8*o.Width
	return fmt.Sprintf("%#x", int64(o.Imm<<shift)>>shift)
}

var sizes = map[uint8]string{1: "byte ", 2: "word ", 4: "dword ", 8: "qword ", 16: "oword "}

// regName is a register's name by how many bytes of it are meant.
func regName(r Reg, width uint8) string {
	whole := r.String()
	old := r < R8
	switch {
	case old && width == 4:
		return "e" + whole[1:]
	case old && width == 2:
		return whole[1:]
	case old && width == 1:
		return [...]string{"al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"}[r]
	case r < XMM0:
		return whole + map[uint8]string{4: "d", 2: "w", 1: "b"}[width]
	}
	return whole
}

// memText shows an address in Intel syntax.
func memText(m Mem) string {
	var terms []string
	if m.Base != NoReg {
		terms = append(terms, m.Base.String())
	}
	if m.Index != NoReg {
		terms = append(terms, fmt.Sprintf("%s*%d", m.Index, m.Scale))
	}
	switch {
	case len(terms) == 0:
		return fmt.Sprintf("[%#x]", m.Disp)
	case m.Disp != 0:
		return fmt.Sprintf("[%s%+d]", strings.Join(terms, "+"), m.Disp)
	}
	return "[" + strings.Join(terms, "+") + "]"
}
