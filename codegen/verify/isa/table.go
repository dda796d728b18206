package isa

// row is what the table knows of an operation.
type row struct {
	forms []form                // the operands that it takes
	steps func(*builder, *Inst) // what it does
	wide  bool                  // prefix 66 makes it one of 16 bits
}

// rows is the semantics table, one row per operation. Sources: Intel SDM, volume 2;
// AMD APM, volumes 3 and 4. Each row is run on the processor by hardware_test.go.
var rows = [numOps]row{
	BadOp: {},

	MOV:   {[]form{{dst: regs, src: regs | mems | imm}, {dst: mems, src: regs | imm}}, move, true},
	MOVZX: {[]form{{dst: wide, src: r8 | r16 | m8 | m16, mixed: true}}, moveExtended(ZeroExt), true},
	MOVSX: {[]form{{dst: wide, src: r8 | r16 | r32 | m8 | m16 | m32, mixed: true}}, moveExtended(SignExt), true},
	LEA:   {[]form{{dst: wide, src: place, mixed: true}}, lea, true},
	XCHG:  {[]form{{dst: regs | mems, src: regs}}, exchange, true},
	BSWAP: {[]form{{dst: r32 | r64, src: none}}, unary(ByteSwap, FlagsNone), false},
	PUSH:  {[]form{{dst: r64 | imm, src: none}}, push, false},
	POP:   {[]form{{dst: r64, src: none}}, pop, false},

	ADD:  {arithmetic, combine(Add, FlagsAdd), true},
	ADC:  {arithmetic, combine(Adc, FlagsAdc), true},
	SUB:  {arithmetic, combine(Sub, FlagsSub), true},
	SBB:  {arithmetic, combine(Sbb, FlagsSbb), true},
	AND:  {arithmetic, combine(And, FlagsLogic), true},
	OR:   {arithmetic, combine(Or, FlagsLogic), true},
	XOR:  {arithmetic, combine(Xor, FlagsLogic), true},
	CMP:  {arithmetic, compare(Sub, FlagsSub), true},
	TEST: {[]form{{dst: regs | mems, src: regs | imm}}, compare(And, FlagsLogic), true},
	INC:  {one, step(Add, FlagsInc), true},
	DEC:  {one, step(Sub, FlagsDec), true},
	NEG:  {one, negate, true},
	NOT:  {one, unary(Not, FlagsNone), true},
	IMUL: {[]form{{dst: wide, src: wide | mems}, {dst: wide, src: wide | mems, third: imm}}, multiplySigned, true},
	MUL:  {[]form{{dst: r32 | r64 | m32 | m64, src: none}}, multiply, false},
	DIV:  {[]form{{dst: r32 | r64 | m32 | m64, src: none}}, divide, false},

	SHL: {shifts, shift(Shl, FlagsShl), true},
	SHR: {shifts, shift(Shr, FlagsShr), true},
	SAR: {shifts, shift(Sar, FlagsSar), true},
	ROL: {shifts, shift(Rol, FlagsRol), true},
	ROR: {shifts, shift(Ror, FlagsRor), true},
	BT:  {bitForms, bit(BitMod), true},
	BTS: {bitForms, bit(BitSet), true},
	BTR: {bitForms, bit(BitClear), true},
	BSF: {[]form{{dst: r32 | r64, src: r32 | r64}}, scan, false},

	CMOVCC:   {[]form{{dst: wide, src: wide | mems}}, moveIf, true},
	SETCC:    {[]form{{dst: r8 | m8, src: none}}, setIf, false},
	JCC:      {nothing, jump, false},
	JMP:      {nothing, jump, false},
	CALL:     {nothing, call, false},
	RET:      {nothing, plain(Ret), false},
	SYSCALL:  {nothing, plain(Syscall), false},
	RDTSC:    {nothing, plain(TimeStamp), false},
	NOP:      {nothing, func(*builder, *Inst) {}, false},
	UD2:      {nothing, plain(Trap), false},
	REPMOVSB: {nothing, plain(RepMoveB), false},

	MOVD:       {[]form{{dst: xmm, src: r32 | m32, mixed: true}, {dst: r32 | m32, src: xmm, mixed: true}}, moveLow(4), false},
	MOVQ:       {[]form{{dst: xmm, src: r64 | m64 | xmm, mixed: true}, {dst: r64 | m64, src: xmm, mixed: true}}, moveLow(8), false},
	MOVDQA:     {vectorMoves, moveVector(true), false},
	MOVDQU:     {vectorMoves, moveVector(false), false},
	MOVUPS:     {vectorMoves, moveVector(false), false},
	PXOR:       {vectors, vector(VXor), false},
	POR:        {vectors, vector(VOr), false},
	PAND:       {vectors, vector(VAnd), false},
	PANDN:      {vectors, vector(VAndNot), false},
	PADDB:      {vectors, vector(VAddB), false},
	PSUBB:      {vectors, vector(VSubB), false},
	PSUBUSB:    {vectors, vector(VSubUSB), false},
	PMINUB:     {vectors, vector(VMinUB), false},
	PMAXUB:     {vectors, vector(VMaxUB), false},
	PCMPEQB:    {vectors, vector(VEqB), false},
	PMOVMSKB:   {[]form{{dst: r32, src: xmm, mixed: true}}, moveMask, false},
	PUNPCKLBW:  {vectors, vector(VUnpackB), false},
	PUNPCKLDQ:  {vectors, vector(VUnpackD), false},
	PUNPCKLQDQ: {vectors, vector(VUnpackQ), false},
}

// Forms that several rows share.
var (
	arithmetic  = []form{{dst: regs, src: regs | mems | imm}, {dst: mems, src: regs | imm}}
	one         = []form{{dst: regs | mems, src: none}}
	shifts      = []form{{dst: regs | mems, src: imm | cl, mixed: true}}
	bitForms    = []form{{dst: wide, src: wide | imm}, {dst: m16 | m32 | m64, src: imm}}
	nothing     = []form{{dst: none, src: none}}
	vectorMoves = []form{{dst: xmm, src: xmm | m128}, {dst: m128, src: xmm}}
	vectors     = []form{{dst: xmm, src: xmm | m128}}
)
