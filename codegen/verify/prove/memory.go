package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

func compact(vals []int64) []int64 {
	slices.Sort(vals)
	return slices.Compact(vals)
}

// address is where an operand lies: the sum of its registers, of which one at most is a
// pointer. A number alone is an address in the image if it came from rip.
func (s *state) address(m isa.Mem) term {
	if m.Base == isa.NoReg && m.Index == isa.NoReg {
		return term{value: value{Meaning: meaning.Of(meaning.Image)}, lin: zone.Const(m.Disp)}
	}
	sum := constant(m.Disp)
	for _, r := range []struct {
		reg   isa.Reg
		scale uint8
	}{{m.Base, 1}, {m.Index, m.Scale}} {
		if r.reg != isa.NoReg {
			sum = s.sum(sum, s.scaled(s.folded(r.reg), r.scale), 1)
		}
	}
	return sum
}

// folded is a register; where its variable is one number, that is put as such.
func (s *state) folded(r isa.Reg) term {
	t := s.narrow(s.reg(r), 8)
	if c, ok := s.variable(&t); ok && !t.IsLow() {
		t.lin, t.lo, t.hi = zone.Const(c), 0, 0
	}
	return t
}

// scaled is t times 1, 2, 4 or 8.
func (s *state) scaled(t term, k uint8) term {
	if k == 1 {
		return t
	}
	if !t.Is(meaning.Number) {
		return unknown(8)
	}
	lin, ok := zone.Lin{}.Plus(t.lin, int32(k))
	lo, hi := s.bounds(&t)
	if lo <= -far/8 || hi >= far/8 {
		return unknown(8)
	}
	if !ok {
		return between(lo*int64(k), hi*int64(k))
	}
	out := term{lin: lin, lo: t.lo * int64(k), hi: t.hi * int64(k)}
	return out
}

// rebase makes a pointer that was computed from a record's number a choice of its own, so
// that records can be read where it points.
func (e *executor) rebase(s *state, v zone.Var) {
	o := s.vals[v].org
	if !s.vals[v].Is(meaning.Image) || o.sym == 0 || o.pointer() || o.n != 1 {
		return
	}
	vals := e.values(s.syms[o.sym-1], o)
	if vals == nil {
		return
	}
	if sym := s.newSym(vals); sym >= 0 {
		s.vals[v].org = self(sym)
		e.link(s, v)
	}
}

// load is what width bytes at an address hold.
func (e *executor) load(s *state, m isa.Mem, width uint8) term {
	if m.Base != isa.NoReg {
		e.rebase(s, regVar(m.Base))
	}
	addr := s.address(m)
	if argc, ok := s.loadArgc(&addr, width); ok {
		return argc
	}
	switch {
	case addr.MayBeNull() && !addr.IsSome(meaning.EnvString):
		e.fail(rules.Reads, "the pointer may be null")
		return unknown(width)
	case addr.Is(meaning.Image):
		return e.loadConstant(s, &addr, width)
	case addr.Is(meaning.Stack):
		return e.loadStack(s, &addr, width)
	case (addr.IsSome(meaning.EnvArray) || addr.IsSome(meaning.EnvString)) && !s.phase.hasEnvironment():
		e.failEnvironment()
		return unknown(width)
	case addr.Is(meaning.EnvArray) && width == 8:
		return e.loadVariable(s, m)
	case addr.IsOrNull(meaning.EnvString) && width == 1:
		return e.loadCharacter(s, &addr)
	}
	e.fail(rules.Reads, "the address %s is no pointer to the stack or the data", e.describe(s, &addr))
	return unknown(width)
}

// loadConstant reads the data.
func (e *executor) loadConstant(s *state, addr *term, width uint8) term {
	lo, hi := s.bounds(addr)
	if lo <= -zone.Inf || hi >= zone.Inf || !e.holds(lo, hi+int64(width)) {
		e.fail(rules.Reads, "%d bytes at %s do not lie within the data", width, e.describe(s, addr))
		return unknown(width)
	}
	if lo == hi {
		v, _ := e.number(lo, int(min(width, 8)))
		return immediate(v, min(width, 8))
	}
	if width > 8 {
		return unknown(8)
	}
	if addr.org.pointer() && addr.lo == 0 && addr.hi == 0 && addr.org.c == int64(int32(addr.org.c)) {
		return e.loadRecord(s, addr, width)
	}
	return e.loadTable(s, addr, width)
}

