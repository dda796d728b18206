package prove

import (
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// What a server shows of its environment is told by the instructions that read it: each has
// a kind of its own among what is followed.

// Shown is an instruction of which clients may get what it reads of the environment.
type Shown struct {
	Addr    uint64
	Failure *Failure // with which the proof ends where nobody promised that
}

// reads is the kind of what the instruction in execution reads of the environment.
func (e *executor) reads() made {
	m, ok := e.readers[e.pc]
	if !ok {
		m = firstRead << min(len(e.readers), kinds-2)
		e.readers[e.pc] = m
	}
	return m
}

// shows notes that what is written may have bytes of the environment.
func (e *executor) shows(s *state, what made, at *term, end zone.Lin) {
	if e.failure != nil {
		return
	}
	for addr, m := range e.readers {
		if what&m != 0 && e.shown[addr] == nil {
			e.shown[addr] = e.without(s, "what is written from %s to %s may have bytes of the environment, or what was made of them", e.describe(s, at), bound(s.zone.Max(end)))
		}
	}
}

// allShown lists what was found, by address.
func (e *executor) allShown() []Shown {
	var out []Shown
	for _, addr := range slices.Sorted(maps.Keys(e.shown)) {
		out = append(out, Shown{addr, e.shown[addr]})
	}
	return out
}
