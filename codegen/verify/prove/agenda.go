package prove

import "slices"

// agenda holds the nodes that are to be visited, and says which one is next: within a
// loop all that stand behind the last one, and its head again when these are done; then
// what stands behind the loop. A stage is left when nothing of it is on the agenda, for the first that
// has some.
type agenda struct {
	*schedule
	waiting [stages][]*node
	stage   stage // that is worked at
	last    *node
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
func (n *node) stage() stage {
	switch {
	case n.key.loop == handedOver:
		return leaves
	case n.key.loop == handedAlone:
		return alone
	case n.key.loop == looping && (n.key.phase == serving || n.key.phase == reading):
		return handles
	case n.key.loop == looping:
		return turns
	}
	return boots
}

// add puts a node on the agenda, unless it is there.
func (a *agenda) add(n *node) {
	if !n.queued {
		n.queued = true
		at := n.stage()
		a.waiting[at] = append(a.waiting[at], n)
	}
}

// next takes a node off the agenda, nil where that is empty.
func (a *agenda) next() *node {
	if len(a.waiting[a.stage]) == 0 {
		some := slices.IndexFunc(a.waiting[:], func(of []*node) bool { return len(of) > 0 })
		if some < 0 {
			return nil
		}
		a.stage = stage(some)
	}
	loop := int32(0)
	if a.last != nil && a.last.order < len(a.inside) {
		loop = a.inside[a.last.order]
	}
	for {
		if i := a.pick(&a.loops[loop]); i >= 0 {
			return a.take(i)
		}
		loop = a.loops[loop].outer
	}
}

// pick is the node of a loop that comes behind the last one, or the first of all; -1
// where none is of the loop.
func (a *agenda) pick(l *loopPlaces) int {
	behind, first, waiting := -1, -1, a.waiting[a.stage]
	for i, n := range waiting {
		if n.order < int(l.first) || n.order >= int(l.end) {
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

func (a *agenda) take(i int) *node {
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
func (n *node) before(m *node) bool {
	return n.order < m.order || n.order == m.order && n.number < m.number
}

// comeBack counts a round of a loop: what comes back behind one visit of its head, on
// several ways, is one.
func (n *node) comeBack() {
	if n.patience.Round != n.visits {
		n.patience.Round = n.visits
		n.rounds++
	}
}
