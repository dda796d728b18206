package prove

import (
	"math"

	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// site is an instruction together with the calls that have not returned there, by the
// number that calls gives them.
type site struct {
	pc    uint64
	calls int
}

// calls numbers the stacks of return addresses; the empty one is 0.
type calls struct {
	numbers map[pushed]int
	stacks  []pushed // by number
}

// pushed is a return address on top of a stack.
type pushed struct {
	under int
	to    uint64
}

func newCalls() *calls { return &calls{map[pushed]int{}, []pushed{{}}} }

// push is the number of a stack with one more return address.
func (c *calls) push(under int, to uint64) int {
	n, ok := c.numbers[pushed{under, to}]
	if !ok {
		n = len(c.stacks)
		c.numbers[pushed{under, to}] = n
		c.stacks = append(c.stacks, pushed{under, to})
	}
	return n
}

// maxSites bounds how many sites are put in order: a routine has its own for each of its
// calls.
const maxSites = 1 << 14

// schedule says in which order sites are visited: a weak topological order (F. Bourdoncle,
// "Efficient chaotic iteration strategies with widenings", 1993, section 3). Each loop is
// in one piece, and what follows it stands behind: so a loop settles before what it found
// goes on.
type schedule struct {
	*calls
	places map[site]int // in the order
	inside []int32      // of each place, the innermost loop
	loops  []loopPlaces // the first one is the whole program
}

// loopPlaces are the places of a loop, from first up to end, and the loop around it.
type loopPlaces struct{ first, end, outer int32 }

// newSchedule puts the program's sites in order.
func (p *program) newSchedule() *schedule {
	g := siteGraph{calls: newCalls(), index: map[site]int32{}, seen: map[uint64]bool{}}
	for _, root := range p.roots() {
		if !g.seen[root] {
			g.explore(p, site{root, 0})
		}
	}
	w := weaken(g.out)
	s := &schedule{calls: g.calls, places: make(map[site]int, len(g.sites)), loops: w.loops}
	n := int32(len(g.sites))
	s.inside = make([]int32, n)
	for i, v := range w.order { // which is backwards
		at := n - 1 - int32(i)
		s.places[g.sites[v]] = int(at)
		s.inside[at] = w.inside[v]
	}
	for i, l := range s.loops {
		s.loops[i].first, s.loops[i].end = n-l.end, n-l.first
	}
	s.loops[0] = loopPlaces{0, math.MaxInt32, 0}
	return s
}

// place is where a state's site stands in the order. Where more returns are known than
// can be, the outermost ones are left out.
func (s *schedule) place(pc uint64, frames []frame) int {
	for first := 0; first <= len(frames); first++ {
		n, ok := 0, true
		for _, f := range frames[first:] {
			if f.saved || f.to == 0 {
				continue
			}
			if n, ok = s.numbers[pushed{n, f.to}]; !ok {
				break
			}
		}
		if at, known := s.places[site{pc, n}]; ok && known {
			return at
		}
	}
	return 0
}

// siteGraph is the program with its calls told apart.
type siteGraph struct {
	*calls
	sites []site
	index map[site]int32
	seen  map[uint64]bool // the instructions among them
	out   [][]int32
}

// explore adds the sites that can be reached from one.
func (g *siteGraph) explore(p *program, root site) {
	if g.add(root) < 0 {
		return
	}
	for i := int(g.index[root]); i < len(g.sites); i++ {
		for _, to := range g.successors(p, g.sites[i]) {
			if !p.returns[to.pc] {
				to.calls = 0
			}
			if n := g.add(to); n >= 0 {
				g.out[i] = append(g.out[i], n)
			}
		}
	}
}

// add is a site's number, -1 for one that is too many.
func (g *siteGraph) add(s site) int32 {
	if n, ok := g.index[s]; ok {
		return n
	}
	if len(g.sites) == maxSites {
		return -1
	}
	n := int32(len(g.sites))
	g.index[s], g.seen[s.pc] = n, true
	g.sites = append(g.sites, s)
	g.out = append(g.out, nil)
	return n
}

// successors are those of a site: a call leads to its routine alone, and a return to the
// place behind its call.
func (g *siteGraph) successors(p *program, s site) []site {
	in := p.insts[s.pc]
	switch {
	case in.Op == isa.CALL:
		return []site{{in.Target, g.push(s.calls, in.Next())}}
	case in.Op == isa.RET:
		if top := g.stacks[s.calls]; s.calls != 0 {
			return []site{{top.to, top.under}}
		}
		return nil
	}
	var out []site
	for _, to := range p.goesOn(in, successors(in)) {
		out = append(out, site{to, s.calls})
	}
	return out
}

// weak is the computation of a weak topological order.
type weak struct {
	out    [][]int32
	num    []int32 // in the order of the search; 0 before it, placed behind it
	stack  []int32
	count  int32
	order  []int32 // backwards
	inside []int32 // of each vertex, the loop
	loops  []loopPlaces
	loop   int32 // that is being put in order
}

const placed = math.MaxInt32

func weaken(out [][]int32) *weak {
	w := &weak{out: out, num: make([]int32, len(out)), inside: make([]int32, len(out)), loops: make([]loopPlaces, 1)}
	for v := range out {
		if w.num[v] == 0 {
			w.visit(int32(v))
		}
	}
	return w
}

// visit puts the strongly connected parts in order that can be reached from a vertex. Its
// result is the least number of a vertex on the stack that can be.
func (w *weak) visit(v int32) int32 {
	w.stack = append(w.stack, v)
	w.count++
	w.num[v] = w.count
	head, loops := w.count, false
	for _, to := range w.out[v] {
		least := w.num[to]
		if least == 0 {
			least = w.visit(to)
		}
		if least <= head {
			head, loops = least, true
		}
	}
	if head != w.num[v] {
		return head
	}
	w.num[v] = placed
	for n := len(w.stack) - 1; ; n-- {
		u := w.stack[n]
		w.stack = w.stack[:n]
		if u == v {
			break
		}
		w.num[u] = 0
	}
	if loops {
		w.inner(v)
		return head
	}
	w.inside[v] = w.loop
	w.order = append(w.order, v)
	return head
}

// inner puts a loop in order, from its head on.
func (w *weak) inner(head int32) {
	outer, loop := w.loop, int32(len(w.loops))
	w.loops = append(w.loops, loopPlaces{first: int32(len(w.order)), outer: outer})
	w.loop = loop
	for _, to := range w.out[head] {
		if w.num[to] == 0 {
			w.visit(to)
		}
	}
	w.inside[head] = loop
	w.order = append(w.order, head)
	w.loops[loop].end = int32(len(w.order))
	w.loop = outer
}
