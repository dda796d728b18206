package search

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/kernel"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// keyed is what a key must tell apart, each thing in a place of its own.
type keyed struct {
	pc, began       uint64
	phase           domain.Phase
	answered        bool
	served          bool
	frames          []domain.Frame
	rounds, boot    []constantReg
	bits            []string
	zero, carry     domain.Flag
	counter, marked isa.Reg
}

// constantReg is a register with one value.
type constantReg struct {
	reg   isa.Reg
	kind  meaning.Meaning
	value int64
}

// TestKeysAreInjective: states that are not to be joined have different keys, though their
// parts are written one behind the other, in as many bytes as they need. Values are few, so
// that many states differ in one thing alone, or have the same numbers in other places.
func TestKeysAreInjective(t *testing.T) {
	rng := rand.New(rand.NewPCG(testtool.Seed(t), 7))
	values := []int64{-130, -129, -128, -65, -64, -8, -1, 0, 1, 2, 3, 63, 64, 127, 128, 8192}
	seen, same, differ := map[NodeKey]string{}, 0, 0
	s := NewEngine(code.NewProgram(data.Image{})).AtEntry()
	for range 200_000 {
		k := someKeyed(rng, values)
		e := engineFor(k)
		k.put(s)
		key, is := e.Key(s, k.pc), fmt.Sprintf("%+v", k.told())
		was, known := seen[key]
		switch {
		case !known:
			differ++
		case was != is:
			t.Fatalf("one key for\n%s\n%s\n%+v", was, is, key)
		default:
			same++
		}
		seen[key] = is
	}
	if same < 1000 || differ < 1000 {
		t.Errorf("%d states had a known key, %d another one", same, differ)
	}
}

// someKeyed is mostly nothing.
func someKeyed(rng *rand.Rand, values []int64) keyed {
	pick := func() int64 { return values[rng.IntN(len(values))] }
	k := keyed{pc: uint64(1 + rng.IntN(2)), phase: []domain.Phase{domain.Listening, domain.Forked, domain.Reading}[rng.IntN(3)], counter: isa.RAX, marked: isa.RBX}
	switch rng.IntN(8) {
	case 0:
		k.began = uint64(rng.IntN(3))
	case 1:
		k.answered = rng.IntN(2) == 0
		k.served = !k.answered
	case 2:
		k.zero, k.carry = domain.Flag(rng.IntN(3)), domain.Flag(rng.IntN(3))
	}
	for range rng.IntN(3) {
		k.frames = append(k.frames, domain.Frame{Off: pick(), To: uint64(max(0, pick())), Saved: rng.IntN(2) == 0})
	}
	for range rng.IntN(3) {
		r := constantReg{isa.Reg(rng.IntN(4)), meaning.Of([]meaning.Kind{meaning.Number, meaning.Stack, meaning.Image}[rng.IntN(3)]), pick()}
		if len(k.boot) == 0 || k.boot[0].reg < r.reg {
			k.boot = append(k.boot, r)
		}
	}
	return k
}

// engineFor has a loop at the place 1 that is unrolled, and tells states apart by a bit of a
// register.
func engineFor(k keyed) *Engine {
	p := &code.Program{Unroll: map[uint64]isa.Reg{1: k.counter}, Live: map[uint64]code.Liveness{1: {Anywhere: code.Alive{Answered: true}}, 2: {Anywhere: code.Alive{Answered: true}}}}
	p.Nullable.Add(k.marked)
	return &Engine{Process: kernel.NewProcess(p), Splits: []code.Split{{Var: value.RegVar(k.marked), Bit: 1}, {Var: value.RegVar(k.marked), Bit: code.IsZero}}}
}

// put makes a state such.
func (k *keyed) put(s *domain.State) {
	s.Phase, s.Answered, s.Served, s.Began, s.Frames = k.phase, k.answered, k.served, k.began, k.frames
	s.Flags.Zero, s.Flags.Carry = k.zero, k.carry
	for v := value.FirstReg; v < value.FirstSlot; v++ {
		s.Zone.Forget(v)
		s.Vals[v] = value.Value{}
	}
	for _, r := range k.boot {
		s.Zone.Assign(value.RegVar(r.reg), zone.Const(r.value), 0, 0)
		s.Vals[value.RegVar(r.reg)] = value.Value{Meaning: r.kind}
	}
}

// told is what of it is to be told apart: of registers only what the place asks for.
func (k *keyed) told() keyed {
	out := *k
	out.boot = nil
	var bit, null = "?", "?"
	kinds := [4]meaning.Meaning{}
	for _, r := range k.boot {
		kinds[r.reg] = r.kind
		pointer, number := r.kind.IsSome(meaning.Stack), r.kind.IsNumber()
		if k.phase == domain.Listening || k.phase == domain.Forked && r.kind.IsSome(meaning.Image) {
			out.boot = append(out.boot, r)
		}
		if k.pc == 1 && (pointer || r.reg == k.counter && number && r.value >= 0 && r.value <= code.MaxUnrolled) {
			out.rounds = append(out.rounds, r)
		}
		if r.reg != k.marked {
			continue
		}
		switch {
		case number:
			bit = fmt.Sprint(r.value >> 1 & 1)
			if r.value == 0 {
				null = "null"
			}
		default:
			bit = "a pointer"
			if r.kind.IsSome(meaning.Image) {
				null = "no null"
			}
		}
	}
	out.bits = []string{bit, null}
	if k.phase != domain.Reading {
		out.bits = append(out.bits, fmt.Sprint(kinds))
	}
	return out
}
