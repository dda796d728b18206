package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// guard says that bytes of the stack are written if a bit of a register is set, or if it
// is clear: a server keeps what it knows of a request as bits, and makes use of a
// variable only where its bit says that it has a value.
type guard struct {
	v   zone.Var
	bit uint8
	set bool
	span
}

// maxGuards bounds what a state remembers.
const maxGuards = 64

// bitOf is what is known of a bit of a variable.
func (s *state) bitOf(v zone.Var, bit uint8) (set, known bool) {
	k := s.bitsOf(v)
	return k.ones>>bit&1 == 1, (k.zeros|k.ones)>>bit&1 == 1
}

// unguard notes as written what the known bits say to be.
func (s *state) unguard() {
	rest := s.guards[:0]
	for _, g := range s.guards {
		if set, known := s.bitOf(g.v, g.bit); known && set == g.set {
			s.addSpan(g.span)
		} else {
			rest = append(rest, g)
		}
	}
	s.guards = rest
}

// guardsOf are the guards of a bit.
func (s *state) guardsOf(v zone.Var, bit uint8) []guard {
	var out []guard
	for _, g := range s.guards {
		if g.v == v && g.bit == bit {
			out = append(out, g)
		}
	}
	return out
}

// satisfies: the state is one in which g holds.
func (s *state) satisfies(g guard) bool {
	if set, known := s.bitOf(g.v, g.bit); known && set != g.set {
		return true
	}
	for _, w := range s.written {
		if w.lo <= g.lo && g.hi <= w.hi {
			return true
		}
	}
	return slices.Contains(s.guards, g)
}

// reguard keeps, when a register gets a new value, the guards of the bits that it has
// from the old one, and those of bits that are known.
func (s *state) reguard(v zone.Var, t *term) {
	kept := uint64(0)
	if t.from == v {
		kept = t.same
	}
	if w, ok := t.isVar(); ok && w == v {
		kept = mask(4) // itself, or its lower half
	}
	bits := s.knownBits(t)
	rest := s.guards[:0]
	for _, g := range s.guards {
		opposite := bits.zeros
		if !g.set {
			opposite = bits.ones
		}
		if g.v != v || (kept|opposite)>>g.bit&1 == 1 {
			rest = append(rest, g)
		}
	}
	s.guards = rest
	s.forgetPreferences(v, kept, bits.zeros, bits.ones)
}

// releaseGuards forgets the bytes below rsp.
func (s *state) releaseGuards(rsp int64) {
	s.guards = slices.DeleteFunc(s.guards, func(g guard) bool { return g.lo < rsp })
	s.cmp.guards = nil
}

// joinGuards makes guards of the bytes that only one of two states has written, and keeps
// those that hold in both. flags are the bits that may guard.
func (s *state) joinGuards(a, b *state, flags *[zone.Vars]uint64) {
	for _, g := range a.guards {
		if b.satisfies(g) {
			s.addGuard(g)
		}
	}
	for _, g := range b.guards {
		if a.satisfies(g) {
			s.addGuard(g)
		}
	}
	s.newGuards(a, b, flags)
	s.newGuards(b, a, flags)
}

// newGuards guards what a has written and b has not by the bits that tell them apart.
func (s *state) newGuards(a, b *state, flags *[zone.Vars]uint64) {
	missing := subtract(a.written, b.written)
	if missing == nil {
		return
	}
	for v := firstReg; v < firstSlot; v++ {
		if flags[v] == 0 || !a.vals[v].IsNumber() || !b.vals[v].IsNumber() {
			continue
		}
		for bit := range uint8(64) {
			if flags[v]>>bit&1 == 0 {
				continue
			}
			x, okX := a.bitOf(v, bit)
			y, okY := b.bitOf(v, bit)
			for _, w := range missing {
				if okX && okY && x != y {
					s.addGuard(guard{v, bit, x, w})
				}
			}
		}
	}
}

func (s *state) addGuard(g guard) {
	if len(s.guards) < maxGuards && !slices.Contains(s.guards, g) {
		s.guards = append(s.guards, g)
	}
}

// subtract are the bytes that are in a and not in b.
func subtract(a, b []span) []span {
	if slices.Equal(a, b) {
		return nil
	}
	var out []span
	for _, x := range a {
		for _, y := range b { // ascending
			if y.hi <= x.lo || y.lo >= x.hi {
				continue
			}
			if y.lo > x.lo {
				out = append(out, span{x.lo, y.lo})
			}
			x.lo = y.hi
		}
		if x.lo < x.hi {
			out = append(out, x)
		}
	}
	return out
}
