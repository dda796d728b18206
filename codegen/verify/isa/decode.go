package isa

import "github.com/verbosel/verbosel/codegen/verify/cert/x86"

// Inst is a decoded instruction, of which Steps says what it does.
type Inst struct{ x86.Inst }

// Decode reads the instruction that code begins with; addr is the address of its first
// byte. An error is a *DecodeError.
func Decode(code []byte, addr uint64) (Inst, error) {
	in, err := x86.Decode(code, addr)
	return Inst{in}, err
}

// What an instruction is made of.
type (
	DecodeError = x86.Error
	Op          = x86.Op
	Cond        = x86.Cond
	Reg         = x86.Reg
	Operand     = x86.Operand
	OperandKind = x86.OperandKind
	Mem         = x86.Mem
)

// The operations.
const (
	BadOp, MOV, MOVZX, MOVSX, LEA, XCHG            = x86.BadOp, x86.MOV, x86.MOVZX, x86.MOVSX, x86.LEA, x86.XCHG
	BSWAP, PUSH, POP, ADD, ADC, SUB                = x86.BSWAP, x86.PUSH, x86.POP, x86.ADD, x86.ADC, x86.SUB
	SBB, AND, OR, XOR, CMP, TEST                   = x86.SBB, x86.AND, x86.OR, x86.XOR, x86.CMP, x86.TEST
	INC, DEC, NEG, NOT, IMUL, MUL                  = x86.INC, x86.DEC, x86.NEG, x86.NOT, x86.IMUL, x86.MUL
	DIV, SHL, SHR, SAR, ROL, ROR                   = x86.DIV, x86.SHL, x86.SHR, x86.SAR, x86.ROL, x86.ROR
	BT, BTS, BTR, BSF, CMOVCC, SETCC               = x86.BT, x86.BTS, x86.BTR, x86.BSF, x86.CMOVCC, x86.SETCC
	JCC, JMP, CALL, RET, SYSCALL, RDTSC            = x86.JCC, x86.JMP, x86.CALL, x86.RET, x86.SYSCALL, x86.RDTSC
	NOP, UD2, REPMOVSB, MOVD, MOVQ, MOVDQA         = x86.NOP, x86.UD2, x86.REPMOVSB, x86.MOVD, x86.MOVQ, x86.MOVDQA
	MOVDQU, MOVUPS, PXOR, POR, PAND, PANDN         = x86.MOVDQU, x86.MOVUPS, x86.PXOR, x86.POR, x86.PAND, x86.PANDN
	PADDB, PSUBB, PSUBUSB, PMINUB, PMAXUB, PCMPEQB = x86.PADDB, x86.PSUBB, x86.PSUBUSB, x86.PMINUB, x86.PMAXUB, x86.PCMPEQB
	PMOVMSKB, PUNPCKLBW, PUNPCKLDQ, PUNPCKLQDQ     = x86.PMOVMSKB, x86.PUNPCKLBW, x86.PUNPCKLDQ, x86.PUNPCKLQDQ

	numOps = x86.NumOps
)

// The kinds of an operand.
const (
	NoOperand, RegOperand  = x86.NoOperand, x86.RegOperand
	MemOperand, ImmOperand = x86.MemOperand, x86.ImmOperand
)

// The registers.
const (
	RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI = x86.RAX, x86.RCX, x86.RDX, x86.RBX, x86.RSP, x86.RBP, x86.RSI, x86.RDI
	R8, R9, R10, R11, R12, R13, R14, R15   = x86.R8, x86.R9, x86.R10, x86.R11, x86.R12, x86.R13, x86.R14, x86.R15
	XMM0, NoReg                            = x86.XMM0, x86.NoReg
)

// The conditions, and Always for what has none.
const (
	CondO, CondNO, CondB, CondAE, CondE, CondNE = x86.CondO, x86.CondNO, x86.CondB, x86.CondAE, x86.CondE, x86.CondNE
	CondBE, CondA, CondS, CondNS, CondP, CondNP = x86.CondBE, x86.CondA, x86.CondS, x86.CondNS, x86.CondP, x86.CondNP
	CondL, CondGE, CondLE, CondG, Always        = x86.CondL, x86.CondGE, x86.CondLE, x86.CondG, x86.Always
)
