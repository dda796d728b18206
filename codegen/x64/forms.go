package x64

import (
	"github.com/twitchyliquid64/golang-asm/obj"
	"github.com/twitchyliquid64/golang-asm/obj/x86"
)

// slots says how a form's operands go to the assembler, which knows them as From and
// To. An operand in the other slot is silently another instruction there.
type slots uint8

const (
	dstTo   slots = iota // To = Dst, From = Src: source before destination
	dstFrom              // From = Dst, To = Src: CMP, and operands that are only read
	branch               // To = a Prog of the chain: JMP and Jcc
	call                 // To = a symbol, patched here: CALL
	opcode               // the form is a plain byte: NOP
	prefix               // REP in front of the instruction
)

// A form is one row of the op table: an operation with the operands it takes.
type form struct {
	op       Op
	dst, src shape
	as       obj.As
	slots    slots
}

// forms are the rows of the table by Op.
var forms = index(
	moves, arithmetic(), unary(), shifts(), bits, conditions(), control, sse(),
)

func index(groups ...[]form) (byOp [numOps][]form) {
	for _, group := range groups {
		for _, f := range group {
			byOp[f.op] = append(byOp[f.op], f)
		}
	}
	return byOp
}

// by holds the assembler's opcodes of an operation by width: 8, 16, 32 and 64 bits.
type by [4]obj.As

// The shapes by width, in the same order.
var (
	regs   = [4]shape{r8, r16, r32, r64}
	mems   = [4]shape{m8, m16, m32, m64}
	imms   = [4]shape{imm8, imm16, imm32, simm32}
	counts = [4]shape{count8, count16, count32, count64}
)

var moves = []form{
	{MOV, r8, r8, x86.AMOVB, dstTo},
	{MOV, r16, r16, x86.AMOVW, dstTo},
	{MOV, r32, r32, x86.AMOVL, dstTo},
	{MOV, r64, r64, x86.AMOVQ, dstTo},
	{MOV, r8, m8, x86.AMOVB, dstTo},
	{MOV, r16, m16, x86.AMOVW, dstTo},
	{MOV, r32, m32, x86.AMOVL, dstTo},
	{MOV, r64, m64, x86.AMOVQ, dstTo},
	{MOV, m8, r8, x86.AMOVB, dstTo},
	{MOV, m16, r16, x86.AMOVW, dstTo},
	{MOV, m32, r32, x86.AMOVL, dstTo},
	{MOV, m64, r64, x86.AMOVQ, dstTo},
	{MOV, r8, imm8, x86.AMOVB, dstTo},
	{MOV, r16, imm16, x86.AMOVW, dstTo},
	{MOV, r32, imm32, x86.AMOVL, dstTo},
	{MOV, r64, neg32, x86.AMOVQ, dstTo},
	{MOV, r64, imm64, x86.AMOVQ, dstTo},
	{MOV, m8, imm8, x86.AMOVB, dstTo},
	{MOV, m16, imm16, x86.AMOVW, dstTo},
	{MOV, m32, imm32, x86.AMOVL, dstTo},
	{MOV, m64, simm32, x86.AMOVQ, dstTo},

	{MOVZX, r32, r8, x86.AMOVBLZX, dstTo},
	{MOVZX, r32, r16, x86.AMOVWLZX, dstTo},
	{MOVZX, r32, m8, x86.AMOVBLZX, dstTo},
	{MOVZX, r32, m16, x86.AMOVWLZX, dstTo},
	{MOVSX, r32, r8, x86.AMOVBLSX, dstTo},
	{MOVSX, r32, r16, x86.AMOVWLSX, dstTo},
	{MOVSX, r32, m8, x86.AMOVBLSX, dstTo},
	{MOVSX, r32, m16, x86.AMOVWLSX, dstTo},
	{MOVSX, r64, r8, x86.AMOVBQSX, dstTo},
	{MOVSX, r64, r16, x86.AMOVWQSX, dstTo},
	{MOVSX, r64, m8, x86.AMOVBQSX, dstTo},
	{MOVSX, r64, m16, x86.AMOVWQSX, dstTo},
	{MOVSXD, r64, r32, x86.AMOVLQSX, dstTo},
	{MOVSXD, r64, m32, x86.AMOVLQSX, dstTo},

	{LEA, r32, m0, x86.ALEAL, dstTo},
	{LEA, r64, m0, x86.ALEAQ, dstTo},

	{XCHG, r8, r8, x86.AXCHGB, dstFrom},
	{XCHG, r16, r16, x86.AXCHGW, dstFrom},
	{XCHG, r32, r32, x86.AXCHGL, dstFrom},
	{XCHG, r64, r64, x86.AXCHGQ, dstFrom},
	{BSWAP, r32, none, x86.ABSWAPL, dstTo},
	{BSWAP, r64, none, x86.ABSWAPQ, dstTo},
	{PUSH, r64, none, x86.APUSHQ, dstFrom},
	{PUSH, simm32, none, x86.APUSHQ, dstFrom},
	{POP, r64, none, x86.APOPQ, dstTo},
}

