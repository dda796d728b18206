package x64

// Op is an operation, by its Intel name. The zero Op is none. What operands an
// operation takes stands in the table of forms (forms.go).
type Op uint8

// The operations. Jcc, CMOVcc and SETcc have each condition under its usual names:
// the unsigned ones are A, AE, B, BE, the signed ones G, GE, L, LE; C and NC are B
// and AE, the same code under the name that suits a carry.
const (
	NoOp Op = iota

	// Moves.
	MOV
	MOVZX
	MOVSX
	MOVSXD
	LEA
	XCHG
	BSWAP
	PUSH
	POP

	// Integer arithmetic and logic.
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
	IMUL
	MUL
	DIV

	// Shifts and bits.
	SHL
	SHR
	SAR
	ROL
	ROR
	BT
	BTS
	BTR
	BSF
	BSR

	// Control flow and the system.
	JMP
	CALL
	RET
	SYSCALL
	RDTSC
	NOP
	UD2
	REPMOVSB

	// Conditional jumps.
	JO // in the order of the condition codes: SDM volume 1, appendix B
	JNO
	JB
	JAE
	JE
	JNE
	JBE
	JA
	JS
	JNS
	JP
	JNP
	JL
	JGE
	JLE
	JG

	// Conditional moves.
	CMOVO
	CMOVNO
	CMOVB
	CMOVAE
	CMOVE
	CMOVNE
	CMOVBE
	CMOVA
	CMOVS
	CMOVNS
	CMOVP
	CMOVNP
	CMOVL
	CMOVGE
	CMOVLE
	CMOVG

	// Conditions as bytes.
	SETO
	SETNO
	SETB
	SETAE
	SETE
	SETNE
	SETBE
	SETA
	SETS
	SETNS
	SETP
	SETNP
	SETL
	SETGE
	SETLE
	SETG

	// SSE2.
	MOVD
	MOVQ
	MOVDQA
	MOVDQU
	MOVUPS
	PXOR
	POR
	PAND
	PANDN
	PCMPEQB
	PMINUB
	PMAXUB
	PSUBB
	PADDB
	PMOVMSKB
	PUNPCKLBW
	PSUBUSB
	PUNPCKLDQ
	PUNPCKLQDQ

	numOps
)

// Other names of the same conditions.
const (
	JC, JNC       = JB, JAE
	JZ, JNZ       = JE, JNE
	CMOVC, CMOVNC = CMOVB, CMOVAE
	CMOVZ, CMOVNZ = CMOVE, CMOVNE
	SETC, SETNC   = SETB, SETAE
	SETZ, SETNZ   = SETE, SETNE
)

var opNames = [numOps]string{
	NoOp: "(none)",
	MOV:  "mov", MOVZX: "movzx", MOVSX: "movsx", MOVSXD: "movsxd", LEA: "lea",
	XCHG: "xchg", BSWAP: "bswap", PUSH: "push", POP: "pop",

	ADD: "add", ADC: "adc", SUB: "sub", SBB: "sbb", AND: "and", OR: "or", XOR: "xor",
	CMP: "cmp", TEST: "test", INC: "inc", DEC: "dec", NEG: "neg", NOT: "not",
	IMUL: "imul", MUL: "mul", DIV: "div",

	SHL: "shl", SHR: "shr", SAR: "sar", ROL: "rol", ROR: "ror",
	BT: "bt", BTS: "bts", BTR: "btr", BSF: "bsf", BSR: "bsr",

	JMP: "jmp", CALL: "call", RET: "ret", SYSCALL: "syscall", RDTSC: "rdtsc",
	NOP: "nop", UD2: "ud2", REPMOVSB: "rep movsb",

	JO: "jo", JNO: "jno", JB: "jb", JAE: "jae", JE: "je", JNE: "jne", JBE: "jbe", JA: "ja",
	JS: "js", JNS: "jns", JP: "jp", JNP: "jnp", JL: "jl", JGE: "jge", JLE: "jle", JG: "jg",

	CMOVO: "cmovo", CMOVNO: "cmovno", CMOVB: "cmovb", CMOVAE: "cmovae",
	CMOVE: "cmove", CMOVNE: "cmovne", CMOVBE: "cmovbe", CMOVA: "cmova",
	CMOVS: "cmovs", CMOVNS: "cmovns", CMOVP: "cmovp", CMOVNP: "cmovnp",
	CMOVL: "cmovl", CMOVGE: "cmovge", CMOVLE: "cmovle", CMOVG: "cmovg",

	SETO: "seto", SETNO: "setno", SETB: "setb", SETAE: "setae",
	SETE: "sete", SETNE: "setne", SETBE: "setbe", SETA: "seta",
	SETS: "sets", SETNS: "setns", SETP: "setp", SETNP: "setnp",
	SETL: "setl", SETGE: "setge", SETLE: "setle", SETG: "setg",

	MOVD: "movd", MOVQ: "movq", MOVDQA: "movdqa", MOVDQU: "movdqu", MOVUPS: "movups",
	PXOR: "pxor", POR: "por", PAND: "pand", PANDN: "pandn",
	PCMPEQB: "pcmpeqb", PMINUB: "pminub", PMAXUB: "pmaxub", PSUBB: "psubb", PADDB: "paddb",
	PMOVMSKB: "pmovmskb", PUNPCKLBW: "punpcklbw",
	PSUBUSB: "psubusb", PUNPCKLDQ: "punpckldq", PUNPCKLQDQ: "punpcklqdq",
}

// String gives the mnemonic as NASM spells it.
func (op Op) String() string {
	if op >= numOps {
		return "(unknown op)"
	}
	return opNames[op]
}
