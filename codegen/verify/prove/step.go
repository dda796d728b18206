package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// maxStack bounds the stack in bytes: far below RLIMIT_STACK's usual 8 MiB.
const maxStack = 1 << 20

// maxFrames bounds the depth of calls and pushes.
const maxFrames = 32

// straight executes the steps of an instruction that does not leave the straight line.
func (e *executor) straight(s *state, steps []isa.Step) {
	var vecs [isa.MaxTemps]vector
	var traces [isa.MaxTemps]made
	for i := range steps {
		st := &steps[i]
		e.readsOwn(s, st)
		e.took, e.loadsTrace = e.takes(s, st, &traces), ofNothing
		switch st.Op {
		case isa.Load:
			e.stepLoad(s, st, &vecs)
		case isa.Store:
			e.stepStore(s, st, &vecs)
		case isa.Addr:
			s.temps[st.Dst.Temp] = e.stepAddress(s, st)
		case isa.Set:
			e.stepSet(s, st, &vecs)
		case isa.SetFlags:
			s.setFlags(st)
		case isa.Push:
			e.push(s, s.read(st.A, 8))
		case isa.Pop:
			e.pop(s, st.Dst.Reg)
		case isa.TimeStamp:
			e.system.looksAtClock(s)
			s.setReg(isa.RAX, 4, unknown(4))
			s.setReg(isa.RDX, 4, unknown(4))
		case isa.RepMoveB:
			e.moveBytes(s)
		default:
			e.stepCompute(s, st, &vecs)
		}
		if e.failure != nil || s.zone.Empty() {
			break
		}
		e.leaves(s, st, e.took, &traces)
	}
	s.endInstruction()
}

// endInstruction drops the temporaries.
func (s *state) endInstruction() {
	s.temps = [isa.MaxTemps]term{}
	for i := range min(s.fresh, temps) {
		s.forget(firstTemp + zone.Var(i))
	}
	s.fresh = 0
}

func (e *executor) stepLoad(s *state, st *isa.Step, vecs *[isa.MaxTemps]vector) {
	if st.Aligned {
		e.fail(rules.Reads, "a 16-byte operand in memory is not known to be aligned")
		return
	}
	t := e.load(s, st.Mem, st.Width)
	s.temps[st.Dst.Temp] = t
	if st.Width == 16 {
		vecs[st.Dst.Temp] = vector{}
		if addr := s.address(st.Mem); addr.Is(meaning.Stack) && addr.lo == 0 && addr.hi == 0 {
			vecs[st.Dst.Temp] = mapped(addr.lin, func(b byte) byte { return b })
		}
	}
}

func (e *executor) stepStore(s *state, st *isa.Step, vecs *[isa.MaxTemps]vector) {
	if st.Aligned {
		e.fail(rules.Writes, "a 16-byte operand in memory is not known to be aligned")
		return
	}
	if st.Width == 16 {
		v := s.readVec(st.A, vecs)
		e.store(s, st.Mem, 16, term{}, &v)
		return
	}
	e.store(s, st.Mem, st.Width, s.readStored(st), nil)
}

// readStored is what a store puts into memory; a vector's low bytes are any number.
func (s *state) readStored(st *isa.Step) term {
	if st.A.Kind == isa.RegVal && st.A.Reg.IsVector() {
		return unknown(st.Width)
	}
	return s.read(st.A, st.Width)
}

func (e *executor) stepAddress(s *state, st *isa.Step) term {
	if t, ok := s.arrayStart(st.Mem); ok && st.Width == 8 {
		return t
	}
	return s.result(s.addressIn(st.Mem, st.Width), st.Width)
}

// addressIn is an address, of which only the low width bytes are wanted: of 4 the
// registers' own low halves are enough.
func (s *state) addressIn(m isa.Mem, width uint8) term {
	if width != 4 || m.Base == isa.NoReg {
		return s.address(m)
	}
	sum := s.sum(constant(m.Disp), s.narrow(s.reg(m.Base), 4), 1)
	if m.Index == isa.NoReg {
		return sum
	}
	index := s.narrow(s.reg(m.Index), 4)
	if m.Scale > 1 {
		lin, ok := zone.Lin{}.Plus(index.lin, int32(m.Scale))
		if !ok || !index.Is(meaning.Number) {
			return unknown(4)
		}
		k := int64(m.Scale)
		index = term{lin: lin, lo: index.lo * k, hi: index.hi * k}
	}
	return s.sum(sum, index, 1)
}

