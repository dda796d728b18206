package gate

import "github.com/verbosel/verbosel/codegen/verify/isa"

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
)

// flowOf classifies an instruction. Every other way to leave the straight line that x86 has
// is refused by the decoder.
func flowOf(in *isa.Inst) flow {
	switch in.Op {
	case isa.JMP:
		return flowJump
	case isa.JCC:
		return flowBranch
	case isa.CALL:
		return flowCall
	case isa.RET:
		return flowReturn
	case isa.UD2:
		return flowStop
	case isa.SYSCALL:
		return flowSyscall
	}
	return flowNext
}

// taken returns the address that a RIP-relative LEA computes. Where that is text, it is a
// signal handler: the kernel may enter it at any time (sigaction(2)).
func taken(in *isa.Inst) (uint64, bool) {
	m := in.Src.Mem
	return uint64(m.Disp), in.Op == isa.LEA && m.Base == isa.NoReg && m.Index == isa.NoReg
}
