package domain

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Simplify forgets what is of no use at pc.
func (s *State) Simplify(p *code.Program, pc uint64) {
	if !p.Returns[pc] {
		for i := range s.Frames {
			s.Frames[i].To = 0 // no return is reached from here
		}
	}
	s.Flags = FlagState{Zero: s.liveFlag(p, pc), Carry: s.liveCarry(p, pc)}
	if p.Flags[pc] == 0 {
		s.Traces.Flags = value.OfNothing
		s.Unasked = isa.AllFlags
	}
	now := s.AliveAt(p, pc)
	for r := range isa.Reg(16) {
		if now.Regs>>r&1 == 0 {
			s.Forget(value.RegVar(r)) // nobody asks
			s.SetTrace(r, 8, value.OfAnything)
			s.Stale.Add(r)
			s.Fixed &^= 1 << r
		}
	}
	for i, sl := range s.Slots {
		if sl.Size != 0 && s.Phase >= Serving && s.IsDead(p, sl.Off, now) {
			s.DropSlot(i)
		}
	}
	s.MakeRoom()
	s.bitsAlone(p)
}

// MakeRoom drops the variables of which nothing is known: they take the room of others. A process
// that serves many connections has some of its own beside those of requests.
func (s *State) MakeRoom() {
	for i, sl := range s.Slots {
		if v := value.FirstSlot + zone.Var(i); sl.Size != 0 && s.Loop != NoLoop && s.Vals[v] == (value.Value{}) && !s.Zone.Says(v) {
			s.DropSlot(i)
		}
	}
}

// bitsAlone keeps of a register of flags its bits: as a number it is of no interest.
func (s *State) bitsAlone(p *code.Program) {
	if s.Phase.Booting() {
		return
	}
	for v := value.FirstReg; v < value.FirstSlot; v++ {
		if p.FlagRegs>>(v-value.FirstReg)&1 == 0 || !s.Vals[v].IsNumber() {
			continue
		}
		t := s.whole(v)
		k := s.KnownBits(&t)
		s.Vals[v].Zeros, s.Vals[v].Ones = k.Zeros, k.Ones
		s.Zone.Forget(v)
	}
}

// liveFlag is ZF, where an instruction behind pc may ask for it.
func (s *State) liveFlag(p *code.Program, pc uint64) Flag {
	if p.Flags[pc]&code.ZeroAsked == 0 {
		return Maybe
	}
	return s.ZeroFlag()
}

// liveCarry is CF, where an instruction behind pc may ask for it.
func (s *State) liveCarry(p *code.Program, pc uint64) Flag {
	if p.Flags[pc]&code.CarryAsked == 0 {
		return Maybe
	}
	return s.Flags.Carry
}
