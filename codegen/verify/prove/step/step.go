package step

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// straight executes the steps of an instruction that does not leave the straight line.
func (e *Executor) straight(s *domain.State, steps []isa.Step) {
	s.Temps = e.temps[:]
	var vecs [isa.MaxTemps]value.Vector
	var traces [isa.MaxTemps]value.Made
	for i := range steps {
		st := &steps[i]
		e.readsOwn(s, st)
		e.took, e.loadsTrace = e.takes(s, st, &traces), value.OfNothing
		switch st.Op {
		case isa.Load:
			e.stepLoad(s, st, &vecs)
		case isa.Store:
			e.stepStore(s, st, &vecs)
		case isa.Addr:
			s.Temps[st.Dst.Temp] = e.stepAddress(s, st)
		case isa.Set:
			e.stepSet(s, st, &vecs)
		case isa.SetFlags:
			setFlags(s, st)
		case isa.Push:
			e.push(s, s.Read(st.A, 8))
		case isa.Pop:
			e.pop(s, st.Dst.Reg)
		case isa.TimeStamp:
			e.System.LooksAtClock(s)
			s.SetReg(isa.RAX, 4, value.Unknown(4))
			s.SetReg(isa.RDX, 4, value.Unknown(4))
		case isa.RepMoveB:
			e.moveBytes(s)
		default:
			e.stepCompute(s, st, &vecs)
		}
		if e.Failure != nil || s.Zone.Empty() {
			break
		}
		e.leaves(s, st, e.took, &traces)
	}
	endInstruction(s)
}

// endInstruction drops the temporaries.
func endInstruction(s *domain.State) {
	clear(s.Temps)
	s.Temps = nil
	for i := range min(s.Fresh, value.Temps) {
		s.Forget(value.FirstTemp + zone.Var(i))
	}
	s.Fresh = 0
}

func (e *Executor) stepLoad(s *domain.State, st *isa.Step, vecs *[isa.MaxTemps]value.Vector) {
	if st.Aligned {
		e.Fail(rules.Reads, "a 16-byte operand in memory is not known to be aligned")
		return
	}
	t := e.load(s, st.Mem, st.Width)
	s.Temps[st.Dst.Temp] = t
	if st.Width == 16 {
		vecs[st.Dst.Temp] = value.Vector{}
		if addr := address(s, st.Mem); addr.Is(meaning.Stack) && addr.Lo == 0 && addr.Hi == 0 {
			vecs[st.Dst.Temp] = value.Mapped(addr.Lin, func(b byte) byte { return b })
		}
	}
}

func (e *Executor) stepStore(s *domain.State, st *isa.Step, vecs *[isa.MaxTemps]value.Vector) {
	if st.Aligned {
		e.Fail(rules.Writes, "a 16-byte operand in memory is not known to be aligned")
		return
	}
	if st.Width == 16 {
		v := s.ReadVec(st.A, vecs)
		e.store(s, st.Mem, 16, value.Term{}, &v)
		return
	}
	e.store(s, st.Mem, st.Width, readStored(s, st), nil)
}

// readStored is what a store puts into memory; a vector's low bytes are any number.
func readStored(s *domain.State, st *isa.Step) value.Term {
	if st.A.Kind == isa.RegVal && st.A.Reg.IsVector() {
		return value.Unknown(st.Width)
	}
	return s.Read(st.A, st.Width)
}

func (e *Executor) stepAddress(s *domain.State, st *isa.Step) value.Term {
	if t, ok := s.ArrayStart(st.Mem); ok && st.Width == 8 {
		return t
	}
	return result(s, addressIn(s, st.Mem, st.Width), st.Width)
}

// addressIn is an address, of which only the low width bytes are wanted: of 4 the
// registers' own low halves are enough.
func addressIn(s *domain.State, m isa.Mem, width uint8) value.Term {
	if width != 4 || m.Base == isa.NoReg {
		return address(s, m)
	}
	sum := s.Add(value.Constant(m.Disp), s.Narrow(s.Reg(m.Base), 4), 1)
	if m.Index == isa.NoReg {
		return sum
	}
	index := s.Narrow(s.Reg(m.Index), 4)
	if m.Scale > 1 {
		lin, ok := zone.Lin{}.Plus(index.Lin, int32(m.Scale))
		if !ok || !index.Is(meaning.Number) {
			return value.Unknown(4)
		}
		k := int64(m.Scale)
		index = value.Term{Lin: lin, Lo: index.Lo * k, Hi: index.Hi * k}
	}
	return s.Add(sum, index, 1)
}

