package isa

import (
	"fmt"
	"strings"
)

var stepNames = [numStepOps]string{
	Load: "load", Store: "store", Addr: "addr", Copy: "copy", Set: "set", SetFlags: "flags",
	CondBit: "cond", Select: "select", ZeroExt: "zeroext", SignExt: "signext", Not: "not",
	Neg: "neg", ByteSwap: "byteswap", Add: "add", Adc: "adc", Sub: "sub", Sbb: "sbb",
	And: "and", Or: "or", Xor: "xor", Mul: "mul", MulHigh: "mulhigh", DivQuo: "divquo",
	DivRem: "divrem", Shl: "shl", Shr: "shr", Sar: "sar", Rol: "rol", Ror: "ror",
	BitMod: "bitmod", BitSet: "bitset", BitClear: "bitclear", Bsf: "bsf",
	VAnd: "vand", VAndNot: "vandnot", VOr: "vor", VXor: "vxor", VAddB: "vaddb",
	VSubB: "vsubb", VSubUSB: "vsubusb", VMinUB: "vminub", VMaxUB: "vmaxub", VEqB: "veqb",
	VUnpackB: "vunpackb", VUnpackD: "vunpackd", VUnpackQ: "vunpackq", VMoveMask: "vmovemask",
	Push: "push", Pop: "pop", Jump: "jump", Call: "call", Ret: "ret", Syscall: "syscall",
	TimeStamp: "timestamp", RepMoveB: "repmoveb", Trap: "trap",
}

// String is the operation's name.
func (op StepOp) String() string { return stepNames[op] }

var flagKindNames = [numFlagKinds]string{
	FlagsNone: "none", FlagsAdd: "add", FlagsAdc: "adc", FlagsSub: "sub", FlagsSbb: "sbb",
	FlagsInc: "inc", FlagsDec: "dec", FlagsLogic: "logic", FlagsShl: "shl", FlagsShr: "shr",
	FlagsSar: "sar", FlagsRol: "rol", FlagsRor: "ror", FlagsBit: "bit", FlagsScan: "scan",
	FlagsMul: "mul", FlagsImul: "imul", FlagsUndef: "undefined",
}

// String is the kind's name.
func (k FlagKind) String() string { return flagKindNames[k] }

// String shows a value as in the package's documentation.
func (v Val) String() string {
	switch v.Kind {
	case RegVal:
		return v.Reg.String()
	case TempVal:
		return fmt.Sprintf("T%d", v.Temp)
	case ImmVal:
		return fmt.Sprintf("%#x", v.Imm)
	}
	return "-"
}

// String shows a step as in the package's documentation.
func (s Step) String() string {
	var b strings.Builder
	name := s.Op.String()
	if s.Op == SetFlags {
		name += "." + s.Flags.String()
	}
	if s.Dst.Kind == TempVal {
		fmt.Fprintf(&b, "%s = ", s.Dst)
	}
	b.WriteString(name)
	if s.Width != 0 {
		fmt.Fprint(&b, s.Width)
	}
	if s.Op == CondBit || s.Op == Select || s.Op == Jump {
		fmt.Fprintf(&b, ".%s", condNames[s.Cond])
	}
	b.WriteString(" " + s.operands())
	return strings.TrimSpace(b.String())
}

func (s Step) operands() string {
	var list []string
	if s.Dst.Kind == RegVal {
		list = append(list, s.Dst.String())
	}
	if s.Op == Load || s.Op == Store || s.Op == Addr {
		list = append(list, memText(s.Mem))
	}
	for _, v := range []Val{s.A, s.B, s.C} {
		if v.Kind != NoVal {
			list = append(list, v.String())
		}
	}
	if s.Op == Jump || s.Op == Call {
		list = append(list, fmt.Sprintf("%#x", s.Target))
	}
	return strings.Join(list, ", ")
}
