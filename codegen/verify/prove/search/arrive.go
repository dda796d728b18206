package search

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/kernel"
	"github.com/verbosel/verbosel/codegen/verify/prove/meet"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// arrive joins a state with what is known at pc, and queues pc if that is new. It may
// come from inside a loop, back to its head.
func (e *Engine) arrive(s *domain.State, pc uint64, back bool) {
	for _, s := range e.ByCarry(s, pc) {
		s.Simplify(e.Program, pc)
		e.put(s, pc, back)
	}
}

// put joins a state with the node that it belongs to.
func (e *Engine) put(s *domain.State, pc uint64, back bool) {
	key := e.Key(s, pc)
	n := e.Nodes[key]
	switch {
	case n == nil:
		if !e.mayGrow(key) {
			return
		}
		n = &Node{Key: key, State: s, Order: place(e.Plan, pc, s.Frames), Number: len(e.Nodes)}
		e.Nodes[key] = n
		e.Hold(domain.StateBytes)
	default:
		e.noteSplits(n.State, s, pc)
		_, apart := e.rounds(s, pc)
		if !e.meet(n, s, back && e.Loops[pc] && !apart) {
			return
		}
		if n.Joins > maxJoins {
			e.PC = pc
			e.Fail(rules.Bounds, "what is known here does not settle")
		}
	}
	e.agenda.add(n)
}

// mayGrow says that there may be one more node: a loop of the boot that does not end would
// make one for each of its rounds.
func (e *Engine) mayGrow(key NodeKey) bool {
	e.PC = key.PC
	if key.phase.Booting() {
		e.boots[key.PC]++
	}
	switch {
	case len(e.Nodes) >= kernel.MaxNodes:
		e.TooLarge("more than %d places would have to be told apart", kernel.MaxNodes)
	case e.boots[key.PC] > kernel.MaxBoots:
		e.Fail(rules.Bounds, "the boot comes here more than %d times: it is not known to end", kernel.MaxBoots)
	}
	return e.Failure == nil
}

// meet joins a state, which it uses up, into what is known at a node, and says whether
// that is new there. back says that it comes back to a loop's head.
func (e *Engine) meet(n *Node, s *domain.State, back bool) bool {
	if meet.Contains(e.Program, n.State, s) {
		e.Free.Put(s)
		return false
	}
	rounds, round := n.Rounds, n.Patience.Round
	if back {
		n.comeBack()
	}
	joined := meet.Join(e.Program, &e.Free, n.State, s, &n.History, back)
	joined.MakeRoom()
	if e.Lie != nil {
		e.Lie(n.State, joined)
	}
	if meet.Covers(e.Program, n.State, joined) {
		n.Rounds, n.Patience.Round = rounds, round
		e.Free.Put(joined)
		return false
	}
	n.Joins++
	n.Widened = n.Widened || back
	joined.Trace = n.State.Trace
	e.Free.Put(n.State)
	n.State = joined
	return true
}