func (e *executor) stepSet(s *state, st *isa.Step, vecs *[isa.MaxTemps]vector) {
	if st.Dst.Reg.IsVector() {
		s.vecs[st.Dst.Reg-isa.XMM0] = s.readVec(st.A, vecs)
		s.fixedVecs &^= 1 << (st.Dst.Reg - isa.XMM0)
		return
	}
	t := s.readNumber(st.A, st.Width)
	if st.Dst.Reg == isa.RSP {
		e.moveStack(s, &t)
		if e.failure != nil {
			return
		}
	}
	s.setReg(st.Dst.Reg, st.Width, t)
	e.link(s, regVar(st.Dst.Reg))
}

func (e *executor) stepCompute(s *state, st *isa.Step, vecs *[isa.MaxTemps]vector) {
	d := &s.temps[st.Dst.Temp]
	if fn := laneOps[st.Op]; fn != nil {
		vecs[st.Dst.Temp] = s.lanesOf(st, fn, vecs)
		return
	}
	switch st.Op {
	case isa.VUnpackD:
		vecs[st.Dst.Temp] = unpack(s.readVec(st.A, vecs), s.readVec(st.B, vecs), 4)
	case isa.VUnpackQ:
		vecs[st.Dst.Temp] = unpack(s.readVec(st.A, vecs), s.readVec(st.B, vecs), 8)
	case isa.VUnpackB:
		vecs[st.Dst.Temp] = vector{}
	case isa.VMoveMask:
		*d = moveMask(s.readVec(st.A, vecs))
	case isa.ZeroExt:
		if st.Width == 16 {
			vecs[st.Dst.Temp] = s.broadcast(s.readNumber(st.A, st.From), st.From)
			return
		}
		*d = e.compute(s, st)
	case isa.CondBit:
		*d = between(0, 1)
	case isa.DivQuo, isa.DivRem:
		*d = e.divide(s, st)
	default:
		*d = e.compute(s, st)
	}
}

// readNumber is read, for what may be a vector register.
func (s *state) readNumber(v isa.Val, width uint8) term {
	if v.Kind == isa.RegVal && v.Reg.IsVector() {
		return unknown(width)
	}
	return s.read(v, width)
}

func (s *state) lanesOf(st *isa.Step, fn func(a, b byte) byte, vecs *[isa.MaxTemps]vector) vector {
	if st.Op == isa.VXor && st.A == st.B {
		return vector{isByte: true}
	}
	return combine(fn, s.readVec(st.A, vecs), s.readVec(st.B, vecs))
}

// moveBytes is rep movsb: rcx bytes from rsi to rdi.
func (e *executor) moveBytes(s *state) {
	n := e.length(s, isa.RCX)
	from, to := s.narrow(s.reg(isa.RSI), 8), s.narrow(s.reg(isa.RDI), 8)
	e.source(s, &from, n.lin)
	if e.failure != nil {
		return
	}
	end, ok := to.lin.Plus(n.lin, 1)
	if !to.Is(meaning.Stack) || !ok || to.lo != 0 || to.hi != 0 {
		e.fail(rules.Writes, "rdi is not a place on the stack but %s", e.describe(s, &to))
		return
	}
	e.clobber(s, to.lin, end, -1)
	is := e.took.trace
	if last, ok := from.lin.Plus(n.lin, 1); from.IsSome(meaning.Stack) {
		if !ok {
			is = ofAnything
		} else {
			is |= s.marks(from.lin, last)
		}
	} else if from.IsSome(meaning.EnvString) {
		is |= e.reads()
	}
	s.mark(to.lin, end, is, n.exact)
	if n.exact {
		s.write(to.lin, end)
	}
	for _, r := range []isa.Reg{isa.RSI, isa.RDI} {
		t := s.sum(s.narrow(s.reg(r), 8), s.narrow(s.reg(isa.RCX), 8), 1)
		s.setReg(r, 8, t.within(s, 8))
		e.link(s, regVar(r))
	}
	s.setReg(isa.RCX, 8, constant(0))
}
