package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// A register may point to one of many records in the data, or hold one of the numbers
// of a table. Its symbol then is that finite set; other registers that were computed
// from the same choice name the same symbol, so that a bound of two of them together
// is found by going through the set once.

const (
	maxSyms   = 8
	maxValues = 1 << 18 // of a set: bounds memory
)

// set is a finite set of numbers, ascending. It never changes.
type set struct{ vals []int64 }

// intern gives the one set that has these numbers, which are ascending and different:
// sets are the same if they are equal.
func (p *program) intern(vals []int64) *set {
	p.spend(len(vals))
	h := uint64(len(vals))
	for _, v := range vals {
		h = (h ^ uint64(v)) * 0x100000001b3 // FNV-1a, by words
	}
	for _, s := range p.sets[h] {
		if slices.Equal(s.vals, vals) {
			return s
		}
	}
	s := &set{vals}
	p.hold(entryBytes + numberBytes*len(vals))
	p.sets[h] = append(p.sets[h], s)
	return s
}

// single is the set of one number.
func (p *program) single(v int64) *set {
	if s, ok := p.singles[v]; ok {
		return s
	}
	p.singles[v] = p.intern([]int64{v})
	return p.singles[v]
}

// value is o where the symbol is v.
func (p *program) value(o *origin, v int64) (int64, bool) {
	sum := o.c
	for _, part := range o.parts[:o.n] {
		x, ok := v, true
		if part.f.size != 0 {
			x, ok = p.loadField(v, part.f)
		}
		if ok {
			sum, ok = addTimes(sum, part.coef, x)
		}
		if !ok {
			return 0, false
		}
	}
	return sum, true
}

// loadField reads a record's number.
func (p *program) loadField(v int64, f field) (int64, bool) {
	x, ok := p.number(v+int64(f.off), int(f.size))
	if !ok {
		return 0, false
	}
	if f.signed {
		shift := 64 - 8*uint(f.size)
		return int64(x<<shift) >> shift, true
	}
	return int64(x), f.size < 8 || int64(x) >= 0 && int64(x) < far // beyond it bounds say nothing
}

// rangeKey names a range that was computed before.
type rangeKey struct {
	s *set
	o origin
}

type valueRange struct {
	lo, hi      int64
	zeros, ones uint64 // bits that are the same in all
	ok          bool
}

// extent is the range of o over its symbol's set.
func (p *program) extent(s *set, o origin) valueRange {
	o.sym = 1
	key := rangeKey{s, o}
	if r, ok := p.extents[key]; ok {
		return r
	}
	p.hold(entryBytes)
	p.extents[key] = p.measure(s, &o)
	return p.extents[key]
}

// measure is extent, by columns.
func (p *program) measure(s *set, o *origin) valueRange {
	var columns [originParts][]int64
	for i, part := range o.parts[:o.n] {
		if columns[i] = p.column(s, part.f); columns[i] == nil {
			return valueRange{}
		}
	}
	p.spend(len(s.vals))
	r := valueRange{zone.Inf, -zone.Inf, ^uint64(0), ^uint64(0), true}
	for i := range s.vals {
		x, ok := o.c, true
		for j, part := range o.parts[:o.n] {
			if x, ok = addTimes(x, part.coef, columns[j][i]); !ok {
				return valueRange{}
			}
		}
		r.lo, r.hi = min(r.lo, x), max(r.hi, x)
		r.zeros, r.ones = r.zeros&^uint64(x), r.ones&uint64(x)
	}
	return r
}

// columnKey names what a field is in each of a set.
type columnKey struct {
	s *set
	f field
}

// maxColumns is how many numbers of columns are held: they are forgotten together.
const maxColumns = 1 << 22

// column is the field of each of a set's records, or what the set is for no field; nil
// where one cannot be read. A site's records lie scattered over more memory than a
// processor keeps at hand, and are asked for again and again.
func (p *program) column(s *set, f field) []int64 {
	if f.size == 0 {
		return s.vals
	}
	key := columnKey{s, f}
	if c, ok := p.columns[key]; ok {
		return c
	}
	p.spend(fieldWork * len(s.vals))
	c := make([]int64, len(s.vals))
	for i, v := range s.vals {
		x, ok := p.loadField(v, f)
		if !ok {
			c = nil
			break
		}
		c[i] = x
	}
	if p.columnValues += len(s.vals); p.columnValues > maxColumns {
		clear(p.columns)
		p.columnValues = len(s.vals)
	}
	p.columns[key] = c
	return c
}

// values is the set of what o is over a set.
func (p *program) values(s *set, o origin) *set {
	o.sym = 1
	key := rangeKey{s, o}
	if out, ok := p.images[key]; ok {
		return out
	}
	p.look(s)
	out := &set{}
	for _, v := range s.vals {
		x, ok := p.value(&o, v)
		if !ok {
			out = nil
			break
		}
		out.vals = append(out.vals, x)
	}
	if out != nil {
		out = p.intern(compact(out.vals))
	}
	p.images[key] = out
	return out
}

// filterKey names a subset that was computed before.
type filterKey struct {
	s      *set
	o      origin
	lo, hi int64
}

