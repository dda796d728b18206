package isa

import (
	"encoding/binary"
	"math/bits"
)

// Value is what a step computes: 16 bytes, of which values of at most 8 use Lo.
type Value struct{ Lo, Hi uint64 }

// ComputeVector evaluates a step on vectors; VMoveMask gives its 4 bytes in Lo. It
// reports false where the step is none on vectors.
func (s *Step) ComputeVector(a, b Value) (Value, bool) {
	switch s.Op {
	case ZeroExt:
		return Value{Lo: a.Lo & mask(s.From)}, s.Width == 16
	case VAnd:
		return Value{a.Lo & b.Lo, a.Hi & b.Hi}, true
	case VAndNot:
		return Value{^a.Lo & b.Lo, ^a.Hi & b.Hi}, true
	case VOr:
		return Value{a.Lo | b.Lo, a.Hi | b.Hi}, true
	case VXor:
		return Value{a.Lo ^ b.Lo, a.Hi ^ b.Hi}, true
	case VUnpackB:
		return interleaved(a.Lo, b.Lo), true
	case VUnpackD:
		return Value{a.Lo&mask(4) | b.Lo<<32, a.Lo>>32 | b.Lo>>32<<32}, true
	case VUnpackQ:
		return Value{a.Lo, b.Lo}, true
	case VMoveMask:
		return Value{Lo: topBits(a.Lo) | topBits(a.Hi)<<8}, true
	}
	if lane := byteLanes[s.Op]; lane != nil {
		return Value{eachByte(a.Lo, b.Lo, lane), eachByte(a.Hi, b.Hi, lane)}, true
	}
	return Value{}, false
}

// byteLanes are the operations on bytes.
var byteLanes = [numStepOps]func(a, b uint8) uint8{
	VAddB:   func(a, b uint8) uint8 { return a + b },
	VSubB:   func(a, b uint8) uint8 { return a - b },
	VSubUSB: func(a, b uint8) uint8 { return a - min(a, b) },
	VMinUB:  func(a, b uint8) uint8 { return min(a, b) },
	VMaxUB:  func(a, b uint8) uint8 { return max(a, b) },
	VEqB: func(a, b uint8) uint8 {
		if a == b {
			return 0xff
		}
		return 0
	},
}

func eachByte(a, b uint64, lane func(a, b uint8) uint8) (out uint64) {
	for shift := 0; shift < 64; shift += 8 {
		out |= uint64(lane(uint8(a>>shift), uint8(b>>shift))) << shift
	}
	return out
}

// interleaved takes the bytes of a and b in turn.
func interleaved(a, b uint64) Value {
	var x, y [8]byte
	binary.LittleEndian.PutUint64(x[:], a)
	binary.LittleEndian.PutUint64(y[:], b)
	var out [16]byte
	for i := range 8 {
		out[2*i], out[2*i+1] = x[i], y[i]
	}
	return Value{binary.LittleEndian.Uint64(out[:8]), binary.LittleEndian.Uint64(out[8:])}
}

// topBits gathers the top bit of each byte.
func topBits(a uint64) uint64 {
	return bits.Reverse64((a&0x8080808080808080)>>7*0x8040201008040201) & 0xff
}
