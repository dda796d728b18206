package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// byCarry are the cases of a state in which CF is set, and clear, where an instruction behind
// pc may ask for it.
func (e *executor) byCarry(s *state, pc uint64) []*state {
	if e.flags[pc]&carryAsked == 0 || s.cmp.carry != maybe || s.cmp.kind != isa.FlagsSub {
		return []*state{s}
	}
	below := e.free.clone(s)
	e.assume(s, isa.CondAE)
	e.assume(below, isa.CondB)
	return slices.DeleteFunc([]*state{below, s}, func(s *state) bool { return s.zone.Empty() })
}

// simplify forgets what is of no use at pc.
func (p *program) simplify(s *state, pc uint64) {
	if !p.returns[pc] {
		for i := range s.frames {
			s.frames[i].to = 0 // no return is reached from here
		}
	}
	s.cmp = flagState{zero: p.liveFlag(s, pc), carry: p.liveCarry(s, pc)}
	if p.flags[pc] == 0 {
		s.traces.flags = ofNothing
		s.unasked = isa.AllFlags
	}
	now := p.aliveAt(s, pc)
	for r := range isa.Reg(16) {
		if now.regs>>r&1 == 0 {
			s.forget(regVar(r)) // nobody asks
			s.setTrace(r, 8, ofAnything)
			s.stale.add(r)
			s.fixed &^= 1 << r
		}
	}
	for i, sl := range s.slots {
		if sl.size != 0 && s.phase >= serving && p.isDead(s, sl.off, now) {
			s.dropSlot(i)
		}
	}
	s.makeRoom()
	p.bitsAlone(s)
}

// makeRoom drops the variables of which nothing is known: they take the room of others. A process
// that serves many connections has some of its own beside those of requests.
func (s *state) makeRoom() {
	for i, sl := range s.slots {
		if v := firstSlot + zone.Var(i); sl.size != 0 && s.loop != noLoop && s.vals[v] == (value{}) && !s.zone.Says(v) {
			s.dropSlot(i)
		}
	}
}

// bitsAlone keeps of a register of flags its bits: as a number it is of no interest.
func (p *program) bitsAlone(s *state) {
	if s.phase.booting() {
		return
	}
	for v := firstReg; v < firstSlot; v++ {
		if p.flagRegs>>(v-firstReg)&1 == 0 || !s.vals[v].IsNumber() {
			continue
		}
		t := s.whole(v)
		k := s.knownBits(&t)
		s.vals[v].zeros, s.vals[v].ones = k.zeros, k.ones
		s.zone.Forget(v)
	}
}

// liveFlag is ZF, where an instruction behind pc may ask for it.
func (p *program) liveFlag(s *state, pc uint64) flag {
	if p.flags[pc]&zeroAsked == 0 {
		return maybe
	}
	return s.zeroFlag()
}

// liveCarry is CF, where an instruction behind pc may ask for it.
func (p *program) liveCarry(s *state, pc uint64) flag {
	if p.flags[pc]&carryAsked == 0 {
		return maybe
	}
	return s.cmp.carry
}