// filter is the subset for which o lies between lo and hi.
func (p *program) filter(s *set, o origin, lo, hi int64) *set {
	o.sym = 1
	if r := p.extent(s, o); !r.ok || r.lo >= lo && r.hi <= hi {
		return s
	}
	key := filterKey{s, o, lo, hi}
	if out, ok := p.filters[key]; ok {
		return out
	}
	p.look(s)
	out := &set{}
	for _, v := range s.vals {
		if x, _ := p.value(&o, v); x >= lo && x <= hi {
			out.vals = append(out.vals, v)
		}
	}
	out = p.intern(out.vals)
	p.filters[key] = out
	return out
}

// fieldWork is how many numbers cost as much as one that is read from a record.
const fieldWork = 4

// look counts that a number is read for each of a set, and the result kept by its key.
func (p *program) look(s *set) {
	p.spend(fieldWork * len(s.vals))
	p.hold(entryBytes)
}

type unionKey struct {
	a, b  *set
	shift int64
}

// union is a with b, b's values moved by shift; nil where it is too large. Where b adds
// nothing it is a itself.
func (p *program) union(a, b *set, shift int64) *set {
	if a == b && shift == 0 {
		return a
	}
	key := unionKey{a, b, shift}
	if out, ok := p.unions[key]; ok {
		return out
	}
	p.hold(entryBytes)
	p.spend(len(a.vals) + len(b.vals))
	all := merge(p.scratch[:0], a.vals, b.vals, shift)
	p.scratch = all
	var out *set
	switch {
	case len(all) == len(a.vals):
		out = a
	case len(all) <= maxValues:
		out = p.intern(slices.Clone(all))
	}
	p.unions[key] = out
	return out
}

// merge appends to dst the numbers of a and those of b, moved by shift, each once. All are
// ascending.
func merge(dst, a, b []int64, shift int64) []int64 {
	for len(a) > 0 && len(b) > 0 {
		x, y := a[0], b[0]+shift
		if x <= y {
			a = a[1:]
		}
		if y <= x {
			b = b[1:]
		}
		dst = append(dst, min(x, y))
	}
	dst = append(dst, a...)
	for _, y := range b {
		dst = append(dst, y+shift)
	}
	return dst
}

// newSym gives a set a free number, -1 where there is none.
func (s *state) newSym(vals *set) int {
	var used [maxSyms]bool
	for i := range s.vals {
		if o := &s.vals[i].org; o.sym != 0 {
			used[o.sym-1] = true
		}
	}
	for i := range s.temps {
		if o := &s.temps[i].org; o.sym != 0 {
			used[o.sym-1] = true
		}
	}
	for i := range used {
		if !used[i] {
			s.syms[i] = vals
			return i
		}
	}
	return -1
}

// link notes how a variable that has an origin relates to the others of its symbol.
func (p *program) link(s *state, v zone.Var) {
	o := s.vals[v].org
	if o.sym == 0 {
		return
	}
	vals := s.syms[o.sym-1]
	if r := p.extent(vals, o); r.ok {
		s.require(minus(r.lo, v))
		s.require(zone.Of(v).PlusConst(-r.hi))
	}
	for w := firstReg; w < zone.Vars; w++ {
		if w == v || s.vals[w].org.sym != o.sym {
			continue
		}
		p.relate(s, vals, v, w, 1)
		p.relate(s, vals, v, w, -1)
	}
}

// relate bounds v + k*w over a set.
func (p *program) relate(s *state, vals *set, v, w zone.Var, k int8) {
	o := s.vals[v].org.plus(s.vals[w].org, k)
	if o.sym == 0 {
		if s.vals[v].org == s.vals[w].org && k < 0 { // the same
			d, _ := zone.Of(v).Plus(zone.Of(w), -1)
			s.zone.RequireEqual(d)
		}
		return
	}
	pointers := !s.vals[v].IsNumber() || !s.vals[w].IsNumber()
	if (pointers || s.vals[v].org.besides(&s.vals[w].org)) != (k > 0) {
		return // of a place and a length the end is of interest, of two lengths the difference
	}
	r := p.extent(vals, o)
	if !r.ok {
		return
	}
	sum, _ := zone.Of(v).Plus(zone.Of(w), int32(k))
	s.require(sum.PlusConst(-r.hi))
	if k > 0 {
		return
	}
	if neg, ok := (zone.Lin{}).Plus(sum, -1); ok {
		s.require(neg.PlusConst(r.lo))
	}
}

// narrowSym takes into account that a variable's bounds became tighter: its symbol can
// only be what gives such a value.
func (p *program) narrowSym(s *state, v zone.Var) {
	o := s.vals[v].org
	if o.sym == 0 || s.vals[v].MayBeNull() {
		return
	}
	old := s.syms[o.sym-1]
	p.setSym(s, o.sym, p.filter(old, o, s.zone.Lo(v), s.zone.Hi(v)))
}

// minus is c - v.
func minus(c int64, v zone.Var) zone.Lin {
	l, _ := zone.Const(c).Plus(zone.Of(v), -1)
	return l
}
