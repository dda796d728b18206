package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// What bounds time and memory beside the budget, for programs that nobody would call servers:
// at how many places states are kept, how many ways lead from one such place, how often a
// place of the boot is told apart, and of how many parts what was written of the stack is.
const (
	maxNodes = 10_000
	maxWays  = 1_000
	maxBoots = 2_000
	maxParts = 256
)

// widenAfter is how often a loop comes back to its head before that is widened.
const widenAfter = 4

// maxJoins bounds how often a place is joined: a few dozen times is much.
const maxJoins = 300

// executor executes instructions on states.
type executor struct {
	*program
	system system
	free   pool

	pc      uint64 // of the instruction in execution
	steps   int    // instructions interpreted
	deepest int64  // bytes of stack
	failure *Failure
	failed  *state   // where that was
	onStack bool     // it was about an address on the stack
	leaked  *Failure // unless nil, an address may come out there

	readers map[uint64]made     // instructions that read the environment, by address
	shown   map[uint64]*Failure // those of which clients may get what they read

	took       source // what the step in execution takes
	loadsTrace made   // and what that which it loads may be made of
	roomy      bool   // states remember more facts

	watch func(s *state, pc uint64) // sees every state before its instruction
}

// system is what an executor asks of what lies outside of the program.
type system interface {
	// syscall executes a system call, behind which execution goes on at next; false where it does not return.
	syscall(s *state, next uint64) bool
	// pick is a load of what the kernel stored, if it is one that picks an event.
	pick(s *state, addr *term, width uint8) (term, bool)
	// looksAtClock: the time-stamp counter is read.
	looksAtClock(s *state)
}

// process is an executor with what it has seen of the process: of its system calls, and of what it has of one client
// where it turns to the next.
type process struct {
	*executor
	handlers    map[uint64]bool        // of signals, by address
	input       span                   // where what is read from the client may be stored
	nexts       map[uint64]*next       // where another request begins, by address
	calls       map[int64][][]Argument // by number
	turnsAt     [turnings]turnPlace    // where a process turns from one client to the next
	waitsServed bool                   // somewhere it waits behind a read
	livesOn     map[Variable]bool      // what is left of clients there
	tells       map[tellingPlace]*telling
}

func newProcess(p *program) *process {
	e := &process{
		executor: &executor{program: p, readers: map[uint64]made{}, shown: map[uint64]*Failure{}},
		handlers: map[uint64]bool{}, nexts: map[uint64]*next{}, calls: map[int64][][]Argument{}, livesOn: map[Variable]bool{}, tells: map[tellingPlace]*telling{},
	}
	e.system = e
	return e
}

// engine carries states through a program until nothing new comes.
type engine struct {
	*process
	nodes   map[nodeKey]*node
	agenda  agenda
	entered map[uint64]bool // handlers of signals that were started
	boots   map[uint64]int  // nodes of the boot, by address

	splits []split     // in use
	maybe  []candidate // what may help where the proof fails
	from   uint64      // the join that execution came from last

	lie  func(before, joined *state) // unless nil, a test's, to show that joins need not be trusted
	stop func() bool                 // likewise: the search ends where it says so
}

type node struct {
	key   nodeKey
	state *state
	history
	visits int // how often it was visited
	queued bool
	order  int
	number int // of the node itself

	widened bool // its zone is not closed
}

// Result is what a proof found.
type Result struct {
	Stack int64         // bytes, at the deepest
	Work  int           // instructions interpreted
	Next  []NextRequest // where a process goes on with another request
	Calls []Call        // by number
	Shown []Shown       // by address

	engine *engine
	flow   *flow // unless Bounds took it
}

// Prove proves the rules decode, syscalls, writes, reads and isolation; Bounds of the result
// proves bounds. An error is a *Failure.
func Prove(img Image) (*Result, error) {
	p := newProgram(img)
	if err := p.scan(); err != nil {
		return nil, err
	}
	r, err := prove(p, nil)
	if err != nil {
		return nil, err
	}
	return r, r.confirm()
}

// confirm interprets the program once more, from what was found.
func (r *Result) confirm() (err error) {
	e := r.engine
	if e.leaked != nil {
		return e.leaked
	}
	clear(e.livesOn) // of states on the way some seem to tell of events that do not
	if r.flow, err = e.newFlow(); err != nil {
		return err
	}
	if e.leaked != nil {
		return e.leaked
	}
	r.Next, r.Calls = e.nextRequests(), e.called()
	return nil
}

// prove runs engines until one has all the splits that it wants. With watch each has one who
// sees every state before its instruction.
func prove(p *program, watch func(*engine) func(*state, uint64)) (*Result, error) {
	e := newEngine(p)
	for {
		if watch != nil {
			e.watch = watch(e)
		}
		err := e.run()
		if err == nil {
			return &Result{Stack: e.deepest, Work: e.steps, Next: e.nextRequests(), Calls: e.called(), Shown: e.allShown(), engine: e}, nil
		}
		next := newEngine(p)
		switch {
		case e.wantSplit():
			next.splits, next.roomy = e.splits, e.roomy
		case !e.roomy && e.failed != nil && e.failed.zone.Crowded():
			next.roomy = true
		default:
			return nil, err
		}
		next.steps, next.free = e.steps, e.free
		next.hold(-len(e.nodes) * stateBytes)
		e = next
	}
}