func (e *Executor) stepSet(s *domain.State, st *isa.Step, vecs *[isa.MaxTemps]value.Vector) {
	if st.Dst.Reg.IsVector() {
		s.Vecs[st.Dst.Reg-isa.XMM0] = s.ReadVec(st.A, vecs)
		s.FixedVecs &^= 1 << (st.Dst.Reg - isa.XMM0)
		return
	}
	t := readNumber(s, st.A, st.Width)
	if st.Dst.Reg == isa.RSP {
		e.moveStack(s, &t)
		if e.Failure != nil {
			return
		}
	}
	s.SetReg(st.Dst.Reg, st.Width, t)
	s.Link(e.Records, value.RegVar(st.Dst.Reg))
}

func (e *Executor) stepCompute(s *domain.State, st *isa.Step, vecs *[isa.MaxTemps]value.Vector) {
	d := &s.Temps[st.Dst.Temp]
	if fn := value.LaneOps[st.Op]; fn != nil {
		vecs[st.Dst.Temp] = lanesOf(s, st, fn, vecs)
		return
	}
	switch st.Op {
	case isa.VUnpackD:
		vecs[st.Dst.Temp] = value.Unpack(s.ReadVec(st.A, vecs), s.ReadVec(st.B, vecs), 4)
	case isa.VUnpackQ:
		vecs[st.Dst.Temp] = value.Unpack(s.ReadVec(st.A, vecs), s.ReadVec(st.B, vecs), 8)
	case isa.VUnpackB:
		vecs[st.Dst.Temp] = value.Vector{}
	case isa.VMoveMask:
		*d = value.MoveMask(s.ReadVec(st.A, vecs))
	case isa.ZeroExt:
		if st.Width == 16 {
			vecs[st.Dst.Temp] = s.Broadcast(readNumber(s, st.A, st.From), st.From)
			return
		}
		*d = e.compute(s, st)
	case isa.CondBit:
		*d = value.Between(0, 1)
	case isa.DivQuo, isa.DivRem:
		*d = e.divide(s, st)
	default:
		*d = e.compute(s, st)
	}
}

// readNumber is read, for what may be a vector register.
func readNumber(s *domain.State, v isa.Val, width uint8) value.Term {
	if v.Kind == isa.RegVal && v.Reg.IsVector() {
		return value.Unknown(width)
	}
	return s.Read(v, width)
}

func lanesOf(s *domain.State, st *isa.Step, fn func(a, b byte) byte, vecs *[isa.MaxTemps]value.Vector) value.Vector {
	if st.Op == isa.VXor && st.A == st.B {
		return value.Vector{IsByte: true}
	}
	return value.Combine(fn, s.ReadVec(st.A, vecs), s.ReadVec(st.B, vecs))
}

// moveBytes is rep movsb: rcx bytes from rsi to rdi.
func (e *Executor) moveBytes(s *domain.State) {
	n := e.Length(s, isa.RCX)
	from, to := s.Narrow(s.Reg(isa.RSI), 8), s.Narrow(s.Reg(isa.RDI), 8)
	e.Source(s, &from, n.Lin)
	if e.Failure != nil {
		return
	}
	end, ok := to.Lin.Plus(n.Lin, 1)
	if !to.Is(meaning.Stack) || !ok || to.Lo != 0 || to.Hi != 0 {
		e.Fail(rules.Writes, "rdi is not a place on the stack but %s", e.Describe(s, &to))
		return
	}
	e.Clobber(s, to.Lin, end, -1)
	is := e.took.Trace
	if last, ok := from.Lin.Plus(n.Lin, 1); from.IsSome(meaning.Stack) {
		if !ok {
			is = value.OfAnything
		} else {
			is |= s.Marks(from.Lin, last)
		}
	} else if from.IsSome(meaning.EnvString) {
		is |= e.reads()
	}
	s.Mark(to.Lin, end, is, n.exact)
	if n.exact {
		s.Write(to.Lin, end)
	}
	for _, r := range []isa.Reg{isa.RSI, isa.RDI} {
		t := s.Add(s.Narrow(s.Reg(r), 8), s.Narrow(s.Reg(isa.RCX), 8), 1)
		s.SetReg(r, 8, within(t, s, 8))
		s.Link(e.Records, value.RegVar(r))
	}
	s.SetReg(isa.RCX, 8, value.Constant(0))
}

// readsOwn demands that a step reads no vector that was left behind.
func (e *Executor) readsOwn(s *domain.State, st *isa.Step) {
	if st.Op == isa.VXor && st.A == st.B {
		return // 0, whatever that was
	}
	for _, v := range []isa.Val{st.A, st.B, st.C} {
		if v.Kind == isa.RegVal && v.Reg.IsVector() && s.Vecs[v.Reg-isa.XMM0].Stale {
			e.Fail(s.Unwritten(), "%s has what an earlier request or client left in it", v.Reg)
		}
	}
}
