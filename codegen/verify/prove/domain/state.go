package domain

import (
	"unsafe"

	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// State is what is known at a point of the program.
type State struct {
	Zone  *zone.Zone
	Vals  [zone.Vars]value.Value
	Prov  [zone.Vars]*value.Provenance // of registers: the loaded bytes that they hold
	Mask  [zone.Vars]*value.LaneMask   // of registers: the bytes that a vector was compared for
	Vecs  [16]value.Vector
	Syms  [data.MaxSyms]*data.Set
	Flags FlagState

	Slots   [value.Slots]Slot
	Written []value.Span                  // bytes of the stack that were written, by constant offsets
	Regions [value.Regions]Region         // and up to a variable
	Guards  []Guard                       // and where a bit says so
	Traces  value.Traces                  // of addresses and of the environment, in registers
	Unasked isa.Flags                     // they may be made of anything: nobody may ask for them
	Stale   code.RegSet                   // they may have what was done for an earlier client: nobody may read them
	Fixed   code.RegSet                   // they have what they had before the first client
	Marked  [value.MadeKinds][]value.Span // bytes that may have some; never changed in place
	Prefers []Preference
	Zeros   bool // 16 zeros stand at ZerosVar
	Line    bool // CR and LF stand at LineVar

	Answered bool         // a response to this request may have been written, in part at least
	Began    uint64       // the read with which this request began, behind the response to the last one; 0 unless it was there
	Own      []value.Span // what may have been written for it, or for the boot: all but responses to earlier requests; never changed in place
	Later    bool         // requests were answered before this one
	Rest     bool         // of the region at RestOf nothing in front of RestVar may be read
	RestOf   int64        // a region's base
	First    []value.Span // of written: before the first client, in a child before the first request of the connection, and not since; never changed in place

	Turn
	Phase       Phase
	Family      int64      // of the listener's socket
	NonBlocking bool       // the listener: accept4 says EAGAIN where no client waits
	Peer        value.Span // accept writes this if it succeeds
	Frames      []Frame    // what was pushed, outermost first
	Env         Environment

	Incoming Incoming
	Trace    *trace

	Temps []value.Term // of the instruction in execution; none between two
	Fresh int          // temporaries' variables in use
	IsAnd bool         // the instruction's last logical step is and

	Past *value.Past // nil but where bounds are looked for
}

// StateBytes is how many bytes a state that is kept holds.
const StateBytes = int(unsafe.Sizeof(State{})) + zone.Bytes

// Slot is a variable on the stack. Size 0 is none.
type Slot struct {
	Off  int64
	Size uint8
}

// Frame is what a call or push left on the stack: the return address, 0 where that is
// dead because no path from here returns, or a saved value.
type Frame struct {
	Off   int64
	To    uint64
	Saved bool
}

// CopyFrom makes s, which has a Past where b has one, a copy of b that shares nothing which changes.
func (s *State) CopyFrom(b *State) {
	z, past, written, frames, guards, prefers := s.Zone, s.Past, s.Written[:0], s.Frames[:0], s.Guards[:0], s.Prefers[:0]
	*s = *b
	z.Copy(b.Zone)
	if b.Past != nil {
		past.Copy(b.Past)
		s.Past = past
	}
	s.Zone, s.Written, s.Frames = z, append(written, b.Written...), append(frames, b.Frames...)
	s.Guards, s.Prefers = append(guards, b.Guards...), append(prefers, b.Prefers...)
}

// Assign sets a variable to a term, and puts what other knowledge says of its old
// value in terms of the new one, or of another variable, or drops it.
func (s *State) Assign(v zone.Var, t value.Term) {
	if len(s.Guards)+len(s.Prefers) > 0 {
		s.reguard(v, &t)
	}
	by, ok := s.oldValue(v, &t)
	if s.Past != nil {
		s.Past.Assign(s.Zone, v, &t, by, ok)
	}
	s.rewrite(v, by, ok)
	s.Zone.Assign(v, t.Lin, t.Lo, t.Hi)
	s.Vals[v] = t.Value
	s.Prov[v], s.Mask[v] = t.Prov, t.Mask
	if t.Prov != nil && t.Prov.Addr.Coef(v) != 0 {
		s.Prov[v] = t.Prov.Replace(v, by, ok)
	}
	if t.Mask != nil && t.Mask.Addr.Coef(v) != 0 {
		s.Mask[v] = t.Mask.Replace(v, by, ok)
	}
}

// oldValue expresses v as it is before v = t in terms of what is there behind that.
func (s *State) oldValue(v zone.Var, t *value.Term) (zone.Lin, bool) {
	k := t.Lin.Coef(v)
	if (k == 1 || k == -1) && t.Lo == 0 && t.Hi == 0 {
		minus, _ := zone.Of(v).Plus(zone.Of(v), -1)
		rest, ok := t.Lin.Plus(zone.Of(v), -k)
		if !ok {
			return minus, false
		}
		old, ok := zone.Of(v).Plus(rest, -1)
		if ok && k == -1 {
			old, ok = zone.Lin{}.Plus(old, -1)
		}
		return old, ok
	}
	return s.Zone.SameAs(v)
}

// rewrite puts by in v's place in everything that is attached to the state.
func (s *State) rewrite(v zone.Var, by zone.Lin, ok bool) {
	for i := range s.Temps {
		rewrite(&s.Temps[i], s, v, by, ok)
	}
	rewrite(&s.Flags.A, s, v, by, ok)
	rewrite(&s.Flags.B, s, v, by, ok)
	rewrite(&s.Flags.C, s, v, by, ok)
	s.Incoming.rewrite(v, by, ok)
	for i := value.FirstReg; i < value.FirstSlot; i++ {
		if p := s.Prov[i]; p != nil && p.Addr.Coef(v) != 0 {
			s.Prov[i] = p.Replace(v, by, ok)
		}
		if m := s.Mask[i]; m != nil && m.Addr.Coef(v) != 0 {
			s.Mask[i] = m.Replace(v, by, ok)
		}
	}
	for i := range s.Vecs {
		if m := s.Vecs[i].Lanes; m != nil && m.Addr.Coef(v) != 0 {
			s.Vecs[i].Lanes = m.Replace(v, by, ok)
		}
	}
}

// rewrite is state.rewrite for one term; without a replacement it keeps its bounds.
func rewrite(t *value.Term, s *State, v zone.Var, by zone.Lin, ok bool) {
	if t.Reg == v {
		t.Reg = 0
	}
	if t.From == v {
		t.From = 0
	}
	if t.Prov != nil && t.Prov.Addr.Coef(v) != 0 {
		t.Prov = t.Prov.Replace(v, by, ok)
	}
	if t.Mask != nil && t.Mask.Addr.Coef(v) != 0 {
		t.Mask = t.Mask.Replace(v, by, ok)
	}
	if t.Table != nil {
		t.Table = t.Table.Replace(v, by, ok)
	}
	if t.Lin.Coef(v) == 0 {
		return
	}
	if ok {
		if l, fits := t.Lin.Replace(v, by); fits {
			t.Lin = l
			return
		}
	}
	lo, hi := s.Bounds(t)
	t.Lin, t.Lo, t.Hi = zone.Lin{}, lo, hi
}

// Forget drops what is known of a variable.
func (s *State) Forget(v zone.Var) {
	if v >= value.FirstReg && v < value.FirstSlot && !s.Vals[v].IsNumber() {
		r := isa.Reg(v - value.FirstReg)
		s.SetTrace(r, 8, s.Traces.Reg(r, 8)|value.OfAddress) // it is an address yet, though not known as one
	}
	if s.Past != nil || s.Vals[v] != (value.Value{}) || s.Prov[v] != nil || s.Mask[v] != nil || s.Zone.Knows(v) {
		s.Assign(v, value.Unknown(8))
		return
	}
	if len(s.Guards)+len(s.Prefers) > 0 {
		s.reguard(v, &value.Term{Lo: -zone.Inf, Hi: zone.Inf})
	}
	s.rewrite(v, zone.Lin{}, false)
}

// Bounds are the least and greatest value of a term, as far as is known.
func (s *State) Bounds(t *value.Term) (lo, hi int64) {
	if t.Lin.IsConst() {
		return value.AddLeast(t.Lin.C, t.Lo), value.AddMost(t.Lin.C, t.Hi)
	}
	lo, hi = s.Zone.Range(&t.Lin)
	return value.AddLeast(lo, t.Lo), value.AddMost(hi, t.Hi)
}

// Exact is the constant of a kind that a term is, if it is one: a number, or a place.
func (s *State) Exact(t *value.Term, k meaning.Kind) (int64, bool) {
	lo, hi := s.Bounds(t)
	return t.Exactly(k, lo, hi)
}

// Constant is exact, for a variable.
func (s *State) Constant(v zone.Var, k meaning.Kind) (int64, bool) {
	return s.Vals[v].Exactly(k, s.Zone.Lo(v), s.Zone.Hi(v))
}

// Require notes that a term, its free part included, is at most 0.
func (s *State) Require(l zone.Lin) { s.Zone.Require(l) }

// LinkAll notes how all variables that have an origin relate to each other.
func (s *State) LinkAll(r *data.Records) {
	for v := value.FirstReg; v < zone.Vars; v++ {
		s.Link(r, v)
	}
}
