package verify

import "golang.org/x/arch/x86/x86asm"

// after returns what is known of eax behind an instruction, given what was known
// before it. Whatever is not plainly known becomes eaxUnknown.
func after(inst *x86asm.Inst, eax int32) int32 {
	dst, isReg := inst.Args[0].(x86asm.Reg)
	whole := isReg && (dst == x86asm.EAX || dst == x86asm.RAX)
	switch {
	case whole && inst.Op == x86asm.MOV:
		return constant(inst.Args[1])
	case whole && inst.Op == x86asm.XOR && inst.Args[1] == dst:
		return 0
	case isReg && partOfRAX(dst):
		return eaxUnknown
	case keepsRAX(inst):
		return eax
	}
	return eaxUnknown
}

// constant returns the value of an immediate that is a possible system call number.
func constant(arg x86asm.Arg) int32 {
	imm, ok := arg.(x86asm.Imm)
	if !ok || imm < 0 || imm > maxSyscall {
		return eaxUnknown
	}
	return int32(imm)
}

func partOfRAX(r x86asm.Reg) bool {
	switch r {
	case x86asm.AL, x86asm.AH, x86asm.AX, x86asm.EAX, x86asm.RAX:
		return true
	}
	return false
}

// keepsRAX reports whether an instruction writes no register but its first operand
// (which is not part of RAX here), or, for the string operations, none but RDI, RSI
// and RCX. The list names what is known to; anything else counts as a writer
// (Intel SDM, volume 2).
func keepsRAX(inst *x86asm.Inst) bool {
	if _, direct := inst.Args[0].(x86asm.Rel); direct {
		return true
	}
	if inst.Op == x86asm.IMUL {
		return inst.Args[1] != nil // the form with one operand writes RDX:RAX
	}
	return keepers[inst.Op]
}

var keepers = func() map[x86asm.Op]bool {
	set := map[x86asm.Op]bool{}
	for _, op := range []x86asm.Op{
		x86asm.ADC, x86asm.ADD, x86asm.AND, x86asm.BSF, x86asm.BSWAP,
		x86asm.BT, x86asm.BTC, x86asm.BTR, x86asm.BTS, x86asm.CLC, x86asm.CLD, x86asm.CMC,
		x86asm.CMP, x86asm.DEC, x86asm.INC, x86asm.LEA, x86asm.MOV, x86asm.MOVSX,
		x86asm.MOVSXD, x86asm.MOVZX, x86asm.NEG, x86asm.NOP, x86asm.NOT, x86asm.OR,
		x86asm.PAUSE, x86asm.POP, x86asm.POPCNT, x86asm.PREFETCHT0, x86asm.PUSH,
		x86asm.RCL, x86asm.RCR, x86asm.ROL, x86asm.ROR, x86asm.SAR, x86asm.SBB,
		x86asm.SHL, x86asm.SHLD, x86asm.SHR, x86asm.SHRD, x86asm.STC, x86asm.SUB,
		x86asm.TEST, x86asm.TZCNT, x86asm.XOR,

		x86asm.CMOVA, x86asm.CMOVAE, x86asm.CMOVB, x86asm.CMOVBE, x86asm.CMOVE,
		x86asm.CMOVG, x86asm.CMOVGE, x86asm.CMOVL, x86asm.CMOVLE, x86asm.CMOVNE,
		x86asm.CMOVNO, x86asm.CMOVNP, x86asm.CMOVNS, x86asm.CMOVO, x86asm.CMOVP, x86asm.CMOVS,
		x86asm.SETA, x86asm.SETAE, x86asm.SETB, x86asm.SETBE, x86asm.SETE, x86asm.SETG,
		x86asm.SETGE, x86asm.SETL, x86asm.SETLE, x86asm.SETNE, x86asm.SETNO, x86asm.SETNP,
		x86asm.SETNS, x86asm.SETO, x86asm.SETP, x86asm.SETS,

		x86asm.MOVSB, x86asm.MOVSW, x86asm.MOVSD, x86asm.MOVSQ,
		x86asm.STOSB, x86asm.STOSW, x86asm.STOSD, x86asm.STOSQ,
		x86asm.CMPSB, x86asm.CMPSW, x86asm.CMPSD, x86asm.CMPSQ,
		x86asm.SCASB, x86asm.SCASW, x86asm.SCASD, x86asm.SCASQ,

		x86asm.MOVAPS, x86asm.MOVD, x86asm.MOVDQA, x86asm.MOVDQU, x86asm.MOVQ,
		x86asm.MOVUPS, x86asm.PAND, x86asm.PANDN, x86asm.PCMPEQB, x86asm.PCMPEQD,
		x86asm.PCMPEQW, x86asm.PCMPGTB, x86asm.PMAXUB, x86asm.PMINUB, x86asm.PMOVMSKB,
		x86asm.POR, x86asm.PSUBB, x86asm.PSUBUSB, x86asm.PXOR,
	} {
		set[op] = true
	}
	return set
}()
