package mutants

import (
	"encoding/binary"
	"math/rand/v2"

	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// kind is a way to damage a server.
type kind struct {
	name string
	all  func(*program, *rand.Rand) []patch // every mutant of the kind, or many where there are too many
}

// kinds lists the ways, as the table shows them.
var kinds = []kind{
	{"constants", each(constants)},
	{"comparisons", each(comparisons)},
	{"sizes", each(sizes)},
	{"displacements", each(displacements)},
	{"branch senses", each(senses)},
	{"branch targets", targets},
	{"registers", each(registers)},
	{"operations", each(operations)},
	{"widths", each(widths)},
	{"deletions", each(deletions)},
	{"exchanges", exchanges},
	{"call numbers", each(numbers)},
	{"call arguments", each(arguments)},
	{"bits of code", each(bits)},
	{"bytes of data", dataBytes},
	{"words of data", dataWords},
	{"headers", headers},
	{"descriptors", descriptors},
	{"flags of calls", each(flags)},
	{"tables", each(tables)},
}

// each collects what a function makes of every instruction.
func each(changes func(*inst) [][]byte) func(*program, *rand.Rand) []patch {
	return func(p *program, _ *rand.Rand) (out []patch) {
		for i := range p.insts {
			in := &p.insts[i]
			for _, code := range changes(in) {
				out = append(out, patch{in.off, code})
			}
		}
		return out
	}
}

// large is the least value that counts as the size of something.
const large = 256

// with is the instruction with other bytes at an offset.
func (in *inst) with(at int, b ...byte) []byte {
	out := append([]byte(nil), in.code...)
	copy(out[at:], b)
	return out
}

// flip is the instruction with some bits changed.
func (in *inst) flip(at int, mask byte) []byte { return in.with(at, in.code[at]^mask) }

// field reads a part of the instruction, signed.
func (in *inst) field(at, size int) int64 {
	b := append(append([]byte(nil), in.code[at:at+size]...), make([]byte, 8-size)...)
	shift := 64 - 8*size
	return int64(binary.LittleEndian.Uint64(b)<<shift) >> shift
}

// values are instructions with other values in a field.
func (in *inst) values(at, size int, list ...int64) (out [][]byte) {
	for _, v := range list {
		b := binary.LittleEndian.AppendUint64(nil, uint64(v))
		out = append(out, in.with(at, b[:size]...))
	}
	return out
}

// others are values that resemble v: next to it, at double or half of it, without its
// sign or its highest bits.
func others(v int64) []int64 {
	return []int64{v + 1, v - 1, 2 * v, v / 2, 0, 1, -1, -v, ^v, v + 16, v - 16, v ^ 0x80, v ^ 0x8000, v ^ 0x8000_0000, 1<<31 - 1}
}

// immediate is the value of an immediate that is no branch's.
func (in *inst) immediate() (int64, bool) {
	if in.enc.imm < 0 || in.Target != 0 {
		return 0, false
	}
	return in.field(in.enc.imm, in.enc.immSize), true
}

func (in *inst) compares() bool { return in.Op == isa.CMP || in.Op == isa.TEST }

func constants(in *inst) [][]byte {
	v, ok := in.immediate()
	if !ok || in.compares() {
		return nil
	}
	return in.values(in.enc.imm, in.enc.immSize, others(v)...)
}

func comparisons(in *inst) [][]byte {
	v, ok := in.immediate()
	if !ok || !in.compares() {
		return nil
	}
	return in.values(in.enc.imm, in.enc.immSize, others(v)...)
}

// sizes changes what may be the size of a buffer or the distance to one.
func sizes(in *inst) (out [][]byte) {
	if v, ok := in.immediate(); ok && max(v, -v) >= large {
		out = in.values(in.enc.imm, in.enc.immSize, v+1, v-1, v+8, v-8, v+4096, v-4096, 2*v, v/2, -v)
	}
	if in.enc.dispSize == 4 && !in.nearby() {
		v := in.field(in.enc.disp, 4)
		out = append(out, in.values(in.enc.disp, 4, v+1, v-1, v+16, v-16, v+4096, v-4096, 2*v, v/2, -v)...)
	}
	return out
}

// nearby: its address is relative to rip.
func (in *inst) nearby() bool {
	return in.enc.modRM >= 0 && in.code[in.enc.modRM]&0xc7 == 5
}

func displacements(in *inst) [][]byte {
	if in.enc.disp < 0 {
		return nil
	}
	v := in.field(in.enc.disp, in.enc.dispSize)
	return in.values(in.enc.disp, in.enc.dispSize, v+1, v-1, v+4, v-4, v+8, v-8, v+64, v+4096, v-4096, -v, 0, 2*v)
}

// arguments are all changes of what prepares a system call.
func arguments(in *inst) (out [][]byte) {
	if !in.argument || in.number {
		return nil
	}
	for _, changes := range []func(*inst) [][]byte{constants, displacements, registers, operations, widths, deletions} {
		out = append(out, changes(in)...)
	}
	return out
}

// numbers makes other system calls: those of servers, and some that would be welcome to
// an intruder.
func numbers(in *inst) (out [][]byte) {
	if !in.number {
		return nil
	}
	for _, n := range []byte{0, 1, 2, 3, 9, 10, 13, 41, 42, 43, 49, 50, 54, 56, 57, 59, 60, 62, 82, 101, 231} {
		switch {
		case in.enc.immSize == 4:
			out = append(out, in.with(in.enc.imm, n, 0, 0, 0))
		case len(in.code) == 2:
			out = append(out, []byte{0xb0, n}) // mov al, n
		}
	}
	return out
}

// bits flips each bit.
func bits(in *inst) (out [][]byte) {
	for i := range in.code {
		for bit := range 8 {
			out = append(out, in.flip(i, 1<<bit))
		}
	}
	return out
}

// deletions fills an instruction with nops, whole.
func deletions(in *inst) [][]byte {
	out := make([]byte, len(in.code))
	for i := range out {
		out[i] = 0x90
	}
	return [][]byte{out}
}
