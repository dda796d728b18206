package mutants

import (
	"debug/elf"
	"encoding/binary"
	"math/rand/v2"
)

// The kinds that change data and headers.

// dataPlaces bounds how many places of the data are looked at: content may be large.
const dataPlaces = 2000

// places are random offsets of the data with n bytes at each.
func (p *program) places(rng *rand.Rand, n int) (out []int) {
	for range dataPlaces {
		for _, s := range p.data {
			if s.len >= n {
				out = append(out, s.off+rng.IntN(s.len-n+1))
			}
		}
	}
	return out
}

// dataBytes changes bytes: of tables, records, texts and responses.
func dataBytes(p *program, rng *rand.Rand) (out []patch) {
	for _, at := range p.places(rng, 1) {
		old := p.file[at]
		for _, b := range []byte{old + 1, old - 1, 0, 0xff, old ^ 0x80, old ^ 1<<rng.IntN(8), byte(rng.Uint32())} {
			out = append(out, patch{at, []byte{b}})
		}
	}
	return out
}

// dataWords changes words: lengths, offsets, hashes, results of the match.
func dataWords(p *program, rng *rand.Rand) (out []patch) {
	for _, size := range []int{2, 4} {
		for _, at := range p.places(rng, size) {
			at &^= 1 // most words have an even address
			b := append(append([]byte(nil), p.file[at:at+size]...), make([]byte, 4-size)...)
			v := int64(binary.LittleEndian.Uint32(b))
			for _, other := range []int64{v + 1, v - 1, v + 16, v + 4096, 2 * v, v / 2, -v, v ^ 0x8000_0000, 1<<31 - 1, int64(rng.Uint32())} {
				out = append(out, patch{at, binary.LittleEndian.AppendUint32(nil, uint32(other))[:size]})
			}
		}
	}
	return out
}

// headerField is a field of a header, in bytes from its start.
type headerField struct{ off, size int }

// The fields that the kernel looks at (gABI, chapters 4 and 5). It ignores e_ident
// behind the magic bytes, e_version, e_flags and all about sections.
var (
	fileFields = []headerField{{0, 4}, {16, 2}, {18, 2}, {24, 8}, {32, 8}, {54, 2}, {56, 2}}
	progFields = []headerField{{0, 4}, {4, 4}, {8, 8}, {16, 8}, {32, 8}, {40, 8}, {48, 8}}
)

// headers changes the ELF header and the program headers.
func headers(p *program, rng *rand.Rand) (out []patch) {
	at := func(start int, fields []headerField) {
		for _, f := range fields {
			out = append(out, p.headerChanges(rng, start+f.off, f.size)...)
		}
	}
	at(0, fileFields)
	phoff := int(binary.LittleEndian.Uint64(p.file[32:]))
	for i := range p.progs {
		at(phoff+56*i, progFields)
	}
	for i := range p.note.len {
		out = append(out, patch{p.note.off + i, []byte{byte(rng.Uint32())}}, patch{p.note.off + i, []byte{0}})
	}
	return out
}

func (p *program) headerChanges(rng *rand.Rand, at, size int) (out []patch) {
	b := append(append([]byte(nil), p.file[at:at+size]...), make([]byte, 8-size)...)
	v := binary.LittleEndian.Uint64(b)
	list := []uint64{0, v + 1, v - 1, v + 2, v + 8, v - 8, v + 4096, v - 4096, 2 * v, v / 2, -v, ^v, v ^ 1<<rng.IntN(8*size)}
	if size == 4 { // types and flags
		for bit := range 3 {
			list = append(list, v^1<<bit)
		}
		list = append(list, uint64(elf.PT_INTERP), uint64(elf.PT_DYNAMIC), uint64(elf.PT_LOAD), uint64(elf.PT_NULL), uint64(elf.PT_GNU_STACK))
	}
	for _, other := range list {
		out = append(out, patch{at, binary.LittleEndian.AppendUint64(nil, other)[:size]})
	}
	return out
}
