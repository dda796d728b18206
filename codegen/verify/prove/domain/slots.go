package domain

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// FindSlot is the number of the variable of width bytes at an offset, -1 where there is none.
func (s *State) FindSlot(off int64, width uint8) int {
	for i, sl := range s.Slots {
		if sl.Size == width && sl.Off == off {
			return i
		}
	}
	return -1
}

// Unload forgets which stored bytes registers were loaded from, where these may change.
func (s *State) Unload(addr, end zone.Lin) {
	for v := value.FirstReg; v < value.FirstSlot; v++ {
		if p := s.Prov[v]; p != nil && s.MayOverlap(addr, end, p.Addr, int64(len(p.Bytes))) {
			s.Prov[v] = nil
		}
		if m := s.Mask[v]; m != nil && s.MayOverlap(addr, end, m.Addr, 16) {
			s.Mask[v] = nil
		}
	}
	for i := range s.Vecs {
		if l := s.Vecs[i].Lanes; l != nil && s.MayOverlap(addr, end, l.Addr, 16) {
			s.Vecs[i] = value.Vector{}
		}
	}
	s.Flags.A.Prov, s.Flags.B.Prov, s.Flags.C.Prov = nil, nil, nil
	s.Flags.A.Table, s.Flags.B.Table, s.Flags.C.Table = nil, nil, nil
	for i := range s.Temps {
		s.Temps[i].Prov, s.Temps[i].Mask, s.Temps[i].Table = nil, nil, nil
	}
}

// What says what was pushed, in messages.
func (f *Frame) What() string {
	if f.Saved {
		return "the saved value"
	}
	return "the return address"
}

// DropSlot forgets a variable on the stack.
func (s *State) DropSlot(i int) {
	s.Forget(value.FirstSlot + zone.Var(i))
	s.Slots[i] = Slot{}
}

// SetSlot gives a variable on the stack its value, as far as there is room for so many.
func (s *State) SetSlot(off int64, width uint8, t value.Term, most int) {
	i := s.FindSlot(off, width)
	for j, sl := range s.Slots[:most] {
		if i < 0 && sl.Size == 0 {
			i = j
		}
	}
	if i < 0 {
		return
	}
	s.Slots[i] = Slot{off, width}
	t.Prov, t.Mask = nil, nil
	s.Assign(value.FirstSlot+zone.Var(i), s.settle(t, width))
}

// MaxStack bounds the stack in bytes: far below RLIMIT_STACK's usual 8 MiB.
const MaxStack = 1 << 20

// MaxFrames bounds the depth of calls and pushes.
const MaxFrames = 32

// Release forgets what lies below rsp.
func (s *State) Release(rsp int64) {
	below, end := zone.Const(-2*MaxStack), zone.Const(rsp)
	s.Overwrite(below, end)
	s.Unload(below, end)
	if s.Incoming.Live && s.Zone.Min(s.Incoming.Addr) < rsp {
		s.Incoming.Live = false
	}
	if s.Base < rsp {
		s.LeaveEvents()
	}
	if s.Ages.Lo < rsp {
		s.Ages = value.Span{}
	}
	s.popSpan(rsp)
	for k, m := range s.Marked {
		if len(m) > 0 && m[0].Lo < rsp {
			s.Marked[k] = value.CutBelow(m, rsp)
		}
	}
	s.releaseGuards(rsp)
	for i, sl := range s.Slots {
		if sl.Size != 0 && sl.Off < rsp {
			s.DropSlot(i)
		}
	}
	for i, r := range s.Regions {
		if r.Live && r.Base < rsp {
			s.Regions[i] = Region{}
		}
	}
}
