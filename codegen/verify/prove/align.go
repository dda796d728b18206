package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// alignRecords makes a pointer to one record in a a choice of one, where b has a choice
// of several, and gives a the fields that b knows of it.
func (p *program) alignRecords(a, b *state) {
	for v := firstReg; v < firstSlot; v++ {
		o := b.vals[v].org
		if !o.pointer() || !a.vals[v].Is(meaning.Image) || a.vals[v].org.sym != 0 || a.zone.Lo(v) != a.zone.Hi(v) {
			continue
		}
		base := a.zone.Lo(v) - o.c // in b, the symbol's own value
		sym := a.newSym(p.single(base))
		if sym < 0 {
			continue
		}
		for w := firstReg; w < zone.Vars; w++ {
			if b.vals[w].org.sym == o.sym && a.vals[w].org.sym == 0 {
				p.alignRecord(a, b, w, base, sym)
			}
		}
	}
}

// alignRecord gives w in a the origin that it has in b, if that has the value that w
// has; a ghost takes that value.
func (p *program) alignRecord(a, b *state, w zone.Var, base int64, sym int) {
	o := b.vals[w].org
	x, ok := p.value(&o, base)
	ghost := isGhost(w)
	if !ok || !ghost && (!a.vals[w].Like(b.vals[w].Meaning) || a.zone.Lo(w) != x || a.zone.Hi(w) != x) {
		return
	}
	if ghost {
		a.assign(w, constant(x))
	}
	o.sym = uint8(sym + 1)
	a.vals[w].org = o
}
