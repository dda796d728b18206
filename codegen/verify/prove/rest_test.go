package prove

import (
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Of two variables that say of bytes of a region, and of which neither is known to say more,
// that one is kept which may say the most, in whatever order they stand.
func TestCountsTo(t *testing.T) {
	const base = -100
	for _, most := range [][2]int64{{1, 50}, {50, 1}} {
		s := &state{zone: zone.New()}
		s.regions[0] = region{base, true}
		s.assign(endOf(0), term{value: value{Meaning: meaning.Of(meaning.Stack)}, lo: base, hi: base + 50})
		for i, hi := range most {
			v := firstSlot + zone.Var(i)
			s.slots[i] = slot{off: int64(-200 - 4*i), size: 4}
			s.assign(v, term{value: value{Meaning: meaning.Of(meaning.Number)}, hi: hi})
			at, _ := zone.Of(v).PlusConst(base).Plus(zone.Of(endOf(0)), -1)
			s.require(at)
		}
		if !newProcess(new(program)).countsTo(s, 0, 0) {
			t.Fatalf("%v: no variable says how much of the region waits", most)
		}
		for i, hi := range most {
			c, equal := s.zone.Equal(endOf(0), firstSlot+zone.Var(i))
			if want := hi == 50; equal != want || want && c != base {
				t.Errorf("%v: the end is known to be variable %d: %v, by %d", most, i, equal, c)
			}
		}
	}
}

// In a process that serves many connections a variable that nobody reads before it is set does not say what waits: with a
// limits.head below the size of the output buffer, where a request began said more than how much waits, and was taken for it.
func TestCountsToLive(t *testing.T) {
	const base, rbp, pc = -100, -184, 1
	for loop, want := range map[loopState]zone.Var{noLoop: firstSlot, looping: firstSlot + 1, handedAlone: firstSlot + 1} {
		s := &state{zone: zone.New()}
		s.loop = loop
		s.assign(regVar(isa.RBP), term{value: value{Meaning: meaning.Of(meaning.Stack)}, lin: zone.Const(rbp)})
		s.regions[0] = region{base, true}
		s.assign(endOf(0), term{value: value{Meaning: meaning.Of(meaning.Stack)}, lo: base + 50, hi: base + 60})
		for i, hi := range []int64{40, 30} {
			s.slots[i] = slot{off: int64(rbp - 12 - 4*i), size: 4}
			s.assign(firstSlot+zone.Var(i), term{value: value{Meaning: meaning.Of(meaning.Number)}, hi: hi})
		}
		e := newProcess(&program{many: loop != noLoop, slotNumbers: map[int64]int{-12: 0, -16: 1}, live: map[uint64]liveness{pc: {reads: alive{slots: 1 << 1}}}})
		if !e.countsTo(s, 0, pc) {
			t.Fatalf("loop %d: no variable says how much of the region waits", loop)
		}
		if c, equal := s.zone.Equal(endOf(0), want); !equal || c != base {
			t.Errorf("loop %d: the end is not known to be variable %d", loop, want-firstSlot)
		}
	}
}
