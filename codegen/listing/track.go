package listing

import "golang.org/x/arch/x86/x86asm"

// tracker follows the constants in the general registers through straight code, so
// that a syscall can be named. It knows the few ways in which a constant is put into
// a register, and takes anything else to write every register.
type tracker struct {
	known [16]bool
	value [16]int64
	stack []int64 // constants pushed, since the last instruction that did neither
}

const stackPointer = 4 // the number of rsp

func (t *tracker) reset() { *t = tracker{} }

// rax returns the constant in rax.
func (t *tracker) rax() (int64, bool) { return t.value[0], t.known[0] }

// step takes an instruction.
func (t *tracker) step(inst x86asm.Inst) {
	dst, isReg := general(inst.Args[0])
	value, isConst := t.constant(inst, dst)
	switch {
	case inst.Op == x86asm.PUSH:
		t.push(inst.Args[0])
	case inst.Op == x86asm.POP && isReg && len(t.stack) > 0:
		t.set(dst, t.stack[len(t.stack)-1])
		t.stack = t.stack[:len(t.stack)-1]
	case isReg && isConst:
		t.set(dst, value)
	case readsOnly[inst.Op]:
	case writesFirstOnly[inst.Op]:
		if isReg {
			t.known[dst] = false
		}
		if dst == stackPointer && inst.Op != x86asm.POP {
			t.stack = nil
		}
	case inst.Op == x86asm.SYSCALL: // rax is the result, rcx and r11 are lost
		t.known[0], t.known[1], t.known[11] = false, false, false
	default:
		t.reset()
	}
}

func (t *tracker) set(reg int, v int64) { t.known[reg], t.value[reg] = true, v }

func (t *tracker) push(arg x86asm.Arg) {
	if v, ok := arg.(x86asm.Imm); ok {
		t.stack = append(t.stack, int64(v))
		return
	}
	t.stack = nil
}

// constant is the constant that an instruction puts into the whole of a register: a
// write to the lower 32 bits clears the upper ones (SDM volume 1, 3.4.1.1).
func (t *tracker) constant(inst x86asm.Inst, dst int) (int64, bool) {
	if !wide(inst.Args[0]) {
		return 0, false
	}
	src, srcIsReg := general(inst.Args[1])
	imm, isImm := inst.Args[1].(x86asm.Imm)
	switch inst.Op {
	case x86asm.MOV:
		if isImm {
			return int64(imm), true
		}
		if srcIsReg && wide(inst.Args[1]) {
			return t.value[src], t.known[src]
		}
	case x86asm.XOR, x86asm.SUB:
		return 0, srcIsReg && src == dst && inst.Args[0] == inst.Args[1]
	case x86asm.INC:
		return t.value[dst] + 1, t.known[dst]
	case x86asm.LEA:
		if m, ok := inst.Args[1].(x86asm.Mem); ok && m.Index == 0 {
			base, isReg := general(m.Base)
			return t.value[base] + m.Disp, isReg && t.known[base]
		}
	}
	return 0, false
}

// readsOnly are operations that write flags at most, writesFirstOnly those that write
// their first operand too: what is usual between a constant and its syscall.
var (
	readsOnly = opSet(
		x86asm.CMP, x86asm.TEST, x86asm.BT, x86asm.NOP,
		x86asm.JA, x86asm.JAE, x86asm.JB, x86asm.JBE, x86asm.JE, x86asm.JG, x86asm.JGE, x86asm.JL,
		x86asm.JLE, x86asm.JNE, x86asm.JNO, x86asm.JNP, x86asm.JNS, x86asm.JO, x86asm.JP, x86asm.JS)
	writesFirstOnly = opSet(
		x86asm.MOV, x86asm.MOVZX, x86asm.MOVSX, x86asm.MOVSXD, x86asm.LEA, x86asm.POP,
		x86asm.ADD, x86asm.SUB, x86asm.AND, x86asm.OR, x86asm.XOR, x86asm.SHL, x86asm.SHR, x86asm.SAR,
		x86asm.INC, x86asm.DEC, x86asm.NEG, x86asm.NOT, x86asm.BSF, x86asm.BSR,
		x86asm.MOVUPS, x86asm.MOVDQU, x86asm.MOVDQA, x86asm.MOVAPS, x86asm.PXOR,
		x86asm.CMOVA, x86asm.CMOVAE, x86asm.CMOVB, x86asm.CMOVBE, x86asm.CMOVE, x86asm.CMOVG,
		x86asm.CMOVGE, x86asm.CMOVL, x86asm.CMOVLE, x86asm.CMOVNE, x86asm.CMOVNO, x86asm.CMOVNP,
		x86asm.CMOVNS, x86asm.CMOVO, x86asm.CMOVP, x86asm.CMOVS)
)

func opSet(ops ...x86asm.Op) map[x86asm.Op]bool {
	set := map[x86asm.Op]bool{}
	for _, op := range ops {
		set[op] = true
	}
	return set
}

// general is the number of a general register of any width. AH, CH, DH and BH are
// parts of the first four.
func general(arg x86asm.Arg) (int, bool) {
	r, ok := arg.(x86asm.Reg)
	switch {
	case !ok:
	case x86asm.AL <= r && r <= x86asm.BL:
		return int(r - x86asm.AL), true
	case x86asm.AH <= r && r <= x86asm.BH:
		return int(r - x86asm.AH), true
	case x86asm.SPB <= r && r <= x86asm.R15B:
		return int(r-x86asm.SPB) + 4, true
	case x86asm.AX <= r && r <= x86asm.R15W:
		return int(r - x86asm.AX), true
	case x86asm.EAX <= r && r <= x86asm.R15L:
		return int(r - x86asm.EAX), true
	case x86asm.RAX <= r && r <= x86asm.R15:
		return int(r - x86asm.RAX), true
	}
	return 0, false
}

// wide says whether an argument is a general register of 32 or 64 bits.
func wide(arg x86asm.Arg) bool {
	r, ok := arg.(x86asm.Reg)
	return ok && x86asm.EAX <= r && r <= x86asm.R15
}
