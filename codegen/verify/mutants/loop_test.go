package mutants

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// loopKinds are those that are about a process of many connections.
var loopKinds = map[string]bool{"descriptors": true, "flags of calls": true, "tables": true}

// What a loop does with the wrong descriptor, or waits for one, the judge sees.
func TestJudgeFindsInLoop(t *testing.T) {
	s := soundServer(t, "proof")
	found := func(name string, rule rules.Rule, is func(*inst) bool, change func(*inst) []byte) {
		i := slices.IndexFunc(s.insts, func(in inst) bool { return is(&in) })
		if i < 0 {
			t.Fatalf("%s: there is no such instruction", name)
		}
		in := &s.insts[i]
		v := s.judge.judge(patch{in.off, change(in)})
		var fault *isa.Fault
		if !errors.As(v.fault, &fault) || fault.Rule != rule || !v.reached {
			t.Errorf("%s: %v, reached %v", name, v.fault, v.reached)
		}
	}
	sets := func(r isa.Reg, value int64) func(*inst) bool {
		return func(in *inst) bool {
			v, ok := in.immediate()
			return ok && v == value && in.Op == isa.MOV && in.Dst.Kind == isa.RegOperand && in.Dst.Reg == r
		}
	}
	value := func(n int64) func(*inst) []byte {
		return func(in *inst) []byte { return in.values(in.enc.imm, in.enc.immSize, n)[0] }
	}
	behind := func(label string, n int) func(*inst) bool {
		at := s.instruction(t, label, n).off
		return func(in *inst) bool { return in.off == at }
	}
	const dontWait, noSignal = 0x40, 0x4000
	found("a read that waits", rules.Syscalls, sets(isa.R10, dontWait), value(0))
	found("a write that waits", rules.Syscalls, sets(isa.R10, dontWait|noSignal), value(noSignal))
	found("ADD for DEL", rules.Reads, behind("unwatch", 1), func(in *inst) []byte { return flags(in)[0] })
}

// Each kind of a loop has mutants of it: of the descriptors of all its calls, of what these do, and of its tables.
func TestLoopKinds(t *testing.T) {
	s := soundServer(t, "proof")
	for _, kind := range kinds {
		if list := kind.all(s.program, rand.New(rand.NewPCG(1, 1))); loopKinds[kind.name] && len(list) < 30 {
			t.Errorf("%s: only %d mutants", kind.name, len(list))
		}
	}
}