func newProgram(img Image) *program {
	return &program{
		records: newRecords(img), insts: map[uint64]*decoded{}, before: map[uint64]*decoded{},
		joins: map[uint64]bool{}, unroll: map[uint64]isa.Reg{}, flags: map[uint64]asked{}, loops: map[uint64]bool{}, returns: map[uint64]bool{}, exits: map[uint64]bool{}, live: map[uint64]liveness{}, slotNumbers: map[int64]int{}, stepped: map[int64]bool{}, slotSizes: map[int64]uint8{}, rets: map[uint64][]uint64{}, order: map[uint64]int{},
	}
}

func newEngine(p *program) *engine {
	return &engine{process: newProcess(p), splits: p.firstSplits(), agenda: agenda{schedule: p.plan}, nodes: map[nodeKey]*node{}, entered: map[uint64]bool{}, boots: map[uint64]int{}}
}

// run interprets until nothing new comes, or a rule cannot be proved.
func (e *engine) run() error {
	e.follow(e.entry(), e.Entry)
	for e.failure == nil {
		switch n := e.agenda.next(); {
		case n != nil && e.stop != nil && e.stop():
			e.agenda.waiting = [stages][]*node{}
		case n != nil:
			e.from = n.key.pc
			s := e.free.clone(n.state)
			if n.widened {
				s.zone.Close()
			}
			e.linkAll(s)
			e.advance(s, n.key.pc)
		case !e.startHandler() && !e.overspent():
			return nil
		}
	}
	return e.failure
}

// startHandler begins with a signal's handler: the signal comes at any time, so nothing
// is known of the registers.
func (e *engine) startHandler() bool {
	for addr := range e.handlers {
		if e.entered[addr] {
			continue
		}
		e.entered[addr] = true
		s := &state{zone: zone.New(), phase: interrupted}
		if e.insts[addr] == nil {
			e.pc = addr
			e.fail(rules.Decode, "the signal's handler is no instruction of the program")
			return true
		}
		e.follow(s, addr)
		return true
	}
	return false
}

// waypoint is a state on its way.
type waypoint struct {
	s    *state
	pc   uint64
	back bool // since the last join it went back in the order of the program

	start bool // it comes from the join at pc
}

// follow brings a state to pc.
func (e *engine) follow(s *state, pc uint64) {
	if e.joins[pc] {
		e.arrive(s, pc, false)
		return
	}
	e.advance(s, pc)
}

// advance executes from pc on, until every way has come to where ways meet, or ended.
func (e *engine) advance(s *state, pc uint64) {
	ways := []waypoint{{s: s, pc: pc, start: true}}
	for len(ways) > 0 && e.failure == nil {
		w := ways[len(ways)-1]
		ways = ways[:len(ways)-1]
		for e.failure == nil {
			if e.joins[w.pc] && !w.start {
				e.arrive(w.s, w.pc, w.back)
				break
			}
			next := e.execute(w.s, w.pc)
			if len(next) == 0 {
				break
			}
			for i := range next {
				next[i].back = next[i].back || w.back
			}
			if len(next) == 2 {
				ways = append(ways, next[1])
			}
			if len(ways) > maxWays {
				e.fail(rules.Bounds, "more than %d ways lead from one place: a loop is not known to end", maxWays)
			}
			w = next[0]
		}
	}
	if e.failure != nil && e.failure.Path == nil {
		e.failure.Path = []Branch{}
	}
}

// execute interprets one instruction, and says where that leads.
func (e *process) execute(s *state, pc uint64) []waypoint {
	if e.watch != nil {
		e.watch(s, pc)
	}
	e.pc = pc
	in := e.insts[pc]
	e.steps++
	e.spend(instructionWork)
	if len(s.written) > maxParts {
		e.fail(rules.Bounds, "more than %d parts of the stack are written that lie apart", maxParts)
	}
	if e.overspent() {
		return nil
	}
	next := e.leave(s, in)
	out := next[:0]
	for _, w := range next {
		if w.s.zone.Empty() {
			e.free.put(w.s)
			continue
		}
		w.back = e.goesBack(pc, w.pc)
		switch {
		case e.crosses(pc, w.pc):
			e.nextRequest(w.s, w.pc, w.pc)
			e.nexts[w.pc].answers, w.s.began = true, 0
		case e.begins(pc, w.pc) && w.s.phase == serving && w.s.loop != looping:
			w.s.first = slices.Clone(w.s.written)
		}
		out = append(out, w)
	}
	if e.failure != nil {
		e.failure.Path = s.path()
		e.failed = s
		return nil
	}
	return out
}

// goesBack: the step from one instruction to another closes a loop. Calls and returns
// do not.
func (e *process) goesBack(from, to uint64) bool {
	op := e.insts[from].Op
	return op != isa.CALL && op != isa.RET && e.order[to] <= e.order[from]
}
