package certify

import (
	"cmp"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
)

// steadies looks for counters that never go back along some ways of a loop: for each node the quantities that one
// may be there, of which fewer and fewer are left (A. Mackworth, "Consistency in networks of relations", 1977).
type steadies struct {
	*loop
	ways   []int   // those
	near   [][]int // of each node
	to, by [][]set // of each way and quantity at its beginning, those at its end that are not more; and the other way round
	start  []set   // what is left of itself

	sets, before []set  // of a counter that is looked for
	changed      []int  // nodes of which less is left
	waits        []bool // those that are still to be looked at

	having map[[2]int][]set // what is left with a quantity at a node; nil for nothing
	many   int              // of these are something
}

func (l *loop) newSteadies(ways []int) *steadies {
	x := &steadies{loop: l, ways: ways, near: make([][]int, len(l.part)), to: make([][]set, len(l.ways)), by: make([][]set, len(l.ways)), start: make([]set, len(l.part)), having: map[[2]int][]set{}}
	for _, w := range ways {
		p := l.ways[w]
		x.near[p.a] = append(x.near[p.a], w)
		x.near[p.b] = append(x.near[p.b], w)
		x.to[w], x.by[w] = make([]set, len(l.quantities[p.a])), make([]set, len(l.quantities[p.b]))
		for i := range x.to[w] {
			for j := range x.by[w] {
				if l.fall(p, i, j).least >= 0 {
					x.to[w][i].add(j)
					x.by[w][j].add(i)
				}
			}
		}
	}
	var all []int
	for v := range x.start {
		if len(x.near[v]) > 0 {
			all = append(all, v)
			for q := range l.quantities[v] {
				x.start[v].add(q)
			}
		}
	}
	x.prune(x.start, all)
	return x
}

// prune leaves out what nothing at the other end of a way goes with, as far as that follows from what is left at
// some nodes; false where nothing is left of one.
func (x *steadies) prune(sets []set, changed []int) bool {
	x.waits = slices.Grow(x.waits[:0], len(sets))[:len(sets)]
	clear(x.waits)
	waits := x.waits
	for _, v := range changed {
		waits[v] = true
	}
	for len(changed) > 0 {
		v := changed[len(changed)-1]
		changed, waits[v] = changed[:len(changed)-1], false
		for _, w := range x.near[v] {
			p := x.loop.ways[w]
			for _, side := range []struct {
				at, u      int
				goes, back []set
			}{{p.a, p.b, x.to[w], x.by[w]}, {p.b, p.a, x.by[w], x.to[w]}} {
				if side.u != v {
					continue // what is left at v goes with what it went with
				}
				kept := x.kept(sets, side.at, v, side.goes, side.back)
				if kept == sets[side.at] {
					continue
				}
				sets[side.at] = kept
				if kept == (set{}) {
					return false
				}
				if !waits[side.at] {
					changed, waits[side.at] = append(changed, side.at), true
				}
			}
		}
	}
	return true
}

// kept is what is left at a node that goes with something that is left at another one, and what that goes with: looked for from
// where less is left.
func (x *steadies) kept(sets []set, at, v int, goes, back []set) (kept set) {
	if sets[v].len() < sets[at].len() {
		sets[v].each(func(q int) { kept.join(&back[q]) })
		return kept.both(&sets[at])
	}
	sets[at].each(func(q int) {
		if goes[q].meets(&sets[v]) {
			kept.add(q)
		}
	})
	return kept
}

// maxHaving bounds the sets that are kept, in nodes of them.
const maxHaving = 1 << 20

// with is what is left where a node has a quantity.
func (x *steadies) with(v, q int) []set {
	sets, ok := x.having[[2]int{v, q}]
	if ok {
		return sets
	}
	sets = slices.Clone(x.start)
	sets[v] = set{}
	sets[v].add(q)
	if !x.prune(sets, []int{v}) {
		sets = nil
	}
	if sets != nil {
		x.many++
	}
	if x.many*len(x.part) > maxHaving {
		clear(x.having)
		x.many = 0
	}
	x.having[[2]int{v, q}] = sets
	return sets
}

// withBoth is what is left where the ends of a way have such quantities; nil for nothing.
func (x *steadies) withBoth(p *passage, i, j int) []set {
	a, b := x.with(p.a, i), x.with(p.b, j)
	if a == nil || b == nil {
		return nil
	}
	sets, changed := append(x.sets[:0], a...), x.changed[:0] // most are looked at once, and nothing is left
	x.sets, x.changed = sets, changed
	for v := range sets {
		sets[v] = sets[v].both(&b[v])
		switch sets[v] {
		case a[v]:
		case set{}:
			return nil
		default:
			changed = append(changed, v)
		}
	}
	if !x.prune(sets, changed) {
		return nil
	}
	return sets
}

