package step

import (
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// What a server shows of its environment is told by the instructions that read it: each has
// a kind of its own among what is followed.

// Shown is an instruction of which clients may get what it reads of the environment.
type Shown struct {
	Addr    uint64
	Failure *data.Failure // with which the proof ends where nobody promised that
}

// reads is the kind of what the instruction in execution reads of the environment.
func (e *Executor) reads() value.Made {
	m, ok := e.Readers[e.PC]
	if !ok {
		m = value.FirstRead << min(len(e.Readers), value.MadeKinds-2)
		e.Readers[e.PC] = m
	}
	return m
}

// shows notes that what is written may have bytes of the environment.
func (e *Executor) shows(s *domain.State, what value.Made, at *value.Term, end zone.Lin) {
	if e.Failure != nil {
		return
	}
	for addr, m := range e.Readers {
		if what&m != 0 && e.Shown[addr] == nil {
			e.Shown[addr] = e.without(s, "what is written from %s to %s may have bytes of the environment, or what was made of them", e.Describe(s, at), BoundText(s.Zone.Max(end)))
		}
	}
}

// AllShown lists what was found, by address.
func (e *Executor) AllShown() []Shown {
	var out []Shown
	for _, addr := range slices.Sorted(maps.Keys(e.Shown)) {
		out = append(out, Shown{addr, e.Shown[addr]})
	}
	return out
}
