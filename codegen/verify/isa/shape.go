package isa

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

// form is a pair of operands, the third being none or an immediate. Where both have a
// width it must be the same, unless the form is mixed.
type form struct {
	dst, src, third shape
	mixed           bool
}

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

// check refuses operands that no form of the operation's row has.
func (in *Inst) check() string {
	for _, f := range rows[in.Op].forms {
		if f.takes(in) {
			return ""
		}
	}
	return "generated code does not use these operands"
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
