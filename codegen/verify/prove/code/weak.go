package code

import (
	"math"

	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// Site is an instruction together with the calls that have not returned there, by the
// number that calls gives them.
type Site struct {
	PC    uint64
	Calls int
}

// Calls numbers the stacks of return addresses; the empty one is 0.
type Calls struct {
	Numbers map[Pushed]int
	stacks  []Pushed // by number
}

// Pushed is a return address on top of a stack.
type Pushed struct {
	Under int
	To    uint64
}

// NewCalls is a tree of calls that has its root alone.
func NewCalls() *Calls { return &Calls{map[Pushed]int{}, []Pushed{{}}} }

// Push is the number of a stack with one more return address.
func (c *Calls) Push(under int, to uint64) int {
	n, ok := c.Numbers[Pushed{under, to}]
	if !ok {
		n = len(c.stacks)
		c.Numbers[Pushed{under, to}] = n
		c.stacks = append(c.stacks, Pushed{under, to})
	}
	return n
}

// maxSites bounds how many sites are put in order: a routine has its own for each of its
// calls.
const maxSites = 1 << 14

// Schedule says in which order sites are visited: a weak topological order (F. Bourdoncle,
// "Efficient chaotic iteration strategies with widenings", 1993, section 3). Each loop is
// in one piece, and what follows it stands behind: so a loop settles before what it found
// goes on.
type Schedule struct {
	*Calls
	Places map[Site]int // in the order
	Inside []int32      // of each place, the innermost loop
	Loops  []LoopPlaces // the first one is the whole program
}

// LoopPlaces are the places of a loop, from first up to end, and the loop around it.
type LoopPlaces struct{ First, End, Outer int32 }

// newSchedule puts the program's sites in order.
func (p *Program) newSchedule() *Schedule {
	g := siteGraph{Calls: NewCalls(), index: map[Site]int32{}, seen: map[uint64]bool{}}
	for _, root := range p.roots() {
		if !g.seen[root] {
			g.explore(p, Site{root, 0})
		}
	}
	w := weaken(g.out)
	s := &Schedule{Calls: g.Calls, Places: make(map[Site]int, len(g.sites)), Loops: w.loops}
	n := int32(len(g.sites))
	s.Inside = make([]int32, n)
	for i, v := range w.order { // which is backwards
		at := n - 1 - int32(i)
		s.Places[g.sites[v]] = int(at)
		s.Inside[at] = w.inside[v]
	}
	for i, l := range s.Loops {
		s.Loops[i].First, s.Loops[i].End = n-l.End, n-l.First
	}
	s.Loops[0] = LoopPlaces{0, math.MaxInt32, 0}
	return s
}

// siteGraph is the program with its calls told apart.
type siteGraph struct {
	*Calls
	sites []Site
	index map[Site]int32
	seen  map[uint64]bool // the instructions among them
	out   [][]int32
}

// explore adds the sites that can be reached from one.
func (g *siteGraph) explore(p *Program, root Site) {
	if g.add(root) < 0 {
		return
	}
	for i := int(g.index[root]); i < len(g.sites); i++ {
		for _, to := range g.successors(p, g.sites[i]) {
			if !p.Returns[to.PC] {
				to.Calls = 0
			}
			if n := g.add(to); n >= 0 {
				g.out[i] = append(g.out[i], n)
			}
		}
	}
}

// add is a site's number, -1 for one that is too many.
func (g *siteGraph) add(s Site) int32 {
	if n, ok := g.index[s]; ok {
		return n
	}
	if len(g.sites) == maxSites {
		return -1
	}
	n := int32(len(g.sites))
	g.index[s], g.seen[s.PC] = n, true
	g.sites = append(g.sites, s)
	g.out = append(g.out, nil)
	return n
}

// successors are those of a site: a call leads to its routine alone, and a return to the
// place behind its call.
func (g *siteGraph) successors(p *Program, s Site) []Site {
	in := p.Insts[s.PC]
	switch {
	case in.Op == isa.CALL:
		return []Site{{in.Target, g.Push(s.Calls, in.Next())}}
	case in.Op == isa.RET:
		if top := g.stacks[s.Calls]; s.Calls != 0 {
			return []Site{{top.To, top.Under}}
		}
		return nil
	}
	var out []Site
	for _, to := range p.goesOn(in, successors(in)) {
		out = append(out, Site{to, s.Calls})
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
	loops  []LoopPlaces
	loop   int32 // that is being put in order
}

// Placed is the number of what was put in order.
const Placed = math.MaxInt32

func weaken(out [][]int32) *weak {
	w := &weak{out: out, num: make([]int32, len(out)), inside: make([]int32, len(out)), loops: make([]LoopPlaces, 1)}
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
	w.num[v] = Placed
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
	w.loops = append(w.loops, LoopPlaces{First: int32(len(w.order)), Outer: outer})
	w.loop = loop
	for _, to := range w.out[head] {
		if w.num[to] == 0 {
			w.visit(to)
		}
	}
	w.inside[head] = loop
	w.order = append(w.order, head)
	w.loops[loop].End = int32(len(w.order))
	w.loop = outer
}
