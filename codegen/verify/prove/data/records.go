package data

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// A register may point to one of many records in the data, or hold one of the numbers
// of a table. Its symbol then is that finite set; other registers that were computed
// from the same choice name the same symbol, so that a bound of two of them together
// is found by going through the set once.

const (
	MaxSyms   = 8
	MaxValues = 1 << 18 // of a set: bounds memory
)

// Set is a finite set of numbers, ascending. It never changes.
type Set struct{ Vals []int64 }

// Intern gives the one set that has these numbers, which are ascending and different:
// sets are the same if they are equal.
func (r *Records) Intern(vals []int64) *Set {
	r.Spend(len(vals))
	h := uint64(len(vals))
	for _, v := range vals {
		h = (h ^ uint64(v)) * 0x100000001b3 // FNV-1a, by words
	}
	for _, s := range r.sets[h] {
		if slices.Equal(s.Vals, vals) {
			return s
		}
	}
	s := &Set{vals}
	r.Hold(entryBytes + numberBytes*len(vals))
	r.sets[h] = append(r.sets[h], s)
	return s
}

// Single is the set of one number.
func (r *Records) Single(v int64) *Set {
	if s, ok := r.singles[v]; ok {
		return s
	}
	r.singles[v] = r.Intern([]int64{v})
	return r.singles[v]
}

// Value is o where the symbol is v.
func (r *Records) Value(o *Origin, v int64) (int64, bool) {
	sum := o.Const
	for _, part := range o.Parts[:o.N] {
		x, ok := v, true
		if part.Field.Size != 0 {
			x, ok = r.loadField(v, part.Field)
		}
		if ok {
			sum, ok = AddTimes(sum, part.Coef, x)
		}
		if !ok {
			return 0, false
		}
	}
	return sum, true
}

// loadField reads a record's number.
func (r *Records) loadField(v int64, f Field) (int64, bool) {
	x, ok := r.Number(v+int64(f.Off), int(f.Size))
	if !ok {
		return 0, false
	}
	if f.Signed {
		shift := 64 - 8*uint(f.Size)
		return int64(x<<shift) >> shift, true
	}
	return int64(x), f.Size < 8 || int64(x) >= 0 && int64(x) < Far // beyond it bounds say nothing
}

// rangeKey names a range that was computed before.
type rangeKey struct {
	s *Set
	o Origin
}

type valueRange struct {
	Lo, Hi      int64
	Zeros, Ones uint64 // bits that are the same in all
	Ok          bool
}

// Extent is the range of o over its symbol's set.
func (r *Records) Extent(s *Set, o Origin) valueRange {
	o.Sym = 1
	key := rangeKey{s, o}
	if in, ok := r.extents[key]; ok {
		return in
	}
	r.Hold(entryBytes)
	r.extents[key] = r.measure(s, &o)
	return r.extents[key]
}

// measure is extent, by columns.
func (r *Records) measure(s *Set, o *Origin) valueRange {
	var columns [originParts][]int64
	for i, part := range o.Parts[:o.N] {
		if columns[i] = r.column(s, part.Field); columns[i] == nil {
			return valueRange{}
		}
	}
	r.Spend(len(s.Vals))
	in := valueRange{zone.Inf, -zone.Inf, ^uint64(0), ^uint64(0), true}
	for i := range s.Vals {
		x, ok := o.Const, true
		for j, part := range o.Parts[:o.N] {
			if x, ok = AddTimes(x, part.Coef, columns[j][i]); !ok {
				return valueRange{}
			}
		}
		in.Lo, in.Hi = min(in.Lo, x), max(in.Hi, x)
		in.Zeros, in.Ones = in.Zeros&^uint64(x), in.Ones&uint64(x)
	}
	return in
}

// columnKey names what a field is in each of a set.
type columnKey struct {
	s *Set
	f Field
}

// maxColumns is how many numbers of columns are held: they are forgotten together.
const maxColumns = 1 << 22

