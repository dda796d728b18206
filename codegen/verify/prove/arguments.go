package prove

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// argument is a register that holds one known number. Its low 32 bits are what the
// kernel looks at in a descriptor, flag or size.
func (s *state) argument(r isa.Reg) (int64, bool) {
	t := s.narrow(s.reg(r), 8)
	return s.exact(&t, meaning.Number)
}

// is demands that a register is one of a few constants.
func (e *executor) is(s *state, call string, r isa.Reg, what string, wants ...int64) int64 {
	c, ok := s.argument(r)
	for _, w := range wants {
		if ok && c == w {
			return c
		}
	}
	t := s.narrow(s.reg(r), 8)
	e.fail(rules.Syscalls, "%s: %s, %s, is %s, not %v", call, r, what, e.describe(s, &t), wants)
	return 0
}

// hasFD demands a descriptor in edi.
func (e *executor) hasFD(s *state, call string, want fd) {
	if !s.isFD(isa.RDI, want) {
		t := s.narrow(s.reg(isa.RDI), 4)
		e.fail(rules.Syscalls, "%s: edi is not %s but %s (%s)", call, fdNames[want], fdNames[t.fd], e.describe(s, &t))
	}
}

// isFD says that the low half of a register is a descriptor.
func (s *state) isFD(r isa.Reg, want fd) bool {
	t := s.narrow(s.reg(r), 4)
	if want == listener && s.isInherited(&t) {
		return true
	}
	lo, _ := s.bounds(&t)
	return t.fd == want && !t.IsLow() && lo >= 0
}

// during demands that the process has come as far as the call wants.
func (e *executor) during(s *state, call string, wants ...phase) {
	for _, p := range wants {
		if s.phase == p {
			return
		}
	}
	e.fail(rules.Syscalls, "%s %s", call, s.where())
}

// readable demands that the kernel may read size bytes where a register points.
func (e *executor) readable(s *state, r isa.Reg, size zone.Lin) {
	addr := s.narrow(s.reg(r), 8)
	e.source(s, &addr, size)
}

// source demands that size bytes at an address may be read, and were written.
func (e *executor) source(s *state, addr *term, size zone.Lin) {
	if e.failure != nil {
		return
	}
	end, ok := addr.lin.Plus(size, 1)
	lo, hi := s.bounds(addr)
	switch {
	case !ok || addr.lo != 0 || addr.hi != 0 || addr.IsLow() || addr.MayBeNull():
	case addr.Is(meaning.Image):
		last := s.zone.MaxDeep(end)
		if s.zone.Min(size) >= 0 {
			hi = min(hi, last) // they begin where they end at the latest
		}
		if lo > -zone.Inf && last < zone.Inf && e.spans(lo, hi, last) {
			s.require(end.PlusConst(-last)) // as plain as it can be: of what a short write leaves, it is still so
			return
		}
	case addr.Is(meaning.Stack):
		e.within(s, rules.Reads, addr.lin, end)
		if s.wasWritten(addr.lin, end) || e.failure != nil {
			return
		}
		e.onStack = true
		e.fail(s.unwritten(), "%s to %s: not every byte is known to have been written%s", e.describe(s, addr), bound(s.zone.Max(end)), s.since())
		return
	case addr.Is(meaning.EnvString) && !s.phase.hasEnvironment():
		e.failEnvironment()
		return
	case addr.Is(meaning.EnvString):
		d, ok := end.Plus(zone.Of(knownVar), -1)
		if lo >= 0 && ok && s.zone.Max(d) <= 0 {
			return
		}
	}
	last := int64(zone.Inf)
	if ok {
		last = s.zone.Max(end)
	}
	e.fail(rules.Reads, "the bytes from %s to %s are not within constant data or what was written", e.describe(s, addr), bound(last))
}

// spans reports that what starts between lo and hi and ends at last at most lies in one
// segment.
func (p *program) spans(lo, hi, last int64) bool { return p.holds(lo, max(hi, last)) }

// size says how many bytes, or how many at most.
type size struct {
	lin   zone.Lin
	exact bool
}

// length is a register that says how many bytes: not negative, and with an upper bound.
func (e *executor) length(s *state, r isa.Reg) size {
	t := s.narrow(s.reg(r), 8)
	return e.sizeOf(s, &t, r.String())
}

// sizeOf is length, of what is in a register or elsewhere.
func (e *executor) sizeOf(s *state, t *term, where string) size {
	lo, hi := s.bounds(t)
	if !t.IsBetween(lo, hi) || lo < 0 || hi >= zone.Inf {
		e.fail(rules.Reads, "the length in %s could not be bounded: %s", where, e.describe(s, t))
		return size{}
	}
	if t.lo != 0 || t.hi != 0 {
		return size{zone.Const(hi), false}
	}
	return size{t.lin, true}
}

// slotValue is the variable of size bytes at an offset, as far as it is one constant of a
// kind.
func (s *state) slotValue(off int64, size uint8, k meaning.Kind) (int64, bool) {
	i := s.findSlot(off, size)
	if i < 0 {
		return 0, false
	}
	return s.constant(firstSlot+zone.Var(i), k)
}