// arithmetic are the operations that take two operands in every combination that x86
// has. The assembler orders CMP as left, right and SUB as source, destination.
func arithmetic() (fs []form) {
	for _, a := range []struct {
		op    Op
		as    by
		slots slots
	}{
		{ADD, by{x86.AADDB, x86.AADDW, x86.AADDL, x86.AADDQ}, dstTo},
		{ADC, by{x86.AADCB, x86.AADCW, x86.AADCL, x86.AADCQ}, dstTo},
		{SUB, by{x86.ASUBB, x86.ASUBW, x86.ASUBL, x86.ASUBQ}, dstTo},
		{SBB, by{x86.ASBBB, x86.ASBBW, x86.ASBBL, x86.ASBBQ}, dstTo},
		{AND, by{x86.AANDB, x86.AANDW, x86.AANDL, x86.AANDQ}, dstTo},
		{OR, by{x86.AORB, x86.AORW, x86.AORL, x86.AORQ}, dstTo},
		{XOR, by{x86.AXORB, x86.AXORW, x86.AXORL, x86.AXORQ}, dstTo},
		{CMP, by{x86.ACMPB, x86.ACMPW, x86.ACMPL, x86.ACMPQ}, dstFrom},
		{TEST, by{x86.ATESTB, x86.ATESTW, x86.ATESTL, x86.ATESTQ}, dstTo},
	} {
		for i, as := range a.as {
			fs = append(fs,
				form{a.op, regs[i], regs[i], as, a.slots},
				form{a.op, mems[i], regs[i], as, a.slots},
				form{a.op, regs[i], imms[i], as, a.slots},
				form{a.op, mems[i], imms[i], as, a.slots})
			if a.op != TEST { // x86 has TEST m, r alone, which is the same
				fs = append(fs, form{a.op, regs[i], mems[i], as, a.slots})
			}
		}
	}
	return fs
}

// unary are the operations on one register or memory operand, and the multiplications
// and divisions of 32 and 64 bits.
func unary() (fs []form) {
	for _, u := range []struct {
		op Op
		as by
	}{
		{INC, by{x86.AINCB, x86.AINCW, x86.AINCL, x86.AINCQ}},
		{DEC, by{x86.ADECB, x86.ADECW, x86.ADECL, x86.ADECQ}},
		{NEG, by{x86.ANEGB, x86.ANEGW, x86.ANEGL, x86.ANEGQ}},
		{NOT, by{x86.ANOTB, x86.ANOTW, x86.ANOTL, x86.ANOTQ}},
	} {
		for i, as := range u.as {
			fs = append(fs, form{u.op, regs[i], none, as, dstTo}, form{u.op, mems[i], none, as, dstTo})
		}
	}
	return append(fs,
		form{MUL, r32, none, x86.AMULL, dstFrom},
		form{MUL, r64, none, x86.AMULQ, dstFrom},
		form{DIV, r32, none, x86.ADIVL, dstFrom},
		form{DIV, r64, none, x86.ADIVQ, dstFrom},
		form{IMUL, r32, r32, x86.AIMULL, dstTo},
		form{IMUL, r32, m32, x86.AIMULL, dstTo},
		form{IMUL, r64, r64, x86.AIMULQ, dstTo},
		form{IMUL, r64, m64, x86.AIMULQ, dstTo})
}

