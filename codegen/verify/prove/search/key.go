package search

import (
	"encoding/binary"

	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
)

// NodeKey is a place, and how it is come to: states that differ here are not joined.
type NodeKey struct {
	PC    uint64
	phase domain.Phase
	loop  domain.LoopState
	shut  bool

	served   bool   // what is written from here on is of a client
	answered bool   // the next read begins another request, where one comes before a write
	began    uint64 // the read that began this one

	frames string      // what is on the stack
	bits   string      // known bits that tell ways apart
	zero   domain.Flag // where it is asked for behind the join
	carry  domain.Flag // likewise
	boot   string      // constants, during the boot
}

// rounds tells the rounds of an unrolled loop apart. Where they are known to be, a way
// back to the loop's head is one to another round, and no reason to widen.
func (e *Engine) rounds(s *domain.State, pc uint64) (key []byte, apart bool) {
	counter, ok := e.Unroll[pc]
	for v := value.FirstReg; ok && v < value.FirstSlot; v++ {
		lo, pointer := s.Zone.Lo(v), s.Vals[v].IsSome(meaning.Stack)
		counts := v == value.RegVar(counter) && (pointer || s.Vals[v].IsNumber() && lo >= 0 && lo <= code.MaxUnrolled)
		if lo == s.Zone.Hi(v) && (pointer || counts) {
			key = binary.AppendVarint(s.Vals[v].AppendKind(append(key, byte(v))), lo)
			apart = apart || counts
		}
	}
	return key, apart
}

// Key tells states apart that are not to be joined. Its texts say how many parts they have,
// and which ones are left out: two keys are the same only if all is the same.
func (e *Engine) Key(s *domain.State, pc uint64) NodeKey {
	k := NodeKey{PC: pc, phase: s.Phase, loop: s.Loop, shut: s.Shut, served: s.Served, answered: s.Answered && s.AliveAt(e.Program, pc).Answered, began: s.Began, zero: s.Flags.Zero, carry: s.Flags.Carry, bits: e.splitKey(s)}
	b := binary.AppendUvarint(nil, uint64(len(s.Frames)))
	for _, f := range s.Frames {
		b = binary.AppendVarint(b, f.Off)
		b = binary.AppendUvarint(b, f.To)
		b = appendBool(b, f.Saved)
	}
	rounds, _ := e.rounds(s, pc)
	k.frames = string(append(b, rounds...))
	switch s.Phase {
	case domain.Starting, domain.Opened, domain.HasAddress, domain.Listening:
		k.boot = constants(s, true)
	case domain.Making, domain.Splitting, domain.Forked, domain.Serving:
		k.boot = constants(s, false)
	}
	return k
}

// constants are those in registers: the boot's loops run over tables in the data, and
// are followed one round after the other. Without all, these are the pointers into the
// data.
func constants(s *domain.State, all bool) string {
	var b []byte
	for v := value.FirstReg; v < value.FirstSlot; v++ {
		m, lo := s.Vals[v].Meaning, s.Zone.Lo(v)
		known := lo == s.Zone.Hi(v) && (m.IsSome(meaning.Image) || all && (m.IsNumber() || m.IsSome(meaning.Stack)))
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
