package domain

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
)

// AliveAt is what a state may read at pc before it is written.
func (s *State) AliveAt(p *code.Program, pc uint64) code.Alive {
	l := p.Live[pc]
	if !p.Many {
		return l.Anywhere
	}
	for i := len(s.Frames) - 1; i >= 0 && l.Passes != (code.Alive{}) && (s.Frames[i].Saved || s.Frames[i].To != 0); i-- {
		if f := s.Frames[i]; !f.Saved {
			l = l.Through(p.Live[f.To])
		}
	}
	return l.Reads
}

// IsDead says that the variable of the frame at an offset is not read before it is set.
func (s *State) IsDead(p *code.Program, off int64, now code.Alive) bool {
	rbp := value.RegVar(isa.RBP)
	n, ok := p.SlotNumbers[off-s.Zone.Lo(rbp)]
	return ok && n < 64 && s.Vals[rbp].Is(meaning.Stack) && s.Zone.Lo(rbp) == s.Zone.Hi(rbp) && (n == code.Unread || now.Slots>>n&1 == 0)
}
