package prove

import (
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Where a process answers several requests, one after the other, a request must not read
// what an earlier one left behind. The outermost loop that both reads from the client and
// writes to it has one place through which each round goes: a round is a request. There
// the state forgets what was written to the stack, but for
//
//   - the input that waits: what lies between two registers, the cursor and the end of
//     what was read
//   - responses that wait: as many bytes as a variable says
//   - variables at fixed places, which NextRequest lists
//   - what was written before the first request, and not since
//
// What is forgotten is as if it had never been written: rule reads does the rest.

// NextRequest is the place where a process goes on with its next request, and what it
// knows there of earlier ones.
type NextRequest struct {
	Addr      uint64
	Registers []string
	Variables []Variable
}

// Variable is a place on the stack, Offset bytes from rsp at the entry.
type Variable struct {
	Offset int64
	Size   uint8 // in bytes
}

// requestLoop is a loop that reads and writes.
type requestLoop struct {
	head uint64
	body map[uint64]bool
}

// exchange says which of read and write a piece of a program may make.
type exchange uint8

const (
	reads exchange = 1 << iota
	writes
	both = reads | writes
)

// findRequests finds the loops that read and write, the outermost ones. Each must have
// one head.
func (p *program) findRequests() error {
	x := exchanges{p, map[uint64]exchange{}, p.targets()}
	for _, loop := range x.outermost() {
		heads := x.heads(loop)
		if len(heads) != 1 {
			return &Failure{Rule: RuleIsolation, Addr: slices.Min(loop), Msg: "the loop that reads and writes is entered at several places: it is not known where a request begins"}
		}
		body := map[uint64]bool{}
		for _, addr := range loop {
			body[addr] = true
		}
		p.requests = append(p.requests, requestLoop{heads[0], body})
	}
	return nil
}

// outermost are the loops that read and write and are not called from within one.
func (x *exchanges) outermost() [][]uint64 {
	loops := slices.DeleteFunc(x.loops(), func(loop []uint64) bool { return x.of(loop) != both })
	called := map[uint64]bool{}
	for _, loop := range loops {
		for _, addr := range x.called(loop) {
			called[addr] = true
		}
	}
	return slices.DeleteFunc(loops, func(loop []uint64) bool { return called[loop[0]] })
}

// called are the instructions of the routines that a loop calls.
func (x *exchanges) called(loop []uint64) []uint64 {
	var entries []uint64
	for _, addr := range loop {
		if in := x.insts[addr]; in.Op == isa.CALL {
			entries = append(entries, in.Target)
		}
	}
	return reach(entries, func(addr uint64) []uint64 {
		if in := x.insts[addr]; in.Op == isa.CALL {
			return append(x.flow(addr), in.Target)
		}
		return x.flow(addr)
	})
}

// heads are where a loop is entered from elsewhere.
func (x *exchanges) heads(loop []uint64) []uint64 {
	member := map[uint64]bool{}
	for _, addr := range loop {
		member[addr] = true
	}
	found := map[uint64]bool{}
	for addr, in := range x.insts {
		if in.Op == isa.CALL && member[in.Target] {
			found[in.Target] = true
		}
		for _, to := range x.flow(addr) {
			if member[to] && !member[addr] {
				found[to] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// flow are the successors within a routine; exit has none.
func (x *exchanges) flow(addr uint64) []uint64 {
	in := x.insts[addr]
	if in.Op == isa.SYSCALL && x.call(addr) == sysExit {
		return nil
	}
	return inside(in)
}

// loops are the outermost loops: the strongly connected components with a cycle; calls
// are stepped over (R. Tarjan, "Depth-first search and linear graph algorithms", 1972).
func (x *exchanges) loops() [][]uint64 {
	t := &components{x: x, number: map[uint64]int{}, low: map[uint64]int{}, waits: map[uint64]bool{}}
	for _, root := range x.roots() {
		if t.number[root] == 0 {
			t.visit(root)
		}
	}
	return t.found
}

type components struct {
	x      *exchanges
	number map[uint64]int // in the order of visits, from 1
	low    map[uint64]int
	stack  []uint64
	waits  map[uint64]bool
	found  [][]uint64
}

// visit is a depth-first search with a stack of its own: programs may be long.
func (t *components) visit(root uint64) {
	type step struct {
		addr uint64
		next []uint64
	}
	path := []step{{root, t.enter(root)}}
	for len(path) > 0 {
		top := &path[len(path)-1]
		if len(top.next) == 0 {
			t.leave(top.addr)
			path = path[:len(path)-1]
			if len(path) > 0 {
				from := path[len(path)-1].addr
				t.low[from] = min(t.low[from], t.low[top.addr])
			}
			continue
		}
		to := top.next[0]
		top.next = top.next[1:]
		switch {
		case t.x.insts[to] == nil:
		case t.number[to] == 0:
			path = append(path, step{to, t.enter(to)})
		case t.waits[to]:
			t.low[top.addr] = min(t.low[top.addr], t.number[to])
		}
	}
}

func (t *components) enter(addr uint64) []uint64 {
	t.number[addr] = len(t.number) + 1
	t.low[addr] = t.number[addr]
	t.stack = append(t.stack, addr)
	t.waits[addr] = true
	return slices.Clone(t.x.flow(addr))
}

// leave takes a component off the stack.
func (t *components) leave(addr uint64) {
	if t.low[addr] != t.number[addr] {
		return
	}
	i := slices.Index(t.stack, addr)
	loop := slices.Clone(t.stack[i:])
	t.stack = t.stack[:i]
	for _, a := range loop {
		t.waits[a] = false
	}
	if len(loop) > 1 || slices.Contains(t.x.flow(addr), addr) {
		t.found = append(t.found, loop)
	}
}

// exchanges tells what instructions read and write, calls included.
type exchanges struct {
	*program
	routines map[uint64]exchange
	targets  map[uint64]bool
}

// targets are where branches and calls lead.
func (p *program) targets() map[uint64]bool {
	out := map[uint64]bool{}
	for _, in := range p.insts {
		if in.Op == isa.JMP || in.Op == isa.JCC || in.Op == isa.CALL {
			out[in.Target] = true
		}
	}
	return out
}

func (x *exchanges) of(list []uint64) exchange {
	var all exchange
	for _, addr := range list {
		var one exchange
		switch in := x.insts[addr]; in.Op {
		case isa.SYSCALL:
			one = x.ofSyscall(addr)
		case isa.CALL:
			one = x.ofRoutine(in.Target)
		}
		if one&writes != 0 && x.writesInterim(addr) {
			one &^= writes
		}
		all |= one
	}
	return all
}

// writesInterim says that what is written at a call is an interim response.
func (x *exchanges) writesInterim(addr uint64) bool {
	in, ok := x.setter(addr, isa.RSI)
	if !ok || in.Op != isa.LEA || in.Src.Mem.Index != isa.NoReg {
		return false
	}
	base, ok := x.fixed(in.Src.Mem.Base)
	return ok && x.interim(base+in.Src.Mem.Disp)
}

// interim says that an interim response stands at an address, behind which the same
// request goes on (RFC 9110, 15.2): constant bytes that begin like one.
func (p *program) interim(addr int64) bool {
	const begin = "HTTP/1.1 1"
	for i := range int64(len(begin)) {
		b, ok := p.number(addr+i, 1)
		if !ok || byte(b) != begin[i] {
			return false
		}
	}
	return true
}

// isInterim says that write(2) sends an interim response, or what is left of one.
func (e *engine) isInterim(s *state) bool {
	at := s.reg(isa.RSI)
	lo, hi := s.bounds(&at)
	return at.kind == imagePtr && hi-lo < 64 && e.interim(lo)
}

// forgetBehind is what read(2) leaves of what was written from addr to end: of the bytes
// behind those that it stores nobody may read what they were.
func (s *state) forgetBehind(addr, end zone.Lin) {
	all := span{s.zone.Min(addr), s.zone.Max(end)}
	s.written = subtract(s.written, []span{all})
	s.guards = slices.DeleteFunc(s.guards, func(g guard) bool { return g.lo < all.hi && all.lo < g.hi })
	for i, r := range s.regions {
		base, last := zone.Const(r.base), zone.Of(endOf(i))
		switch {
		case !r.live || s.isBehind(base, end) || s.isBehind(addr, last):
		case s.isBehind(addr, base) && s.isBehind(last, addr):
			s.assign(endOf(i), term{value: value{kind: stackPtr}, lin: addr})
		default:
			s.regions[i] = region{}
			s.forget(endOf(i))
		}
	}
}

// fixed is the value of a register that only one instruction sets, to an address.
func (x *exchanges) fixed(r isa.Reg) (int64, bool) {
	value, found := int64(0), false
	if r == isa.NoReg {
		return 0, true
	}
	for _, in := range x.insts {
		if in.Dst.Kind != isa.RegOperand || in.Dst.Reg != r || in.Op == isa.CMP || in.Op == isa.TEST {
			continue
		}
		if found || in.Op != isa.LEA || in.Src.Mem.Base != isa.NoReg || in.Src.Mem.Index != isa.NoReg {
			return 0, false
		}
		value, found = in.Src.Mem.Disp, true
	}
	return value, found
}

// ofRoutine is of for all that a call may execute before it returns.
func (x *exchanges) ofRoutine(entry uint64) exchange {
	if known, ok := x.routines[entry]; ok {
		return known
	}
	x.routines[entry] = 0 // where it calls itself, which is refused elsewhere
	var rets []uint64
	back := map[uint64][]uint64{}
	reach([]uint64{entry}, func(addr uint64) []uint64 {
		if x.insts[addr].Op == isa.RET {
			rets = append(rets, addr)
		}
		for _, to := range x.flow(addr) {
			back[to] = append(back[to], addr)
		}
		return x.flow(addr)
	})
	x.routines[entry] = x.of(reach(rets, func(addr uint64) []uint64 { return back[addr] }))
	return x.routines[entry]
}

// reach are the instructions that can be reached.
func reach(from []uint64, next func(addr uint64) []uint64) []uint64 {
	seen := map[uint64]bool{}
	var out []uint64
	for todo := from; len(todo) > 0; {
		addr := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !seen[addr] {
			seen[addr] = true
			out = append(out, addr)
			todo = append(todo, next(addr)...)
		}
	}
	return out
}

// ofSyscall is of for a system call; where its number is not found it may be either.
func (x *exchanges) ofSyscall(addr uint64) exchange {
	switch x.call(addr) {
	case sysRead:
		return reads
	case sysWrite:
		return writes
	case anyCall:
		return both
	}
	return 0
}

// anyCall stands for a number that was not found.
const anyCall = -1

// call is a system call's number, where the instructions in front of it say that.
func (x *exchanges) call(addr uint64) int64 {
	in, ok := x.setter(addr, isa.RAX)
	switch {
	case ok && in.Op == isa.MOV && in.Src.Kind == isa.ImmOperand:
		return int64(in.Src.Imm)
	case ok && in.Op == isa.XOR && in.Dst == in.Src:
		return 0
	}
	return anyCall
}

// setterDistance is how many instructions in front of another one a setter is looked for.
const setterDistance = 6

// setter is the instruction that gives a register the value that it has at another one,
// where all that lies between is executed in a row.
func (x *exchanges) setter(addr uint64, r isa.Reg) (*decoded, bool) {
	for range setterDistance {
		in := x.before[addr]
		if in == nil || x.targets[addr] || in.Op == isa.JMP || in.Op == isa.CALL || in.Op == isa.RET {
			break
		}
		if _, sets := registers(in); sets>>r&1 == 1 {
			return in, true
		}
		addr = in.Addr
	}
	return nil, false
}

// crosses says that the step from one instruction to another goes on with the next
// request.
func (p *program) crosses(from, to uint64) bool {
	for _, loop := range p.requests {
		if to == loop.head && (loop.body[from] || p.insts[from].Op == isa.RET) {
			return true
		}
	}
	return false
}

// begins says that a step leads to the first request of a connection.
func (p *program) begins(from, to uint64) bool {
	for _, loop := range p.requests {
		if to == loop.head && !loop.body[from] {
			return true
		}
	}
	return false
}

// nextRequest forgets what the next request has no right to.
func (e *engine) nextRequest(s *state, pc uint64) {
	variables := append(e.variables(s, pc), s.first...)
	for i, r := range s.regions {
		if r.live && !e.waits(s, i, pc) {
			s.regions[i] = region{}
			s.forget(endOf(i))
		}
	}
	var kept []span
	for _, w := range common(s.written, variables) {
		kept = addTo(kept, w)
	}
	for i, sl := range s.slots {
		if sl.size != 0 && !slices.ContainsFunc(kept, func(w span) bool { return w.lo <= sl.off && sl.off+int64(sl.size) <= w.hi }) {
			s.dropSlot(i)
		}
	}
	s.written, s.guards = kept, nil
	s.later = true
}

// variables are the places that may be read behind pc before they are written, by
// instructions that name them, and what calls left on the stack.
func (e *engine) variables(s *state, pc uint64) []span {
	var out []span
	for _, f := range s.frames {
		out = append(out, span{f.off, f.off + 8})
	}
	rbp := regVar(isa.RBP)
	base := s.zone.Lo(rbp)
	if s.vals[rbp].kind != stackPtr || base != s.zone.Hi(rbp) {
		return out
	}
	for disp, n := range e.slotNumbers {
		if n < 64 && e.live[pc].slots>>n&1 == 1 {
			v := Variable{base + disp, e.slotSizes[disp]}
			at := span{v.Offset, v.Offset + int64(v.Size)}
			if !e.inBuffer(s, at) && s.isWritten(zone.Const(at.lo), zone.Const(at.hi)) {
				e.kept[v] = true
				out = append(out, at)
			}
		}
	}
	slices.SortFunc(out, func(a, b span) int { return int(a.lo - b.lo) })
	return out
}

// inBuffer says that a place is among what is read from the client, or in a region: there
// it is no variable.
func (e *engine) inBuffer(s *state, at span) bool {
	for i, r := range s.regions {
		if r.live && at.lo < s.zone.Hi(endOf(i)) && r.base < at.hi {
			return true
		}
	}
	return at.lo < e.input.hi && e.input.lo < at.hi
}

// waits says whether a region waits for the next request, and which part of it: input
// between two registers, or a response as long as a variable says.
func (e *engine) waits(s *state, i int, pc uint64) bool {
	base := s.regions[i].base
	if e.input.hi <= base || s.zone.Max(zone.Of(endOf(i))) <= e.input.lo {
		return s.countsTo(i)
	}
	from := zone.Const(base)
	if s.rest && s.restOf == base {
		from = s.restPlace()
	}
	if s.zeros {
		last := zone.Of(zerosVar) // zeros stand behind what was read
		if first, ok := e.cursor(s, from, last, pc); ok && e.isHeld(s, last, pc) {
			s.rest, s.restOf = true, base
			s.assign(restVar, term{lin: first.PlusConst(-base)})
			s.assign(endOf(i), term{value: value{kind: stackPtr}, lin: last.PlusConst(zeroBytes)})
			return true
		}
	}
	if s.rest && s.restOf == base {
		s.rest = false
		s.forget(restVar)
	}
	return false
}

// cursor is the last place that a register says which is not in front of one place, and
// in front of another.
func (e *engine) cursor(s *state, from, end zone.Lin, pc uint64) (last zone.Lin, found bool) {
	for at := range e.heldPlaces(s, pc) {
		if s.isBehind(at, from) && s.isBehind(end, at.PlusConst(1)) && (!found || s.isBehind(at, last)) {
			last, found = at, true
		}
	}
	return last, found
}

// isHeld says that a register says a place.
func (e *engine) isHeld(s *state, place zone.Lin, pc uint64) bool {
	for at := range e.heldPlaces(s, pc) {
		if s.isBehind(at, place) && s.isBehind(place, at) {
			return true
		}
	}
	return false
}

// heldPlaces are those that registers say which are read behind pc.
func (e *engine) heldPlaces(s *state, pc uint64) func(yield func(zone.Lin) bool) {
	return func(yield func(zone.Lin) bool) {
		for r := range isa.Reg(16) {
			if at, ok := s.placeIn(regVar(r)); ok && e.live[pc].regs>>r&1 == 1 && !yield(at) {
				return
			}
		}
	}
}

// restPlace is where the input begins that waits.
func (s *state) restPlace() zone.Lin { return zone.Of(restVar).PlusConst(s.restOf) }

// placeIn is the place on the stack that a register says: a pointer, or a number of bytes
// from rbp on.
func (s *state) placeIn(v zone.Var) (zone.Lin, bool) {
	rbp := regVar(isa.RBP)
	base := s.zone.Lo(rbp)
	switch val := &s.vals[v]; {
	case val.wrap || v == rbp || v == rspVar:
	case val.kind == stackPtr:
		return zone.Of(v), true
	case val.kind == number && s.vals[rbp].kind == stackPtr && base == s.zone.Hi(rbp) && s.zone.Lo(v) >= 0 && s.zone.Hi(v) < maxStack:
		return zone.Of(v).PlusConst(base), true
	}
	return zone.Lin{}, false
}

// isBehind: a is not in front of b.
func (s *state) isBehind(a, b zone.Lin) bool {
	d, ok := b.Plus(a, -1)
	return ok && s.zone.Max(d) <= 0
}

// mayRead: a place in region i is not in front of the input that waits for this request.
func (s *state) mayRead(i int, addr zone.Lin) bool {
	if !s.rest || s.restOf != s.regions[i].base || s.isBehind(addr, s.restPlace()) {
		return true
	}
	s.zone.Close() // joins leave out what follows from two distances
	return s.isBehind(addr, s.restPlace())
}

// countsTo: a variable says how much of region i waits.
func (s *state) countsTo(i int) bool {
	last, found := zone.Lin{}, false
	for j, sl := range s.slots {
		v := firstSlot + zone.Var(j)
		at := zone.Of(v).PlusConst(s.regions[i].base)
		if sl.size == 0 || s.vals[v].kind != number || s.zone.Lo(v) < 0 || !s.isBehind(zone.Of(endOf(i)), at) {
			continue
		}
		if !found || s.isBehind(at, last) {
			last, found = at, true
		}
	}
	if found {
		s.assign(endOf(i), term{value: value{kind: stackPtr}, lin: last})
	}
	return found
}

// afresh: bytes from lo to end were written in front of the input that waits, in the
// region that it is in: they are the input now.
func (s *state) afresh(i int, addr zone.Lin, lo int64, end zone.Lin) bool {
	if !s.rest || s.restOf != s.regions[i].base || s.isBehind(addr, s.restPlace()) {
		return false
	}
	s.rest = false
	s.regions[i].base = lo
	s.assign(endOf(i), term{value: value{kind: stackPtr}, lin: end})
	return true
}

// alignRest gives two states that differ in whether input waits the same: where none does
// all of the region may be read.
func alignRest(a, b *state) {
	switch {
	case a.rest && b.rest && a.restOf != b.restOf:
		a.forgetRest()
		b.forgetRest()
	case a.rest && !b.rest:
		b.startRest(a.restOf)
	case b.rest && !a.rest:
		a.startRest(b.restOf)
	}
}

func (s *state) startRest(base int64) {
	s.rest, s.restOf = true, base
	s.assign(restVar, constant(0))
}

// forgetRest drops the region in which input waits.
func (s *state) forgetRest() {
	for i, r := range s.regions {
		if r.live && r.base == s.restOf {
			s.regions[i] = region{}
			s.forget(endOf(i))
		}
	}
	s.rest = false
	s.forget(restVar)
}

// nextRequests lists what was found.
func (e *engine) nextRequests() []NextRequest {
	var out []NextRequest
	for _, loop := range e.requests {
		n := NextRequest{Addr: loop.head}
		for r := range isa.Reg(16) {
			if e.live[loop.head].regs>>r&1 == 1 {
				n.Registers = append(n.Registers, r.String())
			}
		}
		n.Variables = slices.SortedFunc(maps.Keys(e.kept), func(a, b Variable) int { return int(a.Offset - b.Offset) })
		out = append(out, n)
	}
	return out
}

// with is the least span that has both.
func (w span) with(x span) span {
	if w == (span{}) {
		return x
	}
	return span{min(w.lo, x.lo), max(w.hi, x.hi)}
}

// unwritten is the rule that is broken by reading what is not known to have been written.
func (s *state) unwritten() Rule {
	if s.later {
		return RuleIsolation
	}
	return RuleReads
}

// since says since when.
func (s *state) since() string {
	if s.later {
		return " since this request of the connection began"
	}
	return ""
}
