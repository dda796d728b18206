package step

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// moveStack allocates or frees stack: rsp stays one known place below the entry's. What calls
// and pushes left below it is dropped.
func (e *Executor) moveStack(s *domain.State, t *value.Term) {
	c, ok := s.Exact(t, meaning.Stack)
	if !ok || c > 0 || c < -domain.MaxStack {
		e.Fail(rules.Writes, "rsp is no known place on the stack, at most %d bytes deep: %s", domain.MaxStack, e.Describe(s, t))
		return
	}
	e.dropFrames(s, c)
	s.Release(c)
	e.Deepest = max(e.Deepest, -c)
}

// dropFrames drops the frames that begin below rsp: no return and no pop finds them any more. Of
// return addresses all have to go at once: that a routine which comes back did so by a return
// of its own is what liveness and exchanges take for granted.
func (e *Executor) dropFrames(s *domain.State, rsp int64) {
	n := len(s.Frames)
	for n > 0 && s.Frames[n-1].Off < rsp {
		n--
	}
	isCall := func(f domain.Frame) bool { return !f.Saved }
	kept, dropped := s.Frames[:n], s.Frames[n:]
	left, stays := slices.IndexFunc(dropped, isCall), slices.IndexFunc(kept, isCall)
	if left >= 0 && stays >= 0 {
		e.Fail(rules.Writes, "rsp goes behind the return address at %d, but not behind that at %d: a routine is left by its return, or all are by rsp", dropped[left].Off, kept[stays].Off)
		return
	}
	s.Frames = kept
}

// push puts 8 bytes below rsp.
func (e *Executor) push(s *domain.State, t value.Term) {
	e.pushFrame(s, t, domain.Frame{Saved: true})
}

func (e *Executor) pushFrame(s *domain.State, t value.Term, f domain.Frame) {
	off := s.Zone.Lo(value.RspVar) - 8
	if s.Zone.Hi(value.RspVar) != off+8 || !s.Vals[value.RspVar].Is(meaning.Stack) || off < -domain.MaxStack || len(s.Frames) == domain.MaxFrames {
		e.Fail(rules.Bounds, "the stack is not known to be at most %d bytes and %d calls deep", domain.MaxStack, domain.MaxFrames)
		return
	}
	s.Assign(value.RspVar, value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Stack)}, Lin: zone.Const(off)})
	e.Deepest = max(e.Deepest, -off)
	f.Off = off
	s.AddSpan(value.Span{Lo: off, Hi: off + 8})
	is := e.took.All()
	if !f.Saved {
		is = value.OfAddress
	}
	s.Mark(zone.Const(off), zone.Const(off+8), is, true)
	if f.Saved {
		s.SetSlot(off, 8, t, e.MostSlots())
	}
	s.Frames = append(s.Frames, f)
}

// pop takes off what was pushed last.
func (e *Executor) pop(s *domain.State, to isa.Reg) {
	f, ok := e.popFrame(s, true)
	if !ok {
		return
	}
	if !s.IsWritten(zone.Const(f.Off), zone.Const(f.Off+8)) {
		e.Fail(s.Unwritten(), "what was pushed at %d was pushed before this client came", f.Off)
		return
	}
	e.loadsTrace = s.Marks(zone.Const(f.Off), zone.Const(f.Off+8))
	t := value.Unknown(8)
	if i := s.FindSlot(f.Off, 8); i >= 0 {
		v := value.FirstSlot + zone.Var(i)
		t = value.Term{Value: s.Vals[v], Lin: zone.Of(v)}
	}
	if to == isa.RSP {
		e.Fail(rules.Writes, "rsp is taken from the stack")
		return
	}
	s.SetReg(to, 8, t)
	s.Link(e.Records, value.RegVar(to))
	s.Release(f.Off + 8)
}

// popFrame demands that rsp is where the last push or call left it, and raises it.
func (e *Executor) popFrame(s *domain.State, saved bool) (domain.Frame, bool) {
	n := len(s.Frames)
	rule, what := rules.Decode, "a return without its call"
	if saved {
		rule, what = rules.Reads, "a pop without its push"
	}
	if n == 0 || s.Frames[n-1].Saved != saved || s.Zone.Lo(value.RspVar) != s.Frames[n-1].Off || s.Zone.Hi(value.RspVar) != s.Frames[n-1].Off {
		e.Fail(rule, "%s: rsp is not where that left it", what)
		return domain.Frame{}, false
	}
	f := s.Frames[n-1]
	s.Frames = s.Frames[:n-1]
	s.Assign(value.RspVar, value.Term{Value: value.Value{Meaning: meaning.Of(meaning.Stack)}, Lin: zone.Const(f.Off + 8)})
	return f, true
}
