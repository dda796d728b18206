package isa

import "golang.org/x/arch/x86/x86asm"

// meaning is what an operation of x86asm is here.
type meaning struct {
	op   Op
	cond Cond
}

// ops maps the operations of x86asm; what is missing is not used by generated code.
var ops = func() map[x86asm.Op]meaning {
	m := map[x86asm.Op]meaning{}
	for op, x := range map[Op]x86asm.Op{
		MOV: x86asm.MOV, MOVZX: x86asm.MOVZX, LEA: x86asm.LEA, XCHG: x86asm.XCHG,
		BSWAP: x86asm.BSWAP, PUSH: x86asm.PUSH, POP: x86asm.POP,
		ADD: x86asm.ADD, ADC: x86asm.ADC, SUB: x86asm.SUB, SBB: x86asm.SBB,
		AND: x86asm.AND, OR: x86asm.OR, XOR: x86asm.XOR, CMP: x86asm.CMP, TEST: x86asm.TEST,
		INC: x86asm.INC, DEC: x86asm.DEC, NEG: x86asm.NEG, NOT: x86asm.NOT,
		IMUL: x86asm.IMUL, MUL: x86asm.MUL, DIV: x86asm.DIV,
		SHL: x86asm.SHL, SHR: x86asm.SHR, SAR: x86asm.SAR, ROL: x86asm.ROL, ROR: x86asm.ROR,
		BT: x86asm.BT, BTS: x86asm.BTS, BTR: x86asm.BTR, BSF: x86asm.BSF,
		JMP: x86asm.JMP, CALL: x86asm.CALL, RET: x86asm.RET, SYSCALL: x86asm.SYSCALL,
		RDTSC: x86asm.RDTSC, NOP: x86asm.NOP, UD2: x86asm.UD2, REPMOVSB: x86asm.MOVSB,
		MOVD: x86asm.MOVD, MOVQ: x86asm.MOVQ, MOVDQA: x86asm.MOVDQA, MOVDQU: x86asm.MOVDQU,
		MOVUPS: x86asm.MOVUPS, PXOR: x86asm.PXOR, POR: x86asm.POR, PAND: x86asm.PAND,
		PANDN: x86asm.PANDN, PADDB: x86asm.PADDB, PSUBB: x86asm.PSUBB, PSUBUSB: x86asm.PSUBUSB,
		PMINUB: x86asm.PMINUB, PMAXUB: x86asm.PMAXUB, PCMPEQB: x86asm.PCMPEQB,
		PMOVMSKB: x86asm.PMOVMSKB, PUNPCKLBW: x86asm.PUNPCKLBW, PUNPCKLDQ: x86asm.PUNPCKLDQ,
		PUNPCKLQDQ: x86asm.PUNPCKLQDQ,
	} {
		m[x] = meaning{op, Always}
	}
	m[x86asm.MOVSX], m[x86asm.MOVSXD] = meaning{MOVSX, Always}, meaning{MOVSX, Always}
	for cond := range CondG + 1 {
		m[jumps[cond]] = meaning{JCC, cond}
		m[moves[cond]] = meaning{CMOVCC, cond}
		m[sets[cond]] = meaning{SETCC, cond}
	}
	return m
}()

// The conditional operations of x86asm, by condition code.
var (
	jumps = [...]x86asm.Op{
		x86asm.JO, x86asm.JNO, x86asm.JB, x86asm.JAE, x86asm.JE, x86asm.JNE, x86asm.JBE, x86asm.JA,
		x86asm.JS, x86asm.JNS, x86asm.JP, x86asm.JNP, x86asm.JL, x86asm.JGE, x86asm.JLE, x86asm.JG,
	}
	moves = [...]x86asm.Op{
		x86asm.CMOVO, x86asm.CMOVNO, x86asm.CMOVB, x86asm.CMOVAE, x86asm.CMOVE, x86asm.CMOVNE,
		x86asm.CMOVBE, x86asm.CMOVA, x86asm.CMOVS, x86asm.CMOVNS, x86asm.CMOVP, x86asm.CMOVNP,
		x86asm.CMOVL, x86asm.CMOVGE, x86asm.CMOVLE, x86asm.CMOVG,
	}
	sets = [...]x86asm.Op{
		x86asm.SETO, x86asm.SETNO, x86asm.SETB, x86asm.SETAE, x86asm.SETE, x86asm.SETNE,
		x86asm.SETBE, x86asm.SETA, x86asm.SETS, x86asm.SETNS, x86asm.SETP, x86asm.SETNP,
		x86asm.SETL, x86asm.SETGE, x86asm.SETLE, x86asm.SETG,
	}
)
