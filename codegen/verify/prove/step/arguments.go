package step

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Argument is a register that holds one known number. Its low 32 bits are what the
// kernel looks at in a descriptor, flag or size.
func Argument(s *domain.State, r isa.Reg) (int64, bool) {
	t := s.Narrow(s.Reg(r), 8)
	return s.Exact(&t, meaning.Number)
}

// Is demands that a register is one of a few constants.
func (e *Executor) Is(s *domain.State, call string, r isa.Reg, what string, wants ...int64) int64 {
	c, ok := Argument(s, r)
	for _, w := range wants {
		if ok && c == w {
			return c
		}
	}
	t := s.Narrow(s.Reg(r), 8)
	e.Fail(rules.Syscalls, "%s: %s, %s, is %s, not %v", call, r, what, e.Describe(s, &t), wants)
	return 0
}

// HasFD demands a descriptor in edi.
func (e *Executor) HasFD(s *domain.State, call string, want value.FD) {
	if !IsFD(s, isa.RDI, want) {
		t := s.Narrow(s.Reg(isa.RDI), 4)
		e.Fail(rules.Syscalls, "%s: edi is not %s but %s (%s)", call, value.FDNames[want], value.FDNames[t.FD], e.Describe(s, &t))
	}
}

// IsFD says that the low half of a register is a descriptor.
func IsFD(s *domain.State, r isa.Reg, want value.FD) bool {
	t := s.Narrow(s.Reg(r), 4)
	if want == value.Listener && s.IsInherited(&t) {
		return true
	}
	lo, _ := s.Bounds(&t)
	return t.FD == want && !t.IsLow() && lo >= 0
}

// During demands that the process has come as far as the call wants.
func (e *Executor) During(s *domain.State, call string, wants ...domain.Phase) {
	for _, p := range wants {
		if s.Phase == p {
			return
		}
	}
	e.Fail(rules.Syscalls, "%s %s", call, s.Where())
}

// Readable demands that the kernel may read size bytes where a register points.
func (e *Executor) Readable(s *domain.State, r isa.Reg, size zone.Lin) {
	addr := s.Narrow(s.Reg(r), 8)
	e.Source(s, &addr, size)
}

// Source demands that size bytes at an address may be read, and were written.
func (e *Executor) Source(s *domain.State, addr *value.Term, size zone.Lin) {
	if e.Failure != nil {
		return
	}
	end, ok := addr.Lin.Plus(size, 1)
	lo, hi := s.Bounds(addr)
	switch {
	case !ok || addr.Lo != 0 || addr.Hi != 0 || addr.IsLow() || addr.MayBeNull():
	case addr.Is(meaning.Image):
		last := s.Zone.MaxDeep(end)
		if s.Zone.Min(size) >= 0 {
			hi = min(hi, last) // they begin where they end at the latest
		}
		if lo > -zone.Inf && last < zone.Inf && spans(e.Program, lo, hi, last) {
			s.Require(end.PlusConst(-last)) // as plain as it can be: of what a short write leaves, it is still so
			return
		}
	case addr.Is(meaning.Stack):
		e.within(s, rules.Reads, addr.Lin, end)
		if s.WasWritten(addr.Lin, end) || e.Failure != nil {
			return
		}
		e.OnStack = true
		e.Fail(s.Unwritten(), "%s to %s: not every byte is known to have been written%s", e.Describe(s, addr), BoundText(s.Zone.Max(end)), s.Since())
		return
	case addr.Is(meaning.EnvString) && !s.Phase.HasEnvironment():
		e.failEnvironment()
		return
	case addr.Is(meaning.EnvString):
		d, ok := end.Plus(zone.Of(value.KnownVar), -1)
		if lo >= 0 && ok && s.Zone.Max(d) <= 0 {
			return
		}
	}
	last := int64(zone.Inf)
	if ok {
		last = s.Zone.Max(end)
	}
	e.Fail(rules.Reads, "the bytes from %s to %s are not within constant data or what was written", e.Describe(s, addr), BoundText(last))
}

// spans reports that what starts between lo and hi and ends at last at most lies in one
// segment.
func spans(p *code.Program, lo, hi, last int64) bool { return p.Holds(lo, max(hi, last)) }

// size says how many bytes, or how many at most.
type size struct {
	Lin   zone.Lin
	exact bool
}

// Length is a register that says how many bytes: not negative, and with an upper bound.
func (e *Executor) Length(s *domain.State, r isa.Reg) size {
	t := s.Narrow(s.Reg(r), 8)
	return e.SizeOf(s, &t, r.String())
}

// SizeOf is length, of what is in a register or elsewhere.
func (e *Executor) SizeOf(s *domain.State, t *value.Term, where string) size {
	lo, hi := s.Bounds(t)
	if !t.IsBetween(lo, hi) || lo < 0 || hi >= zone.Inf {
		e.Fail(rules.Reads, "the length in %s could not be bounded: %s", where, e.Describe(s, t))
		return size{}
	}
	if t.Lo != 0 || t.Hi != 0 {
		return size{zone.Const(hi), false}
	}
	return size{t.Lin, true}
}

// SlotValue is the variable of size bytes at an offset, as far as it is one constant of a
// kind.
func SlotValue(s *domain.State, off int64, size uint8, k meaning.Kind) (int64, bool) {
	i := s.FindSlot(off, size)
	if i < 0 {
		return 0, false
	}
	return s.Constant(value.FirstSlot+zone.Var(i), k)
}