// find is a counter that is two quantities at the ends of a way, and never goes back; nil where there is none.
func (x *steadies) find(w, i, j int) *counter {
	p := x.loop.ways[w]
	sets := x.withBoth(p, i, j)
	if sets == nil {
		return nil
	}
	c := &counter{at: make([]int, len(x.part))}
	known := make([]bool, len(x.part))
	c.at[p.a], c.at[p.b], known[p.a], known[p.b] = i, j, true, true
	fix := func(v, q int) bool {
		sets[v] = set{}
		sets[v].add(q)
		c.at[v], known[v] = q, true
		return x.prune(sets, []int{v})
	}
	for {
		// The node and quantity that are the nearest to what is known.
		at, best, least := -1, 0, int64(0)
		for _, w := range x.ways {
			p := x.loop.ways[w]
			if known[p.a] == known[p.b] {
				continue
			}
			v := p.b
			if known[p.b] {
				v = p.a
			}
			sets[v].each(func(k int) {
				var bad int64
				if v == p.b {
					bad = x.bad(p, c.at[p.a], k) + x.unlike(p.a, c.at[p.a], v, k)
				} else {
					bad = x.bad(p, k, c.at[p.b]) + x.unlike(p.b, c.at[p.b], v, k)
				}
				if at < 0 || bad < least {
					at, best, least = v, k, bad
				}
			})
		}
		if at < 0 {
			break
		}
		x.before = append(x.before[:0], sets...)
		for !fix(at, best) {
			copy(sets, x.before)
			known[at] = false
			sets[at][best/64] &^= 1 << (best % 64)
			if sets[at] == (set{}) || !x.prune(sets, []int{at}) {
				return nil
			}
			copy(x.before, sets)
			first := true
			sets[at].each(func(k int) {
				if first {
					best, first = k, false
				}
			})
		}
	}
	return c
}

// counters are some for each way that may fall along it.
func (x *steadies) counters() (out []*counter) {
	const perWay, maxTries = 4, 40
	for _, w := range x.ways {
		p := x.loop.ways[w]
		type pair struct {
			i, j int
			bad  int64
		}
		var pairs []pair
		x.start[p.a].each(func(i int) {
			x.start[p.b].each(func(j int) {
				if x.fall(p, i, j).least > 0 && (p.a != p.b || i == j) {
					pairs = append(pairs, pair{i, j, x.unlike(p.a, i, p.b, j)<<40 + x.bad(p, i, j)})
				}
			})
		})
		slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(a.bad, b.bad) })
		found := 0
		for _, c := range out {
			if x.falls(c, p) > 0 {
				found++
			}
		}
		for _, pr := range pairs[:min(len(pairs), maxTries)] {
			if found >= perWay {
				break
			}
			if slices.ContainsFunc(out, func(c *counter) bool { return c.at[p.a] == pr.i && c.at[p.b] == pr.j }) {
				continue
			}
			if c := x.find(w, pr.i, pr.j); c != nil {
				out, found = append(out, c), found+1
			}
		}
	}
	return out
}

// steady are counters that never go back along the ways of a loop, then along those that none of these falls
// along, and so on, as long as there are such.
func (l *loop) steady() (out []*counter) {
	var ways []int
	for i := range l.ways {
		ways = append(ways, i)
	}
	for level := 0; ; level++ {
		next := make([][]int, len(l.part))
		for _, w := range ways {
			next[l.ways[w].a] = append(next[l.ways[w].a], l.ways[w].b)
		}
		number := cert.Components(next)
		parts := map[int][]int{}
		costs := map[int]bool{}
		for _, w := range ways {
			if p := l.ways[w]; number[p.a] == number[p.b] {
				parts[number[p.a]] = append(parts[number[p.a]], w)
				costs[number[p.a]] = costs[number[p.a]] || p.Spent > 0
			}
		}
		var rest []int
		lowers := false
		for k := range slices.Max(append(number, 0)) + 1 {
			if !costs[k] {
				continue
			}
			x := l.newSteadies(parts[k])
			found := x.counters()
			for _, w := range parts[k] {
				if slices.ContainsFunc(found, func(c *counter) bool { return l.falls(c, l.ways[w]) > 0 }) {
					lowers = true
				} else {
					rest = append(rest, w)
				}
			}
			for _, c := range found {
				out = append(out, l.complete(c, parts[k])...)
			}
		}
		if !lowers {
			return out
		}
		ways = rest
	}
}
