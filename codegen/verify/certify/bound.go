package certify

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

// bound bounds numbers of 8 bytes that the proof has no bound for by what arrives first, and takes over which constant bytes
// that has at fixed places, while the process boots.
func (n *node) bound(s *cert.State, images []linear.Sum) []linear.Sum {
	n.reached = true
	n.lowConstants(s)
	for _, t := range s.Texts() {
		if t.At.IsConst() && s.Phase().Booting() {
			n.Texts = append(n.Texts, t)
		}
	}
	for i := range n.Vars {
		if v := &n.Vars[i]; v.Word && v.Hi == linear.NoBound {
			v.Hi, _, _ = most(s, images[i])
		}
	}
	return n.pushed(s, images)
}

// pushed notes the numbers that were pushed and that the proof has no bound for, where what arrives first has: their
// registers have it again behind the pop.
func (n *node) pushed(s *cert.State, images []linear.Sum) []linear.Sum {
	for _, f := range n.Frames {
		if f.To != 0 || slices.ContainsFunc(n.Cells, func(c cert.Cell) bool { return c.Off == f.Off }) {
			continue
		}
		i := slices.IndexFunc(s.Cells(), func(c cert.Cell) bool { return c.Off == f.Off && c.Width == 8 })
		if i < 0 {
			continue
		}
		c := s.Cells()[i]
		if hi, _, ok := most(s, c.Sum); ok && atMost(s, linear.Const(0), c.Sum) {
			images = append(images, c.Sum)
			c.Sum = n.variable(prove.Holder{In: prove.InSlot, Off: c.Off, Width: c.Width}, prove.FromZero, cert.Variable{Bounds: linear.Bounds{Lo: 0, Hi: hi}, Word: true})
			n.Cells = append(n.Cells, c)
		}
	}
	return images
}

// lowConstants says which low bytes of registers are constants in what arrives first, where the register is more: as package cert
// looks at the whole of what is not made of an address, it may be then.
func (n *node) lowConstants(s *cert.State) {
	for r := range n.Lows {
		low, reg, whole := &n.Lows[r], n.Regs[r].Sum, s.Range(s.Reg(x86.Reg(r)))
		n.lows[r] = low.Sum
		is, ok := s.Low(x86.Reg(r))
		if low.Known && ok && is.IsConst() && whole.Lo < whole.Hi && len(reg.Terms) == 1 && reg.Terms[0].Var >= cert.FirstVar {
			low.Sum = is
			n.Vars[reg.Terms[0].Var-cert.FirstVar].Made = cert.Address
		}
	}
}