// shifts take a count: an immediate or CL.
func shifts() (fs []form) {
	for _, s := range []struct {
		op Op
		as by
	}{
		{SHL, by{x86.ASHLB, x86.ASHLW, x86.ASHLL, x86.ASHLQ}},
		{SHR, by{x86.ASHRB, x86.ASHRW, x86.ASHRL, x86.ASHRQ}},
		{SAR, by{x86.ASARB, x86.ASARW, x86.ASARL, x86.ASARQ}},
		{ROL, by{x86.AROLB, x86.AROLW, x86.AROLL, x86.AROLQ}},
		{ROR, by{x86.ARORB, x86.ARORW, x86.ARORL, x86.ARORQ}},
	} {
		for i, as := range s.as {
			fs = append(fs,
				form{s.op, regs[i], counts[i], as, dstTo},
				form{s.op, regs[i], cl, as, dstTo},
				form{s.op, mems[i], counts[i], as, dstTo},
				form{s.op, mems[i], cl, as, dstTo})
		}
	}
	return fs
}

var bits = []form{
	{BT, r16, bit16, x86.ABTW, dstTo},
	{BT, r32, bit32, x86.ABTL, dstTo},
	{BT, r64, bit64, x86.ABTQ, dstTo},
	{BT, r16, r16, x86.ABTW, dstTo},
	{BT, r32, r32, x86.ABTL, dstTo},
	{BT, r64, r64, x86.ABTQ, dstTo},
	{BTS, r32, bit32, x86.ABTSL, dstTo},
	{BTS, r64, bit64, x86.ABTSQ, dstTo},
	{BTS, r32, r32, x86.ABTSL, dstTo},
	{BTS, r64, r64, x86.ABTSQ, dstTo},
	{BTR, r32, bit32, x86.ABTRL, dstTo},
	{BTR, r64, bit64, x86.ABTRQ, dstTo},
	{BTR, r32, r32, x86.ABTRL, dstTo},
	{BTR, r64, r64, x86.ABTRQ, dstTo},
	{BSF, r32, r32, x86.ABSFL, dstTo},
	{BSF, r64, r64, x86.ABSFQ, dstTo},
	{BSR, r32, r32, x86.ABSRL, dstTo},
	{BSR, r64, r64, x86.ABSRQ, dstTo},
}

var control = []form{
	{JMP, label, none, obj.AJMP, branch},
	{CALL, label, none, obj.ACALL, call},
	{RET, none, none, obj.ARET, dstTo},
	{SYSCALL, none, none, x86.ASYSCALL, dstTo},
	{RDTSC, none, none, x86.ARDTSC, dstTo},
	{NOP, none, none, x86.ABYTE, opcode},
	{UD2, none, none, x86.AUD2, dstTo},
	{REPMOVSB, none, none, x86.AMOVSB, prefix},
}

