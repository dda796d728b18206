package prove

import (
	"encoding/binary"

	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
)

// nodeKey is a place, and how it is come to: states that differ here are not joined.
type nodeKey struct {
	pc    uint64
	phase phase
	loop  loopState
	shut  bool

	served   bool   // what is written from here on is of a client
	answered bool   // the next read begins another request, where one comes before a write
	began    uint64 // the read that began this one

	frames string // what is on the stack
	bits   string // known bits that tell ways apart
	zero   flag   // where it is asked for behind the join
	carry  flag   // likewise
	boot   string // constants, during the boot
}

// rounds tells the rounds of an unrolled loop apart. Where they are known to be, a way
// back to the loop's head is one to another round, and no reason to widen.
func (e *engine) rounds(s *state, pc uint64) (key []byte, apart bool) {
	counter, ok := e.unroll[pc]
	for v := firstReg; ok && v < firstSlot; v++ {
		lo, pointer := s.zone.Lo(v), s.vals[v].IsSome(meaning.Stack)
		counts := v == regVar(counter) && (pointer || s.vals[v].IsNumber() && lo >= 0 && lo <= maxUnrolled)
		if lo == s.zone.Hi(v) && (pointer || counts) {
			key = binary.AppendVarint(s.vals[v].AppendKind(append(key, byte(v))), lo)
			apart = apart || counts
		}
	}
	return key, apart
}

// key tells states apart that are not to be joined. Its texts say how many parts they have,
// and which ones are left out: two keys are the same only if all is the same.
func (e *engine) key(s *state, pc uint64) nodeKey {
	k := nodeKey{pc: pc, phase: s.phase, loop: s.loop, shut: s.shut, served: s.served, answered: s.answered && e.aliveAt(s, pc).answered, began: s.began, zero: s.cmp.zero, carry: s.cmp.carry, bits: e.splitKey(s)}
	b := binary.AppendUvarint(nil, uint64(len(s.frames)))
	for _, f := range s.frames {
		b = binary.AppendVarint(b, f.off)
		b = binary.AppendUvarint(b, f.to)
		b = appendBool(b, f.saved)
	}
	rounds, _ := e.rounds(s, pc)
	k.frames = string(append(b, rounds...))
	switch s.phase {
	case starting, opened, hasAddress, listening:
		k.boot = s.constants(true)
	case making, splitting, forked, serving:
		k.boot = s.constants(false)
	}
	return k
}

// constants are those in registers: the boot's loops run over tables in the data, and
// are followed one round after the other. Without all, these are the pointers into the
// data.
func (s *state) constants(all bool) string {
	var b []byte
	for v := firstReg; v < firstSlot; v++ {
		m, lo := s.vals[v].Meaning, s.zone.Lo(v)
		known := lo == s.zone.Hi(v) && (m.IsSome(meaning.Image) || all && (m.IsNumber() || m.IsSome(meaning.Stack)))
		if b = appendBool(m.AppendKind(b), known); known {
			b = binary.AppendVarint(b, lo)
		}
	}
	return string(b)
}

func appendBool(b []byte, is bool) []byte {
	if is {
		return append(b, 1)
	}
	return append(b, 0)
}
