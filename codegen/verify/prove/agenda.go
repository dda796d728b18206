package prove

// agenda holds the nodes that are to be visited, and says which one is next: within a
// loop all that stand behind the last one, and its head again when these are done; then
// what stands behind the loop.
type agenda struct {
	*schedule
	waiting []*node
	last    *node
}

// add puts a node on the agenda, unless it is there.
func (a *agenda) add(n *node) {
	if !n.queued {
		n.queued = true
		a.waiting = append(a.waiting, n)
	}
}

// next takes a node off the agenda, nil where that is empty.
func (a *agenda) next() *node {
	if len(a.waiting) == 0 {
		return nil
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
	behind, first := -1, -1
	for i, n := range a.waiting {
		if n.order < int(l.first) || n.order >= int(l.end) {
			continue
		}
		if first < 0 || n.before(a.waiting[first]) {
			first = i
		}
		if (a.last == nil || a.last.before(n)) && (behind < 0 || n.before(a.waiting[behind])) {
			behind = i
		}
	}
	if behind >= 0 {
		return behind
	}
	return first
}

func (a *agenda) take(i int) *node {
	n := a.waiting[i]
	last := len(a.waiting) - 1
	a.waiting[i] = a.waiting[last]
	a.waiting = a.waiting[:last]
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
