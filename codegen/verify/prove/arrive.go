package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
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

// byCarry are the cases of a state in which CF is set, and clear, where an instruction behind
// pc may ask for it.
func (e *engine) byCarry(s *state, pc uint64) []*state {
	if e.flags[pc]&carryAsked == 0 || s.cmp.carry != maybe || s.cmp.kind != isa.FlagsSub {
		return []*state{s}
	}
	below := e.free.clone(s)
	e.assume(s, isa.CondAE)
	e.assume(below, isa.CondB)
	return slices.DeleteFunc([]*state{below, s}, func(s *state) bool { return s.zone.Empty() })
}

// simplify forgets what is of no use at pc.
func (e *engine) simplify(s *state, pc uint64) {
	if !e.returns[pc] {
		for i := range s.frames {
			s.frames[i].to = 0 // no return is reached from here
		}
	}
	s.cmp = flagState{zero: e.liveFlag(s, pc), carry: e.liveCarry(s, pc)}
	if e.flags[pc] == 0 {
		s.traces.flags = ofNothing
		s.unasked = isa.AllFlags
	}
	for r := range isa.Reg(16) {
		if e.live[pc].regs>>r&1 == 0 {
			s.forget(regVar(r)) // nobody asks
			s.setTrace(r, 8, ofAnything)
		}
	}
	for i, sl := range s.slots {
		if sl.size != 0 && s.phase >= serving && e.isDead(s, sl.off, pc) {
			s.dropSlot(i)
		}
	}
	e.bitsAlone(s)
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

// bitsAlone keeps of a register of flags its bits: as a number it is of no interest.
func (e *engine) bitsAlone(s *state) {
	if s.phase.booting() {
		return
	}
	for v := firstReg; v < firstSlot; v++ {
		if e.flagRegs>>(v-firstReg)&1 == 0 || !s.vals[v].IsNumber() {
			continue
		}
		t := s.whole(v)
		k := s.knownBits(&t)
		s.vals[v].zeros, s.vals[v].ones = k.zeros, k.ones
		s.zone.Forget(v)
	}
}

// liveFlag is ZF, where an instruction behind pc may ask for it.
func (e *engine) liveFlag(s *state, pc uint64) flag {
	if e.flags[pc]&zeroAsked == 0 {
		return maybe
	}
	return s.zeroFlag()
}

// liveCarry is CF, where an instruction behind pc may ask for it.
func (e *engine) liveCarry(s *state, pc uint64) flag {
	if e.flags[pc]&carryAsked == 0 {
		return maybe
	}
	return s.cmp.carry
}
