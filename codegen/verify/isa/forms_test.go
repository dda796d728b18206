package isa

import "slices"

// shape is a set of operands: by what they are and how wide.
type shape uint16

const (
	none shape = 1 << iota
	r8
	r16
	r32
	r64
	m8
	m16
	m32
	m64
	m128
	xmm
	imm
	cl
	place // lea's memory: an address, of no width

	regs = r8 | r16 | r32 | r64
	mems = m8 | m16 | m32 | m64
	wide = r16 | r32 | r64
)

// shapeOf classifies an operand, 0 where it is of none.
func shapeOf(o Operand) shape {
	switch o.Kind {
	case NoOperand:
		return none
	case ImmOperand:
		return imm
	case RegOperand:
		switch o.Width {
		case 16:
			return xmm
		case 1:
			if o.Reg == RCX {
				return r8 | cl
			}
			return r8
		}
		return byWidth(o.Width, r8, r16, r32, r64, 0)
	}
	if o.Width == 0 {
		return place
	}
	return byWidth(o.Width, m8, m16, m32, m64, m128)
}

// byWidth picks by width in bytes.
func byWidth(width uint8, of1, of2, of4, of8, of16 shape) shape {
	switch width {
	case 1:
		return of1
	case 2:
		return of2
	case 4:
		return of4
	case 8:
		return of8
	case 16:
		return of16
	}
	return 0
}

// form is a pair of operands, the third being none or an immediate. Where both have a
// width it must be the same, unless the form is mixed.
type form struct {
	dst, src, third shape
	mixed           bool
}

// forms are the operands that each operation takes: what is decoded has one of them, and each
// is tried on the processor.
var forms = [numOps][]form{
	MOV:        {{dst: regs, src: regs | mems | imm}, {dst: mems, src: regs | imm}},
	MOVZX:      {{dst: wide, src: r8 | r16 | m8 | m16, mixed: true}},
	MOVSX:      {{dst: wide, src: r8 | r16 | r32 | m8 | m16 | m32, mixed: true}},
	LEA:        {{dst: wide, src: place, mixed: true}},
	XCHG:       {{dst: regs | mems, src: regs}},
	BSWAP:      {{dst: r32 | r64, src: none}},
	PUSH:       {{dst: r64 | imm, src: none}},
	POP:        {{dst: r64, src: none}},
	ADD:        arithmetic,
	ADC:        arithmetic,
	SUB:        arithmetic,
	SBB:        arithmetic,
	AND:        arithmetic,
	OR:         arithmetic,
	XOR:        arithmetic,
	CMP:        arithmetic,
	TEST:       {{dst: regs | mems, src: regs | imm}},
	INC:        one,
	DEC:        one,
	NEG:        one,
	NOT:        one,
	IMUL:       {{dst: wide, src: wide | mems}, {dst: wide, src: wide | mems, third: imm}},
	MUL:        {{dst: r32 | r64 | m32 | m64, src: none}},
	DIV:        {{dst: r32 | r64 | m32 | m64, src: none}},
	SHL:        shifts,
	SHR:        shifts,
	SAR:        shifts,
	ROL:        shifts,
	ROR:        shifts,
	BT:         bitForms,
	BTS:        bitForms,
	BTR:        bitForms,
	BSF:        {{dst: r32 | r64, src: r32 | r64}},
	CMOVCC:     {{dst: wide, src: wide | mems}},
	SETCC:      {{dst: r8 | m8, src: none}},
	JCC:        nothing,
	JMP:        nothing,
	CALL:       nothing,
	RET:        nothing,
	SYSCALL:    nothing,
	RDTSC:      nothing,
	NOP:        nothing,
	UD2:        nothing,
	REPMOVSB:   nothing,
	MOVD:       {{dst: xmm, src: r32 | m32, mixed: true}, {dst: r32 | m32, src: xmm, mixed: true}},
	MOVQ:       {{dst: xmm, src: r64 | m64 | xmm, mixed: true}, {dst: r64 | m64, src: xmm, mixed: true}},
	MOVDQA:     vectorMoves,
	MOVDQU:     vectorMoves,
	MOVUPS:     vectorMoves,
	PXOR:       vectors,
	POR:        vectors,
	PAND:       vectors,
	PANDN:      vectors,
	PADDB:      vectors,
	PSUBB:      vectors,
	PSUBUSB:    vectors,
	PMINUB:     vectors,
	PMAXUB:     vectors,
	PCMPEQB:    vectors,
	PMOVMSKB:   {{dst: r32, src: xmm, mixed: true}},
	PUNPCKLBW:  vectors,
	PUNPCKLDQ:  vectors,
	PUNPCKLQDQ: vectors,
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

// hasForm reports whether the operation takes the operands.
func (in *Inst) hasForm() bool {
	return slices.ContainsFunc(forms[in.Op], func(f form) bool { return f.takes(in) })
}

func (f form) takes(in *Inst) bool {
	third := f.third
	if third == 0 {
		third = none
	}
	if shapeOf(in.Dst)&f.dst == 0 || shapeOf(in.Src)&f.src == 0 || shapeOf(in.Third)&third == 0 {
		return false
	}
	return f.mixed || in.Src.Kind == NoOperand || in.Dst.Width == in.Src.Width
}
