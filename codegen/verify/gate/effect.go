package gate

import "github.com/verbosel/verbosel/codegen/verify/isa"

// after returns what is known of eax behind an instruction, given what was known
// before it. Whatever is not plainly known becomes eaxUnknown.
func after(in *isa.Inst, eax int32) int32 {
	dst := in.Dst
	whole := dst.Kind == isa.RegOperand && dst.Reg == isa.RAX && dst.Width >= 4
	switch {
	case whole && in.Op == isa.MOV:
		return constant(in.Src)
	case whole && in.Op == isa.XOR && in.Src == dst:
		return 0
	case eax == eaxUnknown || writesRAX(in):
		return eaxUnknown
	}
	return eax
}

// constant returns the value of an immediate that is a possible system call number.
func constant(o isa.Operand) int32 {
	if o.Kind != isa.ImmOperand || o.Imm > maxSyscall {
		return eaxUnknown
	}
	return int32(o.Imm)
}

// writesRAX reports whether a step of the instruction writes a part of rax. A call goes on
// with its target, where rax is what it was.
func writesRAX(in *isa.Inst) bool {
	for _, s := range in.Steps() {
		switch {
		case s.Op == isa.Syscall || s.Op == isa.TimeStamp:
			return true
		case s.Dst.Kind == isa.RegVal && s.Dst.Reg == isa.RAX:
			return true
		}
	}
	return false
}
