package kernel

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/step"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// What bounds time and memory beside the budget, for programs that nobody would call servers:
// at how many places states are kept, how many ways lead from one such place, how often a
// place of the boot is told apart, and of how many parts what was written of the stack is.
const (
	MaxNodes = 10_000
	MaxWays  = 1_000
	MaxBoots = 2_000
	MaxParts = 256
)

// Process is an executor with what it has seen of the process: of its system calls, and of what it has of one client
// where it turns to the next.
type Process struct {
	*step.Executor
	Handlers    map[uint64]bool        // of signals, by address
	Input       value.Span             // where what is read from the client may be stored
	nexts       map[uint64]*next       // where another request begins, by address
	calls       map[int64][][]Argument // by number
	turnsAt     [turnings]turnPlace    // where a process turns from one client to the next
	waitsServed bool                   // somewhere it waits behind a read
	LivesOn     map[Variable]bool      // what is left of clients there
	tells       map[tellingPlace]*telling
}

// NewProcess is one of which nothing was executed yet.
func NewProcess(p *code.Program) *Process {
	e := &Process{
		Executor: &step.Executor{Program: p, Readers: map[uint64]value.Made{}, Shown: map[uint64]*data.Failure{}},
		Handlers: map[uint64]bool{}, nexts: map[uint64]*next{}, calls: map[int64][][]Argument{}, LivesOn: map[Variable]bool{}, tells: map[tellingPlace]*telling{},
	}
	e.System = e
	return e
}

// Execute interprets one instruction, and says where that leads.
func (e *Process) Execute(s *domain.State, pc uint64) []step.Waypoint {
	if e.Watch != nil {
		e.Watch(s, pc)
	}
	e.PC = pc
	in := e.Insts[pc]
	e.Steps++
	e.Spend(data.InstructionWork)
	if len(s.Written) > MaxParts {
		e.Fail(rules.Bounds, "more than %d parts of the stack are written that lie apart", MaxParts)
	}
	if e.Overspent() {
		return nil
	}
	next := e.Leave(s, in)
	out := next[:0]
	for _, w := range next {
		if w.State.Zone.Empty() {
			e.Free.Put(w.State)
			continue
		}
		w.Back = e.goesBack(pc, w.PC)
		switch {
		case Crosses(e.Program, pc, w.PC):
			e.nextRequest(w.State, w.PC, w.PC)
			e.nexts[w.PC].answers, w.State.Began = true, 0
		case begins(e.Program, pc, w.PC) && w.State.Phase == domain.Serving && w.State.Loop != domain.Looping:
			w.State.First = slices.Clone(w.State.Written)
		}
		out = append(out, w)
	}
	if e.Failure != nil {
		e.Failure.Path = s.Path()
		e.Failed = s
		return nil
	}
	return out
}

// goesBack: the step from one instruction to another closes a loop. Calls and returns
// do not.
func (e *Process) goesBack(from, to uint64) bool {
	op := e.Insts[from].Op
	return op != isa.CALL && op != isa.RET && e.Order[to] <= e.Order[from]
}
