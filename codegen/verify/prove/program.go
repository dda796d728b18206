package prove

import (
	"encoding/binary"
	"io"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Image is a program as it lies in memory.
type Image struct {
	Entry    uint64
	TextAddr uint64
	Text     []byte
	Data     []Segment // read-only, not executable
}

// Segment is constant memory.
type Segment struct {
	Addr  uint64
	Size  uint64
	Bytes io.ReaderAt // Size bytes
}

// program is an Image on its way through the proof.
type program struct {
	Image
	insts           map[uint64]*decoded
	before          map[uint64]*decoded // the instruction in front of an address
	cache           map[int64][]byte    // pages of the data that were looked at
	extents         map[rangeKey]valueRange
	sets            map[uint64][]*set // by a hash of their numbers
	singles         map[int64]*set
	images          map[rangeKey]*set
	filters         map[filterKey]*set
	chosen          map[chosenKey]*set
	unions          map[unionKey]*set
	tables          map[tableKey]*set
	joins           map[uint64]bool     // addresses where states are joined
	loops           map[uint64]bool     // those of them that a way comes back to
	unroll          map[uint64]isa.Reg  // loops whose rounds are told apart, with what counts them
	flags           map[uint64]asked    // which flags are asked for behind an address that are set before
	flagBits        [zone.Vars]uint64   // bits of registers that are set and tested one by one
	flagRegs        regSet              // registers that are nothing but such bits
	nullable        regSet              // registers that are compared with null
	returns         map[uint64]bool     // addresses from which the routine's return is reached
	plan            *schedule           // in which order sites are visited
	order           map[uint64]int      // place of an instruction on the way from the entry
	numbersIn       [16]zone.Steps      // where the bounds of numbers in a register stop for a while,
	numbers, places zone.Steps          // where the bounds of numbers and of pointers stop for a while
	near            []int64             // and those of differences
	rets            map[uint64][]uint64 // of routines, by their entries
	live            map[uint64]alive    // what may be read behind an address
	slotNumbers     map[int64]int       // of variables of the frame, by their distance from rbp
	slotSizes       map[int64]uint8     // in bytes, likewise
	requests        []requestLoop
}

// asked are flags.
type asked uint8

const (
	zeroAsked asked = 1 << iota
	carryAsked
)

// asks are the flags that a condition is about, as far as they are followed.
func asks(c isa.Cond) asked {
	switch c {
	case isa.CondB, isa.CondAE:
		return carryAsked
	case isa.Always:
		return 0
	}
	return zeroAsked
}

// decoded is an instruction with its effect.
type decoded struct {
	isa.Inst
	steps []isa.Step
}

const cachePage = 4096

// holds reports that n bytes at addr are in one segment of the data.
func (p *program) holds(addr, end int64) bool {
	for _, s := range p.Data {
		lo := int64(s.Addr)
		if addr >= lo && end <= lo+int64(s.Size) && addr <= end {
			return true
		}
	}
	return false
}

// constant reads n bytes of the data, n being 8 at most; nil where they are not in it.
func (p *program) constant(addr int64, n int) []byte {
	if !p.holds(addr, addr+int64(n)) {
		return nil
	}
	out := make([]byte, n)
	for i := range out {
		page := p.page((addr + int64(i)) &^ (cachePage - 1))
		out[i] = page[(addr+int64(i))&(cachePage-1)]
	}
	return out
}

// page reads the data of a page, zeros where the page has none.
func (p *program) page(addr int64) []byte {
	if b, ok := p.cache[addr]; ok {
		return b
	}
	b := make([]byte, cachePage)
	for _, s := range p.Data {
		lo, hi := max(addr, int64(s.Addr)), min(addr+cachePage, int64(s.Addr)+int64(s.Size))
		if lo < hi {
			s.Bytes.ReadAt(b[lo-addr:hi-addr], lo-int64(s.Addr)) // what cannot be read was refused before
		}
	}
	p.cache[addr] = b
	return b
}

// number reads n bytes as one.
func (p *program) number(addr int64, n int) (uint64, bool) {
	b := p.constant(addr, n)
	if b == nil {
		return 0, false
	}
	var buf [8]byte
	copy(buf[:], b)
	return binary.LittleEndian.Uint64(buf[:]), true
}

type tableKey struct {
	addr  int64
	s     *set
	scale int32
	n     int64
	width uint8
}

// table is the set of the numbers at base + addr + scale*i, i from 0 to n-1, base being
// each of s, or 0 where that is nil.
func (p *program) table(k tableKey) *set {
	if t, ok := p.tables[k]; ok {
		return t
	}
	bases := []int64{0}
	if k.s != nil {
		bases = k.s.vals
	}
	var vals []int64
	for _, b := range bases {
		for i := range k.n {
			v, ok := p.number(b+k.addr+int64(k.scale)*i, int(k.width))
			if !ok || v >= uint64(zone.Inf) {
				p.tables[k] = nil
				return nil
			}
			vals = append(vals, int64(v))
		}
	}
	p.tables[k] = p.intern(compact(vals))
	return p.tables[k]
}
