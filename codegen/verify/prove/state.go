package prove

import (
	"unsafe"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// state is what is known at a point of the program.
type state struct {
	zone *zone.Zone
	vals [zone.Vars]value
	prov [zone.Vars]*provenance // of registers: the loaded bytes that they hold
	mask [zone.Vars]*laneMask   // of registers: the bytes that a vector was compared for
	vecs [16]vector
	syms [maxSyms]*set
	cmp  flagState

	slots   [slots]slot
	written []span          // bytes of the stack that were written, by constant offsets
	regions [regions]region // and up to a variable
	guards  []guard         // and where a bit says so
	traces  traces          // of addresses and of the environment, in registers
	unasked isa.Flags       // they may be made of anything: nobody may ask for them
	stale   regSet          // they may have what was done for an earlier client: nobody may read them
	fixed   regSet          // they have what they had before the first client
	marked  [kinds][]span   // bytes that may have some; never changed in place
	prefers []preference
	zeros   bool // 16 zeros stand at zerosVar
	line    bool // CR and LF stand at lineVar

	answered bool   // a response to this request may have been written, in part at least
	began    uint64 // the read with which this request began, behind the response to the last one; 0 unless it was there
	own      []span // what may have been written for it, or for the boot: all but responses to earlier requests; never changed in place
	later    bool   // requests were answered before this one
	rest     bool   // of the region at restOf nothing in front of restVar may be read
	restOf   int64  // a region's base
	first    []span // of written: before the first client, in a child before the first request of the connection, and not since; never changed in place

	turn
	phase       phase
	family      int64   // of the listener's socket
	nonBlocking bool    // the listener: accept4 says EAGAIN where no client waits
	peer        span    // accept writes this if it succeeds
	frames      []frame // what was pushed, outermost first
	env         environment

	incoming incoming
	trace    *trace

	temps [isa.MaxTemps]term // of the instruction in execution
	fresh int                // temporaries' variables in use
	isAnd bool               // the instruction's last logical step is and

	past *past // nil but where bounds are looked for
}

// stateBytes is how many bytes a state that is kept holds.
const stateBytes = int(unsafe.Sizeof(state{}) + unsafe.Sizeof(zone.Zone{}))

// slot is a variable on the stack. Size 0 is none.
type slot struct {
	off  int64
	size uint8
}

// frame is what a call or push left on the stack: the return address, 0 where that is
// dead because no path from here returns, or a saved value.
type frame struct {
	off   int64
	to    uint64
	saved bool
}

// copyFrom makes s a copy of b that shares nothing which changes.
func (s *state) copyFrom(b *state) {
	z, written, frames, guards, prefers := s.zone, s.written[:0], s.frames[:0], s.guards[:0], s.prefers[:0]
	*s = *b
	z.Copy(b.zone)
	s.past = b.past.clone()
	s.zone, s.written, s.frames = z, append(written, b.written...), append(frames, b.frames...)
	s.guards, s.prefers = append(guards, b.guards...), append(prefers, b.prefers...)
}

// clone is a copy for keeps.
func (s *state) clone() *state { return new(pool).clone(s) }

// pool keeps states that are not in use any more.
type pool []*state

// get is a state of any content.
func (p *pool) get() *state {
	if n := len(*p); n > 0 {
		s := (*p)[n-1]
		*p = (*p)[:n-1]
		return s
	}
	return &state{zone: zone.New()}
}

func (p *pool) put(s *state) { *p = append(*p, s) }

func (p *pool) clone(s *state) *state {
	c := p.get()
	c.copyFrom(s)
	return c
}

// entry is the state in which the kernel starts a process: nothing is known but the
// stack pointer (AMD64 psABI, 3.4.1).
func (e *executor) entry() *state {
	s := &state{zone: zone.New()}
	if e.roomy {
		s.zone.GiveRoom()
	}
	s.zone.Assign(rspVar, zone.Const(0), 0, 0)
	s.vals[rspVar] = value{Meaning: meaning.Of(meaning.Stack)}
	for r := range isa.Reg(16) {
		if r != isa.RSP {
			s.setTrace(r, 8, ofAddress) // an address may be in it, as in rdx that of a function for atexit
		}
	}
	for i := range s.traces.vecs {
		s.traces.vecs[i] = ofAddress
	}
	s.traces.flags = ofAddress
	return s
}

// assign sets a variable to a term, and puts what other knowledge says of its old
// value in terms of the new one, or of another variable, or drops it.
func (s *state) assign(v zone.Var, t term) {
	if len(s.guards)+len(s.prefers) > 0 {
		s.reguard(v, &t)
	}
	by, ok := s.oldValue(v, &t)
	if s.past != nil {
		s.past.assign(s.zone, v, &t, by, ok)
	}
	s.rewrite(v, by, ok)
	s.zone.Assign(v, t.lin, t.lo, t.hi)
	s.vals[v] = t.value
	s.prov[v], s.mask[v] = t.prov, t.mask
	if t.prov != nil && t.prov.addr.Coef(v) != 0 {
		s.prov[v] = t.prov.replace(v, by, ok)
	}
	if t.mask != nil && t.mask.addr.Coef(v) != 0 {
		s.mask[v] = t.mask.replace(v, by, ok)
	}
}

// oldValue expresses v as it is before v = t in terms of what is there behind that.
func (s *state) oldValue(v zone.Var, t *term) (zone.Lin, bool) {
	k := t.lin.Coef(v)
	if (k == 1 || k == -1) && t.lo == 0 && t.hi == 0 {
		minus, _ := zone.Of(v).Plus(zone.Of(v), -1)
		rest, ok := t.lin.Plus(zone.Of(v), -k)
		if !ok {
			return minus, false
		}
		old, ok := zone.Of(v).Plus(rest, -1)
		if ok && k == -1 {
			old, ok = zone.Lin{}.Plus(old, -1)
		}
		return old, ok
	}
	return s.zone.SameAs(v)
}

// rewrite puts by in v's place in everything that is attached to the state.
func (s *state) rewrite(v zone.Var, by zone.Lin, ok bool) {
	for i := range s.temps {
		s.temps[i].rewrite(s, v, by, ok)
	}
	s.cmp.a.rewrite(s, v, by, ok)
	s.cmp.b.rewrite(s, v, by, ok)
	s.cmp.c.rewrite(s, v, by, ok)
	s.incoming.rewrite(v, by, ok)
	for i := firstReg; i < firstSlot; i++ {
		if p := s.prov[i]; p != nil && p.addr.Coef(v) != 0 {
			s.prov[i] = p.replace(v, by, ok)
		}
		if m := s.mask[i]; m != nil && m.addr.Coef(v) != 0 {
			s.mask[i] = m.replace(v, by, ok)
		}
	}
	for i := range s.vecs {
		if m := s.vecs[i].lanes; m != nil && m.addr.Coef(v) != 0 {
			s.vecs[i].lanes = m.replace(v, by, ok)
		}
	}
}

// rewrite is state.rewrite for one term; without a replacement it keeps its bounds.
func (t *term) rewrite(s *state, v zone.Var, by zone.Lin, ok bool) {
	if t.reg == v {
		t.reg = 0
	}
	if t.from == v {
		t.from = 0
	}
	if t.prov != nil && t.prov.addr.Coef(v) != 0 {
		t.prov = t.prov.replace(v, by, ok)
	}
	if t.mask != nil && t.mask.addr.Coef(v) != 0 {
		t.mask = t.mask.replace(v, by, ok)
	}
	if t.table != nil {
		t.table = t.table.replace(v, by, ok)
	}
	if t.lin.Coef(v) == 0 {
		return
	}
	if ok {
		if l, fits := t.lin.Replace(v, by); fits {
			t.lin = l
			return
		}
	}
	lo, hi := s.bounds(t)
	t.lin, t.lo, t.hi = zone.Lin{}, lo, hi
}

// forget drops what is known of a variable.
func (s *state) forget(v zone.Var) {
	if v >= firstReg && v < firstSlot && !s.vals[v].IsNumber() {
		r := isa.Reg(v - firstReg)
		s.setTrace(r, 8, s.traces.reg(r, 8)|ofAddress) // it is an address yet, though not known as one
	}
	if s.past != nil || s.vals[v] != (value{}) || s.prov[v] != nil || s.mask[v] != nil || s.zone.Knows(v) {
		s.assign(v, unknown(8))
		return
	}
	if len(s.guards)+len(s.prefers) > 0 {
		s.reguard(v, &term{lo: -zone.Inf, hi: zone.Inf})
	}
	s.rewrite(v, zone.Lin{}, false)
}

// bounds are the least and greatest value of a term, as far as is known.
func (s *state) bounds(t *term) (lo, hi int64) {
	if t.lin.IsConst() {
		return addLeast(t.lin.C, t.lo), addMost(t.lin.C, t.hi)
	}
	lo, hi = s.zone.Range(&t.lin)
	return addLeast(lo, t.lo), addMost(hi, t.hi)
}

// addLeast is the sum of two lower bounds, -zone.Inf where one of them is none. One that is
// too great to be told is the greatest that can: so there is no constant that far away.
func addLeast(a, b int64) int64 {
	if a <= -zone.Inf || b <= -zone.Inf {
		return -zone.Inf
	}
	return max(-zone.Inf, min(zone.Inf-1, min(a, zone.Inf)+min(b, zone.Inf)))
}

// addMost is addLeast for upper bounds, zone.Inf being none.
func addMost(a, b int64) int64 { return -addLeast(-a, -b) }

// exact is the constant of a kind that a term is, if it is one: a number, or a place.
func (s *state) exact(t *term, k meaning.Kind) (int64, bool) {
	lo, hi := s.bounds(t)
	return t.Exactly(k, lo, hi)
}

// constant is exact, for a variable.
func (s *state) constant(v zone.Var, k meaning.Kind) (int64, bool) {
	return s.vals[v].Exactly(k, s.zone.Lo(v), s.zone.Hi(v))
}

// require notes that a term, its free part included, is at most 0.
func (s *state) require(l zone.Lin) { s.zone.Require(l) }
