package cert

import (
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// bit is bt, bts and btr: CF is the bit that was there.
func (s *State) bit(in *x86.Inst) {
	width := in.Dst.Width
	a, n := s.read(in.Dst), s.read(in.Src)
	made := max(s.made(a), s.made(n))
	f := flags{of: someFlags, made: made, carry: made, rest: s.flags.kept()}
	b := s.bitsOf(a, width)
	if n.IsConst() {
		mask := uint64(1) << (n.C & int64(8*width-1))
		f.bit = s.tests(a, mask, width)
		if in.Op == x86.BTS {
			b.Zeros, b.Ones = b.Zeros&^mask, b.Ones|mask
		} else {
			b.Zeros, b.Ones = b.Zeros|mask, b.Ones&^mask
		}
	} else {
		b = Bits{}
	}
	if in.Op != x86.BT {
		before, out := s.bitsOf(a, width), s.ofBits(b, width, made)
		if n.IsConst() {
			mask := uint64(1) << (n.C & int64(8*width-1))
			s.inherits(out, a, ^mask)
			if in.Op == x86.BTS {
				s.raises(out, a, before, mask, width)
			}
		}
		s.write(in.Dst, out)
	}
	s.flags = f
}

// logic is a result of and, or, xor and test: with CF and OF clear its flags are those of a
// comparison with 0.
func (s *State) logic(op x86.Op, a, b linear.Sum, width uint8) linear.Sum {
	same := linear.Equal(a, b)
	switch {
	case op == x86.OR && b.Is(-1):
		return b
	case same && op == x86.XOR:
		return linear.Sum{}
	case same:
		return a
	}
	if (op == x86.AND || op == x86.TEST) && b.IsConst() {
		mask := b.C
		if width < 8 {
			mask &= int64(limit(width) - 1)
		}
		if mask >= 0 {
			if u, ok := s.unsigned(a, width); ok && mask&(mask+1) == 0 && s.rangeOf(u).Hi <= mask {
				return u
			}
		}
	}
	x, y := s.bitsOf(a, width), s.bitsOf(b, width)
	out := Bits{x.Zeros | y.Zeros, x.Ones & y.Ones} // and, test
	switch op {
	case x86.OR:
		out = Bits{x.Zeros & y.Zeros, x.Ones | y.Ones}
	case x86.XOR:
		out = Bits{x.Zeros&y.Zeros | x.Ones&y.Ones, x.Zeros&y.Ones | x.Ones&y.Zeros}
	}
	is := s.ofBits(out, width, max(s.made(a), s.made(b)))
	if op == x86.OR && b.IsConst() {
		s.raises(is, a, x, uint64(b.C), width)
	}
	return is
}

// raises notes that a number is another one with the bits of a mask: it is greater by those of them that it
// did not have.
func (s *State) raises(is, of linear.Sum, before Bits, mask uint64, width uint8) {
	if width < 8 {
		mask &= limit(width) - 1
	}
	of, ok := s.unsigned(of, width)
	if by := int64(mask &^ before.Ones); ok && by >= 0 {
		s.know(s.plusConst(s.plus(is, of, -1), -by))
		s.know(s.plusConst(s.plus(of, is, -1), int64(mask&before.Zeros)))
	}
}

// shift is shl and shr. By a number of bits that is no constant the flags may be those before.
func (s *State) shift(in *x86.Inst) {
	width := in.Dst.Width
	a, count := s.read(in.Dst), s.read(in.Src)
	n := count.C & 31
	if width == 8 {
		n = count.C & 63
	}
	if !count.IsConst() || n == 0 || n == 63 {
		s.opaque(in, a, count, s.carry())
		return
	}
	overflow := Nothing
	if n > 1 { // OF is undefined then
		overflow = s.flags.kept()
	}
	var out linear.Sum
	if in.Op == x86.SHL {
		var ok bool
		if out, ok = a.Times(1 << n); !ok {
			out = s.anything(width, s.made(a))
		}
	} else {
		out, _, _ = s.quotient(a, width, 1<<n)
	}
	s.write(in.Dst, out)
	s.results(result, out, width)
	s.flags.carry = max(s.flags.carry, overflow)
	if in.Op == x86.SHR {
		s.flags.zero = s.tests(a, ^uint64(0)<<n, width)
	}
}

// quotient is an unsigned number u of width bytes divided by a constant from 1 on: q with q*by <= u < (q+1)*by. False where u
// is not known.
func (s *State) quotient(a linear.Sum, width uint8, by int64) (q, u linear.Sum, ok bool) {
	q = s.fresh(Variable{Bounds: linear.Bounds{Lo: 0, Hi: int64(min(^uint64(0)/uint64(by), 1<<63-1))}, Made: s.made(a)})
	if u, ok = s.unsigned(a, width); ok {
		whole, _ := q.Times(by)
		s.know(s.plus(whole, u, -1))
		s.know(s.plusConst(s.plus(u, whole, -1), 1-by))
	}
	return q, u, ok
}

// divide is div of a number that edx:eax, or rdx:rax, has in its lower half alone, by a constant: so the quotient fits.
func (s *State) divide(in *x86.Inst) {
	width := in.Dst.Width
	by := s.cut(s.read(in.Dst), width)
	high, ok := s.number(x86.RDX, width)
	s.demand(ok && high == 0 && by.IsConst() && by.C >= 1, rules.Decode, "div: the upper half of the number is not known to be 0, or the divisor is no constant above 0")
	a := s.regs[x86.RAX]
	q, u, ok := s.quotient(a, width, by.C)
	rest := s.fresh(Variable{Bounds: linear.Bounds{Lo: 0, Hi: by.C - 1}, Made: s.made(a)})
	if ok {
		d := s.plus(s.plus(u, q, -by.C), rest, -1)
		s.know(d)
		s.know(s.plus(linear.Sum{}, d, -1))
	}
	s.write(x86.Operand{Kind: x86.RegOperand, Width: width, Reg: x86.RAX}, q)
	s.write(x86.Operand{Kind: x86.RegOperand, Width: width, Reg: x86.RDX}, rest)
	s.flags = flags{of: noFlags}
}
