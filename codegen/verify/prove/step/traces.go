package step

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
)

// takes is what a step takes of its operands, before it is executed.
func (e *Executor) takes(s *domain.State, st *isa.Step, temps *[isa.MaxTemps]value.Made) value.Source {
	var all value.Source
	for _, v := range []isa.Val{st.A, st.B, st.C} {
		width := st.Width
		if (st.Op == isa.ZeroExt || st.Op == isa.SignExt) && st.From != 0 {
			width = st.From
		}
		all = all.Or(s.Taken(v, width, temps))
	}
	switch st.Op {
	case isa.Load, isa.Store:
		for _, r := range []isa.Reg{st.Mem.Base, st.Mem.Index} {
			all.Trace |= s.TakenReg(r, 8).Trace
		}
	case isa.Addr:
		all = s.TakenReg(st.Mem.Base, st.Width).Or(s.TakenReg(st.Mem.Index, st.Width))
	case isa.RepMoveB:
		for _, r := range []isa.Reg{isa.RSI, isa.RDI, isa.RCX} {
			all.Trace |= s.TakenReg(r, 8).Trace
		}
	case isa.Xor, isa.VXor, isa.Sub:
		if st.A == st.B {
			return value.Source{}
		}
	case isa.SetFlags:
		if st.Flags == isa.FlagsLogic {
			all = s.Taken(st.C, st.Width, temps) // they say something of the result alone
		}
	case isa.Adc, isa.Sbb, isa.CondBit, isa.Select:
		all.Trace |= s.AskedFlags(domain.FlagsReadBy(st))
	}
	if st.Op == isa.Sub || st.Op == isa.SetFlags {
		all.Pointer = all.Pointer && !s.Distance(st)
	}
	return all
}

// leaves notes what a step that took something has made of it.
func (e *Executor) leaves(s *domain.State, st *isa.Step, from value.Source, temps *[isa.MaxTemps]value.Made) {
	switch st.Op {
	case isa.Store, isa.Push:
		if from.Trace&value.OfAddress != 0 && from.Pointer {
			e.Leak(s, "a pointer is stored whose distance is made of an address")
		}
	case isa.RepMoveB:
		s.SetTrace(isa.RCX, 8, value.OfNothing)
		s.SetTrace(isa.RSI, 8, from.Trace)
		s.SetTrace(isa.RDI, 8, from.Trace)
	case isa.Set, isa.Pop:
		if st.Dst.Reg.IsVector() {
			s.Traces.Vecs[st.Dst.Reg-isa.XMM0] = from.Trace
			return
		}
		trace := from.Trace
		if s.Vals[value.RegVar(st.Dst.Reg)].IsNumber() {
			trace = from.All()
			if st.Op == isa.Pop {
				trace |= e.loadsTrace
			}
		}
		s.SetTrace(st.Dst.Reg, st.Width, trace)
	case isa.SetFlags:
		flags, set := from.All(), domain.FlagsSetBy(st)
		if set != isa.AllFlags {
			flags |= s.Traces.Flags
		}
		s.Traces.Flags = flags
		s.Unasked &^= set
	case isa.TimeStamp:
		s.SetTrace(isa.RAX, 8, value.OfNothing)
		s.SetTrace(isa.RDX, 8, value.OfNothing)
	default:
		t := &s.Temps[st.Dst.Temp]
		trace := from.Trace
		if t.IsNumber() {
			trace = from.All()
			if st.Op == isa.Load {
				trace |= e.loadsTrace
			}
		}
		if c, ok := s.Exact(t, meaning.Number); ok && (c != 0 || st.Width < 16) && !domain.IsLaneOp(st.Op) && st.Op != isa.Load {
			trace = value.OfNothing // a constant, whatever it was made of
		}
		temps[st.Dst.Temp] = trace
	}
}
