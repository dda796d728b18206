package step

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// address is where an operand lies: the sum of its registers, of which one at most is a
// pointer. A number alone is an address in the image if it came from rip.
func address(s *domain.State, m isa.Mem) value.Term {
	if m.Base == isa.NoReg && m.Index == isa.NoReg {
		return value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Image)}, Lin: zone.Const(m.Disp)}
	}
	sum := value.Constant(m.Disp)
	for _, r := range []struct {
		reg   isa.Reg
		scale uint8
	}{{m.Base, 1}, {m.Index, m.Scale}} {
		if r.reg != isa.NoReg {
			sum = s.Add(sum, scaled(s, folded(s, r.reg), r.scale), 1)
		}
	}
	return sum
}

// folded is a register; where its variable is one number, that is put as such.
func folded(s *domain.State, r isa.Reg) value.Term {
	t := s.Narrow(s.Reg(r), 8)
	if c, ok := s.Variable(&t); ok && !t.IsLow() {
		t.Lin, t.Lo, t.Hi = zone.Const(c), 0, 0
	}
	return t
}

// scaled is t times 1, 2, 4 or 8.
func scaled(s *domain.State, t value.Term, k uint8) value.Term {
	if k == 1 {
		return t
	}
	if !t.Is(meaning.Number) {
		return value.Unknown(8)
	}
	lin, ok := zone.Lin{}.Plus(t.Lin, int32(k))
	lo, hi := s.Bounds(&t)
	if lo <= -data.Far/8 || hi >= data.Far/8 {
		return value.Unknown(8)
	}
	if !ok {
		return value.Between(lo*int64(k), hi*int64(k))
	}
	out := value.Term{Lin: lin, Lo: t.Lo * int64(k), Hi: t.Hi * int64(k)}
	return out
}

// rebase makes a pointer that was computed from a record's number a choice of its own, so
// that records can be read where it points.
func (e *Executor) rebase(s *domain.State, v zone.Var) {
	o := s.Vals[v].Origin
	if !s.Vals[v].Is(meaning.Image) || o.Sym == 0 || o.Pointer() || o.N != 1 {
		return
	}
	vals := e.Values(s.Syms[o.Sym-1], o)
	if vals == nil {
		return
	}
	if sym := s.NewSym(vals); sym >= 0 {
		s.Vals[v].Origin = data.Self(sym)
		s.Link(e.Records, v)
	}
}

// load is what width bytes at an address hold.
func (e *Executor) load(s *domain.State, m isa.Mem, width uint8) value.Term {
	if m.Base != isa.NoReg {
		e.rebase(s, value.RegVar(m.Base))
	}
	addr := address(s, m)
	if argc, ok := s.LoadArgc(&addr, width); ok {
		return argc
	}
	switch {
	case addr.MayBeNull() && !addr.IsSome(meaning.EnvString):
		e.Fail(rules.Reads, "the pointer may be null")
		return value.Unknown(width)
	case addr.Is(meaning.Image):
		return e.loadConstant(s, &addr, width)
	case addr.Is(meaning.Stack):
		return e.loadStack(s, &addr, width)
	case (addr.IsSome(meaning.EnvArray) || addr.IsSome(meaning.EnvString)) && !s.Phase.HasEnvironment():
		e.failEnvironment()
		return value.Unknown(width)
	case addr.Is(meaning.EnvArray) && width == 8:
		return e.loadVariable(s, m)
	case addr.IsOrNull(meaning.EnvString) && width == 1:
		return e.loadCharacter(s, &addr)
	}
	e.Fail(rules.Reads, "the address %s is no pointer to the stack or the data", e.Describe(s, &addr))
	return value.Unknown(width)
}

// loadConstant reads the data.
func (e *Executor) loadConstant(s *domain.State, addr *value.Term, width uint8) value.Term {
	lo, hi := s.Bounds(addr)
	if lo <= -zone.Inf || hi >= zone.Inf || !e.Holds(lo, hi+int64(width)) {
		e.Fail(rules.Reads, "%d bytes at %s do not lie within the data", width, e.Describe(s, addr))
		return value.Unknown(width)
	}
	if lo == hi {
		v, _ := e.Number(lo, int(min(width, 8)))
		return value.Immediate(v, min(width, 8))
	}
	if width > 8 {
		return value.Unknown(8)
	}
	if addr.Origin.Pointer() && addr.Lo == 0 && addr.Hi == 0 && addr.Origin.Const == int64(int32(addr.Origin.Const)) {
		return e.loadRecord(s, addr, width)
	}
	return e.loadTable(s, addr, width)
}

