package certify

import (
	"cmp"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
)

// place is where a counter may stand at a node: a register, a number on the stack, or nowhere.
type place struct {
	reg   x86.Reg // unless NoReg
	wraps bool    // of the register what it is the low 4 bytes of
	off   int64
	width uint8 // 0 for nowhere
}

// quantity is a number at a node that a loop may be counted with; the first one of each node is 0.
type quantity struct {
	is linear.Sum
	linear.Bounds
	names [][2]place // the place, or the one that is more and the one that is less
	rises bool       // less the further its places go
}

// farthest bounds how far a difference of quantities goes.
const farthest = 1 << 31

// farthestCounted bounds how far what stands at one place goes: bytes of a body, and reads of it. What is anything of 4 bytes counts nothing.
const (
	farthestCounted = 1 << 48
	anyOf4          = 1<<32 - 1
)

// quantities are those of a node's places that have bounds.
func (n *node) quantities() []quantity {
	out := []quantity{{}}
	add := func(p place, a linear.Sum) {
		for _, base := range []linear.Var{cert.StackBase, cert.ImageBase} {
			a, _ = a.Plus(linear.Of(base), -a.Coef(base))
		}
		b := n.bounds(a)
		if a.IsConst() || b.Lo <= -farthest || b.Hi >= farthestCounted || b.Hi == anyOf4 || b.Lo == b.Hi {
			return
		}
		for _, rises := range []bool{false, true} {
			q, of, ok := a, b, true
			if rises {
				q, ok = a.Times(-1)
				of = linear.Bounds{Lo: -b.Hi, Hi: -b.Lo}
			}
			i := slices.IndexFunc(out, func(x quantity) bool { return linear.Equal(x.is, q) })
			if i < 0 && ok {
				i, out = len(out), append(out, quantity{is: q, Bounds: of, rises: rises})
			}
			if ok {
				out[i].names = append(out[i].names, [2]place{p})
			}
		}
	}
	for r := range x86.Reg(16) {
		if n.Regs[r].Known {
			add(place{reg: r}, n.Regs[r].Sum)
		}
		if n.Wraps[r].Known {
			add(place{reg: r, wraps: true}, n.Wraps[r].Sum)
		}
	}
	for _, c := range n.Cells {
		add(place{reg: x86.NoReg, off: c.Off, width: c.Width}, c.Sum)
	}
	return append(out, n.differences(out)...)
}

// farApart bounds by how much a quantity may be known to be more than another one so that their difference counts.
const farApart = 64

// differences are quantities of which one is known to be no less than the other, by about as much as nothing, and the
// sums of two such of which the one lies within what is left by the other: what is behind the place where a search goes
// back, and how far it has still to go.
func (n *node) differences(of []quantity) (out []quantity) {
	single := map[linear.Var]place{}
	for _, q := range of[1:] {
		if len(q.is.Terms) == 1 && q.is.Terms[0].Coef == 1 {
			single[q.is.Terms[0].Var] = q.names[0][0]
		}
	}
	type apart struct{ more, less linear.Var }
	least := map[apart]int64{}
	for _, f := range n.Facts {
		if len(f.Terms) != 2 || f.Terms[0].Coef*f.Terms[1].Coef != -1 || f.C < -farApart || f.C > farthest {
			continue
		}
		less, more := f.Terms[0].Var, f.Terms[1].Var
		if f.Terms[0].Coef < 0 {
			less, more = more, less
		}
		_, okA := single[more]
		_, okB := single[less]
		if old, had := least[apart{more, less}]; okA && okB && (!had || old < f.C) {
			least[apart{more, less}] = f.C
		}
	}
	of2 := func(x apart) linear.Sum {
		a, _ := linear.Of(x.more).Plus(linear.Of(x.less), -1)
		return a
	}
	add := func(is linear.Sum, least int64, names ...[2]place) {
		if hi := n.bounds(is).Hi; hi < farthest {
			out = append(out, quantity{is: is, Bounds: linear.Bounds{Lo: least, Hi: hi}, names: names})
		}
	}
	var all []apart
	for x := range least {
		all = append(all, x)
	}
	slices.SortFunc(all, func(a, b apart) int { return cmp.Or(cmp.Compare(a.more, b.more), cmp.Compare(a.less, b.less)) })
	for _, x := range all {
		add(of2(x), least[x], [2]place{single[x.more], single[x.less]})
	}
	for _, x := range all {
		for _, y := range all {
			if _, within := least[apart{x.less, y.more}]; within && x.more != y.less && x.more != y.more && x.less != y.less {
				both, ok := of2(x).Plus(of2(y), 1)
				if ok && len(both.Terms) == 4 && len(out) < maxDifferences {
					add(both, least[x]+least[y], [2]place{single[x.more], single[x.less]}, [2]place{single[y.more], single[y.less]})
				}
			}
		}
	}
	return out
}

// maxDifferences bounds how many differences of a node are looked at.
const maxDifferences = 100
