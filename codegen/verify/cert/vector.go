package cert

import (
	"encoding/binary"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Vector is what a vector register holds: constant bytes, or anything.
type Vector struct {
	Known bool
	Bytes [16]byte
}

// vector is that on a way: it may also be made, byte by byte, of bytes of the stack.
type vector struct {
	Vector
	*lanes
	made Trace
}

// lanes are 16 values of a function, of the bytes of the stack from at on.
type lanes struct {
	at linear.Sum
	f  [256]byte
}

// laneOps are the operations that take each byte apart (Intel SDM, volume 2), as they change the
// first operand.
var laneOps = [x86.NumOps]func(a, b byte) byte{
	x86.PXOR:  func(a, b byte) byte { return a ^ b },
	x86.POR:   func(a, b byte) byte { return a | b },
	x86.PAND:  func(a, b byte) byte { return a & b },
	x86.PANDN: func(a, b byte) byte { return ^a & b },
	x86.PADDB: func(a, b byte) byte { return a + b },
	x86.PSUBB: func(a, b byte) byte { return a - b },
	x86.PSUBUSB: func(a, b byte) byte {
		if a < b {
			return 0
		}
		return a - b
	},
	x86.PMINUB: func(a, b byte) byte { return min(a, b) },
	x86.PMAXUB: func(a, b byte) byte { return max(a, b) },
	x86.PCMPEQB: func(a, b byte) byte {
		if a == b {
			return 0xff
		}
		return 0
	},
}

// vectorStep executes an instruction on vectors; false where it is none.
func (s *State) vectorStep(in *x86.Inst) bool {
	f := laneOps[in.Op]
	switch {
	case f != nil && in.Dst == in.Src && in.Op == x86.PXOR:
		s.vecs[in.Dst.Reg-x86.XMM0] = vector{Vector: Vector{Known: true}}
	case f != nil:
		s.vecs[in.Dst.Reg-x86.XMM0] = combine(f, s.readVector(in.Dst), s.readVector(in.Src))
	case in.Op == x86.PUNPCKLBW || in.Op == x86.PUNPCKLDQ || in.Op == x86.PUNPCKLQDQ:
		size := map[x86.Op]int{x86.PUNPCKLBW: 1, x86.PUNPCKLDQ: 4, x86.PUNPCKLQDQ: 8}[in.Op]
		s.vecs[in.Dst.Reg-x86.XMM0] = unpack(s.readVector(in.Dst), s.readVector(in.Src), size)
	case in.Op == x86.PMOVMSKB:
		s.write(in.Dst, s.moveMask(s.readVector(in.Src)))
	case in.Op == x86.MOVDQA || in.Op == x86.MOVDQU || in.Op == x86.MOVUPS:
		s.demand(in.Op != x86.MOVDQA || in.Dst.Kind != x86.MemOperand && in.Src.Kind != x86.MemOperand, rules.Reads, "a 16-byte operand in memory is not known to be aligned")
		s.writeVector(in.Dst, s.readVector(in.Src))
	case in.Op == x86.MOVD || in.Op == x86.MOVQ:
		s.moveLow(in)
	default:
		return false
	}
	return true
}

// moveLow is movd and movq: the low bytes of a vector, or to them with zeros above.
func (s *State) moveLow(in *x86.Inst) {
	isVector := func(o x86.Operand) bool { return o.Kind == x86.RegOperand && o.Reg.IsVector() }
	if !isVector(in.Dst) {
		v := s.readVector(in.Src)
		a := s.anything(in.Dst.Width, v.made)
		if v.Known {
			a = linear.Const(int64(binary.LittleEndian.Uint64(v.Bytes[:8])))
		}
		s.write(in.Dst, a)
		return
	}
	var out vector
	if isVector(in.Src) {
		v := s.readVector(in.Src)
		out = vector{Vector: v.Vector, made: v.made}
		clear(out.Bytes[8:])
	} else {
		a := s.read(in.Src)
		out = vector{Vector: Vector{Known: a.IsConst()}, made: s.made(a)}
		if a.IsConst() {
			var b [8]byte
			binary.LittleEndian.PutUint64(b[:], uint64(a.C))
			copy(out.Bytes[:in.Src.Width], b[:])
		}
	}
	s.vecs[in.Dst.Reg-x86.XMM0] = out
}

func (s *State) readVector(o x86.Operand) vector {
	if o.Kind == x86.RegOperand {
		return s.vecs[o.Reg-x86.XMM0]
	}
	addr := s.address(o.Mem)
	a := s.load(addr, 16)
	v := vector{made: s.made(a)}
	if at, ok := s.relative(addr, ImageBase); ok && at.IsConst() {
		v.Known = true
		copy(v.Bytes[:], s.check.data[at.C-s.check.dataAddr:])
	}
	if off, ok := s.offset(addr); ok {
		v.lanes = &lanes{at: off}
		for i := range v.f {
			v.f[i] = byte(i)
		}
	}
	return v
}

func (s *State) writeVector(o x86.Operand, v vector) {
	if o.Kind == x86.RegOperand {
		s.vecs[o.Reg-x86.XMM0] = v
		return
	}
	var zero *linear.Sum
	if v.Vector == (Vector{Known: true}) {
		zero = &linear.Sum{}
	}
	s.storeBytes(s.address(o.Mem), 16, zero, v.made)
	if off, ok := s.offset(s.address(o.Mem)); ok && v.Known {
		s.texts = append(s.texts, Text{off, slices.Clone(v.Bytes[:])})
	}
}

// combine is an operation on two vectors, byte by byte.
func combine(f func(a, b byte) byte, a, b vector) vector {
	out := vector{made: max(a.made, b.made)}
	switch {
	case a.Known && b.Known:
		out.Known = true
		for i := range out.Bytes {
			out.Bytes[i] = f(a.Bytes[i], b.Bytes[i])
		}
	case a.lanes != nil && (b.uniform() || b.lanes != nil && linear.Equal(a.at, b.at)):
		out.lanes = &lanes{at: a.at}
	case b.lanes != nil && a.uniform():
		out.lanes = &lanes{at: b.at}
	}
	for i := 0; out.lanes != nil && i < len(out.f); i++ {
		out.f[i] = f(a.lane(i), b.lane(i))
	}
	return out
}

// lane is what a byte of the stack becomes; of a uniform vector the byte that all are.
func (v *vector) lane(x int) byte {
	if v.lanes == nil {
		return v.Bytes[0]
	}
	return v.f[x]
}

// uniform: all bytes are known, and the same.
func (v *Vector) uniform() bool {
	return v.Known && !slices.ContainsFunc(v.Bytes[:], func(b byte) bool { return b != v.Bytes[0] })
}

// unpack takes elements of size bytes in turn from the low halves of two vectors.
func unpack(a, b vector, size int) vector {
	out := vector{Vector: Vector{Known: a.Known && b.Known}, made: max(a.made, b.made)}
	for i := 0; out.Known && i < 16; i += 2 * size {
		copy(out.Bytes[i:], a.Bytes[i/2:i/2+size])
		copy(out.Bytes[i+size:], b.Bytes[i/2:i/2+size])
	}
	return out
}

// moveMask is a bit for each byte of a vector: its highest one.
func (s *State) moveMask(v vector) linear.Sum {
	if v.Known {
		mask := int64(0)
		for i, b := range v.Bytes {
			mask |= int64(b>>7) << i
		}
		return linear.Const(mask)
	}
	a := s.fresh(Variable{Bounds: linear.Bounds{Lo: 0, Hi: 1<<16 - 1}, Made: v.made})
	if v.lanes != nil {
		s.masks = append(s.masks, mask{a.Terms[0].Var, v.lanes})
	}
	return a
}

// mask is a variable that has a bit for each of 16 lanes, the highest one of its value.
type mask struct {
	is linear.Var
	*lanes
}

// maskOf is the mask that a sum is, or that it is less from all bits of 32.
func (s *State) maskOf(a linear.Sum) (l *lanes, inverted, ok bool) {
	if len(a.Terms) != 1 {
		return nil, false, false
	}
	for _, m := range s.masks {
		switch t := a.Terms[0]; {
		case t.Var != m.is:
		case t.Coef == 1 && a.C == 0:
			return m.lanes, false, true
		case t.Coef == -1 && a.C == 1<<32-1:
			return m.lanes, true, true
		}
	}
	return nil, false, false
}

// hit is where in the text the first byte stands that has a bit in a mask, as an offset.
func (l *lanes) hit(t *Text, inverted bool) (linear.Sum, bool) {
	for i, b := range t.Bytes {
		if (l.f[b] >= 0x80) != inverted {
			at, ok := t.At.PlusConst(int64(i))
			return at, ok
		}
	}
	return linear.Sum{}, false
}

// noBits: a mask is 0, so no byte that would have a bit is among those it was made of. A text that
// has one, and is not in front of them, is behind them.
func (s *State) noBits(a linear.Sum) bool {
	l, inverted, ok := s.maskOf(a)
	for i := 0; ok && !inverted && i < len(s.texts); i++ {
		if at, hits := l.hit(&s.texts[i], false); hits && s.atMost(l.at, at) {
			ok = s.know(s.plusConst(s.plus(l.at, at, -1), 16))
			if !ok {
				return false
			}
		}
	}
	return true
}

// firstBit is bsf: the number of the lowest bit, which is not behind that of any text.
func (s *State) firstBit(in *x86.Inst) {
	a := s.cut(s.read(in.Src), in.Src.Width)
	l, inverted, ok := s.maskOf(a)
	out := Variable{Bounds: linear.Bounds{Lo: 0, Hi: 63}, Made: s.made(a)}
	switch {
	case !s.atMost(linear.Const(1), a): // of 0 it is undefined, or what was there (AMD APM, volume 3, BSF)
		out = Variable{Bounds: linear.Bounds{Lo: -linear.NoBound, Hi: linear.NoBound}, Made: max(out.Made, s.made(s.regs[in.Dst.Reg]))}
		ok = false
	case ok && inverted:
		out.Hi = 16
	case ok:
		out.Hi = 15
	}
	i := s.fresh(out)
	for k := 0; ok && k < len(s.texts); k++ {
		if at, hits := l.hit(&s.texts[k], inverted); hits && s.atMost(l.at, at) {
			s.know(s.plus(s.plus(l.at, i, 1), at, -1))
		}
	}
	s.write(x86.Operand{Kind: x86.RegOperand, Reg: in.Dst.Reg, Width: 8}, i) // its upper half is left, too
	s.flags = flags{}                                                        // but for ZF they are undefined
}
