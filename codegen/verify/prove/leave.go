package prove

import (
	"math/bits"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// leave executes an instruction; states that are impossible are among the result.
func (e *executor) leave(s *state, in *decoded) []waypoint {
	next := in.Next()
	if stale := in.uses & s.stale; stale != 0 && in.Op != isa.SYSCALL { // what a call takes has to be known, as nothing is of these
		e.fail(s.unwritten(), "%s has what was left in it before this client came", isa.Reg(bits.TrailingZeros16(uint16(stale))))
		return nil
	}
	switch in.Op {
	case isa.JMP:
		s.went(in.Addr, in.Target)
		return []waypoint{{s: s, pc: in.Target}}
	case isa.JCC:
		e.decides(s, in.Cond)
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
			e.fail(rules.Bounds, "a routine calls itself: the stack has no bound")
			return nil
		}
		e.pushFrame(s, term{}, frame{to: next})
		return []waypoint{{s: s, pc: in.Target}}
	case isa.RET:
		return e.ret(s, in)
	case isa.SYSCALL:
		if !e.system.syscall(s, next) {
			return nil
		}
		s.endInstruction()
	case isa.UD2:
		e.fail(rules.Decode, "ud2 stops the process")
		return nil
	default:
		e.straight(s, in.steps)
	}
	return []waypoint{{s: s, pc: next}}
}

// moveIf is cmov, as the two ways that it stands for. The operand is read in both.
func (e *executor) moveIf(s *state, in *decoded) []waypoint {
	e.decides(s, in.Cond)
	moved := e.free.clone(s)
	e.assume(s, in.Cond.Not())
	e.assume(moved, in.Cond)
	e.selected(s, in.steps, false)
	e.selected(moved, in.steps, true)
	return []waypoint{{s: s, pc: in.Next()}, {s: moved, pc: in.Next()}}
}

// selected executes the steps of a cmov whose condition is known.
func (e *executor) selected(s *state, steps []isa.Step, holds bool) {
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

func (e *executor) ret(s *state, in *decoded) []waypoint {
	f, ok := e.popFrame(s, false)
	if !ok {
		return nil
	}
	if f.to == 0 {
		e.fail(rules.Decode, "a return without its call: it is not known which call it comes from")
		return nil
	}
	s.release(f.off + 8)
	s.went(in.Addr, f.to)
	return []waypoint{{s: s, pc: f.to}}
}
