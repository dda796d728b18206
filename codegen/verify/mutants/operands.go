package mutants

import "github.com/verbosel/verbosel/codegen/verify/isa"

// The kinds that change registers, operations and widths.

// Bits of REX: a wide operand, and the fourth bits of ModRM.reg, SIB.index, and
// ModRM.rm or SIB.base (Intel SDM, volume 2, 2.2.1.2).
const rexW, rexR, rexX, rexB = 8, 4, 2, 1

// registers gives each operand other registers.
func registers(in *inst) (out [][]byte) {
	if at := in.enc.modRM; at >= 0 {
		fields := []int{0}
		if in.takesReg() {
			fields = append(fields, 3)
		}
		for _, shift := range fields {
			for bits := range byte(7) {
				out = append(out, in.flip(at, (bits+1)<<shift))
			}
		}
	}
	if at := in.enc.sib; at >= 0 {
		for bits := range byte(7) {
			out = append(out, in.flip(at, bits+1), in.flip(at, (bits+1)<<3))
		}
	}
	if at := in.enc.rex; at >= 0 {
		out = append(out, in.flip(at, rexR), in.flip(at, rexX), in.flip(at, rexB))
	}
	if in.inOpcode() {
		for bits := range byte(7) {
			out = append(out, in.flip(len(in.code)-1-in.enc.immSize, bits+1))
		}
	}
	return out
}

// takesReg: the middle of ModRM is a register, not a part of the opcode.
func (in *inst) takesReg() bool {
	op := in.code[in.enc.opcode]
	switch {
	case in.enc.twoBytes:
		second := in.code[in.enc.opcode+1]
		return second != 0xba && second&0xf0 != 0x90
	case op >= 0x80 && op <= 0x83, op == 0xc0, op == 0xc1, op == 0xc6, op == 0xc7:
		return false
	}
	return op < 0xd0 && op != 0x8f
}

// inOpcode: the opcode's last bits are a register.
func (in *inst) inOpcode() bool {
	switch in.Op {
	case isa.PUSH, isa.POP, isa.MOV, isa.BSWAP:
		return in.enc.modRM < 0 && in.Dst.Kind == isa.RegOperand
	}
	return false
}

// operations makes relatives of an operation.
func operations(in *inst) (out [][]byte) {
	at := in.enc.opcode
	op := in.code[at]
	switch {
	case in.Op == isa.JCC: // its kind is another
	case in.enc.twoBytes:
		for _, other := range relatives0F[in.code[at+1]] {
			out = append(out, in.with(at+1, other))
		}
	case op < 0x40, op >= 0x84 && op <= 0x8b, op == 0x8d, op == 0x63:
		for n := range byte(8) {
			out = append(out, in.with(at, op&7|n<<3))
		}
		for _, other := range relatives[op] {
			out = append(out, in.with(at, other))
		}
	case in.enc.modRM >= 0 && !in.takesReg(): // the operation is in ModRM
		for n := range byte(7) {
			out = append(out, in.flip(in.enc.modRM, (n+1)<<3))
		}
	default:
		for _, other := range relatives[op] {
			out = append(out, in.with(at, other))
		}
	}
	return out
}

// relatives are opcodes of one byte that take the same operands as another.
var relatives = map[byte][]byte{
	0x84: {0x86, 0x88, 0x8a}, 0x85: {0x87, 0x89, 0x8b}, 0x88: {0x8a, 0x86}, 0x89: {0x8b, 0x87, 0x8d},
	0x8a: {0x88, 0x86}, 0x8b: {0x89, 0x8d, 0x63}, 0x8d: {0x8b, 0x89, 0x03}, 0x63: {0x8b},
	0xe8: {0xe9}, 0xe9: {0xe8}, 0xc3: {0x90, 0x5a}, 0xa4: {0xaa, 0xa5},
	0x6a: {0xb0, 0x3c}, 0xa8: {0x3c, 0x24, 0x04}, 0xa9: {0x3d, 0x25, 0x05},
	0x50: {0x58}, 0x51: {0x59}, 0x52: {0x5a}, 0x53: {0x5b}, 0x55: {0x5d}, 0x56: {0x5e}, 0x57: {0x5f},
	0x58: {0x50}, 0x59: {0x51}, 0x5a: {0x52}, 0x5b: {0x53}, 0x5d: {0x55}, 0x5e: {0x56}, 0x5f: {0x57},
}

// relatives0F are those behind 0f.
var relatives0F = map[byte][]byte{
	0x05: {0x0b, 0x31}, 0x31: {0x05}, 0x10: {0x11}, 0x11: {0x10},
	0xb6: {0xbe, 0xb7}, 0xb7: {0xbf, 0xb6}, 0xbe: {0xb6}, 0xbf: {0xb7}, 0xbc: {0xbd}, 0xbd: {0xbc},
	0xaf: {0xb6, 0xbc}, 0xa3: {0xab, 0xb3}, 0xab: {0xa3, 0xb3}, 0xb3: {0xa3, 0xab},
	0x6f: {0x7f, 0x6e}, 0x7f: {0x6f, 0x7e}, 0x6e: {0x7e}, 0x7e: {0x6e},
	0xda: {0xde, 0xd8}, 0xde: {0xda}, 0xdb: {0xeb, 0xdf}, 0xdf: {0xdb, 0xeb}, 0xeb: {0xdb, 0xef}, 0xef: {0xeb, 0xdb},
	0xd8: {0xf8, 0xda}, 0xf8: {0xd8, 0xfc}, 0xfc: {0xf8}, 0x74: {0xdb, 0xf8}, 0xd7: {0x74},
	0x60: {0x62, 0x6c}, 0x62: {0x60, 0x6c}, 0x6c: {0x60, 0x62},
}

// widths changes how many bytes an instruction takes or an index counts for.
func widths(in *inst) (out [][]byte) {
	at := in.enc.opcode
	if in.enc.rex >= 0 {
		out = append(out, in.flip(in.enc.rex, rexW), in.with(in.enc.rex, 0x66), in.with(in.enc.rex, 0x48))
	}
	switch {
	case in.enc.twoBytes:
		if second := in.code[at+1]; second >= 0xb6 && second <= 0xbf {
			out = append(out, in.flip(at+1, 1))
		}
	case in.enc.modRM >= 0 || in.code[at] < 0x40 || in.code[at] == 0xa8:
		out = append(out, in.flip(at, 1))
	case in.Op == isa.MOV && in.enc.immSize == 4:
		out = append(out, in.flip(at, 8)) // of one byte; what remains is read as code
	}
	if in.enc.sib >= 0 {
		for n := range byte(3) {
			out = append(out, in.flip(in.enc.sib, (n+1)<<6))
		}
	}
	if in.code[0] == 0x66 || in.code[0] == 0xf3 {
		out = append(out, in.with(0, 0x66^0xf3^in.code[0]), in.with(0, 0x90))
	}
	return out
}
