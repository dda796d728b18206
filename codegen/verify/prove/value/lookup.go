package value

import (
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Lookup is a byte of a table in the data: the one at addr + (index - lo).
type Lookup struct {
	Addr  int64
	Index zone.Lin
	Lo    int64
	Prov  *Provenance // of the index
}

// Replace puts by in v's place; without a replacement nothing is left of a lookup by v.
func (l *Lookup) Replace(v zone.Var, by zone.Lin, ok bool) *Lookup {
	c := *l
	if l.Prov != nil && l.Prov.Addr.Coef(v) != 0 {
		c.Prov = l.Prov.Replace(v, by, ok)
	}
	if l.Index.Coef(v) != 0 {
		if !ok {
			return nil
		}
		if c.Index, ok = l.Index.Replace(v, by); !ok {
			return nil
		}
	}
	return &c
}