// loadRecord reads a number of the record that a symbol says.
func (e *executor) loadRecord(s *state, addr *term, width uint8) term {
	o := origin{sym: addr.org.sym, n: 1}
	o.parts[0] = part{1, field{off: int32(addr.org.c), size: width}}
	return e.ghost(s, o, width)
}

// ghost is a term for a field. A variable of its own remembers it, so that what is
// learned of the field is still known when it is loaded again.
func (e *executor) ghost(s *state, o origin, width uint8) term {
	r := e.extent(s.syms[o.sym-1], o)
	if !r.ok {
		return unknown(width)
	}
	v := firstGhost
	if f := o.parts[0].f; !f.signed {
		v += 1 + zone.Var(uint32(f.off)/2%(ghosts-1))
	}
	if s.vals[v].org != o {
		t := term{value: value{org: o}, lo: r.lo, hi: r.hi}
		if r.lo >= 0 {
			t.zeros, t.ones = r.zeros, r.ones
		}
		s.assign(v, t)
		e.link(s, v)
	}
	return term{value: s.vals[v], lin: zone.Of(v)}
}

// loadStack reads the process's own stack.
func (e *executor) loadStack(s *state, addr *term, width uint8) term {
	if picked, ok := e.system.pick(s, addr, width); ok {
		return picked
	}
	if s.loop != noLoop && !s.unset && (s.loop != looping || s.served || e.insts[e.pc].Op == isa.CMP) && s.isCountOfClient(addr, width) {
		e.loadsTrace = s.marks(addr.lin, addr.lin.PlusConst(int64(width)))
		return unknown(width)
	}
	e.within(s, rules.Reads, addr.lin.PlusConst(addr.lo), addr.lin.PlusConst(addr.hi+int64(width)))
	e.loadsTrace = s.marks(addr.lin.PlusConst(addr.lo), addr.lin.PlusConst(addr.hi+int64(width)))
	if c, ok := s.exact(addr, meaning.Stack); ok {
		i := s.findSlot(c, width)
		if i < 0 && width == 4 { // the low half of a variable
			i = s.findSlot(c, 8)
		}
		if i >= 0 {
			v := firstSlot + zone.Var(i)
			return s.narrow(term{value: s.vals[v], lin: zone.Of(v)}, width)
		}
	}
	if !s.wasWritten(addr.lin.PlusConst(addr.lo), addr.lin.PlusConst(addr.hi+int64(width))) {
		if s.isReported(addr, width) {
			e.fail(rules.Reads, "%d bytes at %s are not known to be the data of the next event that epoll reported", width, e.describe(s, addr))
		}
		e.onStack = true
		e.fail(s.unwritten(), "%d bytes at %s are not known to have been written%s", width, e.describe(s, addr), s.since())
	}
	t := unknown(width)
	if addr.lo == addr.hi && width <= 8 {
		t.prov = loadedFrom(addr.lin.PlusConst(addr.lo), width)
	}
	return t
}

// within demands that an access stays in the frame: from rsp up to rsp at the entry.
func (e *executor) within(s *state, rule rules.Rule, addr, end zone.Lin) {
	bottom := s.zone.Lo(rspVar)
	if lo, hi := s.zone.Min(addr), s.zone.Max(end); lo < bottom || hi > 0 {
		e.onStack = true
		e.fail(rule, "it is not known to stay in the frame [%d, 0): it goes from %s to %s", bottom, bound(lo), bound(hi))
	}
}

func (s *state) findSlot(off int64, width uint8) int {
	for i, sl := range s.slots {
		if sl.size == width && sl.off == off {
			return i
		}
	}
	return -1
}
