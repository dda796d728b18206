package kernel

import (
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Of two variables that say of bytes of a region, and of which neither is known to say more,
// that one is kept which may say the most, in whatever order they stand.
func TestCountsTo(t *testing.T) {
	const base = -100
	for _, most := range [][2]int64{{1, 50}, {50, 1}} {
		s := &domain.State{Zone: zone.New()}
		s.Regions[0] = domain.Region{Base: base, Live: true}
		s.Assign(domain.EndOf(0), value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Stack)}, Lo: base, Hi: base + 50})
		for i, hi := range most {
			v := value.FirstSlot + zone.Var(i)
			s.Slots[i] = domain.Slot{Off: int64(-200 - 4*i), Size: 4}
			s.Assign(v, value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Number)}, Hi: hi})
			at, _ := zone.Of(v).PlusConst(base).Plus(zone.Of(domain.EndOf(0)), -1)
			s.Require(at)
		}
		if !NewProcess(new(code.Program)).countsTo(s, 0, 0) {
			t.Fatalf("%v: no variable says how much of the region waits", most)
		}
		for i, hi := range most {
			c, equal := s.Zone.Equal(domain.EndOf(0), value.FirstSlot+zone.Var(i))
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
	for loop, want := range map[domain.LoopState]zone.Var{domain.NoLoop: value.FirstSlot, domain.Looping: value.FirstSlot + 1, domain.HandedAlone: value.FirstSlot + 1} {
		s := &domain.State{Zone: zone.New()}
		s.Loop = loop
		s.Assign(value.RegVar(isa.RBP), value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Stack)}, Lin: zone.Const(rbp)})
		s.Regions[0] = domain.Region{Base: base, Live: true}
		s.Assign(domain.EndOf(0), value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Stack)}, Lo: base + 50, Hi: base + 60})
		for i, hi := range []int64{40, 30} {
			s.Slots[i] = domain.Slot{Off: int64(rbp - 12 - 4*i), Size: 4}
			s.Assign(value.FirstSlot+zone.Var(i), value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Number)}, Hi: hi})
		}
		e := NewProcess(&code.Program{Many: loop != domain.NoLoop, SlotNumbers: map[int64]int{-12: 0, -16: 1}, Live: map[uint64]code.Liveness{pc: {Reads: code.Alive{Slots: 1 << 1}}}})
		if !e.countsTo(s, 0, pc) {
			t.Fatalf("loop %d: no variable says how much of the region waits", loop)
		}
		if c, equal := s.Zone.Equal(domain.EndOf(0), want); !equal || c != base {
			t.Errorf("loop %d: the end is not known to be variable %d", loop, want-value.FirstSlot)
		}
	}
}
