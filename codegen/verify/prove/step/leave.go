package step

import (
	"math/bits"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Leave executes an instruction; states that are impossible are among the result.
func (e *Executor) Leave(s *domain.State, in *code.Decoded) []Waypoint {
	next := in.Next()
	if stale := in.Uses & s.Stale; stale != 0 && in.Op != isa.SYSCALL { // what a call takes has to be known, as nothing is of these
		e.Fail(s.Unwritten(), "%s has what was left in it before this client came", isa.Reg(bits.TrailingZeros16(uint16(stale))))
		return nil
	}
	switch in.Op {
	case isa.JMP:
		s.Went(in.Addr, in.Target)
		return []Waypoint{{State: s, PC: in.Target}}
	case isa.JCC:
		e.decides(s, in.Cond)
		taken := e.Free.Clone(s)
		taken.Went(in.Addr, in.Target)
		s.Went(in.Addr, next)
		e.assume(s, in.Cond.Not())
		e.assume(taken, in.Cond)
		return []Waypoint{{State: s, PC: next}, {State: taken, PC: in.Target}}
	case isa.CMOVCC:
		return e.moveIf(s, in)
	case isa.CALL:
		s.Went(in.Addr, in.Target)
		if slices.ContainsFunc(s.Frames, func(f domain.Frame) bool { return f.To == next }) {
			e.Fail(rules.Bounds, "a routine calls itself: the stack has no bound")
			return nil
		}
		e.pushFrame(s, value.Term{}, domain.Frame{To: next})
		return []Waypoint{{State: s, PC: in.Target}}
	case isa.RET:
		return e.ret(s, in)
	case isa.SYSCALL:
		if !e.System.Syscall(s, next) {
			return nil
		}
		endInstruction(s)
	case isa.UD2:
		e.Fail(rules.Decode, "ud2 stops the process")
		return nil
	default:
		e.straight(s, in.Steps)
	}
	return []Waypoint{{State: s, PC: next}}
}

// moveIf is cmov, as the two ways that it stands for. The operand is read in both.
func (e *Executor) moveIf(s *domain.State, in *code.Decoded) []Waypoint {
	e.decides(s, in.Cond)
	moved := e.Free.Clone(s)
	e.assume(s, in.Cond.Not())
	e.assume(moved, in.Cond)
	e.selected(s, in.Steps, false)
	e.selected(moved, in.Steps, true)
	return []Waypoint{{State: s, PC: in.Next()}, {State: moved, PC: in.Next()}}
}

// selected executes the steps of a cmov whose condition is known.
func (e *Executor) selected(s *domain.State, steps []isa.Step, holds bool) {
	if s.Zone.Empty() {
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

func (e *Executor) ret(s *domain.State, in *code.Decoded) []Waypoint {
	f, ok := e.popFrame(s, false)
	if !ok {
		return nil
	}
	if f.To == 0 {
		e.Fail(rules.Decode, "a return without its call: it is not known which call it comes from")
		return nil
	}
	s.Release(f.Off + 8)
	s.Went(in.Addr, f.To)
	return []Waypoint{{State: s, PC: f.To}}
}
