package search

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
)

// agenda holds the nodes that are to be visited, and says which one is next: within a
// loop all that stand behind the last one, and its head again when these are done; then
// what stands behind the loop. A stage is left when nothing of it is on the agenda, for the first that
// has some.
type agenda struct {
	*code.Schedule
	waiting [stages][]*Node
	stage   stage // that is worked at
	last    *Node
}

// stage is a part of what a process does. A process that serves many connections turns from one
// client to the next in a loop around all that handles a request: how far its variables go is found
// before what is handled is looked at. Its children never come back to it.
type stage uint8

const (
	boots   stage = iota // and all there is of a process that serves one connection
	turns                // between two clients
	handles              // a client's requests
	leaves               // a child, with descriptors that it has to close
	alone                // a child that has closed them
	stages
)

// stage is that of a node.
func (n *Node) stage() stage {
	switch {
	case n.Key.loop == domain.HandedOver:
		return leaves
	case n.Key.loop == domain.HandedAlone:
		return alone
	case n.Key.loop == domain.Looping && (n.Key.phase == domain.Serving || n.Key.phase == domain.Reading):
		return handles
	case n.Key.loop == domain.Looping:
		return turns
	}
	return boots
}

// add puts a node on the agenda, unless it is there.
func (a *agenda) add(n *Node) {
	if !n.queued {
		n.queued = true
		at := n.stage()
		a.waiting[at] = append(a.waiting[at], n)
	}
}

// next takes a node off the agenda, nil where that is empty.
func (a *agenda) next() *Node {
	if len(a.waiting[a.stage]) == 0 {
		some := slices.IndexFunc(a.waiting[:], func(of []*Node) bool { return len(of) > 0 })
		if some < 0 {
			return nil
		}
		a.stage = stage(some)
	}
	loop := int32(0)
	if a.last != nil && a.last.Order < len(a.Inside) {
		loop = a.Inside[a.last.Order]
	}
	for {
		if i := a.pick(&a.Loops[loop]); i >= 0 {
			return a.take(i)
		}
		loop = a.Loops[loop].Outer
	}
}

// pick is the node of a loop that comes behind the last one, or the first of all; -1
// where none is of the loop.
func (a *agenda) pick(l *code.LoopPlaces) int {
	behind, first, waiting := -1, -1, a.waiting[a.stage]
	for i, n := range waiting {
		if n.Order < int(l.First) || n.Order >= int(l.End) {
			continue
		}
		if first < 0 || n.before(waiting[first]) {
			first = i
		}
		if (a.last == nil || a.last.before(n)) && (behind < 0 || n.before(waiting[behind])) {
			behind = i
		}
	}
	if behind >= 0 {
		return behind
	}
	return first
}

func (a *agenda) take(i int) *Node {
	waiting := a.waiting[a.stage]
	n, last := waiting[i], len(waiting)-1
	waiting[i] = waiting[last]
	a.waiting[a.stage] = waiting[:last]
	n.queued = false
	n.visits++
	a.last = n
	return n
}

// before: n stands before m in the order of visits.
func (n *Node) before(m *Node) bool {
	return n.Order < m.Order || n.Order == m.Order && n.Number < m.Number
}

// comeBack counts a round of a loop: what comes back behind one visit of its head, on
// several ways, is one.
func (n *Node) comeBack() {
	if n.Patience.Round != n.visits {
		n.Patience.Round = n.visits
		n.Rounds++
	}
}

// place is where a state's site stands in the order. Where more returns are known than
// can be, the outermost ones are left out.
func place(s *code.Schedule, pc uint64, frames []domain.Frame) int {
	for first := 0; first <= len(frames); first++ {
		n, ok := 0, true
		for _, f := range frames[first:] {
			if f.Saved || f.To == 0 {
				continue
			}
			if n, ok = s.Numbers[code.Pushed{Under: n, To: f.To}]; !ok {
				break
			}
		}
		if at, known := s.Places[code.Site{PC: pc, Calls: n}]; ok && known {
			return at
		}
	}
	return 0
}
