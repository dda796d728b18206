package prove

import (
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Where a process answers several requests, one after the other, a request must not read
// what an earlier one left behind. The outermost loop that both reads from the client and
// writes to it has one place through which each round goes: a round is a request. Elsewhere
// a read behind a response, or a part of one, begins another request. There the state
// forgets what was written to the stack, but for
//
//   - the input that waits: what lies between two registers, the cursor and the end of
//     what was read
//   - responses that wait: as many bytes as a variable says
//   - variables at fixed places, which NextRequest lists
//   - what was written before the first request, and not since
//
// What is forgotten is as if it had never been written: rule reads does the rest. Of vector
// registers constants alone go on; of the general ones NextRequest lists those that do.

// NextRequest is the place where a process goes on with its next request, and what it
// knows there of earlier ones: a loop's head, or a read behind a response, if a client may
// get anything behind that.
type NextRequest struct {
	Addr      uint64
	Registers []string
	Variables []Variable
}

// Variable is a place on the stack, Offset bytes from rsp at the entry.
type Variable struct {
	Offset int64
	Size   int64 // in bytes
}

// next is a place where another request may begin.
type next struct {
	pc        uint64 // behind it
	registers regSet
	variables map[Variable]bool
	answers   bool // something is written to the client behind it
}

// next is that at an address, to which a state comes; what is executed behind it is at pc.
func (e *process) next(s *state, addr, pc uint64) *next {
	if e.nexts[addr] == nil {
		e.nexts[addr] = &next{pc: pc, variables: map[Variable]bool{}}
	}
	n := e.nexts[addr]
	n.registers |= e.aliveAt(s, pc).regs
	return n
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

// nextRequest forgets what the next request has no right to, which begins at addr.
func (e *process) nextRequest(s *state, addr, pc uint64) {
	n := e.next(s, addr, pc)
	variables := append(e.variables(s, n), s.first...)
	if s.named != (span{}) {
		variables = append(variables, s.named)
		n.variables[Variable{s.named.lo, s.named.hi - s.named.lo}] = true
	}
	for i, r := range s.regions {
		if r.live && !e.waits(s, i, pc) {
			s.regions[i] = region{}
			s.forget(endOf(i))
		}
	}
	s.keepWritten(variables)
	s.leaveVectors()
	s.later, s.answered = true, false
	s.ownAll(func(i int) bool { return e.isInput(s, i) })
}

// ownAll notes that all that was written is not responses to earlier requests, of regions
// those that are such.
func (s *state) ownAll(such func(i int) bool) {
	s.own = slices.Clone(s.written)
	for i, r := range s.regions {
		if r.live && such(i) {
			s.owns(span{r.base, s.zone.Max(zone.Of(endOf(i)))})
		}
	}
}

// owns notes that bytes may be written for this request, or were for the boot.
func (s *state) owns(at span) {
	if subtract([]span{at}, s.own) != nil {
		s.own = addTo(s.own, at)
	}
}

// keepWritten forgets what was written but for the bytes at places, and for regions.
func (s *state) keepWritten(places []span) {
	var kept []span
	for _, w := range common(s.written, places) {
		kept = addTo(kept, w)
	}
	for i, sl := range s.slots {
		if sl.size != 0 && !slices.ContainsFunc(kept, func(w span) bool { return w.lo <= sl.off && sl.off+int64(sl.size) <= w.hi }) {
			s.dropSlot(i)
		}
	}
	s.written, s.guards, s.cmp.guards = kept, nil, nil
	s.unmark()
	s.incoming.live = false // what a read brought that nobody asked of is of the last request
}

// variables are the places that may be read behind a request's beginning before they are
// written, by instructions that name them, and what calls and pushes left on the stack.
func (e *process) variables(s *state, next *next) []span {
	var out []span
	for _, f := range s.frames {
		out = append(out, span{f.off, f.off + 8})
		if f.saved {
			next.variables[Variable{f.off, 8}] = true
		}
	}
	rbp := regVar(isa.RBP)
	base := s.zone.Lo(rbp)
	if !s.vals[rbp].Is(meaning.Stack) || base != s.zone.Hi(rbp) {
		return out
	}
	now := e.aliveAt(s, next.pc)
	for disp, n := range e.slotNumbers {
		if n != unread && n < 64 && now.slots>>n&1 == 1 {
			v := Variable{base + disp, int64(e.slotSizes[disp])}
			at := span{v.Offset, v.Offset + int64(v.Size)}
			if !e.inBuffer(s, at) && s.isWritten(zone.Const(at.lo), zone.Const(at.hi)) {
				next.variables[v] = true
				out = append(out, at)
			}
		}
	}
	slices.SortFunc(out, func(a, b span) int { return int(a.lo - b.lo) })
	return out
}

// inBuffer says that a place is among what is read from the client, or in a region: there
// it is no variable.
func (e *process) inBuffer(s *state, at span) bool {
	for i, r := range s.regions {
		if r.live && at.lo < s.zone.Hi(endOf(i)) && r.base < at.hi {
			return true
		}
	}
	return at.lo < e.input.hi && e.input.lo < at.hi
}

// nextRequests lists what was found.
func (e *process) nextRequests() []NextRequest {
	var out []NextRequest
	for _, addr := range slices.Sorted(maps.Keys(e.nexts)) {
		next := e.nexts[addr]
		if !next.answers {
			continue
		}
		n := NextRequest{Addr: addr}
		for r := range isa.Reg(16) {
			if next.registers>>r&1 == 1 {
				n.Registers = append(n.Registers, r.String())
			}
		}
		n.Variables = slices.SortedFunc(maps.Keys(next.variables), func(a, b Variable) int { return int(a.Offset - b.Offset) })
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

// leaveVectors forbids the vectors that are no constants.
func (s *state) leaveVectors() {
	for i, v := range s.vecs {
		if !v.isByte {
			s.vecs[i] = vector{stale: true}
		}
	}
}

// leaveRegisters forbids the flags, and the general registers that were written since the first
// client came, but for those that are a constant whoever that was, or the descriptor of who is next.
func (s *state) leaveRegisters() {
	for r := range isa.Reg(16) {
		v := regVar(r)
		if s.fixed>>r&1 != 0 || s.isSame(v) || s.isDescriptor(v) {
			continue
		}
		s.forget(v)
		s.stale.add(r)
	}
	s.unasked = isa.AllFlags
}

// isDescriptor: a variable is a descriptor, or says why there is none: of the upper 32 bits, which
// fd says nothing of, it is known too that they are nobody's.
func (s *state) isDescriptor(v zone.Var) bool {
	switch s.vals[v].fd {
	case listener, client, poller, signals, lifeline:
		return s.vals[v].Is(meaning.Number) || s.vals[v].zeros&high32 == high32
	}
	return false
}

// isSame: a variable is one number, or one place of the process's own.
func (s *state) isSame(v zone.Var) bool {
	for _, k := range []meaning.Kind{meaning.Number, meaning.Stack, meaning.Image} {
		if _, ok := s.constant(v, k); ok {
			return true
		}
	}
	return false
}

// readsOwn demands that a step reads no vector that was left behind.
func (e *executor) readsOwn(s *state, st *isa.Step) {
	if st.Op == isa.VXor && st.A == st.B {
		return // 0, whatever that was
	}
	for _, v := range []isa.Val{st.A, st.B, st.C} {
		if v.Kind == isa.RegVal && v.Reg.IsVector() && s.vecs[v.Reg-isa.XMM0].stale {
			e.fail(s.unwritten(), "%s has what an earlier request or client left in it", v.Reg)
		}
	}
}

// unwritten is the rule that is broken by reading what is not known to have been written.
func (s *state) unwritten() rules.Rule {
	if s.later {
		return rules.Isolation
	}
	return rules.Reads
}

// since says since when.
func (s *state) since() string {
	if s.later {
		return " since this request of the connection began"
	}
	return ""
}
