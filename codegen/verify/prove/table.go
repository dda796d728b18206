package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// loadTable reads one of several numbers: an index times its size behind a pointer.
func (e *executor) loadTable(s *state, addr *term, width uint8) term {
	key, index, ok := e.indexed(s, addr, width)
	if !ok {
		return unknown(width)
	}
	if width == 1 {
		t := unknown(1)
		if key.s != nil || key.scale != 1 {
			return t
		}
		t.table = &lookup{addr: key.addr, index: index.lin, lo: index.lo, prov: index.prov}
		return t
	}
	n := int64(1)
	if key.s != nil {
		n = int64(len(key.s.vals))
	}
	if width != 4 || key.n*n > maxEntries {
		return unknown(width)
	}
	vals := e.table(key)
	if vals == nil || len(vals.vals) > maxValues {
		return unknown(width)
	}
	sym := s.newSym(vals)
	if sym < 0 {
		return unknown(width)
	}
	t := between(vals.vals[0], vals.vals[len(vals.vals)-1])
	t.org = self(sym)
	return t
}

// maxEntries bounds the numbers of a table, or of all those that a pointer may say, of which
// many are the same: 100,000 routes have half a million.
const maxEntries = 1 << 21

// tableIndex is the variable that chooses an entry.
type tableIndex struct {
	lin  zone.Lin
	lo   int64
	prov *provenance
}

// indexed splits an address into the table and the variable that is the index.
func (e *executor) indexed(s *state, addr *term, width uint8) (tableKey, tableIndex, bool) {
	key := tableKey{width: width}
	var index tableIndex
	if addr.lo != 0 || addr.hi != 0 {
		return key, index, false
	}
	rest, fits := addr.lin, true
	put := func(v zone.Var, c int64) {
		if next, ok := rest.Replace(v, zone.Const(c)); ok {
			rest = next
		} else {
			fits = false
		}
	}
	for _, t := range addr.lin.Terms() {
		v := s.vals[t.Var]
		lo, hi := s.zone.Lo(t.Var), s.zone.Hi(t.Var)
		switch {
		case lo == hi:
			put(t.Var, lo)
		case v.Is(meaning.Image) && v.org.pointer() && t.Coef == 1 && key.s == nil:
			key.s = s.syms[v.org.sym-1]
			put(t.Var, v.org.c)
		case key.n == 0 && t.Coef > 0 && hi-lo < maxValues:
			key.scale, key.n = int32(t.Coef), hi-lo+1
			index = tableIndex{zone.Of(t.Var), lo, s.prov[t.Var]}
			put(t.Var, lo)
		default:
			return key, index, false
		}
	}
	if !fits || !rest.IsConst() || key.n == 0 {
		return key, index, false
	}
	key.addr = rest.C
	return key, index, true
}
