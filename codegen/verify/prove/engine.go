package prove

import (
	"encoding/binary"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// What bounds time and memory, for programs that nobody would call servers: how many
// instructions are interpreted in all, at how many places states are kept, how many ways
// lead from one such place, and how often a place of the boot is told apart.
const (
	maxWork  = 1_500_000
	maxNodes = 10_000
	maxWays  = 1_000
	maxBoots = 2_000
)

// widenAfter is how often a loop comes back to its head before that is widened.
const widenAfter = 4

// maxJoins bounds how often a place is joined: a few dozen times is much.
const maxJoins = 300

// engine carries states through a program until nothing new comes.
type engine struct {
	*program
	nodes    map[nodeKey]*node
	agenda   agenda
	handlers map[uint64]bool // of signals, by address
	entered  map[uint64]bool // those that were started
	boots    map[uint64]int  // nodes of the boot, by address
	input    span            // where what is read from the client may be stored
	kept     map[Variable]bool

	free pool

	pc      uint64 // of the instruction in execution
	work    int
	deepest int64 // bytes of stack
	failure *Failure
	failed  *state      // where that was
	splits  []split     // in use
	maybe   []candidate // what may help where the proof fails
	from    uint64      // the join that execution came from last
	onStack bool        // it was about an address on the stack

	divert func(s *state, key nodeKey) // unless nil, gets what arrives instead of the node
	watch  func(s *state, pc uint64)   // sees every state before its instruction
}

// nodeKey is a place, and how it is come to: states that differ here are not joined.
type nodeKey struct {
	pc     uint64
	phase  phase
	frames string // what is on the stack
	bits   string // known bits that tell ways apart
	zero   flag   // where it is asked for behind the join
	carry  flag   // likewise
	boot   string // constants, during the boot
}

type node struct {
	key    nodeKey
	state  *state
	joins  int // how often it was joined
	visits int // how often it was visited
	rounds int // behind how many visits a loop came back to it
	queued bool
	order  int
	number int // of the node itself

	widened  bool // its zone is not closed
	patience zone.Patience
}

// trace is the way that a state came.
type trace struct {
	Branch
	before *trace
}

// Result is what a proof found.
type Result struct {
	Stack int64         // bytes, at the deepest
	Work  int           // instructions interpreted
	Next  []NextRequest // where a process goes on with another request

	engine *engine
}

// Prove proves the rules decode, syscalls, writes and reads. An error is a *Failure.
func Prove(img Image) (*Result, error) {
	p := newProgram(img)
	if err := p.scan(); err != nil {
		return nil, err
	}
	return prove(p, nil)
}

// prove runs engines until one has all the splits that it wants.
func prove(p *program, watch func(*state, uint64)) (*Result, error) {
	e := newEngine(p)
	e.watch = watch
	for {
		r, err := e.run()
		if err == nil || !e.wantSplit() {
			return r, err
		}
		next := newEngine(p)
		next.splits, next.watch, next.work, next.free = e.splits, watch, e.work, e.free
		e = next
	}
}

func newProgram(img Image) *program {
	return &program{
		Image: img, insts: map[uint64]*decoded{}, before: map[uint64]*decoded{}, cache: map[int64][]byte{},
		extents: map[rangeKey]valueRange{}, images: map[rangeKey]*set{}, singles: map[int64]*set{}, sets: map[uint64][]*set{}, filters: map[filterKey]*set{}, unions: map[unionKey]*set{}, chosen: map[chosenKey]*set{}, tables: map[tableKey]*set{},
		joins: map[uint64]bool{}, unroll: map[uint64]isa.Reg{}, flags: map[uint64]asked{}, loops: map[uint64]bool{}, returns: map[uint64]bool{}, live: map[uint64]alive{}, slotNumbers: map[int64]int{}, slotSizes: map[int64]uint8{}, rets: map[uint64][]uint64{}, order: map[uint64]int{},
	}
}

func newEngine(p *program) *engine {
	return &engine{program: p, splits: p.firstSplits(), agenda: agenda{schedule: p.plan}, nodes: map[nodeKey]*node{}, handlers: map[uint64]bool{}, entered: map[uint64]bool{}, boots: map[uint64]int{}, kept: map[Variable]bool{}}
}

// run interprets until nothing new comes, or a rule cannot be proved.
func (e *engine) run() (*Result, error) {
	e.follow(entry(), e.Entry)
	for e.failure == nil {
		switch n := e.agenda.next(); {
		case n != nil:
			e.from = n.key.pc
			s := e.free.clone(n.state)
			if n.widened {
				s.zone.Close()
			}
			for v := firstReg; v < zone.Vars; v++ {
				e.link(s, v)
			}
			e.advance(s, n.key.pc)
		case !e.startHandler():
			return &Result{Stack: e.deepest, Work: e.work, Next: e.nextRequests(), engine: e}, nil
		}
	}
	return nil, e.failure
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
			e.fail(RuleDecode, "the signal's handler is no instruction of the program")
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
				e.fail(RuleBounds, "more than %d ways lead from one place: a loop is not known to end", maxWays)
			}
			w = next[0]
		}
	}
	if e.failure != nil && e.failure.Path == nil {
		e.failure.Path = []Branch{}
	}
}

