package x86

import (
	"bytes"
	"fmt"
	"slices"

	"golang.org/x/arch/x86/x86asm"
)

// meaning is what an operation of x86asm is here.
type meaning struct {
	op   Op
	cond Cond
}

// ops maps the operations of x86asm; what is missing no server has.
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

// asked is what x86asm reads; false where it is no operation that servers have. It is not asked
// about VEX and EVEX: in 64-bit mode what these begin with begins nothing else (Intel SDM,
// volume 2, 2.3.5 and 2.7.1).
func asked(code []byte) (x86asm.Inst, bool) {
	if len(code) == 0 || code[0] == 0xc4 || code[0] == 0xc5 || code[0] == 0x62 {
		return x86asm.Inst{}, false
	}
	x, err := x86asm.Decode(code, 64)
	_, ours := ops[x.Op]
	return x, err == nil && ours
}

// convert brings what x86asm reads into our form.
func convert(x *x86asm.Inst, addr uint64) Inst {
	m := ops[x.Op]
	in := Inst{Addr: addr, Len: uint8(x.Len), Op: m.op, Cond: m.cond}
	if rel, ok := x.Args[0].(x86asm.Rel); ok {
		in.Target = in.Next() + uint64(int64(rel))
		return in
	}
	if in.Op == REPMOVSB {
		return in // its operands are always the same registers
	}
	for i, to := range []*Operand{&in.Dst, &in.Src, &in.Third} {
		*to = operandOf(x, x.Args[i], in.Next())
	}
	if in.Op == LEA {
		in.Src.Width = 0
	}
	width := in.Dst.Width
	if in.Op == PUSH {
		width = 8
	}
	for _, o := range []*Operand{&in.Dst, &in.Src, &in.Third} {
		if o.Kind == ImmOperand {
			o.Width = width
			o.Imm &= ^uint64(0) >> (64 - 8*width)
		}
	}
	return in
}

// operandOf converts an argument; next is the address of the next instruction.
func operandOf(x *x86asm.Inst, arg x86asm.Arg, next uint64) Operand {
	switch arg := arg.(type) {
	case x86asm.Imm:
		return Operand{Kind: ImmOperand, Imm: uint64(arg)}
	case x86asm.Reg:
		reg, width := registerOf(arg)
		return Operand{Kind: RegOperand, Reg: reg, Width: width}
	case x86asm.Mem:
		return Operand{Kind: MemOperand, Width: uint8(x.MemBytes), Mem: memoryOf(arg, next)}
	}
	return Operand{}
}

// registerOf splits a register into its number and its width in bytes, which is 0 for those
// that have no place here.
func registerOf(r x86asm.Reg) (Reg, uint8) {
	switch {
	case r >= x86asm.AL && r <= x86asm.BL:
		return Reg(r - x86asm.AL), 1
	case r >= x86asm.SPB && r <= x86asm.R15B: // between them are ah, ch, dh and bh
		return RSP + Reg(r-x86asm.SPB), 1
	case r >= x86asm.AX && r <= x86asm.R15W:
		return Reg(r - x86asm.AX), 2
	case r >= x86asm.EAX && r <= x86asm.R15L:
		return Reg(r - x86asm.EAX), 4
	case r >= x86asm.RAX && r <= x86asm.R15:
		return Reg(r - x86asm.RAX), 8
	case r >= x86asm.X0 && r <= x86asm.X15:
		return XMM0 + Reg(r-x86asm.X0), 16
	}
	return NoReg, 0
}

// memoryOf converts an address. x86asm gives displacements of four bytes without their sign.
func memoryOf(m x86asm.Mem, next uint64) Mem {
	out := Mem{Base: NoReg, Index: NoReg, Scale: 1, Disp: int64(int32(m.Disp))}
	if m.Base == x86asm.RIP {
		out.Disp += int64(next)
		return out
	}
	out.Base, _ = registerOf(m.Base)
	if m.Index != 0 {
		out.Index, _ = registerOf(m.Index)
		out.Scale = m.Scale
	}
	return out
}

