package meet

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// alignRecords makes a pointer to one record in a a choice of one, where b has a choice
// of several, and gives a the fields that b knows of it.
func alignRecords(p *code.Program, a, b *domain.State) {
	for v := value.FirstReg; v < value.FirstSlot; v++ {
		o := b.Vals[v].Origin
		if !o.Pointer() || !a.Vals[v].Is(meaning.Image) || a.Vals[v].Origin.Sym != 0 || a.Zone.Lo(v) != a.Zone.Hi(v) {
			continue
		}
		base := a.Zone.Lo(v) - o.Const // in b, the symbol's own value
		sym := a.NewSym(p.Single(base))
		if sym < 0 {
			continue
		}
		for w := value.FirstReg; w < zone.Vars; w++ {
			if b.Vals[w].Origin.Sym == o.Sym && a.Vals[w].Origin.Sym == 0 {
				alignRecord(p, a, b, w, base, sym)
			}
		}
	}
}

// alignRecord gives w in a the origin that it has in b, if that has the value that w
// has; a ghost takes that value.
func alignRecord(p *code.Program, a, b *domain.State, w zone.Var, base int64, sym int) {
	o := b.Vals[w].Origin
	x, ok := p.Value(&o, base)
	ghost := value.IsGhost(w)
	if !ok || !ghost && (!a.Vals[w].Like(b.Vals[w].Meaning) || a.Zone.Lo(w) != x || a.Zone.Hi(w) != x) {
		return
	}
	if ghost {
		a.Assign(w, value.Constant(x))
	}
	o.Sym = uint8(sym + 1)
	a.Vals[w].Origin = o
}
