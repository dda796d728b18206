package prove

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// moveStack allocates or frees stack: rsp stays one known place below the entry's. What calls
// and pushes left below it is dropped.
func (e *executor) moveStack(s *state, t *term) {
	c, ok := s.exact(t, meaning.Stack)
	if !ok || c > 0 || c < -maxStack {
		e.fail(rules.Writes, "rsp is no known place on the stack, at most %d bytes deep: %s", maxStack, e.describe(s, t))
		return
	}
	e.dropFrames(s, c)
	s.release(c)
	e.deepest = max(e.deepest, -c)
}

// dropFrames drops the frames that begin below rsp: no return and no pop finds them any more. Of
// return addresses all have to go at once: that a routine which comes back did so by a return
// of its own is what liveness and exchanges take for granted.
func (e *executor) dropFrames(s *state, rsp int64) {
	n := len(s.frames)
	for n > 0 && s.frames[n-1].off < rsp {
		n--
	}
	isCall := func(f frame) bool { return !f.saved }
	kept, dropped := s.frames[:n], s.frames[n:]
	left, stays := slices.IndexFunc(dropped, isCall), slices.IndexFunc(kept, isCall)
	if left >= 0 && stays >= 0 {
		e.fail(rules.Writes, "rsp goes behind the return address at %d, but not behind that at %d: a routine is left by its return, or all are by rsp", dropped[left].off, kept[stays].off)
		return
	}
	s.frames = kept
}

// release forgets what lies below rsp.
func (s *state) release(rsp int64) {
	below, end := zone.Const(-2*maxStack), zone.Const(rsp)
	s.overwrite(below, end)
	s.unload(below, end)
	if s.incoming.live && s.zone.Min(s.incoming.addr) < rsp {
		s.incoming.live = false
	}
	if s.base < rsp {
		s.leaveEvents()
	}
	if s.ages.lo < rsp {
		s.ages = span{}
	}
	s.popSpan(rsp)
	for k, m := range s.marked {
		if len(m) > 0 && m[0].lo < rsp {
			s.marked[k] = from(m, rsp)
		}
	}
	s.releaseGuards(rsp)
	for i, sl := range s.slots {
		if sl.size != 0 && sl.off < rsp {
			s.dropSlot(i)
		}
	}
	for i, r := range s.regions {
		if r.live && r.base < rsp {
			s.regions[i] = region{}
		}
	}
}

// push puts 8 bytes below rsp.
func (e *executor) push(s *state, t term) {
	e.pushFrame(s, t, frame{saved: true})
}

func (e *executor) pushFrame(s *state, t term, f frame) {
	off := s.zone.Lo(rspVar) - 8
	if s.zone.Hi(rspVar) != off+8 || !s.vals[rspVar].Is(meaning.Stack) || off < -maxStack || len(s.frames) == maxFrames {
		e.fail(rules.Bounds, "the stack is not known to be at most %d bytes and %d calls deep", maxStack, maxFrames)
		return
	}
	s.assign(rspVar, term{value: value{Meaning: meaning.Of(meaning.Stack)}, lin: zone.Const(off)})
	e.deepest = max(e.deepest, -off)
	f.off = off
	s.addSpan(span{off, off + 8})
	is := e.took.all()
	if !f.saved {
		is = ofAddress
	}
	s.mark(zone.Const(off), zone.Const(off+8), is, true)
	if f.saved {
		s.setSlot(off, 8, t, e.mostSlots())
	}
	s.frames = append(s.frames, f)
}

// pop takes off what was pushed last.
func (e *executor) pop(s *state, to isa.Reg) {
	f, ok := e.popFrame(s, true)
	if !ok {
		return
	}
	if !s.isWritten(zone.Const(f.off), zone.Const(f.off+8)) {
		e.fail(s.unwritten(), "what was pushed at %d was pushed before this client came", f.off)
		return
	}
	e.loadsTrace = s.marks(zone.Const(f.off), zone.Const(f.off+8))
	t := unknown(8)
	if i := s.findSlot(f.off, 8); i >= 0 {
		v := firstSlot + zone.Var(i)
		t = term{value: s.vals[v], lin: zone.Of(v)}
	}
	if to == isa.RSP {
		e.fail(rules.Writes, "rsp is taken from the stack")
		return
	}
	s.setReg(to, 8, t)
	e.link(s, regVar(to))
	s.release(f.off + 8)
}

// popFrame demands that rsp is where the last push or call left it, and raises it.
func (e *executor) popFrame(s *state, saved bool) (frame, bool) {
	n := len(s.frames)
	rule, what := rules.Decode, "a return without its call"
	if saved {
		rule, what = rules.Reads, "a pop without its push"
	}
	if n == 0 || s.frames[n-1].saved != saved || s.zone.Lo(rspVar) != s.frames[n-1].off || s.zone.Hi(rspVar) != s.frames[n-1].off {
		e.fail(rule, "%s: rsp is not where that left it", what)
		return frame{}, false
	}
	f := s.frames[n-1]
	s.frames = s.frames[:n-1]
	s.assign(rspVar, term{value: value{Meaning: meaning.Of(meaning.Stack)}, lin: zone.Const(f.off + 8)})
	return f, true
}