// column is the field of each of a set's records, or what the set is for no field; nil
// where one cannot be read. A site's records lie scattered over more memory than a
// processor keeps at hand, and are asked for again and again.
func (r *Records) column(s *Set, f Field) []int64 {
	if f.Size == 0 {
		return s.Vals
	}
	key := columnKey{s, f}
	if c, ok := r.columns[key]; ok {
		return c
	}
	r.Spend(fieldWork * len(s.Vals))
	c := make([]int64, len(s.Vals))
	for i, v := range s.Vals {
		x, ok := r.loadField(v, f)
		if !ok {
			c = nil
			break
		}
		c[i] = x
	}
	if r.columnValues += len(s.Vals); r.columnValues > maxColumns {
		clear(r.columns)
		r.columnValues = len(s.Vals)
	}
	r.columns[key] = c
	return c
}

// Values is the set of what o is over a set.
func (r *Records) Values(s *Set, o Origin) *Set {
	o.Sym = 1
	key := rangeKey{s, o}
	if out, ok := r.images[key]; ok {
		return out
	}
	r.look(s)
	out := &Set{}
	for _, v := range s.Vals {
		x, ok := r.Value(&o, v)
		if !ok {
			out = nil
			break
		}
		out.Vals = append(out.Vals, x)
	}
	if out != nil {
		out = r.Intern(Compact(out.Vals))
	}
	r.images[key] = out
	return out
}

// filterKey names a subset that was computed before.
type filterKey struct {
	s      *Set
	o      Origin
	lo, hi int64
}

// Filter is the subset for which o lies between lo and hi.
func (r *Records) Filter(s *Set, o Origin, lo, hi int64) *Set {
	o.Sym = 1
	if in := r.Extent(s, o); !in.Ok || in.Lo >= lo && in.Hi <= hi {
		return s
	}
	key := filterKey{s, o, lo, hi}
	if out, ok := r.filters[key]; ok {
		return out
	}
	r.look(s)
	out := &Set{}
	for _, v := range s.Vals {
		if x, _ := r.Value(&o, v); x >= lo && x <= hi {
			out.Vals = append(out.Vals, v)
		}
	}
	out = r.Intern(out.Vals)
	r.filters[key] = out
	return out
}

// fieldWork is how many numbers cost as much as one that is read from a record.
const fieldWork = 4

// look counts that a number is read for each of a set, and the result kept by its key.
func (r *Records) look(s *Set) {
	r.Spend(fieldWork * len(s.Vals))
	r.Hold(entryBytes)
}

type unionKey struct {
	a, b  *Set
	shift int64
}

// Union is a with b, b's values moved by shift; nil where it is too large. Where b adds
// nothing it is a itself.
func (r *Records) Union(a, b *Set, shift int64) *Set {
	if a == b && shift == 0 {
		return a
	}
	key := unionKey{a, b, shift}
	if out, ok := r.unions[key]; ok {
		return out
	}
	r.Hold(entryBytes)
	r.Spend(len(a.Vals) + len(b.Vals))
	all := merge(r.scratch[:0], a.Vals, b.Vals, shift)
	r.scratch = all
	var out *Set
	switch {
	case len(all) == len(a.Vals):
		out = a
	case len(all) <= MaxValues:
		out = r.Intern(slices.Clone(all))
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

// chosenKey names a subset that was computed before.
type chosenKey struct {
	s, to *Set
	o     Origin
}

// Choose is the subset for which o is one of a few numbers.
func (r *Records) Choose(s *Set, o Origin, to *Set) *Set {
	o.Sym = 1
	key := chosenKey{s, to, o}
	if out, ok := r.chosen[key]; ok {
		return out
	}
	r.look(s)
	out := &Set{}
	for _, v := range s.Vals {
		x, ok := r.Value(&o, v)
		if _, found := slices.BinarySearch(to.Vals, x); found || !ok {
			out.Vals = append(out.Vals, v)
		}
	}
	out = r.Intern(out.Vals)
	r.chosen[key] = out
	return out
}

// Compact puts numbers in order, each once, in place.
func Compact(vals []int64) []int64 {
	slices.Sort(vals)
	return slices.Compact(vals)
}
