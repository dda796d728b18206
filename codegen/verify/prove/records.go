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
func (r *records) intern(vals []int64) *set {
	r.spend(len(vals))
	h := uint64(len(vals))
	for _, v := range vals {
		h = (h ^ uint64(v)) * 0x100000001b3 // FNV-1a, by words
	}
	for _, s := range r.sets[h] {
		if slices.Equal(s.vals, vals) {
			return s
		}
	}
	s := &set{vals}
	r.hold(entryBytes + numberBytes*len(vals))
	r.sets[h] = append(r.sets[h], s)
	return s
}

// single is the set of one number.
func (r *records) single(v int64) *set {
	if s, ok := r.singles[v]; ok {
		return s
	}
	r.singles[v] = r.intern([]int64{v})
	return r.singles[v]
}

// value is o where the symbol is v.
func (r *records) value(o *origin, v int64) (int64, bool) {
	sum := o.c
	for _, part := range o.parts[:o.n] {
		x, ok := v, true
		if part.f.size != 0 {
			x, ok = r.loadField(v, part.f)
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
func (r *records) loadField(v int64, f field) (int64, bool) {
	x, ok := r.number(v+int64(f.off), int(f.size))
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
func (r *records) extent(s *set, o origin) valueRange {
	o.sym = 1
	key := rangeKey{s, o}
	if in, ok := r.extents[key]; ok {
		return in
	}
	r.hold(entryBytes)
	r.extents[key] = r.measure(s, &o)
	return r.extents[key]
}

// measure is extent, by columns.
func (r *records) measure(s *set, o *origin) valueRange {
	var columns [originParts][]int64
	for i, part := range o.parts[:o.n] {
		if columns[i] = r.column(s, part.f); columns[i] == nil {
			return valueRange{}
		}
	}
	r.spend(len(s.vals))
	in := valueRange{zone.Inf, -zone.Inf, ^uint64(0), ^uint64(0), true}
	for i := range s.vals {
		x, ok := o.c, true
		for j, part := range o.parts[:o.n] {
			if x, ok = addTimes(x, part.coef, columns[j][i]); !ok {
				return valueRange{}
			}
		}
		in.lo, in.hi = min(in.lo, x), max(in.hi, x)
		in.zeros, in.ones = in.zeros&^uint64(x), in.ones&uint64(x)
	}
	return in
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
func (r *records) column(s *set, f field) []int64 {
	if f.size == 0 {
		return s.vals
	}
	key := columnKey{s, f}
	if c, ok := r.columns[key]; ok {
		return c
	}
	r.spend(fieldWork * len(s.vals))
	c := make([]int64, len(s.vals))
	for i, v := range s.vals {
		x, ok := r.loadField(v, f)
		if !ok {
			c = nil
			break
		}
		c[i] = x
	}
	if r.columnValues += len(s.vals); r.columnValues > maxColumns {
		clear(r.columns)
		r.columnValues = len(s.vals)
	}
	r.columns[key] = c
	return c
}

// values is the set of what o is over a set.
func (r *records) values(s *set, o origin) *set {
	o.sym = 1
	key := rangeKey{s, o}
	if out, ok := r.images[key]; ok {
		return out
	}
	r.look(s)
	out := &set{}
	for _, v := range s.vals {
		x, ok := r.value(&o, v)
		if !ok {
			out = nil
			break
		}
		out.vals = append(out.vals, x)
	}
	if out != nil {
		out = r.intern(compact(out.vals))
	}
	r.images[key] = out
	return out
}

// filterKey names a subset that was computed before.
type filterKey struct {
	s      *set
	o      origin
	lo, hi int64
}

// filter is the subset for which o lies between lo and hi.
func (r *records) filter(s *set, o origin, lo, hi int64) *set {
	o.sym = 1
	if in := r.extent(s, o); !in.ok || in.lo >= lo && in.hi <= hi {
		return s
	}
	key := filterKey{s, o, lo, hi}
	if out, ok := r.filters[key]; ok {
		return out
	}
	r.look(s)
	out := &set{}
	for _, v := range s.vals {
		if x, _ := r.value(&o, v); x >= lo && x <= hi {
			out.vals = append(out.vals, v)
		}
	}
	out = r.intern(out.vals)
	r.filters[key] = out
	return out
}

// fieldWork is how many numbers cost as much as one that is read from a record.
const fieldWork = 4

// look counts that a number is read for each of a set, and the result kept by its key.
func (r *records) look(s *set) {
	r.spend(fieldWork * len(s.vals))
	r.hold(entryBytes)
}

type unionKey struct {
	a, b  *set
	shift int64
}

// union is a with b, b's values moved by shift; nil where it is too large. Where b adds
// nothing it is a itself.
func (r *records) union(a, b *set, shift int64) *set {
	if a == b && shift == 0 {
		return a
	}
	key := unionKey{a, b, shift}
	if out, ok := r.unions[key]; ok {
		return out
	}
	r.hold(entryBytes)
	r.spend(len(a.vals) + len(b.vals))
	all := merge(r.scratch[:0], a.vals, b.vals, shift)
	r.scratch = all
	var out *set
	switch {
	case len(all) == len(a.vals):
		out = a
	case len(all) <= maxValues:
		out = r.intern(slices.Clone(all))
	}
	r.unions[key] = out
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
func (r *records) link(s *state, v zone.Var) {
	o := s.vals[v].org
	if o.sym == 0 {
		return
	}
	vals := s.syms[o.sym-1]
	if in := r.extent(vals, o); in.ok {
		s.require(minus(in.lo, v))
		s.require(zone.Of(v).PlusConst(-in.hi))
	}
	for w := firstReg; w < zone.Vars; w++ {
		if w == v || s.vals[w].org.sym != o.sym {
			continue
		}
		r.relate(s, vals, v, w, 1)
		r.relate(s, vals, v, w, -1)
	}
}

// relate bounds v + k*w over a set.
func (r *records) relate(s *state, vals *set, v, w zone.Var, k int8) {
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
	in := r.extent(vals, o)
	if !in.ok {
		return
	}
	sum, _ := zone.Of(v).Plus(zone.Of(w), int32(k))
	s.require(sum.PlusConst(-in.hi))
	if k > 0 {
		return
	}
	if neg, ok := (zone.Lin{}).Plus(sum, -1); ok {
		s.require(neg.PlusConst(in.lo))
	}
}

// narrowSym takes into account that a variable's bounds became tighter: its symbol can
// only be what gives such a value.
func (r *records) narrowSym(s *state, v zone.Var) {
	o := s.vals[v].org
	if o.sym == 0 || s.vals[v].MayBeNull() {
		return
	}
	old := s.syms[o.sym-1]
	r.setSym(s, o.sym, r.filter(old, o, s.zone.Lo(v), s.zone.Hi(v)))
}

// minus is c - v.
func minus(c int64, v zone.Var) zone.Lin {
	l, _ := zone.Const(c).Plus(zone.Of(v), -1)
	return l
}
