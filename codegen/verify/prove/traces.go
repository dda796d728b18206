package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Where the kernel put the stack and the image is nobody's business but the process's own
// (ASLR). A pointer's kind says that it is an address; what was made of one is followed
// beside the values, by register and by byte of the stack: a number that is computed of a
// pointer, read where such a number says, or loaded from bytes that have a pointer. How far
// two places of a kind are apart tells nothing. What a process begins with in its registers
// may be an address as well (AMD64 psABI, 3.4.1: unspecified). Of all this nothing may be
// written, and no branch may go by it.

// traces says what may have been made of an address: of registers the low byte and the
// rest apart, as a byte is written alone; of a pointer, its distance.
type traces struct {
	low, rest regSet
	vecs      regSet
	flags     bool
}

// or has what either has.
func (t traces) or(u traces) traces {
	return traces{t.low | u.low, t.rest | u.rest, t.vecs | u.vecs, t.flags || u.flags}
}

// source is what a step takes: something made of an address, or an address itself.
type source struct{ trace, pointer bool }

func (a source) or(b source) source { return source{a.trace || b.trace, a.pointer || b.pointer} }

// taken is what an operand of width bytes is.
func (s *state) taken(v isa.Val, width uint8, temps *[isa.MaxTemps]bool) source {
	switch {
	case v.Kind == isa.TempVal:
		return source{temps[v.Temp], !s.temps[v.Temp].IsNumber()}
	case v.Kind != isa.RegVal:
		return source{}
	case v.Reg.IsVector():
		return source{trace: s.traces.vecs>>(v.Reg-isa.XMM0)&1 == 1}
	}
	return s.takenReg(v.Reg, width)
}

func (s *state) takenReg(r isa.Reg, width uint8) source {
	if r == isa.NoReg {
		return source{}
	}
	from := s.traces.low
	if width != 1 {
		from |= s.traces.rest
	}
	return source{from>>r&1 == 1, !s.vals[regVar(r)].IsNumber()}
}

// takes is what a step takes of its operands, before it is executed.
func (e *engine) takes(s *state, st *isa.Step, temps *[isa.MaxTemps]bool) source {
	var all source
	for _, v := range []isa.Val{st.A, st.B, st.C} {
		width := st.Width
		if (st.Op == isa.ZeroExt || st.Op == isa.SignExt) && st.From != 0 {
			width = st.From
		}
		all = all.or(s.taken(v, width, temps))
	}
	switch st.Op {
	case isa.Load, isa.Store:
		for _, r := range []isa.Reg{st.Mem.Base, st.Mem.Index} {
			all.trace = all.trace || s.takenReg(r, 8).trace
		}
	case isa.Addr:
		all = s.takenReg(st.Mem.Base, st.Width).or(s.takenReg(st.Mem.Index, st.Width))
	case isa.RepMoveB:
		for _, r := range []isa.Reg{isa.RSI, isa.RDI, isa.RCX} {
			all.trace = all.trace || s.takenReg(r, 8).trace
		}
	case isa.Xor, isa.VXor, isa.Sub:
		if st.A == st.B {
			return source{}
		}
	case isa.SetFlags:
		if st.Flags == isa.FlagsLogic {
			all = s.taken(st.C, st.Width, temps) // they say something of the result alone
		}
	case isa.Adc, isa.Sbb, isa.CondBit, isa.Select:
		all.trace = all.trace || s.traces.flags
	}
	if st.Op == isa.Sub || st.Op == isa.SetFlags {
		all.pointer = all.pointer && !s.distance(st)
	}
	return all
}

// distance: the operands are places of one kind, of which the distance is taken, or one
// pointer that is compared with null.
func (s *state) distance(st *isa.Step) bool {
	a, b := s.read(st.A, st.Width), s.read(st.B, st.Width)
	switch {
	case st.Op == isa.SetFlags && st.Flags == isa.FlagsLogic:
		return st.A == st.B
	case st.Op == isa.SetFlags && st.Flags != isa.FlagsSub:
		return false
	case b.IsNumber() && st.Op == isa.SetFlags:
		c, ok := s.exact(&b, meaning.Number)
		return ok && c == 0
	}
	return a.Like(b.Meaning) && !a.MayBeNull() && !b.MayBeNull()
}