// execute interprets one instruction, and says where that leads.
func (e *engine) execute(s *state, pc uint64) []waypoint {
	if e.watch != nil {
		e.watch(s, pc)
	}
	e.pc = pc
	in := e.insts[pc]
	if e.work++; e.work > maxWork {
		e.fail(RuleBounds, "the program is too large to be proved")
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
			e.nextRequest(w.s, w.pc)
		case e.begins(pc, w.pc):
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
func (e *engine) goesBack(from, to uint64) bool {
	op := e.insts[from].Op
	return op != isa.CALL && op != isa.RET && e.order[to] <= e.order[from]
}

// leave executes an instruction; states that are impossible are among the result.
func (e *engine) leave(s *state, in *decoded) []waypoint {
	next := in.Next()
	switch in.Op {
	case isa.JMP:
		s.went(in.Addr, in.Target)
		return []waypoint{{s: s, pc: in.Target}}
	case isa.JCC:
		taken := e.free.clone(s)
		taken.went(in.Addr, in.Target)
		s.went(in.Addr, next)
		e.assume(s, in.Cond.Not())
		e.assume(taken, in.Cond)
		return []waypoint{{s: s, pc: next}, {s: taken, pc: in.Target}}
	case isa.CMOVCC:
		return e.moveIf(s, in)
	case isa.CALL:
		s.went(in.Addr, in.Target)
		if slices.ContainsFunc(s.frames, func(f frame) bool { return f.to == next }) {
			e.fail(RuleBounds, "a routine calls itself: the stack has no bound")
			return nil
		}
		e.pushFrame(s, term{}, frame{to: next})
		return []waypoint{{s: s, pc: in.Target}}
	case isa.RET:
		return e.ret(s, in)
	case isa.SYSCALL:
		if !e.syscall(s, next) {
			return nil
		}
		s.endInstruction()
	case isa.UD2:
		e.fail(RuleDecode, "ud2 stops the process")
		return nil
	default:
		e.straight(s, in.steps)
	}
	return []waypoint{{s: s, pc: next}}
}

// moveIf is cmov, as the two ways that it stands for. The operand is read in both.
func (e *engine) moveIf(s *state, in *decoded) []waypoint {
	moved := e.free.clone(s)
	e.assume(s, in.Cond.Not())
	e.assume(moved, in.Cond)
	e.selected(s, in.steps, false)
	e.selected(moved, in.steps, true)
	return []waypoint{{s: s, pc: in.Next()}, {s: moved, pc: in.Next()}}
}

// selected executes the steps of a cmov whose condition is known.
func (e *engine) selected(s *state, steps []isa.Step, holds bool) {
	if s.zone.Empty() {
		return
	}
	known := slices.Clone(steps)
	for i := range known {
		if st := &known[i]; st.Op == isa.Select {
			st.Op = isa.Copy
			if !holds {
				st.A = st.B
			}
		}
	}
	e.straight(s, known)
}

func (e *engine) ret(s *state, in *decoded) []waypoint {
	f, ok := e.popFrame(s, false)
	if !ok {
		return nil
	}
	if f.to == 0 {
		e.fail(RuleDecode, "a return without its call: it is not known which call it comes from")
		return nil
	}
	s.release(f.off + 8)
	s.went(in.Addr, f.to)
	return []waypoint{{s: s, pc: f.to}}
}

// went remembers a way taken.
func (s *state) went(from, to uint64) { s.trace = &trace{Branch{from, to}, s.trace} }

const maxPath = 24 // branches of a failure's path

// path is the way that a state came, its last part.
func (s *state) path() []Branch {
	var out []Branch
	for t := s.trace; t != nil && len(out) < maxPath; t = t.before {
		out = append([]Branch{t.Branch}, out...)
	}
	return out
}

// arrive joins a state with what is known at pc, and queues pc if that is new. It may
// come from inside a loop, back to its head.
func (e *engine) arrive(s *state, pc uint64, back bool) {
	if !e.returns[pc] {
		for i := range s.frames {
			s.frames[i].to = 0 // no return is reached from here
		}
	}
	if e.flags[pc]&carryAsked != 0 && s.cmp.carry == maybe && s.cmp.kind == isa.FlagsSub {
		below := e.free.clone(s)
		e.assume(s, isa.CondAE)
		e.assume(below, isa.CondB)
		if !below.zone.Empty() {
			e.arrive(below, pc, back)
		}
		if s.zone.Empty() {
			return
		}
	}
	s.cmp = flagState{zero: e.liveFlag(s, pc), carry: e.liveCarry(s, pc)}
	for r := range isa.Reg(16) {
		if e.live[pc].regs>>r&1 == 0 {
			s.forget(regVar(r)) // nobody asks
		}
	}
	for i, sl := range s.slots {
		if sl.size != 0 && s.phase >= serving && e.isDead(s, sl.off, pc) {
			s.dropSlot(i)
		}
	}
	e.bitsAlone(s)
	key := e.key(s, pc)
	if e.divert != nil {
		e.divert(s, key)
		return
	}
	n := e.nodes[key]
	switch {
	case n == nil:
		if !e.mayGrow(key) {
			return
		}
		n = &node{key: key, state: s, order: e.plan.place(pc, s.frames), number: len(e.nodes)}
		e.nodes[key] = n
	default:
		e.noteSplits(n.state, s, pc)
		_, apart := e.rounds(s, pc)
		if !e.meet(n, s, back && e.loops[pc] && !apart) {
			return
		}
		if n.joins > maxJoins {
			e.pc = pc
			e.fail(RuleBounds, "what is known here does not settle")
		}
	}
	e.agenda.add(n)
}

// mayGrow says that there may be one more node: a loop of the boot that does not end would
// make one for each of its rounds.
func (e *engine) mayGrow(key nodeKey) bool {
	e.pc = key.pc
	if key.phase.booting() {
		e.boots[key.pc]++
	}
	switch {
	case len(e.nodes) >= maxNodes:
		e.fail(RuleBounds, "the program is too large to be proved")
	case e.boots[key.pc] > maxBoots:
		e.fail(RuleBounds, "the boot comes here more than %d times: it is not known to end", maxBoots)
	}
	return e.failure == nil
}

// bitsAlone keeps of a register of flags its bits: as a number it is of no interest.
func (e *engine) bitsAlone(s *state) {
	if s.phase.booting() {
		return
	}
	for v := firstReg; v < firstSlot; v++ {
		if e.flagRegs>>(v-firstReg)&1 == 0 || s.vals[v].kind != number {
			continue
		}
		t := s.whole(v)
		k := s.knownBits(&t)
		s.vals[v].zeros, s.vals[v].ones = k.zeros, k.ones
		s.zone.Forget(v)
	}
}

// covers: joined, which contains a, is no more than a.
func (e *engine) covers(a, joined *state) bool {
	if a.rest != joined.rest || a.restOf != joined.restOf || a.later != joined.later || a.answered != joined.answered || !slices.Equal(a.first, joined.first) || len(a.written) != len(joined.written) || a.zeros != joined.zeros || a.line != joined.line ||
		!keepsRegions(a, joined) || a.incoming != joined.incoming || a.family != joined.family || a.peer != joined.peer || a.env != joined.env {
		return false
	}
	for i := range a.written {
		if a.written[i] != joined.written[i] {
			return false
		}
	}
	for i := range a.prefers {
		if !e.satisfiesPreference(joined, &a.prefers[i]) {
			return false
		}
	}
	for _, g := range a.guards {
		if !joined.satisfies(g) {
			return false
		}
	}
	for v := firstReg; v < zone.Vars; v++ {
		if !a.deadRegion(v) && !sameValue(a, joined, v) {
			return false
		}
	}
	for i := range a.vecs {
		if !sameVector(&a.vecs[i], &joined.vecs[i]) {
			return false
		}
	}
	return a.zone.Holds(joined.zone)
}

// keepsRegions: b has the regions that a has.
func keepsRegions(a, b *state) bool {
	for i, r := range a.regions {
		if r.live && r != b.regions[i] {
			return false
		}
	}
	return true
}

// deadRegion says that v would be the end of a region that is not there.
func (s *state) deadRegion(v zone.Var) bool {
	return v >= firstRegion && v < firstRegion+regions && !s.regions[v-firstRegion].live
}

func sameValue(a, b *state, v zone.Var) bool {
	x, y := a.vals[v], b.vals[v]
	if x.org.sym != 0 && y.org.sym != 0 {
		sx, sy := a.syms[x.org.sym-1], b.syms[y.org.sym-1]
		if sx != sy {
			return false
		}
		x.org.sym, y.org.sym = 0, 0
	}
	if x.kind == number { // zeros and ones follow from a constant
		x.zeros, x.ones, y.zeros, y.ones = x.zeros&^y.zeros, x.ones&^y.ones, 0, 0
		if a.zone.Lo(v) == a.zone.Hi(v) {
			x.zeros, x.ones = 0, 0
		}
	}
	if !sameAttached(a, b, v) {
		return false
	}
	return x == y
}

// sameAttached compares what a register was loaded from.
func sameAttached(a, b *state, v zone.Var) bool {
	p, q := a.prov[v], b.prov[v]
	m, n := a.mask[v], b.mask[v]
	if (p == nil) != (q == nil) || (m == nil) != (n == nil) {
		return false
	}
	return (p == nil || p.addr == q.addr) && (m == nil || m.addr == n.addr)
}

// liveFlag is ZF, where an instruction behind pc may ask for it.
func (e *engine) liveFlag(s *state, pc uint64) flag {
	if e.flags[pc]&zeroAsked == 0 {
		return maybe
	}
	return s.zeroFlag()
}

// liveCarry is CF, where an instruction behind pc may ask for it.
func (e *engine) liveCarry(s *state, pc uint64) flag {
	if e.flags[pc]&carryAsked == 0 {
		return maybe
	}
	return s.cmp.carry
}

// rounds tells the rounds of an unrolled loop apart. Where they are known to be, a way
// back to the loop's head is one to another round, and no reason to widen.
func (e *engine) rounds(s *state, pc uint64) (key []byte, apart bool) {
	counter, ok := e.unroll[pc]
	for v := firstReg; ok && v < firstSlot; v++ {
		lo, pointer := s.zone.Lo(v), s.vals[v].kind == stackPtr
		counts := v == regVar(counter) && (pointer || s.vals[v].kind == number && lo >= 0 && lo <= maxUnrolled)
		if lo == s.zone.Hi(v) && (pointer || counts) {
			key = binary.AppendVarint(key, lo)
			apart = apart || counts
		}
	}
	return key, apart
}

// key tells states apart that are not to be joined.
func (e *engine) key(s *state, pc uint64) nodeKey {
	k := nodeKey{pc: pc, phase: s.phase, zero: s.cmp.zero, carry: s.cmp.carry, bits: e.splitKey(s)}
	var b []byte
	for _, f := range s.frames {
		b = binary.AppendVarint(b, f.off)
		b = binary.AppendUvarint(b, f.to)
		if f.saved {
			b = append(b, 1)
		}
	}
	rounds, _ := e.rounds(s, pc)
	k.frames = string(append(b, rounds...))
	switch s.phase {
	case starting, opened, hasAddress, listening:
		k.boot = s.constants(true)
	case forked, serving:
		k.boot = s.constants(false)
	}
	return k
}

// constants are those in registers: the boot's loops run over tables in the data, and
// are followed one round after the other. Without all, these are the pointers into the
// data.
func (s *state) constants(all bool) string {
	var b []byte
	for v := firstReg; v < firstSlot; v++ {
		k := s.vals[v].kind
		b = append(b, byte(k))
		if lo := s.zone.Lo(v); lo == s.zone.Hi(v) && (k == imagePtr || all && k <= stackPtr) {
			b = binary.AppendVarint(append(b, 1), lo)
		}
	}
	return string(b)
}
