package prove

import (
	"math/bits"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// vector is what is known of a vector register: the same constant in all bytes, or
// bytes of the stack, each put through the same function.
type vector struct {
	isByte bool
	b      byte
	quad   uint8 // how many low bytes are b, where not all are
	lanes  *lanes
	stale  bool // it has what an earlier request left, or an earlier client
}

// lanes: byte i is fn of the stack's byte at addr+i.
type lanes struct {
	addr zone.Lin
	fn   *[256]byte
}

// laneMask: bit i of a number is set where set has the byte at addr+i, for the low 16
// bits; above them the bits are high.
type laneMask struct {
	addr zone.Lin
	set  *byteSet
}

func (l *lanes) replace(v zone.Var, by zone.Lin, ok bool) *lanes {
	if !ok {
		return nil
	}
	a, ok := l.addr.Replace(v, by)
	if !ok {
		return nil
	}
	return &lanes{a, l.fn}
}

func (m *laneMask) replace(v zone.Var, by zone.Lin, ok bool) *laneMask {
	if !ok {
		return nil
	}
	a, ok := m.addr.Replace(v, by)
	if !ok {
		return nil
	}
	return &laneMask{a, m.set}
}

// readVec is a vector operand.
func (s *state) readVec(v isa.Val, temps *[isa.MaxTemps]vector) vector {
	switch v.Kind {
	case isa.RegVal:
		return s.vecs[v.Reg-isa.XMM0]
	case isa.TempVal:
		return temps[v.Temp]
	}
	return vector{}
}

// laneOps are the operations that work on each byte by itself.
var laneOps = map[isa.StepOp]func(a, b byte) byte{
	isa.VAnd:    func(a, b byte) byte { return a & b },
	isa.VAndNot: func(a, b byte) byte { return ^a & b },
	isa.VOr:     func(a, b byte) byte { return a | b },
	isa.VXor:    func(a, b byte) byte { return a ^ b },
	isa.VAddB:   func(a, b byte) byte { return a + b },
	isa.VSubB:   func(a, b byte) byte { return a - b },
	isa.VSubUSB: func(a, b byte) byte { return a - min(a, b) },
	isa.VMinUB:  func(a, b byte) byte { return min(a, b) },
	isa.VMaxUB:  func(a, b byte) byte { return max(a, b) },
	isa.VEqB: func(a, b byte) byte {
		if a == b {
			return 0xff
		}
		return 0
	},
}

// combine works on two vectors, byte by byte.
func combine(fn func(a, b byte) byte, a, b vector) vector {
	switch {
	case a.whole() && b.whole():
		return vector{isByte: true, b: fn(a.b, b.b)}
	case a.lanes != nil && b.whole():
		return mapped(a.lanes.addr, func(v byte) byte { return fn(a.lanes.fn[v], b.b) })
	case a.whole() && b.lanes != nil:
		return mapped(b.lanes.addr, func(v byte) byte { return fn(a.b, b.lanes.fn[v]) })
	case a.lanes != nil && b.lanes != nil && a.lanes.addr == b.lanes.addr:
		return mapped(a.lanes.addr, func(v byte) byte { return fn(a.lanes.fn[v], b.lanes.fn[v]) })
	}
	return vector{}
}

func (v *vector) whole() bool { return v.isByte && v.quad == 0 }

func mapped(addr zone.Lin, fn func(byte) byte) vector {
	var t [256]byte
	for i := range t {
		t[i] = fn(byte(i))
	}
	return vector{lanes: &lanes{addr, &t}}
}

// broadcast is a number of width bytes moved into a vector: of interest where all its
// bytes are the same.
func (s *state) broadcast(t term, width uint8) vector {
	c, ok := s.exact(&t, meaning.Number)
	if !ok {
		return vector{}
	}
	b := byte(c)
	for i := range width {
		if byte(c>>(8*i)) != b {
			return vector{}
		}
	}
	if b == 0 {
		return vector{isByte: true}
	}
	return vector{isByte: true, b: b, quad: width}
}

// unpack is the low n bytes of a vector, twice: what is the same in them is so in
// twice as many.
func unpack(a, b vector, n uint8) vector {
	if a != b || !a.isByte || a.quad != 0 && a.quad < n {
		return vector{}
	}
	if a.quad == 0 || n == 8 {
		return vector{isByte: true, b: a.b}
	}
	return vector{isByte: true, b: a.b, quad: 2 * n}
}

// moveMask is the top bit of each byte.
func moveMask(v vector) term {
	t := between(0, 1<<16-1)
	if v.lanes == nil {
		return t
	}
	var in byteSet
	for i := range in {
		in[i] = v.lanes.fn[i]&0x80 != 0
	}
	t.mask = &laneMask{v.lanes.addr, &in}
	return t
}

// complement is a mask with its bits turned over.
func (m *laneMask) complement() *laneMask {
	var in byteSet
	for i := range in {
		in[i] = !m.set[i]
	}
	return &laneMask{m.addr, &in}
}

// firstBit is bsf: the number of the lowest bit that is set. In a mask the bytes before
// it are not of the mask's set: where a line's end stands among them it ends the run. Of
// what may be 0 nothing is known, not even that it is of the width.
func (s *state) firstBit(t term) term {
	known := s.knownBits(&t)
	lo, hi := s.bounds(&t)
	if !t.IsNumber() || known.ones == 0 && (t.IsLow() || lo <= 0 && hi >= 0) {
		return unknown(8)
	}
	least := bits.TrailingZeros64(^known.zeros)
	most := 63 - bits.LeadingZeros64(^known.zeros)
	if known.ones != 0 {
		most = bits.TrailingZeros64(known.ones)
	}
	if most < least {
		return unknown(8)
	}
	n := s.tempVar(between(int64(least), int64(most)))
	if t.mask != nil {
		s.endsRun(n, t.mask, most)
	}
	return term{lin: zone.Of(n)}
}

// endsRun bounds the length n of a run of bytes that are not in the mask's set by the
// known bytes in front of which it must end.
func (s *state) endsRun(n zone.Var, m *laneMask, most int) {
	stop := func(at zone.Lin) {
		before, ok := m.addr.Plus(at, -1) // addr <= at
		if !ok || s.zone.Max(before) > 0 {
			return
		}
		if past, ok := before.Plus(zone.Of(n), 1); ok { // addr + n <= at
			s.require(past)
		}
	}
	if most > 16 {
		return
	}
	if s.line && m.set['\r'] {
		stop(zone.Of(lineVar))
	}
	if s.zeros && m.set[0] {
		stop(zone.Of(zerosVar))
	}
}

// tempVar gives a result a variable of its own, for the instruction.
func (s *state) tempVar(t term) zone.Var {
	v := firstTemp + zone.Var(s.fresh%temps)
	s.fresh++
	s.assign(v, t)
	return v
}
