package data

import (
	"encoding/binary"
	"io"

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

// Records are an Image's data, and what was computed of them.
type Records struct {
	Image
	Budget
	cache        map[int64]*page // pages of the data that were looked at
	last         *page           // the one that was looked at last, at lastAddr
	lastAddr     int64
	extents      map[rangeKey]valueRange
	columns      map[columnKey][]int64
	columnValues int               // in columns
	sets         map[uint64][]*Set // by a hash of their numbers
	scratch      []int64           // of union
	singles      map[int64]*Set
	images       map[rangeKey]*Set
	filters      map[filterKey]*Set
	chosen       map[chosenKey]*Set
	unions       map[unionKey]*Set
	tables       map[TableKey]*Set
}

// NewRecords are an image's, of which nothing was read yet.
func NewRecords(img Image) *Records {
	return &Records{
		Image: img, Budget: newBudget(&img), cache: map[int64]*page{}, columns: map[columnKey][]int64{},
		extents: map[rangeKey]valueRange{}, images: map[rangeKey]*Set{}, singles: map[int64]*Set{}, sets: map[uint64][]*Set{},
		filters: map[filterKey]*Set{}, unions: map[unionKey]*Set{}, chosen: map[chosenKey]*Set{}, tables: map[TableKey]*Set{},
	}
}

// cachePage is how many bytes of the data are read at once. Of a site's content the proof
// looks at a few bytes here and there: larger pages would hold the whole of it.
const cachePage = 512

type page [cachePage]byte

// Holds reports that n bytes at addr are in one segment of the data.
func (r *Records) Holds(addr, end int64) bool {
	for _, s := range r.Data {
		lo := int64(s.Addr)
		if addr >= lo && end <= lo+int64(s.Size) && addr <= end {
			return true
		}
	}
	return false
}

// page reads the data of a page, zeros where the page has none.
func (r *Records) page(addr int64) *page {
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

func (r *Records) readPage(addr int64) *page {
	b := new(page)
	for _, s := range r.Data {
		lo, hi := max(addr, int64(s.Addr)), min(addr+cachePage, int64(s.Addr)+int64(s.Size))
		if lo < hi {
			s.Bytes.ReadAt(b[lo-addr:hi-addr], lo-int64(s.Addr)) // what cannot be read was refused before
		}
	}
	return b
}

// Number reads n bytes of the data as one number, n being 8 at most; false where they
// are not in it. A proof reads as many numbers as a site has records, times hundreds.
func (r *Records) Number(addr int64, n int) (uint64, bool) {
	if !r.Holds(addr, addr+int64(n)) {
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

// TableKey names a table: see table.
type TableKey struct {
	Addr  int64
	S     *Set
	Scale int32
	N     int64
	Width uint8
}

// Table is the set of the numbers at base + addr + scale*i, i from 0 to n-1, base being
// each of s, or 0 where that is nil.
func (r *Records) Table(k TableKey) *Set {
	if t, ok := r.tables[k]; ok {
		return t
	}
	bases := []int64{0}
	if k.S != nil {
		bases = k.S.Vals
	}
	r.Spend(fieldWork * len(bases) * int(k.N))
	var vals []int64
	for _, b := range bases {
		for i := range k.N {
			v, ok := r.Number(b+k.Addr+int64(k.Scale)*i, int(k.Width))
			if !ok || v >= uint64(zone.Inf) {
				r.tables[k] = nil
				return nil
			}
			vals = append(vals, int64(v))
		}
	}
	r.tables[k] = r.Intern(Compact(vals))
	return r.tables[k]
}
