package x86

// Op is an operation.
type Op uint8

// The operations, by their Intel names. Jcc, CMOVcc and SETcc carry a Cond.
const (
	BadOp Op = iota

	MOV
	MOVZX
	MOVSX // and movsxd
	LEA
	XCHG
	BSWAP
	PUSH
	POP

	ADD
	ADC
	SUB
	SBB
	AND
	OR
	XOR
	CMP
	TEST
	INC
	DEC
	NEG
	NOT
	IMUL // with two or three operands
	MUL
	DIV

	SHL
	SHR
	SAR
	ROL
	ROR
	BT
	BTS
	BTR
	BSF

	CMOVCC
	SETCC
	JCC
	JMP
	CALL
	RET
	SYSCALL
	RDTSC
	NOP
	UD2
	REPMOVSB

	MOVD
	MOVQ
	MOVDQA
	MOVDQU
	MOVUPS
	PXOR
	POR
	PAND
	PANDN
	PADDB
	PSUBB
	PSUBUSB
	PMINUB
	PMAXUB
	PCMPEQB
	PMOVMSKB
	PUNPCKLBW
	PUNPCKLDQ
	PUNPCKLQDQ

	NumOps
)

// OperandKind says what an Operand is.
type OperandKind uint8

// The kinds of an operand. A jump's target is no operand: see Inst.Target.
const (
	NoOperand OperandKind = iota
	RegOperand
	MemOperand
	ImmOperand
)

// Operand is a register, memory or immediate operand. The high bytes ah, ch, dh and bh
// are no operands here.
type Operand struct {
	Kind  OperandKind
	Width uint8  // in bytes: 1, 2, 4, 8, 16; 0 for lea's memory
	Reg   Reg    // RegOperand
	Imm   uint64 // ImmOperand, cut to the width of the operation
	Mem   Mem    // MemOperand
}

// Mem is an address: Base + Index*Scale + Disp. What is relative to rip is resolved:
// it has neither base nor index, and Disp is the address.
type Mem struct {
	Base, Index Reg   // or NoReg
	Scale       uint8 // 1, 2, 4, 8
	Disp        int64
}

// Inst is a decoded instruction.
type Inst struct {
	Addr   uint64
	Len    uint8 // bytes
	Op     Op
	Cond   Cond    // of CMOVCC, SETCC, JCC; else Always
	Dst    Operand // the first one, though CMP, TEST, PUSH, ... only read it
	Src    Operand
	Third  Operand // IMUL's immediate
	Target uint64  // of JMP, JCC, CALL
}

// Next is the address of the instruction behind it.
func (in *Inst) Next() uint64 { return in.Addr + uint64(in.Len) }
