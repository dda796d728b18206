package certify

import (
	"math"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
)

// search finds what a certificate has to say, and weakens nodes of which something cannot be
// shown. It is the Guide of a check that is made to find out.
type search struct {
	nodes   []node
	fixed   bool // nodes are what they are
	input   cert.Span
	changed bool                        // the node that something comes to became weaker
	weaker  []int                       // those that did
	more    []int                       // nodes that have more variables now, which ways that came to them do not know
	again   bool                        // what was found of other ways may not hold: there is to be another round
	follows int                         // how often nodes were followed
	passed  map[uint64][]*node          // by address, of which the certificate has none: what would come there goes on
	last    map[arrow]int               // the node that was the least wrong
	answers map[uint64][]linear.Premise // by what was asked for: they may hold again
	stray   stray                       // of the node that is followed
	refused []int                       // places of nodes behind which something cannot be shown where others are passed
}

// newSearch has found nothing yet.
func newSearch(input cert.Span) *search {
	return &search{input: input, passed: map[uint64][]*node{}, last: map[arrow]int{}, answers: map[uint64][]linear.Premise{}}
}

// arrow is where ways come from that may come to a node, the first of those that fit.
type arrow struct{ from, fit int }

func (g *search) Premises(s *cert.State, goal linear.Sum) ([]linear.Premise, bool) {
	return g.premises(s, goal)
}

func (g *search) Most(s *cert.State, sum linear.Sum) (int64, []linear.Premise, bool) {
	return most(s, sum)
}

func (g *search) Bytes(s *cert.State, lo, hi linear.Sum) (int, bool) {
	for i, w := range s.Written() {
		if atMost(s, w.Lo, lo) && atMost(s, hi, w.Hi) {
			return i, true
		}
	}
	return 0, false
}

// Node takes the candidate of the state's phase and calls that is least wrong, and drops of it what cannot be
// shown.
func (g *search) Node(s *cert.State, candidates []int) (int, []linear.Sum) {
	g.changed = false
	best, images := g.node(s, candidates)
	if g.changed && best >= 0 && best < len(g.nodes) {
		g.weaker = append(g.weaker, best)
	}
	return best, images
}

func (g *search) node(s *cert.State, candidates []int) (int, []linear.Sum) {
	best, images := g.best(s, candidates)
	if best == len(g.nodes) && g.strays(s) {
		return -1, nil
	}
	if best < 0 || best == len(g.nodes) {
		return best, nil
	}
	n := &g.nodes[best]
	if !n.reached {
		images = n.bound(s, images)
	}
	if !g.fixed {
		g.weaken(n, s, images)
	}
	if n.kept != nil {
		all := images
		images = make([]linear.Sum, len(n.kept))
		for i, k := range n.kept {
			images[i] = all[k]
		}
	}
	return best, images
}

// maxStrays bounds how often ways from a node go on where nodes are, but none of their phase and calls.
const maxStrays = 16

// strays lets a way go on where it cannot come to a node: what the proof knows to be impossible, and package cert does not, may lead to the
// process's end, or to a node elsewhere.
func (g *search) strays(s *cert.State) bool {
	if x := &g.stray; x.from != s.From() || x.follow != g.follows {
		*x = stray{from: s.From(), follow: g.follows}
	}
	g.stray.times++
	return g.stray.times <= maxStrays
}

// stray is how often ways from a node did so since it was followed.
type stray struct{ from, follow, times int }

// best is the candidate that is least wrong, no node's number where none can be right, and -1 where one is better of
// which the certificate has none.
func (g *search) best(s *cert.State, candidates []int) (best int, images []linear.Sum) {
	var fit []int
	for _, i := range candidates {
		n := &g.nodes[i]
		if n.unused && (g.fixed || len(fit) > 0) {
			break
		}
		if n.unused {
			n.arrived(s)
		}
		if !n.fits(s) {
			continue
		}
		if n.own && len(fit) > 0 {
			break
		}
		if n.own {
			if !g.fixed && n.loosen(s) {
				g.more, g.changed = append(g.more, i), true
			}
			return i, n.images(s)
		}
		fit = append(fit, i)
	}
	best, images = g.least(s, fit, g.passed[g.nodes[candidates[0]].Addr])
	if best >= 0 && best < len(g.nodes) && !g.fixed && g.nodes[best].loosen(s) {
		g.more, g.changed = append(g.more, best), true
		images = g.nodes[best].images(s)
	}
	return best, images
}

