package step

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// loadTable reads one of several numbers: an index times its size behind a pointer.
func (e *Executor) loadTable(s *domain.State, addr *value.Term, width uint8) value.Term {
	key, index, ok := e.indexed(s, addr, width)
	if !ok {
		return value.Unknown(width)
	}
	if width == 1 {
		t := value.Unknown(1)
		if key.S != nil || key.Scale != 1 {
			return t
		}
		t.Table = &value.Lookup{Addr: key.Addr, Index: index.lin, Lo: index.lo, Prov: index.prov}
		return t
	}
	n := int64(1)
	if key.S != nil {
		n = int64(len(key.S.Vals))
	}
	if width != 4 || key.N*n > maxEntries {
		return value.Unknown(width)
	}
	vals := e.Table(key)
	if vals == nil || len(vals.Vals) > data.MaxValues {
		return value.Unknown(width)
	}
	sym := s.NewSym(vals)
	if sym < 0 {
		return value.Unknown(width)
	}
	t := value.Between(vals.Vals[0], vals.Vals[len(vals.Vals)-1])
	t.Origin = data.Self(sym)
	return t
}

// maxEntries bounds the numbers of a table, or of all those that a pointer may say, of which
// many are the same: 100,000 routes have half a million.
const maxEntries = 1 << 21

// tableIndex is the variable that chooses an entry.
type tableIndex struct {
	lin  zone.Lin
	lo   int64
	prov *value.Provenance
}

// indexed splits an address into the table and the variable that is the index.
func (e *Executor) indexed(s *domain.State, addr *value.Term, width uint8) (data.TableKey, tableIndex, bool) {
	key := data.TableKey{Width: width}
	var index tableIndex
	if addr.Lo != 0 || addr.Hi != 0 {
		return key, index, false
	}
	rest, fits := addr.Lin, true
	put := func(v zone.Var, c int64) {
		if next, ok := rest.Replace(v, zone.Const(c)); ok {
			rest = next
		} else {
			fits = false
		}
	}
	for _, t := range addr.Lin.Terms() {
		v := s.Vals[t.Var]
		lo, hi := s.Zone.Lo(t.Var), s.Zone.Hi(t.Var)
		switch {
		case lo == hi:
			put(t.Var, lo)
		case v.Is(meaning.Image) && v.Origin.Pointer() && t.Coef == 1 && key.S == nil:
			key.S = s.Syms[v.Origin.Sym-1]
			put(t.Var, v.Origin.Const)
		case key.N == 0 && t.Coef > 0 && hi-lo < data.MaxValues:
			key.Scale, key.N = int32(t.Coef), hi-lo+1
			index = tableIndex{zone.Of(t.Var), lo, s.Prov[t.Var]}
			put(t.Var, lo)
		default:
			return key, index, false
		}
	}
	if !fits || !rest.IsConst() || key.N == 0 {
		return key, index, false
	}
	key.Addr = rest.C
	return key, index, true
}
