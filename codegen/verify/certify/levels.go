package certify

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
)

// place is what a level may count with at a node: a register, a number on the stack, or nothing.
type place struct {
	reg   x86.Reg // unless NoReg
	wraps bool    // of the register what it is the low 4 bytes of
	off   int64
	width uint8 // 0 for nothing
}

// nothing stands for a constant.
var nothing = place{reg: x86.NoReg}

// places are those of a node that have bounds, and nothing.
func (n *node) places() []place {
	out := []place{nothing}
	for r := range x86.Reg(16) {
		for _, p := range []place{{reg: r}, {reg: r, wraps: true}} {
			if n.bounded(p) {
				out = append(out, p)
			}
		}
	}
	for _, c := range n.Cells {
		if p := (place{reg: x86.NoReg, off: c.Off, width: c.Width}); n.bounded(p) {
			out = append(out, p)
		}
	}
	return out
}

// farthest bounds what a level may count with: outer levels pay for it.
const farthest = 1 << 31

// bounded says that a place is known at a node, and bounded as a distance from where it is based.
func (n *node) bounded(p place) bool {
	a, ok := n.at(p)
	b := a.Range(func(v linear.Var) linear.Bounds { return n.Vars[v-cert.FirstVar].Bounds })
	return ok && len(a.Terms) > 0 && b.Lo > -farthest && b.Hi < farthest
}

// at is what a place holds, less where it is based.
func (n *node) at(p place) (linear.Sum, bool) {
	a, ok := linear.Sum{}, p == nothing
	if p.wraps {
		a, ok = n.Wraps[p.reg].Sum, n.Wraps[p.reg].Known
	} else if p.reg != x86.NoReg {
		a, ok = n.Regs[p.reg].Sum, n.Regs[p.reg].Known
	} else if i := slices.IndexFunc(n.Cells, func(c cert.Cell) bool { return c.Off == p.off && c.Width == p.width }); i >= 0 && !ok {
		a, ok = n.Cells[i].Sum, true
	}
	for _, base := range []linear.Var{cert.StackBase, cert.ImageBase} {
		a, _ = a.Plus(linear.Of(base), -a.Coef(base))
	}
	return a, ok
}

// choice says what counts at each node, falling or rising. A loop's nodes may count with different places:
// what is at its head the end of the last line is further on the beginning of the next one.
type choice struct {
	*ranker
	ways   []way
	passed []way // which outer levels lower that only tell parts apart: constants make up for these too
	at     map[int]place
	rising bool
}

// change is that of a quantity along a way.
type change struct {
	way      *cert.State
	from, to place
	rising   bool
}

// unknown is by how much a quantity falls along a way, if nothing bounds that.
const unknown = -1 << 40

// fall is by how much what counts falls along a way at least, if it is at one place and then at another one.
func (c *choice) fall(w int, from, to place) int64 { return c.fallOn(c.ways[w], from, to) }

func (c *choice) fallOn(w way, from, to place) int64 {
	key := change{w.at, from, to, c.rising}
	if d, ok := c.falls[key]; ok {
		return d
	}
	d := int64(unknown)
	a, okA := c.nodes[w.From].at(from)
	b, okB := c.nodes[w.To].at(to)
	rise, ok := substitute(b, w.Images).Plus(a, -1)
	if c.rising {
		rise, _ = rise.Times(-1)
	}
	if n, _, bounded := most(w.at, rise); ok && okA && okB && bounded && n < -unknown {
		d = -n
	}
	c.falls[key] = d
	return d
}

// bad says how bad it is for a level what counts does along a way.
func (c *choice) bad(w int) int64 {
	return c.worth(c.fall(w, c.at[c.ways[w].From], c.at[c.ways[w].To]))
}

func (c *choice) worth(d int64) int64 { return min(1000, max(0, -d)) }

// mend lets nodes count with other places as long as that is better for the ways to and from them.
func (c *choice) mend(part []int) {
	const passes = 6
	of := map[int][]int{}
	for i, w := range c.ways {
		of[w.From] = append(of[w.From], i)
		if w.To != w.From {
			of[w.To] = append(of[w.To], i)
		}
	}
	sum := func(v int) (n int64) {
		for _, w := range of[v] {
			n += c.bad(w)
		}
		return n
	}
	for range passes {
		mended := false
		for _, v := range part {
			best, least := c.at[v], sum(v)
			if least == 0 {
				continue
			}
			for _, p := range c.nodes[v].places() {
				if c.at[v] = p; sum(v) < least {
					best, least, mended = p, sum(v), true
				}
			}
			c.at[v] = best
		}
		if !mended {
			return
		}
	}
}

// level is what it says as a sum at each node, with the constants that it takes that no way raises it (Bellman
// and Ford), and the ways that do not lower it; false where it rises along a cycle.
func (c *choice) level() (l level, tight []way, ok bool) {
	dist := map[int]int64{}
	fall := make([]int64, len(c.ways))
	for i, w := range c.ways {
		if fall[i] = c.fall(i, c.at[w.From], c.at[w.To]); fall[i] == unknown {
			return l, nil, false
		}
	}
	all := c.ways
	for _, w := range c.passed {
		if d := c.fallOn(w, c.at[w.From], c.at[w.To]); d != unknown {
			all, fall = append(all[:len(all):len(all)], w), append(fall, d)
		}
	}
	for round, changed := 0, true; changed; round++ {
		changed = false
		for i, w := range all {
			if d := dist[w.From] + fall[i]; d < dist[w.To] {
				dist[w.To], changed = d, true
			}
		}
		if round > len(c.at) {
			return l, nil, false
		}
	}
	l.at = map[int]linear.Sum{}
	for v, p := range c.at {
		a, _ := c.nodes[v].at(p)
		if c.rising {
			a, _ = a.Times(-1)
		}
		if l.at[v], ok = a.PlusConst(dist[v]); !ok {
			return l, nil, false
		}
	}
	for i, w := range c.ways {
		if dist[w.From]+fall[i] > dist[w.To] {
			l.lowers = append(l.lowers, w)
		} else {
			tight = append(tight, w)
		}
	}
	return l, tight, true
}

// best is the level that lowers the most ways and raises none, and the ways that it does not lower.
func (r *ranker) best(part []int, ways, passed []way) (best level, tight []way) {
	var seeds []place
	for _, v := range part {
		for _, p := range r.nodes[v].places() {
			if p != nothing && !slices.Contains(seeds, p) {
				seeds = append(seeds, p)
			}
		}
	}
	for _, seed := range seeds {
		for _, rising := range []bool{false, true} {
			for _, other := range append([]place{nothing}, seeds...) {
				c := &choice{ranker: r, ways: ways, passed: passed, at: map[int]place{}, rising: rising}
				for _, v := range part {
					switch n := &r.nodes[v]; {
					case n.bounded(seed):
						c.at[v] = seed
					case n.bounded(other):
						c.at[v] = other
					default:
						c.at[v] = nothing
					}
				}
				c.mend(part)
				l, left, ok := c.level()
				if ok && len(l.lowers) > len(best.lowers) {
					best, tight = l, left
				}
				if ok || c.wrong() > maxWrong {
					break
				}
			}
		}
	}
	return best, tight
}

// maxWrong is how many ways may be bad for a level so that another place is tried for nodes that have not its own.
const maxWrong = 6

// wrong counts the ways that are bad.
func (c *choice) wrong() (n int) {
	for i := range c.ways {
		if c.bad(i) > 0 {
			n++
		}
	}
	return n
}
