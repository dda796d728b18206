package isa

// StepOp is a micro-operation.
type StepOp uint8

// The micro-operations; see the package's documentation for widths and order. "=" sets
// Dst, always a temporary except in Set and Pop.
const (
	// Memory: at the address of Mem.
	Load  StepOp = iota // = Width bytes; on a 16-byte boundary where Aligned says so
	Store               // A there, Width bytes
	Addr                // = the address itself, its low Width bytes (lea)

	// Registers and flags.
	Copy     // = A
	Set      // register Dst = A
	SetFlags // by the kind Flags, from A, B and the result C
	CondBit  // = 1 where Cond holds, else 0
	Select   // = A where Cond holds, else B

	// Values of 1, 2, 4 and 8 bytes.
	ZeroExt  // = A, of From bytes, with zeros above; Width 16 makes a vector
	SignExt  // = A, of From bytes, with its sign above
	Not      // = ^A
	Neg      // = -A
	ByteSwap // = A with its bytes reversed
	Add      // = A + B
	Adc      // = A + B + carry
	Sub      // = A - B
	Sbb      // = A - B - carry
	And      // = A & B
	Or       // = A | B
	Xor      // = A ^ B
	Mul      // = the low half of A * B
	MulHigh  // = the high half of the unsigned A * B
	DivQuo   // = (A:B) / C, A being the high half, unsigned; traps where it does not fit
	DivRem   // = (A:B) % C, with DivQuo's traps
	Shl      // = A << B, B being masked to the width (below 32, or 64 for 8 bytes)
	Shr      // = A >> B
	Sar      // = A >> B, signed
	Rol      // = A rotated left by B, masked as above
	Ror      // = A rotated right by B
	BitMod   // = A modulo the width in bits: which bit bt means
	BitSet   // = A with bit B set, B below the width in bits
	BitClear // = A with bit B clear
	Bsf      // = number of the lowest bit set in A; where A is 0 any 8 bytes, made of those of B, whatever the width

	// Vectors: 16 bytes, lane by lane.
	VAnd      // = A & B
	VAndNot   // = ^A & B
	VOr       // = A | B
	VXor      // = A ^ B
	VAddB     // = A + B, bytes
	VSubB     // = A - B, bytes
	VSubUSB   // = A - B, unsigned bytes, not below 0
	VMinUB    // = the lesser, unsigned bytes
	VMaxUB    // = the greater, unsigned bytes
	VEqB      // = 0xff in each byte where A and B are the same, else 0
	VUnpackB  // = the low 8 bytes of A and B in turn
	VUnpackD  // = the low 2 four-byte lanes of A and B in turn
	VUnpackQ  // = the low 8 bytes of A, then those of B
	VMoveMask // = 4 bytes: bit i is the top bit of byte i of A

	// Stack and control. The stack's slots are 8 bytes.
	Push      // rsp -= 8, then A there
	Pop       // register Dst = what is at rsp, and rsp += 8 before that
	Jump      // to Target where Cond holds, else to the next instruction
	Call      // push Next, to Target
	Ret       // pop, and go there
	Syscall   // rax, rdi, rsi, rdx, r10, r8, r9 to the kernel: rax its result; rcx, r11 lost
	TimeStamp // edx:eax = the time stamp counter; any value
	RepMoveB  // rcx bytes from rsi to rdi, one by one and upwards; rcx = 0, both moved on
	Trap      // ud2

	numStepOps
)

// ValKind says what a Val is.
type ValKind uint8

// The kinds of a Val.
const (
	NoVal ValKind = iota
	RegVal
	TempVal
	ImmVal
)

// Val is an operand of a step.
type Val struct {
	Kind ValKind
	Reg  Reg    // RegVal
	Temp uint8  // TempVal: below MaxTemps
	Imm  uint64 // ImmVal: its low Width bytes count
}

// MaxTemps is how many temporaries an instruction uses at most.
const MaxTemps = 6

// Step is one micro-operation.
type Step struct {
	Op      StepOp
	Width   uint8 // in bytes: 1, 2, 4, 8 or 16
	From    uint8 // ZeroExt, SignExt: width of A in bytes
	Aligned bool  // Load, Store of 16 bytes: traps elsewhere
	Cond    Cond  // CondBit, Select, Jump
	Flags   FlagKind
	Dst     Val
	A, B, C Val
	Mem     Mem    // Load, Store, Addr
	Target  uint64 // Jump, Call
	Next    uint64 // Jump, Call: address of the next instruction
}