// loadRecord reads a number of the record that a symbol says.
func (e *Executor) loadRecord(s *domain.State, addr *value.Term, width uint8) value.Term {
	o := data.Origin{Sym: addr.Origin.Sym, N: 1}
	o.Parts[0] = data.Part{Coef: 1, Field: data.Field{Off: int32(addr.Origin.Const), Size: width}}
	return e.Ghost(s, o, width)
}

// Ghost is a term for a field. A variable of its own remembers it, so that what is
// learned of the field is still known when it is loaded again.
func (e *Executor) Ghost(s *domain.State, o data.Origin, width uint8) value.Term {
	r := e.Extent(s.Syms[o.Sym-1], o)
	if !r.Ok {
		return value.Unknown(width)
	}
	v := value.FirstGhost
	if f := o.Parts[0].Field; !f.Signed {
		v += 1 + zone.Var(uint32(f.Off)/2%(value.Ghosts-1))
	}
	if s.Vals[v].Origin != o {
		t := value.Term{Value: value.Value{Origin: o}, Lo: r.Lo, Hi: r.Hi}
		if r.Lo >= 0 {
			t.Zeros, t.Ones = r.Zeros, r.Ones
		}
		s.Assign(v, t)
		s.Link(e.Records, v)
	}
	return value.Term{Value: s.Vals[v], Lin: zone.Of(v)}
}

// loadStack reads the process's own stack.
func (e *Executor) loadStack(s *domain.State, addr *value.Term, width uint8) value.Term {
	if picked, ok := e.System.Pick(s, addr, width); ok {
		return picked
	}
	if s.Loop != domain.NoLoop && !s.Unset && s.IsCountOfClient(addr, width) {
		if s.Loop == domain.Looping && !s.Served {
			e.Fail(rules.Reads, "the count of a client is read in front of a read from that client: what is made of it, or decided by it, may be for another one")
		}
		e.loadsTrace = s.Marks(addr.Lin, addr.Lin.PlusConst(int64(width)))
		return value.Unknown(width)
	}
	e.within(s, rules.Reads, addr.Lin.PlusConst(addr.Lo), addr.Lin.PlusConst(addr.Hi+int64(width)))
	e.loadsTrace = s.Marks(addr.Lin.PlusConst(addr.Lo), addr.Lin.PlusConst(addr.Hi+int64(width)))
	if c, ok := s.Exact(addr, meaning.Stack); ok {
		i := s.FindSlot(c, width)
		if i < 0 && width == 4 { // the low half of a variable
			i = s.FindSlot(c, 8)
		}
		if i >= 0 {
			v := value.FirstSlot + zone.Var(i)
			return s.Narrow(value.Term{Value: s.Vals[v], Lin: zone.Of(v)}, width)
		}
	}
	if !s.WasWritten(addr.Lin.PlusConst(addr.Lo), addr.Lin.PlusConst(addr.Hi+int64(width))) {
		if s.IsReported(addr, width) {
			e.Fail(rules.Reads, "%d bytes at %s are not known to be the data of the next event that epoll reported", width, e.Describe(s, addr))
		}
		e.OnStack = true
		e.Fail(s.Unwritten(), "%d bytes at %s are not known to have been written%s", width, e.Describe(s, addr), s.Since())
	}
	t := value.Unknown(width)
	if addr.Lo == addr.Hi && width <= 8 {
		t.Prov = value.LoadedFrom(addr.Lin.PlusConst(addr.Lo), width)
	}
	return t
}

// within demands that an access stays in the frame: from rsp up to rsp at the entry.
func (e *Executor) within(s *domain.State, rule rules.Rule, addr, end zone.Lin) {
	bottom := s.Zone.Lo(value.RspVar)
	if lo, hi := s.Zone.Min(addr), s.Zone.Max(end); lo < bottom || hi > 0 {
		e.OnStack = true
		e.Fail(rule, "it is not known to stay in the frame [%d, 0): it goes from %s to %s", bottom, BoundText(lo), BoundText(hi))
	}
}
