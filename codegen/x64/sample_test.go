package x64

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// A sampler makes random instructions that are valid.
type sampler struct {
	*rand.Rand
	labels int // targets are L0 to L<labels-1>
}

func newSampler(seed uint64, labels int) *sampler {
	return &sampler{rand.New(rand.NewPCG(seed, 0)), labels}
}

// inst makes an instruction of a form.
func (s *sampler) inst(f form) Inst {
	for {
		i := Inst{Op: f.op, Dst: s.operand(f.dst), Src: s.operand(f.src)}
		if i.Op != XCHG || i.Dst != i.Src {
			return i
		}
	}
}

func (s *sampler) operand(sh shape) Operand {
	switch sh {
	case none:
		return nil
	case cl:
		return CL
	case label:
		return Target(fmt.Sprintf("L%d", s.IntN(s.labels)))
	case r8:
		return s.reg(1)
	case r16:
		return s.reg(2)
	case r32:
		return s.reg(4)
	case r64:
		return s.reg(8)
	case xmm:
		return XMM0 + Reg(s.IntN(8))
	case m0:
		return s.mem(0)
	case m8, m16, m32, m64, m128:
		return s.mem(1 << (sh - m8))
	}
	return s.imm(sh)
}

func (s *sampler) reg(width uint8) Reg {
	for {
		if r := (RAX + Reg(s.IntN(16))).As(width); r != SPL {
			return r
		}
	}
}

// edges are the values around which encodings change.
var edges = []int64{
	0, 1, 2, 127, 128, 255, 256, math.MaxInt16, math.MaxInt16 + 1, math.MaxUint16, math.MaxUint16 + 1,
	math.MaxInt32, math.MaxInt32 + 1, math.MaxUint32, math.MaxUint32 + 1, math.MaxInt64,
	-1, -127, -128, -129, math.MinInt16, math.MinInt32, math.MinInt32 - 1, math.MinInt64,
}

func (s *sampler) imm(sh shape) Imm {
	for {
		v := edges[s.IntN(len(edges))]
		switch s.IntN(4) {
		case 0:
			v = int64(s.Uint64()) >> s.IntN(64)
		case 1:
			v = int64(int8(s.Uint64()))
		}
		if sh.inRange(Imm(v)) {
			return Imm(v)
		}
	}
}

func (s *sampler) mem(width uint8) Mem {
	if s.IntN(5) == 0 {
		return Sym(width, "data", int32(s.IntN(256)-128))
	}
	m := M(width, s.reg(8), int32(s.imm(simm32)))
	if s.IntN(3) == 0 {
		m.Disp = 0
	}
	if s.IntN(2) == 0 {
		return m
	}
	m.Scale = 1 << s.IntN(4)
	for m.Index = RSP; m.Index == RSP; {
		m.Index = s.reg(8)
	}
	return m
}

// program makes n instructions with a label in front of every tenth; a quarter are
// jumps to labels not far away, so that both their forms occur.
func (s *sampler) program(n int) *Program {
	p := &Program{}
	s.labels = (n + 9) / 10
	for k := range n {
		if k%10 == 0 {
			p.Items = append(p.Items, Label{Name: fmt.Sprintf("L%d", k/10)})
		}
		f := s.form()
		i := s.inst(f)
		if f.slots == branch || s.IntN(5) == 0 {
			near := min(max(k/10+s.IntN(9)-4, 0), s.labels-1)
			i = Inst{Op: s.jump(), Dst: Target(fmt.Sprintf("L%d", near))}
		}
		p.Items = append(p.Items, i)
	}
	return p
}

func (s *sampler) form() form {
	all := allForms()
	return all[s.IntN(len(all))]
}

func (s *sampler) jump() Op {
	if s.IntN(4) == 0 {
		return JMP
	}
	return JO + Op(s.IntN(16))
}

// allForms are the rows of the table.
func allForms() (all []form) {
	for _, fs := range forms {
		all = append(all, fs...)
	}
	return all
}
