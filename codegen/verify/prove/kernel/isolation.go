package kernel

import (
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
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
	registers code.RegSet
	variables map[Variable]bool
	answers   bool // something is written to the client behind it
}

// next is that at an address, to which a state comes; what is executed behind it is at pc.
func (e *Process) next(s *domain.State, addr, pc uint64) *next {
	if e.nexts[addr] == nil {
		e.nexts[addr] = &next{pc: pc, variables: map[Variable]bool{}}
	}
	n := e.nexts[addr]
	n.registers |= s.AliveAt(e.Program, pc).Regs
	return n
}

// Crosses says that the step from one instruction to another goes on with the next
// request.
func Crosses(p *code.Program, from, to uint64) bool {
	for _, loop := range p.Requests {
		if to == loop.Head && (loop.Body[from] || p.Insts[from].Op == isa.RET) {
			return true
		}
	}
	return false
}

// begins says that a step leads to the first request of a connection.
func begins(p *code.Program, from, to uint64) bool {
	for _, loop := range p.Requests {
		if to == loop.Head && !loop.Body[from] {
			return true
		}
	}
	return false
}

// nextRequest forgets what the next request has no right to, which begins at addr.
func (e *Process) nextRequest(s *domain.State, addr, pc uint64) {
	n := e.next(s, addr, pc)
	variables := append(e.variables(s, n), s.First...)
	if s.Named != (value.Span{}) {
		variables = append(variables, s.Named)
		n.variables[Variable{s.Named.Lo, s.Named.Hi - s.Named.Lo}] = true
	}
	for i, r := range s.Regions {
		if r.Live && !e.waits(s, i, pc) {
			s.Regions[i] = domain.Region{}
			s.Forget(domain.EndOf(i))
		}
	}
	keepWritten(s, variables)
	leaveVectors(s)
	s.Later, s.Answered = true, false
	ownAll(s, func(i int) bool { return e.isInput(s, i) })
}

// ownAll notes that all that was written is not responses to earlier requests, of regions
// those that are such.
func ownAll(s *domain.State, such func(i int) bool) {
	s.Own = slices.Clone(s.Written)
	for i, r := range s.Regions {
		if r.Live && such(i) {
			s.Owns(value.Span{Lo: r.Base, Hi: s.Zone.Max(zone.Of(domain.EndOf(i)))})
		}
	}
}

// keepWritten forgets what was written but for the bytes at places, and for regions.
func keepWritten(s *domain.State, places []value.Span) {
	var kept []value.Span
	for _, w := range value.Common(s.Written, places) {
		kept = value.AddTo(kept, w)
	}
	for i, sl := range s.Slots {
		if sl.Size != 0 && !slices.ContainsFunc(kept, func(w value.Span) bool { return w.Lo <= sl.Off && sl.Off+int64(sl.Size) <= w.Hi }) {
			s.DropSlot(i)
		}
	}
	s.Written, s.Guards, s.Flags.Guards = kept, nil, nil
	s.Unmark()
	s.Incoming.Live = false // what a read brought that nobody asked of is of the last request
}

// variables are the places that may be read behind a request's beginning before they are
// written, by instructions that name them, and what calls and pushes left on the stack.
func (e *Process) variables(s *domain.State, next *next) []value.Span {
	var out []value.Span
	for _, f := range s.Frames {
		out = append(out, value.Span{Lo: f.Off, Hi: f.Off + 8})
		if f.Saved {
			next.variables[Variable{f.Off, 8}] = true
		}
	}
	rbp := value.RegVar(isa.RBP)
	base := s.Zone.Lo(rbp)
	if !s.Vals[rbp].Is(meaning.Stack) || base != s.Zone.Hi(rbp) {
		return out
	}
	now := s.AliveAt(e.Program, next.pc)
	for disp, n := range e.SlotNumbers {
		if n != code.Unread && n < 64 && now.Slots>>n&1 == 1 {
			v := Variable{base + disp, int64(e.SlotSizes[disp])}
			at := value.Span{Lo: v.Offset, Hi: v.Offset + int64(v.Size)}
			if !e.inBuffer(s, at) && s.IsWritten(zone.Const(at.Lo), zone.Const(at.Hi)) {
				next.variables[v] = true
				out = append(out, at)
			}
		}
	}
	slices.SortFunc(out, func(a, b value.Span) int { return int(a.Lo - b.Lo) })
	return out
}

// inBuffer says that a place is among what is read from the client, or in a region: there
// it is no variable.
func (e *Process) inBuffer(s *domain.State, at value.Span) bool {
	for i, r := range s.Regions {
		if r.Live && at.Lo < s.Zone.Hi(domain.EndOf(i)) && r.Base < at.Hi {
			return true
		}
	}
	return at.Lo < e.Input.Hi && e.Input.Lo < at.Hi
}

// NextRequests lists what was found.
func (e *Process) NextRequests() []NextRequest {
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

// leaveVectors forbids the vectors that are no constants.
func leaveVectors(s *domain.State) {
	for i, v := range s.Vecs {
		if !v.IsByte {
			s.Vecs[i] = value.Vector{Stale: true}
		}
	}
}

// leaveRegisters forbids the flags, and the general registers that were written since the first
// client came, but for those that are a constant whoever that was, or the descriptor of who is next.
func leaveRegisters(s *domain.State) {
	for r := range isa.Reg(16) {
		v := value.RegVar(r)
		if s.Fixed>>r&1 != 0 || isSame(s, v) || isDescriptor(s, v) {
			continue
		}
		s.Forget(v)
		s.Stale.Add(r)
	}
	s.Unasked = isa.AllFlags
}

// isDescriptor: a variable is a descriptor, or says why there is none: of the upper 32 bits, which
// fd says nothing of, it is known too that they are nobody's.
func isDescriptor(s *domain.State, v zone.Var) bool {
	switch s.Vals[v].FD {
	case value.Listener, value.Client, value.Poller, value.Signals, value.Lifeline:
		return s.Vals[v].Is(meaning.Number) || s.Vals[v].Zeros&data.High32 == data.High32
	}
	return false
}

// isSame: a variable is one number, or one place of the process's own.
func isSame(s *domain.State, v zone.Var) bool {
	for _, k := range []meaning.Kind{meaning.Number, meaning.Stack, meaning.Image} {
		if _, ok := s.Constant(v, k); ok {
			return true
		}
	}
	return false
}
