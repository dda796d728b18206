package prove

import (
	"errors"
	flags "flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/assemble"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/search"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/x64"
)

// programs is how many random programs each generator makes: `go test -programs 20000`.
var programs = flags.Int("programs", 0, "random programs of each kind that are compared with the states of their proofs; 0 is as many as take a moment")

// TestStatesContainExecutions makes random programs. Where the prover accepts one, it is
// executed from random states: it must break no rule, and at each instruction one of the
// states that the prover went through must contain the machine. To repeat one program, give
// its seed as that of the run, and -programs 1.
func TestStatesContainExecutions(t *testing.T) {
	first := testtool.Seed(t)
	n := *programs
	switch {
	case n != 0:
	case testing.Short():
		n = 50
	default:
		n = 300
	}
	for name, kind := range map[string]func(*rand.Rand) randomProgram{
		"code": func(rng *rand.Rand) randomProgram { return &generator{rng: rng} },
		"data": func(rng *rand.Rand) randomProgram { return &dataGenerator{generator{rng: rng}} },
	} {
		t.Run(name, func(t *testing.T) {
			accepted, free := 0, new(domain.Pool)
			for i := range uint64(n) {
				if containsExecutions(t, first+i, kind, free) {
					accepted++
				}
			}
			t.Logf("%d of %d programs were accepted", accepted, n)
			if n >= enough && accepted < n/5 {
				t.Error("too few to say anything")
			}
		})
	}
}

// enough programs have their share of each sort.
const enough = 50

// executions is how often a program is executed, from a state of its own each time.
const executions = 8

// randomProgram makes a program, and then what data that has.
type randomProgram interface {
	program() []x64.Item
	data() []x64.Datum
}

// containsExecutions says whether the program of a seed is accepted, and fails where it
// should not have been.
func containsExecutions(t *testing.T, seed uint64, kind func(*rand.Rand) randomProgram, free *domain.Pool) (accepted bool) {
	t.Helper()
	g := kind(rand.New(rand.NewPCG(seed, 1)))
	items := g.program()
	file := assemble.ELF(t, items, g.data()...)
	states, err := explored(t, file, free)
	if err != nil {
		return false
	}
	defer func() {
		for _, all := range states {
			for _, s := range all {
				free.Put(s)
			}
		}
	}()
	for run := range uint64(executions) {
		if err := execute(file, states, seed+run); err != nil {
			t.Errorf("seed %d, run %d: %v\n%s", seed, run, err, text(items))
			break
		}
	}
	return true
}

// explored are the states that a proof goes through, by address; they are made of free ones.
func explored(t *testing.T, file []byte, free *domain.Pool) (map[uint64][]*domain.State, error) {
	p := code.NewProgram(assemble.Image(t, file))
	if err := p.Scan(); err != nil {
		return nil, err
	}
	var states map[uint64][]*domain.State
	_, err := prove(p, func(*search.Engine) func(*domain.State, uint64) {
		states = map[uint64][]*domain.State{}
		return func(s *domain.State, pc uint64) { states[pc] = append(states[pc], free.Clone(s)) }
	})
	return states, err
}

// still is a kernel that knows exit alone.
type still struct{ clock uint64 }

var errExit = errors.New("exit")

func (k *still) Syscall(m *isa.Machine) (uint64, error) {
	if m.Regs[isa.RAX] == code.SysExit {
		return 0, errExit
	}
	return 0, m.Fail(rules.Syscalls, "system call %d", m.Regs[isa.RAX])
}

func (k *still) TimeStamp() uint64 {
	k.clock = k.clock*6364136223846793005 + 1442695040888963407
	return k.clock
}

// maxSteps bounds an execution: the loops of random programs are short.
const maxSteps = 3000

// execute runs a program once beside its states.
func execute(file []byte, states map[uint64][]*domain.State, seed uint64) error {
	const bias = 0x5500_0000_0000
	rng := rand.New(rand.NewPCG(seed, 2))
	m, err := isa.Start(file, isa.Process{Bias: bias, Args: []string{"x"}, Stack: 1 << 12}, &still{seed})
	if err != nil {
		return err
	}
	m.SetNoise(seed)
	for r := range m.Regs {
		if isa.Reg(r) != isa.RSP {
			m.Regs[r] = interesting(rng)
		}
	}
	c := &concrete{m, m.Regs[isa.RSP], bias}
	for range maxSteps {
		if err := c.inOneOf(states[m.PC-bias]); err != nil {
			return fmt.Errorf("at %#x: %w", m.PC-bias, err)
		}
		if err := m.Step(); errors.Is(err, errExit) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

// inOneOf demands that a state contains the machine; the error is that of the last one.
func (c *concrete) inOneOf(states []*domain.State) error {
	err := errors.New("the prover never came here")
	for i, s := range states {
		if err = c.in(s); err == nil {
			states[0], states[i] = s, states[0] // which the next round may be in too
			return nil
		}
	}
	return err
}

// interesting is a random number, often one where carries, signs or counts change.
func interesting(rng *rand.Rand) uint64 {
	switch rng.IntN(5) {
	case 0:
		return uint64(rng.IntN(70)) - 3
	case 1:
		return 1<<rng.IntN(64) - uint64(rng.IntN(2))
	case 2:
		return uint64(rng.Uint32())
	}
	return rng.Uint64()
}

// text lists a program.
func text(items []x64.Item) string {
	var b strings.Builder
	for _, i := range items {
		switch i := i.(type) {
		case x64.Label:
			fmt.Fprintf(&b, "%s:\n", i.Name)
		case x64.Inst:
			fmt.Fprintf(&b, "\t%v\n", i)
		}
	}
	return b.String()
}
