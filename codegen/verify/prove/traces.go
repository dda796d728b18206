package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
)

// Where the kernel put the stack and the image is nobody's business but the process's own
// (ASLR). A pointer's kind says that it is an address; what was made of one is followed
// beside the values, by register and by byte of the stack: a number that is computed of a
// pointer, read where such a number says, or loaded from bytes that have a pointer. How far
// two places of a kind are apart tells nothing. What a process begins with in its registers
// may be an address as well (AMD64 psABI, 3.4.1: unspecified). Of all this nothing may be
// written, and no branch may go by it.
//
// Bytes of the environment, which may be passwords, are followed in the same way, those that
// each instruction reads apart. Of them and what was made of them nothing may be written once
// the boot is done, but what the instructions read that are promised to read for clients;
// branches may go by it, as a server that compares a password has to.

// made says what something may have been made of: a bit for each.
type made uint8

const (
	ofAddress made = 1 << iota
	firstRead      // what the first instruction reads that reads the environment, and so on

	ofNothing     made = 0
	ofAnything         = ^ofNothing
	ofEnvironment      = ofAnything &^ ofAddress
)

// kinds is how many are followed apart; instructions that are too many share the last one.
const kinds = 8

func (m made) has(kind int) bool { return m>>kind&1 == 1 }

// traces says what may have been made of what: of registers the low byte and the rest apart,
// as a byte is written alone; of a pointer, its distance.
type traces struct {
	low, rest [16]made
	vecs      [16]made
	flags     made
}

// or has what either has.
func (t traces) or(u traces) traces {
	for i := range t.low {
		t.low[i] |= u.low[i]
		t.rest[i] |= u.rest[i]
		t.vecs[i] |= u.vecs[i]
	}
	t.flags |= u.flags
	return t
}

// askedFlags is what flags may be made of.
func (s *state) askedFlags(f isa.Flags) made {
	if s.unasked&f != 0 {
		return ofAnything
	}
	return s.traces.flags
}

// source is what a step takes: something made of something else, or an address itself.
type source struct {
	trace   made
	pointer bool
}

func (a source) or(b source) source { return source{a.trace | b.trace, a.pointer || b.pointer} }

// all is what the source is made of, an address itself included.
func (a source) all() made {
	if a.pointer {
		return a.trace | ofAddress
	}
	return a.trace
}

// taken is what an operand of width bytes is.
func (s *state) taken(v isa.Val, width uint8, temps *[isa.MaxTemps]made) source {
	switch {
	case v.Kind == isa.TempVal:
		return source{temps[v.Temp], !s.temps[v.Temp].IsNumber()}
	case v.Kind != isa.RegVal:
		return source{}
	case v.Reg.IsVector():
		return source{trace: s.traces.vecs[v.Reg-isa.XMM0]}
	}
	return s.takenReg(v.Reg, width)
}

func (s *state) takenReg(r isa.Reg, width uint8) source {
	if r == isa.NoReg {
		return source{}
	}
	return source{s.traces.reg(r, width), !s.vals[regVar(r)].IsNumber()}
}

// reg is what the low width bytes of a register may be made of.
func (t *traces) reg(r isa.Reg, width uint8) made {
	if width == 1 {
		return t.low[r]
	}
	return t.low[r] | t.rest[r]
}

// takes is what a step takes of its operands, before it is executed.
func (e *executor) takes(s *state, st *isa.Step, temps *[isa.MaxTemps]made) source {
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
			all.trace |= s.takenReg(r, 8).trace
		}
	case isa.Addr:
		all = s.takenReg(st.Mem.Base, st.Width).or(s.takenReg(st.Mem.Index, st.Width))
	case isa.RepMoveB:
		for _, r := range []isa.Reg{isa.RSI, isa.RDI, isa.RCX} {
			all.trace |= s.takenReg(r, 8).trace
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
		all.trace |= s.askedFlags(readBy(st))
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
func (e *executor) leaves(s *state, st *isa.Step, from source, temps *[isa.MaxTemps]made) {
	switch st.Op {
	case isa.Store, isa.Push:
		if from.trace&ofAddress != 0 && from.pointer {
			e.leak(s, "a pointer is stored whose distance is made of an address")
		}
	case isa.RepMoveB:
		s.setTrace(isa.RCX, 8, ofNothing)
		s.setTrace(isa.RSI, 8, from.trace)
		s.setTrace(isa.RDI, 8, from.trace)
	case isa.Set, isa.Pop:
		if st.Dst.Reg.IsVector() {
			s.traces.vecs[st.Dst.Reg-isa.XMM0] = from.trace
			return
		}
		trace := from.trace
		if s.vals[regVar(st.Dst.Reg)].IsNumber() {
			trace = from.all()
			if st.Op == isa.Pop {
				trace |= e.loadsTrace
			}
		}
		s.setTrace(st.Dst.Reg, st.Width, trace)
	case isa.SetFlags:
		flags, set := from.all(), setBy(st)
		if set != isa.AllFlags {
			flags |= s.traces.flags
		}
		s.traces.flags = flags
		s.unasked &^= set
	case isa.TimeStamp:
		s.setTrace(isa.RAX, 8, ofNothing)
		s.setTrace(isa.RDX, 8, ofNothing)
	default:
		t := &s.temps[st.Dst.Temp]
		trace := from.trace
		if t.IsNumber() {
			trace = from.all()
			if st.Op == isa.Load {
				trace |= e.loadsTrace
			}
		}
		if c, ok := s.exact(t, meaning.Number); ok && (c != 0 || st.Width < 16) && !laneOp(st.Op) && st.Op != isa.Load {
			trace = ofNothing // a constant, whatever it was made of
		}
		temps[st.Dst.Temp] = trace
	}
}

// setBy are the flags that a step sets, whatever they were. One that it leaves undefined may stay what it was; for AF, which
// nothing reads, that is no matter.
func setBy(st *isa.Step) isa.Flags {
	set := st.Flags.Effect().Written | isa.AF
	switch st.Flags {
	case isa.FlagsShl, isa.FlagsShr, isa.FlagsSar, isa.FlagsRol, isa.FlagsRor:
		if st.B.Kind != isa.ImmVal || st.B.Imm == 0 {
			return 0 // by a count of 0
		}
		if st.B.Imm != 1 {
			set &^= isa.OF
		}
	}
	return set
}

// readBy are the flags that a step asks for.
func readBy(st *isa.Step) isa.Flags {
	if st.Op == isa.CondBit || st.Op == isa.Select {
		return st.Cond.Reads()
	}
	return isa.CF // adc, sbb
}

// laneOp: the result is a vector, and no number.
func laneOp(op isa.StepOp) bool {
	switch op {
	case isa.VUnpackB, isa.VUnpackD, isa.VUnpackQ:
		return true
	}
	return laneOps[op] != nil
}

// setTrace notes of the low width bytes of a register what they may be made of.
func (s *state) setTrace(r isa.Reg, width uint8, m made) {
	s.traces.low[r] = m
	switch {
	case width >= 4:
		s.traces.rest[r] = m
	case width > 1:
		s.traces.rest[r] |= m
	}
}
