package cert

import (
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// step executes an instruction that neither branches nor makes a system call (Intel SDM,
// volume 2).
func (s *State) step(in *x86.Inst) {
	width := in.Dst.Width
	if s.vectorStep(in) {
		return
	}
	switch in.Op {
	case x86.MOV:
		s.write(in.Dst, s.read(in.Src))
	case x86.MOVZX:
		s.write(in.Dst, s.cut(s.read(in.Src), in.Src.Width))
	case x86.MOVSX:
		a := s.read(in.Src)
		v, ok := s.signed(a, in.Src.Width)
		if !ok {
			v = s.anything(8, s.made(a))
		}
		s.write(in.Dst, v)
	case x86.LEA:
		s.write(in.Dst, s.address(in.Src.Mem))
	case x86.XCHG:
		a, b := s.read(in.Dst), s.read(in.Src)
		s.write(in.Dst, b)
		s.write(in.Src, a)
	case x86.PUSH:
		s.push(s.read(in.Dst), 0)
	case x86.POP:
		s.write(in.Dst, s.pop(0))
	case x86.ADD, x86.SUB, x86.CMP, x86.INC, x86.DEC, x86.NEG, x86.NOT, x86.AND, x86.OR, x86.XOR, x86.TEST:
		s.compute(in)
	case x86.SHL, x86.SHR:
		s.shift(in)
	case x86.DIV:
		s.divide(in)
	case x86.BT, x86.BTS, x86.BTR:
		s.bit(in)
	case x86.BSF:
		s.firstBit(in)
	case x86.IMUL:
		s.opaque(in, s.read(in.Dst), s.read(in.Src), s.read(in.Src))
	case x86.ADC, x86.SBB:
		s.opaque(in, s.read(in.Dst), s.read(in.Src), s.carry())
	case x86.SAR, x86.ROL, x86.ROR:
		s.opaque(in, s.read(in.Dst), s.read(in.Src), s.carry()) // a count of 0 leaves the flags
	case x86.BSWAP:
		a := s.read(in.Dst)
		s.write(in.Dst, s.anything(width, s.made(a)))
	case x86.SETCC:
		s.decides(in.Cond, Nothing)
		s.write(in.Dst, s.fresh(Variable{Bounds: linear.Bounds{Lo: 0, Hi: 1}}))
	case x86.RDTSC:
		s.looks()
		s.regs[x86.RAX], s.regs[x86.RDX] = s.anything(4, Nothing), s.anything(4, Nothing)
	case x86.REPMOVSB:
		s.moveBytes()
	case x86.NOP:
	default:
		s.refuse(rules.Decode, "the operation is not followed yet")
	}
}

// compute executes an operation of which the result is known as a sum, or by its bits.
func (s *State) compute(in *x86.Inst) {
	width := in.Dst.Width
	switch in.Op {
	case x86.ADD:
		a, b := s.read(in.Dst), s.read(in.Src)
		sum := s.plus(a, b, 1)
		s.write(in.Dst, sum)
		s.results(result, sum, width)
		s.flags.carry = max(s.made(a), s.made(b))
	case x86.SUB:
		a, b := s.read(in.Dst), s.read(in.Src)
		s.compares(a, b, width)
		s.write(in.Dst, s.plus(a, b, -1))
	case x86.CMP:
		s.compares(s.read(in.Dst), s.read(in.Src), width)
	case x86.INC, x86.DEC:
		k := int64(1)
		if in.Op == x86.DEC {
			k = -1
		}
		sum, carry := s.plusConst(s.read(in.Dst), k), s.flags.carry
		if s.flags.of == noFlags {
			carry = Address
		}
		s.write(in.Dst, sum)
		s.results(result, sum, width)
		s.flags.carry = carry // it stays
	case x86.NEG:
		sum := s.plus(linear.Sum{}, s.read(in.Dst), -1)
		s.write(in.Dst, sum)
		s.results(result, sum, width)
	case x86.NOT: // -1 less it
		s.write(in.Dst, s.plus(linear.Const(-1), s.read(in.Dst), -1))
	case x86.AND, x86.OR, x86.XOR, x86.TEST:
		a, b := s.read(in.Dst), s.read(in.Src)
		sum := s.logic(in.Op, a, b, width)
		s.mixes(sum, in.Op, a, b, width)
		var zero tested
		if (in.Op == x86.TEST || in.Op == x86.AND) && b.IsConst() {
			zero = s.tests(a, uint64(b.C), width)
		}
		if in.Op != x86.TEST {
			s.write(in.Dst, sum)
		}
		s.results(comparison, sum, width)
		s.flags.zero = zero
	}
}

// carry is something that tells what the carry flag does.
func (s *State) carry() linear.Sum {
	return s.anything(1, s.flags.kept())
}

// opaque is an operation of which nothing is known but what its result and flags are made of.
func (s *State) opaque(in *x86.Inst, of ...linear.Sum) {
	made := Nothing
	for _, a := range of {
		made = max(made, s.made(a))
	}
	s.write(in.Dst, s.anything(in.Dst.Width, made))
	s.flags = flags{of: someFlags, made: made, carry: made, rest: s.flags.kept()}
}

// moveBytes is rep movsb: rcx bytes from rsi to rdi.
func (s *State) moveBytes() {
	n := s.length(x86.RCX)
	from, to := s.regs[x86.RSI], s.regs[x86.RDI]
	s.readable(from, n)
	made := s.made(n)
	if off, ok := s.offset(from); ok {
		made = max(made, s.marked(off, s.plus(off, n, 1)))
	} else if _, ok := s.relative(from, ImageBase); !ok { // in a string of the environment
		made = max(made, s.traceOfRead())
	}
	off, at := s.clobber(to, n)
	s.mark(at, made)
	s.wrote(off, s.plus(off, n, 1))
	s.regs[x86.RSI], s.regs[x86.RDI], s.regs[x86.RCX] = s.plus(from, n, 1), s.plus(to, n, 1), linear.Sum{}
}

// read is what an operand holds, modulo 1<<(8*Width).
func (s *State) read(o x86.Operand) linear.Sum {
	switch o.Kind {
	case x86.ImmOperand:
		switch o.Width {
		case 1:
			return linear.Const(int64(int8(o.Imm)))
		case 2:
			return linear.Const(int64(int16(o.Imm)))
		case 4:
			return linear.Const(int64(int32(o.Imm)))
		}
		return linear.Const(int64(o.Imm))
	case x86.MemOperand:
		return s.load(s.address(o.Mem), o.Width)
	case x86.RegOperand:
		if o.Reg.IsVector() {
			break
		}
		if a := s.regs[o.Reg]; o.Width == 1 && s.made(a) != Nothing { // its low byte may not be
			if low, ok := s.cutOf(a, 1); ok {
				return low
			}
		}
		return s.regs[o.Reg]
	}
	s.refuse(rules.Decode, "a vector is no number")
	return linear.Sum{}
}

// write puts a sum modulo 1<<(8*Width) where an operand says. What a register has above four
// bytes becomes 0, above one or two it stays (Intel SDM, volume 1, 3.4.1.1).
func (s *State) write(o x86.Operand, a linear.Sum) {
	switch {
	case o.Kind == x86.MemOperand:
		s.store(s.address(o.Mem), o.Width, a)
		return
	case o.Kind != x86.RegOperand || o.Reg.IsVector():
		s.refuse(rules.Decode, "a vector is no number")
	}
	switch o.Width {
	case 8:
	case 4:
		a = s.cut(a, 4)
	default:
		old := s.regs[o.Reg]
		low := s.cut(a, o.Width)
		a = s.merged(old, low, o.Width)
		s.cuts = append(s.cuts, cut{of: a, width: o.Width, is: low})
	}
	if o.Reg == x86.RSP {
		s.moveStack(a)
	}
	s.regs[o.Reg] = a
}

// merged is a register of which the low bytes are others: the sum, and where it is one of several terms a
// variable with the bits of both. That is equal to it where the register was a number from 0 on, as no bit
// above the low ones is another.
func (s *State) merged(old, low linear.Sum, width uint8) linear.Sum {
	a := s.plus(s.plus(old, s.cut(old, width), -1), low, 1)
	if r := s.rangeOf(old); len(a.Terms) < 2 || r.Lo < 0 || r.Hi == linear.NoBound {
		return a
	}
	mask := limit(width) - 1
	above, below := s.bitsOf(old, 8), s.bitsOf(low, width)
	is := s.ofBits(Bits{above.Zeros&^mask | below.Zeros&mask, above.Ones&^mask | below.Ones&mask}, 8, s.made(a))
	s.inherits(is, old, ^mask)
	s.inherits(is, low, mask)
	s.know(s.plus(is, a, -1))
	s.know(s.plus(a, is, -1))
	return is
}

// address is that of a memory operand, modulo 1<<64.
func (s *State) address(m x86.Mem) linear.Sum {
	if m.Base == x86.NoReg && m.Index == x86.NoReg { // relative to rip
		return s.plusConst(linear.Of(ImageBase), m.Disp)
	}
	sum := linear.Const(m.Disp)
	if m.Base != x86.NoReg {
		sum = s.plus(s.regs[m.Base], sum, 1)
	}
	if m.Index != x86.NoReg {
		sum = s.plus(sum, s.regs[m.Index], int64(m.Scale))
	}
	return sum
}
