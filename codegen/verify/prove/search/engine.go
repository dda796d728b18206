package search

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/kernel"
	"github.com/verbosel/verbosel/codegen/verify/prove/meet"
	"github.com/verbosel/verbosel/codegen/verify/prove/step"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// maxJoins bounds how often a place is joined: a few dozen times is much.
const maxJoins = 300

// Engine carries states through a program until nothing new comes.
type Engine struct {
	*kernel.Process
	Nodes   map[NodeKey]*Node
	agenda  agenda
	entered map[uint64]bool // handlers of signals that were started
	boots   map[uint64]int  // nodes of the boot, by address

	Splits []code.Split // in use
	maybe  []candidate  // what may help where the proof fails
	from   uint64       // the join that execution came from last

	Lie  func(before, joined *domain.State) // unless nil, a test's, to show that joins need not be trusted
	Stop func() bool                        // likewise: the search ends where it says so
}

// Node is what is known at a place of the program, told apart by its key.
type Node struct {
	Key   NodeKey
	State *domain.State
	meet.History
	visits int // how often it was visited
	queued bool
	Order  int
	Number int // of the node itself

	Widened bool // its zone is not closed
}

// NewEngine is one that has visited nothing yet.
func NewEngine(p *code.Program) *Engine {
	return &Engine{Process: kernel.NewProcess(p), Splits: p.FirstSplits(), agenda: agenda{Schedule: p.Plan}, Nodes: map[NodeKey]*Node{}, entered: map[uint64]bool{}, boots: map[uint64]int{}}
}

// Run interprets until nothing new comes, or a rule cannot be proved.
func (e *Engine) Run() error {
	e.follow(e.AtEntry(), e.Entry)
	for e.Failure == nil {
		switch n := e.agenda.next(); {
		case n != nil && e.Stop != nil && e.Stop():
			e.agenda.waiting = [stages][]*Node{}
		case n != nil:
			e.from = n.Key.PC
			s := e.Free.Clone(n.State)
			if n.Widened {
				s.Zone.Close()
			}
			s.LinkAll(e.Records)
			e.advance(s, n.Key.PC)
		case !e.startHandler() && !e.Overspent():
			return nil
		}
	}
	return e.Failure
}

// startHandler begins with a signal's handler: the signal comes at any time, so nothing
// is known of the registers.
func (e *Engine) startHandler() bool {
	for addr := range e.Handlers {
		if e.entered[addr] {
			continue
		}
		e.entered[addr] = true
		s := &domain.State{Zone: zone.New(), Phase: domain.Interrupted}
		if e.Insts[addr] == nil {
			e.PC = addr
			e.Fail(rules.Decode, "the signal's handler is no instruction of the program")
			return true
		}
		e.follow(s, addr)
		return true
	}
	return false
}

// follow brings a state to pc.
func (e *Engine) follow(s *domain.State, pc uint64) {
	if e.Joins[pc] {
		e.arrive(s, pc, false)
		return
	}
	e.advance(s, pc)
}

// advance executes from pc on, until every way has come to where ways meet, or ended.
func (e *Engine) advance(s *domain.State, pc uint64) {
	ways := []step.Waypoint{{State: s, PC: pc, Start: true}}
	for len(ways) > 0 && e.Failure == nil {
		w := ways[len(ways)-1]
		ways = ways[:len(ways)-1]
		for e.Failure == nil {
			if e.Joins[w.PC] && !w.Start {
				e.arrive(w.State, w.PC, w.Back)
				break
			}
			next := e.Execute(w.State, w.PC)
			if len(next) == 0 {
				break
			}
			for i := range next {
				next[i].Back = next[i].Back || w.Back
			}
			if len(next) == 2 {
				ways = append(ways, next[1])
			}
			if len(ways) > kernel.MaxWays {
				e.Fail(rules.Bounds, "more than %d ways lead from one place: a loop is not known to end", kernel.MaxWays)
			}
			w = next[0]
		}
	}
	if e.Failure != nil && e.Failure.Path == nil {
		e.Failure.Path = []data.Branch{}
	}
}
