package domain

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Guard says that bytes of the stack are written if a bit of a register is set, or if it
// is clear: a server keeps what it knows of a request as bits, and makes use of a
// variable only where its bit says that it has a value.
type Guard struct {
	Var zone.Var
	Bit uint8
	Set bool
	value.Span
}

// maxGuards bounds what a state remembers.
const maxGuards = 64

// BitOf is what is known of a bit of a variable.
func (s *State) BitOf(v zone.Var, bit uint8) (set, known bool) {
	k := s.BitsOf(v)
	return k.Ones>>bit&1 == 1, (k.Zeros|k.Ones)>>bit&1 == 1
}

// Unguard notes as written what the known bits say to be.
func (s *State) Unguard() {
	rest := s.Guards[:0]
	for _, g := range s.Guards {
		if set, known := s.BitOf(g.Var, g.Bit); known && set == g.Set {
			s.AddSpan(g.Span)
		} else {
			rest = append(rest, g)
		}
	}
	s.Guards = rest
}

// GuardsOf are the guards of a bit.
func (s *State) GuardsOf(v zone.Var, bit uint8) []Guard {
	var out []Guard
	for _, g := range s.Guards {
		if g.Var == v && g.Bit == bit {
			out = append(out, g)
		}
	}
	return out
}

// Satisfies: the state is one in which g holds.
func (s *State) Satisfies(g Guard) bool {
	if set, known := s.BitOf(g.Var, g.Bit); known && set != g.Set {
		return true
	}
	for _, w := range s.Written {
		if w.Lo <= g.Lo && g.Hi <= w.Hi {
			return true
		}
	}
	return slices.Contains(s.Guards, g)
}

// reguard keeps, when a register gets a new value, the guards of the bits that it has
// from the old one, and those of bits that are known.
func (s *State) reguard(v zone.Var, t *value.Term) {
	kept := uint64(0)
	if t.From == v {
		kept = t.Same
	}
	if w, ok := t.IsVar(); ok && w == v {
		kept = value.Mask(4) // itself, or its lower half
	}
	bits := s.KnownBits(t)
	rest := s.Guards[:0]
	for _, g := range s.Guards {
		opposite := bits.Zeros
		if !g.Set {
			opposite = bits.Ones
		}
		if g.Var != v || (kept|opposite)>>g.Bit&1 == 1 {
			rest = append(rest, g)
		}
	}
	s.Guards = rest
	s.forgetPreferences(v, kept, bits.Zeros, bits.Ones)
}

// releaseGuards forgets the bytes below rsp.
func (s *State) releaseGuards(rsp int64) {
	s.Guards = slices.DeleteFunc(s.Guards, func(g Guard) bool { return g.Lo < rsp })
	s.Flags.Guards = nil
}

// JoinGuards makes guards of the bytes that only one of two states has written, and keeps
// those that hold in both. flags are the bits that may guard.
func (s *State) JoinGuards(a, b *State, flags *[zone.Vars]uint64) {
	for _, g := range a.Guards {
		if b.Satisfies(g) {
			s.AddGuard(g)
		}
	}
	for _, g := range b.Guards {
		if a.Satisfies(g) {
			s.AddGuard(g)
		}
	}
	s.newGuards(a, b, flags)
	s.newGuards(b, a, flags)
}

// newGuards guards what a has written and b has not by the bits that tell them apart.
func (s *State) newGuards(a, b *State, flags *[zone.Vars]uint64) {
	missing := value.Subtract(a.Written, b.Written)
	if missing == nil {
		return
	}
	for v := value.FirstReg; v < value.FirstSlot; v++ {
		if flags[v] == 0 || !a.Vals[v].IsNumber() || !b.Vals[v].IsNumber() {
			continue
		}
		for bit := range uint8(64) {
			if flags[v]>>bit&1 == 0 {
				continue
			}
			x, okX := a.BitOf(v, bit)
			y, okY := b.BitOf(v, bit)
			for _, w := range missing {
				if okX && okY && x != y {
					s.AddGuard(Guard{v, bit, x, w})
				}
			}
		}
	}
}

// AddGuard notes a guard, as long as there is room.
func (s *State) AddGuard(g Guard) {
	if len(s.Guards) < maxGuards && !slices.Contains(s.Guards, g) {
		s.Guards = append(s.Guards, g)
	}
}
