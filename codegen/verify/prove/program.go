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

// records are an Image's data, and what was computed of them.
type records struct {
	Image
	budget
	cache        map[int64]*page // pages of the data that were looked at
	last         *page           // the one that was looked at last, at lastAddr
	lastAddr     int64
	extents      map[rangeKey]valueRange
	columns      map[columnKey][]int64
	columnValues int               // in columns
	sets         map[uint64][]*set // by a hash of their numbers
	scratch      []int64           // of union
	singles      map[int64]*set
	images       map[rangeKey]*set
	filters      map[filterKey]*set
	chosen       map[chosenKey]*set
	unions       map[unionKey]*set
	tables       map[tableKey]*set
}

func newRecords(img Image) *records {
	return &records{
		Image: img, budget: newBudget(&img), cache: map[int64]*page{}, columns: map[columnKey][]int64{},
		extents: map[rangeKey]valueRange{}, images: map[rangeKey]*set{}, singles: map[int64]*set{}, sets: map[uint64][]*set{},
		filters: map[filterKey]*set{}, unions: map[unionKey]*set{}, chosen: map[chosenKey]*set{}, tables: map[tableKey]*set{},
	}
}

// program is an Image on its way through the proof.
type program struct {
	*records
	insts           map[uint64]*decoded
	before          map[uint64]*decoded // the instruction in front of an address
	joins           map[uint64]bool     // addresses where states are joined
	loops           map[uint64]bool     // those of them that a way comes back to
	unroll          map[uint64]isa.Reg  // loops whose rounds are told apart, with what counts them
	flags           map[uint64]asked    // which flags are asked for behind an address that are set before
	flagBits        [zone.Vars]uint64   // bits of registers that are set and tested one by one
	flagRegs        regSet              // registers that are nothing but such bits
	nullable        regSet              // registers that are compared with null
	many            bool                // it serves many connections: see servesMany
	returns         map[uint64]bool     // addresses from which the routine's return is reached
	exits           map[uint64]bool     // system calls that end the process
	plan            *schedule           // in which order sites are visited
	order           map[uint64]int      // place of an instruction on the way from the entry
	numbersIn       [16]zone.Steps      // where the bounds of numbers in a register stop for a while,
	numbers, places zone.Steps          // where the bounds of numbers and of pointers stop for a while
	near            zone.Near           // and those of differences
	rets            map[uint64][]uint64 // of routines, by their entries
	live            map[uint64]liveness // what may be read behind an address
	stepped         map[int64]bool      // variables of the frame to which 1 is added, or subtracted, where they are, likewise
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
	uses  regSet // what registers says
}

// cachePage is how many bytes of the data are read at once. Of a site's content the proof
// looks at a few bytes here and there: larger pages would hold the whole of it.
const cachePage = 512

type page [cachePage]byte

// holds reports that n bytes at addr are in one segment of the data.
func (r *records) holds(addr, end int64) bool {
	for _, s := range r.Data {
		lo := int64(s.Addr)
		if addr >= lo && end <= lo+int64(s.Size) && addr <= end {
			return true
		}
	}
	return false
}

// page reads the data of a page, zeros where the page has none.
func (r *records) page(addr int64) *page {
	if r.last != nil && r.lastAddr == addr {
		return r.last
	}
	b := r.cache[addr]
	if b == nil {
		b = r.readPage(addr)
		r.cache[addr] = b
	}
	r.last, r.lastAddr = b, addr
	return b
}

func (r *records) readPage(addr int64) *page {
	b := new(page)
	for _, s := range r.Data {
		lo, hi := max(addr, int64(s.Addr)), min(addr+cachePage, int64(s.Addr)+int64(s.Size))
		if lo < hi {
			s.Bytes.ReadAt(b[lo-addr:hi-addr], lo-int64(s.Addr)) // what cannot be read was refused before
		}
	}
	return b
}

// number reads n bytes of the data as one number, n being 8 at most; false where they
// are not in it. A proof reads as many numbers as a site has records, times hundreds.
func (r *records) number(addr int64, n int) (uint64, bool) {
	if !r.holds(addr, addr+int64(n)) {
		return 0, false
	}
	base, at := addr&^(cachePage-1), addr&(cachePage-1)
	b := r.page(base)
	if at+8 <= cachePage {
		return binary.LittleEndian.Uint64(b[at:]) & (^uint64(0) >> (64 - 8*n)), true
	}
	var buf [8]byte
	if copied := copy(buf[:n], b[at:]); copied < n {
		copy(buf[copied:n], r.page(base + cachePage)[:])
	}
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
func (r *records) table(k tableKey) *set {
	if t, ok := r.tables[k]; ok {
		return t
	}
	bases := []int64{0}
	if k.s != nil {
		bases = k.s.vals
	}
	r.spend(fieldWork * len(bases) * int(k.n))
	var vals []int64
	for _, b := range bases {
		for i := range k.n {
			v, ok := r.number(b+k.addr+int64(k.scale)*i, int(k.width))
			if !ok || v >= uint64(zone.Inf) {
				r.tables[k] = nil
				return nil
			}
			vals = append(vals, int64(v))
		}
	}
	r.tables[k] = r.intern(compact(vals))
	return r.tables[k]
}
