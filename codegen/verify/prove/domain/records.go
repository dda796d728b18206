package domain

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// NewSym gives a set a free number, -1 where there is none.
func (s *State) NewSym(vals *data.Set) int {
	var used [data.MaxSyms]bool
	for i := range s.Vals {
		if o := &s.Vals[i].Origin; o.Sym != 0 {
			used[o.Sym-1] = true
		}
	}
	for i := range s.Temps {
		if o := &s.Temps[i].Origin; o.Sym != 0 {
			used[o.Sym-1] = true
		}
	}
	for i := range used {
		if !used[i] {
			s.Syms[i] = vals
			return i
		}
	}
	return -1
}

// Link notes how a variable that has an origin relates to the others of its symbol.
func (s *State) Link(r *data.Records, v zone.Var) {
	o := s.Vals[v].Origin
	if o.Sym == 0 {
		return
	}
	vals := s.Syms[o.Sym-1]
	if in := r.Extent(vals, o); in.Ok {
		s.Require(value.Minus(in.Lo, v))
		s.Require(zone.Of(v).PlusConst(-in.Hi))
	}
	for w := value.FirstReg; w < zone.Vars; w++ {
		if w == v || s.Vals[w].Origin.Sym != o.Sym {
			continue
		}
		s.relate(r, vals, v, w, 1)
		s.relate(r, vals, v, w, -1)
	}
}

// relate bounds v + k*w over a set.
func (s *State) relate(r *data.Records, vals *data.Set, v, w zone.Var, k int8) {
	o := s.Vals[v].Origin.Plus(s.Vals[w].Origin, k)
	if o.Sym == 0 {
		if s.Vals[v].Origin == s.Vals[w].Origin && k < 0 { // the same
			d, _ := zone.Of(v).Plus(zone.Of(w), -1)
			s.Zone.RequireEqual(d)
		}
		return
	}
	pointers := !s.Vals[v].IsNumber() || !s.Vals[w].IsNumber()
	if (pointers || s.Vals[v].Origin.Besides(&s.Vals[w].Origin)) != (k > 0) {
		return // of a place and a length the end is of interest, of two lengths the difference
	}
	in := r.Extent(vals, o)
	if !in.Ok {
		return
	}
	sum, _ := zone.Of(v).Plus(zone.Of(w), int32(k))
	s.Require(sum.PlusConst(-in.Hi))
	if k > 0 {
		return
	}
	if neg, ok := (zone.Lin{}).Plus(sum, -1); ok {
		s.Require(neg.PlusConst(in.Lo))
	}
}

// NarrowSym takes into account that a variable's bounds became tighter: its symbol can
// only be what gives such a value.
func (s *State) NarrowSym(r *data.Records, v zone.Var) {
	o := s.Vals[v].Origin
	if o.Sym == 0 || s.Vals[v].MayBeNull() {
		return
	}
	old := s.Syms[o.Sym-1]
	s.setSym(r, o.Sym, r.Filter(old, o, s.Zone.Lo(v), s.Zone.Hi(v)))
}