// conditions are the sixteen of each Jcc, CMOVcc and SETcc, in the order of the
// condition codes, which is that of the Op constants.
func conditions() (fs []form) {
	for c, as := range [16]struct{ j, cmovl, cmovq, set obj.As }{
		{x86.AJOS, x86.ACMOVLOS, x86.ACMOVQOS, x86.ASETOS},
		{x86.AJOC, x86.ACMOVLOC, x86.ACMOVQOC, x86.ASETOC},
		{x86.AJCS, x86.ACMOVLCS, x86.ACMOVQCS, x86.ASETCS},
		{x86.AJCC, x86.ACMOVLCC, x86.ACMOVQCC, x86.ASETCC},
		{x86.AJEQ, x86.ACMOVLEQ, x86.ACMOVQEQ, x86.ASETEQ},
		{x86.AJNE, x86.ACMOVLNE, x86.ACMOVQNE, x86.ASETNE},
		{x86.AJLS, x86.ACMOVLLS, x86.ACMOVQLS, x86.ASETLS},
		{x86.AJHI, x86.ACMOVLHI, x86.ACMOVQHI, x86.ASETHI},
		{x86.AJMI, x86.ACMOVLMI, x86.ACMOVQMI, x86.ASETMI},
		{x86.AJPL, x86.ACMOVLPL, x86.ACMOVQPL, x86.ASETPL},
		{x86.AJPS, x86.ACMOVLPS, x86.ACMOVQPS, x86.ASETPS},
		{x86.AJPC, x86.ACMOVLPC, x86.ACMOVQPC, x86.ASETPC},
		{x86.AJLT, x86.ACMOVLLT, x86.ACMOVQLT, x86.ASETLT},
		{x86.AJGE, x86.ACMOVLGE, x86.ACMOVQGE, x86.ASETGE},
		{x86.AJLE, x86.ACMOVLLE, x86.ACMOVQLE, x86.ASETLE},
		{x86.AJGT, x86.ACMOVLGT, x86.ACMOVQGT, x86.ASETGT},
	} {
		cc := Op(c)
		fs = append(fs,
			form{JO + cc, label, none, as.j, branch},
			form{CMOVO + cc, r32, r32, as.cmovl, dstTo},
			form{CMOVO + cc, r32, m32, as.cmovl, dstTo},
			form{CMOVO + cc, r64, r64, as.cmovq, dstTo},
			form{CMOVO + cc, r64, m64, as.cmovq, dstTo},
			form{SETO + cc, r8, none, as.set, dstTo},
			form{SETO + cc, m8, none, as.set, dstTo})
	}
	return fs
}

// sse are the SSE2 operations. Only the unaligned moves take memory: the others
// would fault on an operand that is not aligned to 16 bytes.
func sse() []form {
	fs := []form{
		{MOVD, xmm, r32, x86.AMOVL, dstTo},
		{MOVD, r32, xmm, x86.AMOVL, dstTo},
		{MOVQ, xmm, r64, x86.AMOVQ, dstTo},
		{MOVQ, r64, xmm, x86.AMOVQ, dstTo},
		{MOVDQA, xmm, xmm, x86.AMOVO, dstTo},
		{MOVDQU, xmm, m128, x86.AMOVOU, dstTo},
		{MOVDQU, m128, xmm, x86.AMOVOU, dstTo},
		{MOVUPS, xmm, m128, x86.AMOVUPS, dstTo},
		{MOVUPS, m128, xmm, x86.AMOVUPS, dstTo},
		{PMOVMSKB, r32, xmm, x86.APMOVMSKB, dstTo},
	}
	for _, p := range []struct {
		op Op
		as obj.As
	}{
		{PXOR, x86.APXOR}, {POR, x86.APOR}, {PAND, x86.APAND}, {PANDN, x86.APANDN},
		{PCMPEQB, x86.APCMPEQB}, {PMINUB, x86.APMINUB}, {PMAXUB, x86.APMAXUB},
		{PSUBB, x86.APSUBB}, {PADDB, x86.APADDB}, {PUNPCKLBW, x86.APUNPCKLBW},
		{PSUBUSB, x86.APSUBUSB}, {PUNPCKLDQ, x86.APUNPCKLLQ}, {PUNPCKLQDQ, x86.APUNPCKLQDQ},
	} {
		fs = append(fs, form{p.op, xmm, xmm, p.as, dstTo})
	}
	return fs
}