// leaves notes what a step that took something has made of it.
func (e *engine) leaves(s *state, st *isa.Step, from source, temps *[isa.MaxTemps]bool) {
	switch st.Op {
	case isa.Store, isa.Push:
		if from.trace && from.pointer {
			e.leak(s, "a pointer is stored whose distance is made of an address")
		}
	case isa.RepMoveB:
		s.setTrace(isa.RCX, 8, false)
		s.setTrace(isa.RSI, 8, from.trace)
		s.setTrace(isa.RDI, 8, from.trace)
	case isa.Set, isa.Pop:
		if st.Dst.Reg.IsVector() {
			s.traces.vecs &^= 1 << (st.Dst.Reg - isa.XMM0)
			if from.trace {
				s.traces.vecs.add(st.Dst.Reg - isa.XMM0)
			}
			return
		}
		isNumber := s.vals[regVar(st.Dst.Reg)].IsNumber()
		s.setTrace(st.Dst.Reg, st.Width, from.trace || from.pointer && isNumber || st.Op == isa.Pop && e.loadsTrace && isNumber)
	case isa.SetFlags:
		effect := st.Flags.Effect()
		kept := effect.Written|effect.Undefined != isa.AllFlags
		switch st.Flags {
		case isa.FlagsShl, isa.FlagsShr, isa.FlagsSar, isa.FlagsRol, isa.FlagsRor:
			kept = true // by a count of 0
		}
		s.traces.flags = from.trace || from.pointer || kept && s.traces.flags
	case isa.TimeStamp:
		s.setTrace(isa.RAX, 8, false)
		s.setTrace(isa.RDX, 8, false)
	default:
		t := &s.temps[st.Dst.Temp]
		trace := from.trace || from.pointer && t.IsNumber()
		if st.Op == isa.Load {
			trace = trace || e.loadsTrace && t.IsNumber()
		}
		if c, ok := s.exact(t, meaning.Number); ok && (c != 0 || st.Width < 16) && !laneOp(st.Op) && st.Op != isa.Load {
			trace = false // a constant, whatever it was made of
		}
		temps[st.Dst.Temp] = trace
	}
}

// laneOp: the result is a vector, and no number.
func laneOp(op isa.StepOp) bool {
	switch op {
	case isa.VUnpackB, isa.VUnpackD, isa.VUnpackQ:
		return true
	}
	return laneOps[op] != nil
}

// setTrace notes of the low width bytes of a register whether they may be made of an
// address.
func (s *state) setTrace(r isa.Reg, width uint8, is bool) {
	s.traces.low &^= 1 << r
	if width >= 4 {
		s.traces.rest &^= 1 << r
	}
	if is {
		s.traces.low.add(r)
		if width > 1 {
			s.traces.rest.add(r)
		}
	}
}

// mark notes of the bytes from addr to end whether they may be of an address, or made of
// one.
func (s *state) mark(addr, end zone.Lin, is bool) {
	switch {
	case is:
		at := span{s.zone.Min(addr), s.zone.Max(end)}
		if subtract([]span{at}, s.marked) != nil {
			s.marked = addTo(s.marked, at)
		}
	case len(s.marked) > 0:
		if at := (span{s.zone.Max(addr), s.zone.Min(end)}); at.lo < at.hi && common(s.marked, []span{at}) != nil {
			s.marked = subtract(s.marked, []span{at})
		}
	}
}

// unmark forgets the marks of bytes that nobody may read before they are written again.
func (s *state) unmark() {
	if len(s.marked) == 0 {
		return
	}
	may := slices.Clone(s.written)
	for i, r := range s.regions {
		if end := s.zone.Max(zone.Of(endOf(i))); r.live && end > r.base {
			may = addTo(may, span{r.base, end})
		}
	}
	for _, g := range s.guards {
		may = addTo(may, g.span)
	}
	s.marked = common(s.marked, may)
}

// hasTrace: among the bytes from addr to end may be some of an address, or made of one.
func (s *state) hasTrace(addr, end zone.Lin) bool {
	return len(s.marked) > 0 && common(s.marked, []span{{s.zone.Min(addr), s.zone.Max(end)}}) != nil
}

// leak notes that an address may come out: the proof goes on without it, and fails at its
// end.
func (e *engine) leak(s *state, format string, args ...any) {
	if e.leaked == nil && e.failure == nil {
		e.fail(rules.Reads, format, args...)
		e.leaked, e.failure = e.failure, nil
		e.leaked.Path = s.path()
	}
}

// decides demands that the flags by which a branch goes say nothing of an address.
func (e *engine) decides(s *state) {
	if s.traces.flags {
		e.leak(s, "what was made of an address decides where execution goes")
	}
}

// isPublic demands that what write(2) sends has nothing of an address.
func (e *engine) isPublic(s *state, n zone.Lin) {
	at := s.narrow(s.reg(isa.RSI), 8)
	end, ok := at.lin.Plus(n, 1)
	switch {
	case s.takenReg(isa.RSI, 8).trace || s.takenReg(isa.RDX, 8).trace:
		e.leak(s, "where or how many bytes are written is made of an address")
	case at.IsSome(meaning.Stack) && (!ok || s.hasTrace(at.lin, end)):
		e.leak(s, "what is written from %s to %s may have an address, or what was made of one", e.describe(s, &at), bound(s.zone.Max(end)))
	}
}
