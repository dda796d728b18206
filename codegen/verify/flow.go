package verify

import "golang.org/x/arch/x86/x86asm"

// flow says where execution goes behind an instruction.
type flow uint8

const (
	flowNext    flow = iota // to the next instruction
	flowJump                // to its target
	flowBranch              // to its target or the next
	flowCall                // to its target, and back to the next
	flowReturn              // to the caller
	flowStop                // nowhere: it faults
	flowSyscall             // into the kernel, and back unless that was exit
	flowBad                 // wherever a register, memory or the kernel says
)

// flowOf classifies an instruction. A branch with a prefix counts as bad: what an
// operand-size prefix does to its target depends on the processor's vendor (AMD64
// APM volume 3, "Near Branches in 64-Bit Mode"), and generated code has none.
func flowOf(inst *x86asm.Inst) flow {
	f := plainFlow(inst)
	if f != flowNext && inst.Prefix[0] != 0 {
		return flowBad
	}
	return f
}

// plainFlow classifies an instruction without regard to prefixes. Every way to leave
// the straight line that x86 has is named here; conditional jumps are known by their
// relative operand.
func plainFlow(inst *x86asm.Inst) flow {
	_, direct := inst.Args[0].(x86asm.Rel)
	switch inst.Op {
	case x86asm.JMP:
		return directOr(direct, flowJump)
	case x86asm.CALL:
		return directOr(direct, flowCall)
	case x86asm.RET:
		return flowReturn
	case x86asm.HLT, x86asm.UD1, x86asm.UD2:
		return flowStop
	case x86asm.SYSCALL:
		return flowSyscall
	case x86asm.LJMP, x86asm.LCALL, x86asm.LRET,
		x86asm.IRET, x86asm.IRETD, x86asm.IRETQ,
		x86asm.SYSENTER, x86asm.SYSEXIT, x86asm.SYSRET,
		x86asm.INT, x86asm.INTO, x86asm.ICEBP,
		x86asm.XBEGIN, x86asm.XABORT:
		return flowBad
	}
	if direct {
		return flowBranch
	}
	return flowNext
}

func directOr(direct bool, f flow) flow {
	if direct {
		return f
	}
	return flowBad
}

// target returns the address that a direct branch at addr goes to.
func target(inst *x86asm.Inst, addr uint64) uint64 {
	rel := inst.Args[0].(x86asm.Rel)
	return addr + uint64(inst.Len) + uint64(int64(rel))
}

// taken returns the address that a RIP-relative LEA at addr computes. Where that is
// text, it is a signal handler: the kernel may enter it at any time (sigaction(2)).
func taken(inst *x86asm.Inst, addr uint64) (uint64, bool) {
	mem, ok := inst.Args[1].(x86asm.Mem)
	if inst.Op != x86asm.LEA || !ok || mem.Base != x86asm.RIP {
		return 0, false
	}
	return addr + uint64(inst.Len) + uint64(mem.Disp), true
}