// left are the encodings of our operations that Decode leaves out, by what they have. All else
// that x86asm reads as one of our operations, Decode reads too.
var left = []struct {
	what string
	is   func(e *read) bool
}{
	{"two prefixes, or one that is neither 66 nor f3", func(e *read) bool {
		return len(e.prefixes) > 1 || len(e.prefixes) == 1 && e.prefixes[0] != 0x66 && e.prefixes[0] != 0xf3
	}},
	{"a prefix without effect, or a bit of REX", (*read).idle},
	{"movsb without its prefix", func(e *read) bool { return e.op == REPMOVSB && !slices.Contains(e.prefixes, 0xf3) }},
	{"an indirect branch", func(e *read) bool {
		return (e.op == JMP || e.op == CALL) && !is[x86asm.Rel](e.x.Args[0])
	}},
	{"a return that frees", func(e *read) bool { return e.op == RET && e.x.Args[0] != nil }},
	{"an address without a base", func(e *read) bool {
		return slices.ContainsFunc(e.x.Args[:], func(a x86asm.Arg) bool {
			m, ok := a.(x86asm.Mem)
			return ok && m.Base == 0
		})
	}},
	{"a register of another kind: ah, ch, dh, bh, mm, segments, control, debug", func(e *read) bool {
		return slices.ContainsFunc(e.x.Args[:], func(a x86asm.Arg) bool {
			r, ok := a.(x86asm.Reg)
			_, width := registerOf(r)
			return ok && width == 0
		})
	}},
	{"push and pop by way of ModRM", func(e *read) bool {
		return (e.op == PUSH || e.op == POP) && (e.opcode == 0xff || e.opcode == 0x8f)
	}},
	{"push and pop of 2 bytes", func(e *read) bool {
		return (e.op == PUSH || e.op == POP) && slices.Contains(e.prefixes, 0x66)
	}},
	{"nop of several bytes", func(e *read) bool { return e.op == NOP && e.x.Args[0] != nil }},
	{"xchg of one byte", func(e *read) bool { return e.op == XCHG && e.opcode&0xf8 == 0x90 }},
	{"bits of memory by a register", func(e *read) bool {
		return (e.op == BT || e.op == BTS || e.op == BTR) && is[x86asm.Mem](e.x.Args[0]) && is[x86asm.Reg](e.x.Args[1])
	}},
	{"bsf of memory or 2 bytes", func(e *read) bool {
		return e.op == BSF && (is[x86asm.Mem](e.x.Args[1]) || e.narrow())
	}},
	{"bswap of 2 bytes", func(e *read) bool { return e.op == BSWAP && e.narrow() }},
	{"movsxd into 2 bytes, of which makers of processors read 2 or 4", func(e *read) bool {
		return e.x.Op == x86asm.MOVSXD && e.narrow()
	}},
	{"mul and div of 1 and 2 bytes, imul of one operand", func(e *read) bool {
		return (e.op == MUL || e.op == DIV) && (e.opcode == 0xf6 || e.narrow()) || e.op == IMUL && e.x.Args[1] == nil
	}},
	{"setcc with a number in ModRM's reg, which processors ignore", func(e *read) bool {
		return e.op == SETCC && e.code[e.end]&0x38 != 0
	}},
}

func is[T any](a x86asm.Arg) bool {
	_, ok := a.(T)
	return ok
}

// read is an instruction as x86asm reads it, with its parts.
type read struct {
	code     []byte
	x        x86asm.Inst
	op       Op
	prefixes []byte // but REX
	rex      byte
	opcode   byte // the last byte of it
	end      int  // of the opcode
}

func newRead(code []byte, x x86asm.Inst) *read {
	e := &read{code: code[:x.Len], x: x, op: ops[x.Op].op}
	at := 0
	for bytes.IndexByte([]byte{0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65}, code[at]) >= 0 {
		at++
	}
	e.prefixes = code[:at]
	if code[at]&0xf0 == 0x40 {
		e.rex = code[at]
		at++
	}
	if code[at] == 0x0f {
		at++
	}
	e.opcode, e.end = code[at], at+1
	return e
}

// narrow reports whether the operation is one of 2 bytes.
func (e *read) narrow() bool {
	r, ok := e.x.Args[0].(x86asm.Reg)
	_, width := registerOf(r)
	return ok && width == 2 || !ok && e.x.MemBytes == 2
}

// idle reports whether x86asm reads the same without a prefix, or without a bit of REX. It reads
// the first byte of what it does not know as an instruction of no operation.
func (e *read) idle() bool {
	at := len(e.prefixes)
	for i, p := range e.prefixes {
		if p == 0xf3 && e.op == REPMOVSB {
			continue // x86asm shows it as a prefix alone
		}
		if e.same(slices.Delete(slices.Clone(e.code), i, i+1)) {
			return true
		}
	}
	if e.rex == 0x40 {
		return e.same(slices.Delete(slices.Clone(e.code), at, at+1))
	}
	for bit := byte(1); bit <= 8; bit <<= 1 {
		if without := slices.Clone(e.code); e.rex&bit != 0 {
			if without[at] &^= bit; e.same(without) {
				return true
			}
		}
	}
	return false
}

func (e *read) same(code []byte) bool {
	x, err := x86asm.Decode(code, 64)
	return err == nil && x.Op == e.x.Op && x.Args == e.x.Args && x.MemBytes == e.x.MemBytes
}

// compare says how Decode and x86asm differ about code, and which reasons to leave it out there are.
func compare(code []byte, addr uint64) (reasons []int, err error) {
	in, refused := Decode(code, addr)
	x, ok := asked(code)
	if !ok {
		if refused == nil {
			return nil, fmt.Errorf("% x: %+v, which x86asm reads as no operation of ours: %v", code, in, x)
		}
		return nil, nil
	}
	e := newRead(code, x)
	for i, l := range left {
		if l.is(e) {
			reasons = append(reasons, i)
		}
	}
	switch {
	case refused == nil && len(reasons) > 0:
		return reasons, fmt.Errorf("% x: %+v, which is to be left out: %s", code, in, left[reasons[0]].what)
	case refused != nil && len(reasons) == 0:
		return nil, fmt.Errorf("%v, which x86asm reads as %v", refused, x)
	case refused == nil && in != convert(&x, addr):
		return nil, fmt.Errorf("% x: %+v\nx86asm: %+v", code, in, convert(&x, addr))
	}
	return reasons, nil
}
