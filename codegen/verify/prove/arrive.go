package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// arrive joins a state with what is known at pc, and queues pc if that is new. It may
// come from inside a loop, back to its head.
func (e *engine) arrive(s *state, pc uint64, back bool) {
	for _, s := range e.byCarry(s, pc) {
		e.simplify(s, pc)
		e.put(s, pc, back)
	}
}

// put joins a state with the node that it belongs to.
func (e *engine) put(s *state, pc uint64, back bool) {
	key := e.key(s, pc)
	n := e.nodes[key]
	switch {
	case n == nil:
		if !e.mayGrow(key) {
			return
		}
		n = &node{key: key, state: s, order: e.plan.place(pc, s.frames), number: len(e.nodes)}
		e.nodes[key] = n
		e.hold(stateBytes)
	default:
		e.noteSplits(n.state, s, pc)
		_, apart := e.rounds(s, pc)
		if !e.meet(n, s, back && e.loops[pc] && !apart) {
			return
		}
		if n.joins > maxJoins {
			e.pc = pc
			e.fail(rules.Bounds, "what is known here does not settle")
		}
	}
	e.agenda.add(n)
}

// mayGrow says that there may be one more node: a loop of the boot that does not end would
// make one for each of its rounds.
func (e *engine) mayGrow(key nodeKey) bool {
	e.pc = key.pc
	if key.phase.booting() {
		e.boots[key.pc]++
	}
	switch {
	case len(e.nodes) >= maxNodes:
		e.fail(rules.Bounds, "the program is too large to be proved")
	case e.boots[key.pc] > maxBoots:
		e.fail(rules.Bounds, "the boot comes here more than %d times: it is not known to end", maxBoots)
	}
	return e.failure == nil
}
