package cert

import (
	"errors"
	"io"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/elf"
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Proof is a certificate, but for what its Guide says.
type Proof struct {
	Nodes []Node

	// Instructions is how many are executed at the most between two system calls, Calls how many
	// system calls between two accepts, or to the end of the process.
	Instructions, Calls int64

	Input Span // where what is read from the client may be stored

	// Where on the stack bytes are left that the boot made of the environment, and instructions of which clients may get what they read
	// of it.
	Kept  Span
	Shown []uint64

	// Of a process that serves many clients, what it remembers of each: a byte, and four, at a descriptor (ages.go).
	Ages, Counts Span
}

// Figures are what a server was found to do at the most.
type Figures struct {
	Stack int64          // bytes in use at the deepest, below the kernel's own
	Calls map[int64]bool // system calls that are made, by number
	Steps int            // instructions that were followed

	Variables map[Span]bool // of the stack, that go on from a request to the next
}

// checker follows a server through its certificate.
type checker struct {
	*server
	proof    *Proof
	guide    Guide
	nodes    map[uint64][]int // by address
	reached  []int            // nodes that a way comes to: only these are followed
	found    []bool           // those, by number
	handlers []uint64         // of signals
	handled  int              // how many of these were followed
	turns    [turnings]turn   // of a process that serves many clients
	events   Span             // where the kernel says of which clients something came
	waits    bool             // the process waits behind a read that it did not turn since
	edges    []edge           // between nodes
	spare    []*State         // whose memory may be used again
	vars     []Variable       // memory of variables
	ways     [2]*State        // memory of what next gives
	terms    []linear.Term    // memory of sums
	figures  Figures
	explore  func(*State, Way) // unless nil, nothing is accepted
	watch    func(*State)      // is shown each state before an instruction, unless nil
}

// maxSteps bounds the instructions that are followed, for each node and for the entry: some ten are in
// what is found of a server.
const maxSteps = 1 << 10

// Check accepts a server with its certificate, or says why it does not: a *Refusal, or an error
// of r.
func Check(r io.ReaderAt, size int64, proof *Proof, guide Guide) (*Figures, error) {
	return Watch(r, size, proof, guide, nil)
}

// Watch is Check that somebody looks on at, unless nil: each state is shown before an instruction, and must not be kept.
func Watch(r io.ReaderAt, size int64, proof *Proof, guide Guide, watch func(*State)) (*Figures, error) {
	c, err := NewExplorer(r, size, proof, guide, nil)
	if err == nil {
		c.watch = watch
		err = c.Follow(-1)
	}
	for n := 0; err == nil && n < len(c.reached); n++ {
		err = c.Follow(c.reached[n])
	}
	if err == nil {
		err = c.End()
	}
	if err != nil {
		return nil, err
	}
	for _, table := range []Span{proof.Ages, proof.Counts} {
		if table != (Span{}) {
			c.figures.Variables[table] = true
		}
	}
	return &c.figures, nil
}

// Explorer is a Check a part at a time. Who looks for a certificate has a function for ways: what nodes grant is not
// checked then, each way is told instead, and nothing is accepted. Errors are Check's.
type Explorer = checker

// NewExplorer has followed nothing yet.
func NewExplorer(r io.ReaderAt, size int64, proof *Proof, guide Guide, way func(*State, Way)) (c *Explorer, err error) {
	defer refused(&err)
	server, err := load(r, size)
	if e := (*elf.Error)(nil); errors.As(err, &e) {
		return nil, &Refusal{rules.Segments, uint64(e.Off), e.Msg, -1}
	}
	if err != nil {
		return nil, err
	}
	c = &checker{server: server, proof: proof, guide: guide, nodes: map[uint64][]int{}, found: make([]bool, len(proof.Nodes)), explore: way}
	c.figures.Calls, c.figures.Variables = map[int64]bool{}, map[Span]bool{}
	for i := range proof.Nodes {
		n := &proof.Nodes[i]
		c.nodes[n.Addr] = append(c.nodes[n.Addr], i)
		if err := n.wellFormed(proof.Input); err != nil {
			refuse(rules.Bounds, n.Addr, "node %d of the certificate: %v", i, err)
		}
	}
	return c, nil
}

// Follow follows the ways from a node, or where that is -1 from the entry, and then those from handlers of signals that are new.
func (c *checker) Follow(node int) (err error) {
	defer refused(&err)
	if node < 0 {
		c.follow(c.entryState())
	} else {
		c.follow(c.start(node))
	}
	for ; c.handled < len(c.handlers); c.handled++ {
		c.follow(c.anyState(c.handlers[c.handled]))
	}
	return nil
}

// Reached are the nodes that ways came to, in the order in which they did first.
func (c *checker) Reached() []int { return c.reached }

// End demands what is demanded of all ways together.
func (c *checker) End() (err error) {
	defer refused(&err)
	c.demandHeads()
	return nil
}

// refused is the *Refusal that something panicked with.
func refused(err *error) {
	switch x := recover().(type) {
	case nil:
	case *Refusal:
		*err = x
	default:
		panic(x)
	}
}

// variables are those that every state has, and more, until it is called again.
func (c *checker) variables(more []Variable) []Variable {
	base := Variable{Bounds: linear.Bounds{Lo: -linear.NoBound, Hi: linear.NoBound}, Made: Address}
	c.vars = append(append(c.vars[:0], base, base), more...)
	return c.vars
}

// anyState is one of which nothing is known, as where a signal's handler begins.
func (c *checker) anyState(addr uint64) *State {
	s := (&State{check: c, pc: addr, vars: c.variables(nil), phase: Interrupted, from: -1, since: -1}).Clone()
	for r := range s.regs {
		s.regs[r] = s.anything(8, Address)
	}
	for i := range s.vecs {
		s.vecs[i].made = Address
	}
	s.renew(&s.instructions, c.proof.Instructions)
	s.renew(&s.calls, c.proof.Calls)
	return s
}

// entryState is that in which the kernel starts a process: nothing is known but the stack
// pointer (AMD64 psABI, 3.4.1).
func (c *checker) entryState() *State {
	s := c.anyState(c.entry)
	s.phase = Starting
	s.regs[x86.RSP] = linear.Of(StackBase)
	return s
}

// handler notes where a signal is handled.
func (c *checker) handler(addr uint64) {
	if !slices.Contains(c.handlers, addr) {
		c.handlers = append(c.handlers, addr)
	}
}

// follow executes all ways from a state on, each to its end or to a node.
func (c *checker) follow(s *State) {
	for ways := []*State{s}; len(ways) > 0; {
		s := ways[len(ways)-1]
		ways = ways[:len(ways)-1]
		for _, t := range c.next(s) {
			if at := c.nodes[t.pc]; len(at) > 0 && t.comes(at) {
				t.ends()
			} else {
				ways = append(ways, t)
			}
		}
	}
}

// comes ends a way at a node, unless it goes on there.
func (s *State) comes(candidates []int) bool {
	i, images := s.check.guide.Node(s, candidates)
	if i < 0 {
		return false
	}
	if !slices.Contains(candidates, i) {
		s.refuse(rules.Bounds, "the certificate has no node for this way, in phase %d with the calls %v, from node %d", s.phase, s.frames, s.from)
	}
	if c := s.check; !c.found[i] {
		c.found[i], c.reached = true, append(c.reached, i)
	}
	s.arrives(i, images)
	s.check.edges = append(s.check.edges, edge{s.since, i, s.reads, s.writes})
	return true
}

// next executes one instruction; the states behind it, until it is called again, are where execution can go.
func (c *checker) next(s *State) []*State {
	if c.watch != nil {
		c.watch(s)
	}
	in := c.at(s.pc)
	s.instructions.spent++
	if c.figures.Steps++; c.figures.Steps/maxSteps > len(c.proof.Nodes) {
		s.refuse(rules.Bounds, "more than %d instructions for each node would have to be followed: a loop has no node", maxSteps)
	}
	on := func(to uint64) []*State {
		s.pc = to
		return append(c.ways[:0], s)
	}
	switch in.Op {
	case x86.MOV:
		if out := s.picks(in); out != nil {
			return out
		}
	case x86.JMP:
		return on(in.Target)
	case x86.JCC:
		s.decides(in.Cond, Secret)
		return s.branch(in.Cond, func(t *State) { t.pc = in.Target }, func(t *State) { t.pc = in.Next() })
	case x86.CMOVCC:
		s.decides(in.Cond, Nothing)
		moved := s.read(in.Src)
		return s.branch(in.Cond, func(t *State) {
			t.write(in.Dst, moved)
			t.pc = in.Next()
		}, func(t *State) {
			t.write(in.Dst, t.read(in.Dst)) // of 4 bytes: the upper half becomes 0
			t.pc = in.Next()
		})
	case x86.CALL:
		s.push(s.plusConst(linear.Of(ImageBase), int64(in.Next())), in.Next())
		return on(in.Target)
	case x86.RET:
		s.demand(len(s.frames) > 0 && s.frames[len(s.frames)-1].To != 0, rules.Decode, "a return without its call")
		to := s.frames[len(s.frames)-1].To
		s.pop(to)
		return on(to)
	case x86.SYSCALL:
		if !s.syscall() {
			s.ends()
			return nil
		}
		return on(in.Next())
	case x86.UD2:
		s.refuse(rules.Decode, "ud2 stops the process")
	}
	s.step(in)
	return on(in.Next())
}

// branch are the ways on which a condition holds, and on which it does not, as far as they are
// possible.
func (s *State) branch(c x86.Cond, holds, not func(*State)) []*State {
	t, out := s.Clone(), s.check.ways[:0]
	if s.assume(c.Not()) {
		not(s)
		out = append(out, s)
	} else {
		s.ends()
	}
	if t.assume(c) {
		holds(t)
		out = append(out, t)
	} else {
		t.ends()
	}
	return out
}
