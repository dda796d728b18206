package prove

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// keyed is what a key must tell apart, each thing in a place of its own.
type keyed struct {
	pc, began       uint64
	phase           phase
	answered        bool
	served          bool
	frames          []frame
	rounds, boot    []constantReg
	bits            []string
	zero, carry     flag
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
	seen, same, differ := map[nodeKey]string{}, 0, 0
	s := newEngine(newProgram(Image{})).entry()
	for range 200_000 {
		k := someKeyed(rng, values)
		e := engineFor(k)
		k.put(s)
		key, is := e.key(s, k.pc), fmt.Sprintf("%+v", k.told())
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
	k := keyed{pc: uint64(1 + rng.IntN(2)), phase: []phase{listening, forked, reading}[rng.IntN(3)], counter: isa.RAX, marked: isa.RBX}
	switch rng.IntN(8) {
	case 0:
		k.began = uint64(rng.IntN(3))
	case 1:
		k.answered = rng.IntN(2) == 0
		k.served = !k.answered
	case 2:
		k.zero, k.carry = flag(rng.IntN(3)), flag(rng.IntN(3))
	}
	for range rng.IntN(3) {
		k.frames = append(k.frames, frame{pick(), uint64(max(0, pick())), rng.IntN(2) == 0})
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
func engineFor(k keyed) *engine {
	p := &program{unroll: map[uint64]isa.Reg{1: k.counter}, live: map[uint64]liveness{1: {anywhere: alive{answered: true}}, 2: {anywhere: alive{answered: true}}}}
	p.nullable.add(k.marked)
	return &engine{process: newProcess(p), splits: []split{{regVar(k.marked), 1}, {regVar(k.marked), isZero}}}
}

// put makes a state such.
func (k *keyed) put(s *state) {
	s.phase, s.answered, s.served, s.began, s.frames = k.phase, k.answered, k.served, k.began, k.frames
	s.cmp.zero, s.cmp.carry = k.zero, k.carry
	for v := firstReg; v < firstSlot; v++ {
		s.zone.Forget(v)
		s.vals[v] = value{}
	}
	for _, r := range k.boot {
		s.zone.Assign(regVar(r.reg), zone.Const(r.value), 0, 0)
		s.vals[regVar(r.reg)] = value{Meaning: r.kind}
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
		if k.phase == listening || k.phase == forked && r.kind.IsSome(meaning.Image) {
			out.boot = append(out.boot, r)
		}
		if k.pc == 1 && (pointer || r.reg == k.counter && number && r.value >= 0 && r.value <= maxUnrolled) {
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
	if k.phase != reading {
		out.bits = append(out.bits, fmt.Sprint(kinds))
	}
	return out
}