// least is which of some nodes is least wrong; -1 where one of those that are passed is. What was it last for what comes from there
// is looked at first: less has to be looked at of the others.
func (g *search) least(s *cert.State, fit []int, passed []*node) (best int, images []linear.Sum) {
	if len(fit) == 1 && !slices.ContainsFunc(passed, func(n *node) bool { return n.fits(s) }) {
		return fit[0], g.nodes[fit[0]].images(s)
	}
	best, least, of := len(g.nodes), math.MaxInt/2, (*imagined)(nil)
	hint, hinted := 0, false
	if len(fit) > 0 {
		hint, hinted = g.last[arrow{s.From(), fit[0]}]
		hinted = hinted && slices.Contains(fit, hint)
	}
	look := func(i int) {
		by := g.nodes[i].imagine(s)
		if wrong := g.nodes[i].amiss(s, by, least+1); wrong < least || wrong == least && i < best {
			best, of, least = i, by, wrong
		}
	}
	if hinted {
		look(hint)
	}
	for _, i := range fit {
		if !hinted || i != hint {
			look(i)
		}
	}
	for _, n := range passed {
		if !n.fits(s) {
			continue
		}
		if wrong := n.amiss(s, n.imagine(s), least+1); wrong < least || wrong == least && n.place < g.nodes[best].place {
			return -1, nil
		}
	}
	if of == nil {
		return best, nil
	}
	g.last[arrow{s.From(), fit[0]}] = best
	return best, of.all()
}

// fits says that the node is of such a phase and calls.
func (n *node) fits(s *cert.State) bool {
	return n.Phase == s.Phase() && n.Booted.Contains(s.Booted()) && n.HasFrames(s.Frames()) && s.HasZero(n.Zero)
}

// constants counts registers that were known as constants, less than there are registers.
func (n *node) constants() (count int) {
	for _, reg := range n.regs {
		if reg.Known && (len(reg.Sum.Terms) == 0 || len(reg.Sum.Terms) == 1 && reg.Sum.Terms[0].Var < cert.FirstVar) {
			count++
		}
	}
	return min(count, len(n.regs)-1)
}

// amiss is wrong, and of those that are as wrong less where the node says more. Where it is enough or more, any such number.
func (n *node) amiss(s *cert.State, images *imagined, enough int) int {
	more, each := n.constants(), len(n.Node.Regs)
	return n.wrong(s, images, (enough+more+each-1)/each)*each - more
}

// wrong says how far a state is from what the node said at first: what is known to be otherwise weighs most,
// then a constant that is not known, then bounds. It is not added up further than enough.
func (n *node) wrong(s *cert.State, images *imagined, enough int) (count int) {
	const otherwise, unknown = 1000, 20
	if s.Answered() != n.answered && !n.Head {
		count += otherwise
	}
	for r, reg := range n.regs {
		if count >= enough {
			return count
		}
		if !reg.Known {
			continue
		}
		d, ok := images.put(reg.Sum).Plus(s.Reg(x86.Reg(r)), -1)
		switch b := s.Range(d); {
		case !ok || b.Lo > 0 || b.Hi < 0 || d.Coef(cert.StackBase) != 0 || d.Coef(cert.ImageBase) != 0:
			count += otherwise
		case b.Lo < 0 || b.Hi > 0:
			count += unknown
		}
	}
	for i, v := range n.vars {
		if count >= enough {
			return count
		}
		image := images.at(i)
		switch bits := s.BitsOf(image); {
		case v.Zeros&bits.Ones|v.Ones&bits.Zeros != 0:
			count += otherwise
		case v.Zeros&^bits.Zeros|v.Ones&^bits.Ones != 0:
			count++
		}
		switch b := s.Range(image); {
		case b.Lo > v.Hi || b.Hi < v.Lo:
			count += otherwise
		case b.Lo < v.Lo || b.Hi > v.Hi:
			count++
		}
	}
	return count
}

// Stands remembers where lines end.
func (g *search) Stands(s *cert.State, at linear.Sum) bool { return true }

// maxChosen bounds the values of a variable that is made a choice.
const maxChosen = 1 << 14

func (g *search) Chooses(s *cert.State, addr linear.Sum) bool {
	b := s.Range(addr)
	if len(addr.Terms) > 1 {
		return b.Lo != -linear.NoBound && b.Hi < b.Lo+farthestChosen
	}
	return b.Hi-b.Lo < maxChosen*addr.Terms[0].Coef
}

// farthestChosen is how far addresses may be apart that are looked at one by one, in bytes.
const farthestChosen = 1 << 24

func substitute(a linear.Sum, images []linear.Sum) linear.Sum {
	out := linear.Const(a.C)
	for _, t := range a.Terms {
		by := linear.Of(t.Var)
		if t.Var >= cert.FirstVar {
			by = images[t.Var-cert.FirstVar]
		}
		out, _ = out.Plus(by, t.Coef)
	}
	return out
}

// shown: a sum is at most 0.
func shown(s *cert.State, a linear.Sum) bool {
	_, ok := premises(s, a)
	return ok
}

func atMost(s *cert.State, a, b linear.Sum) bool {
	d, ok := a.Plus(b, -1)
	return ok && shown(s, d)
}

func same(s *cert.State, a, b linear.Sum) bool {
	return linear.Equal(a, b) || atMost(s, a, b) && atMost(s, b, a)
}
