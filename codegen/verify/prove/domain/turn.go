package domain

import (
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
)

// Inherited is the family of a listener that was handed over: none that socket takes.
const Inherited = -1

// InheritedFD is its descriptor.
const InheritedFD = 3

// Inherits says that the listener was handed over.
func (s *State) Inherits() bool { return s.Family == Inherited }

// IsInherited says that a term is the descriptor of a listener that was handed over.
func (s *State) IsInherited(t *value.Term) bool {
	lo, hi := s.Bounds(t)
	return s.Inherits() && t.IsNumber() && t.FD == value.NoFD && lo == InheritedFD && hi == InheritedFD
}

// LoopState is whether a process serves many connections, or is a child of one that does.
type LoopState uint8

const (
	NoLoop LoopState = iota
	Looping
	HandedOver  // a child, with descriptors that it has to close
	HandedAlone // a child that has closed them
)

// Turn is what is known between two waits.
type Turn struct {
	Loop       LoopState
	Reported   bool       // from base on there are ReportedVar events, of which EventVar were picked
	Base       int64      // on the stack
	Room       int64      // bytes that epoll_pwait may have written there
	Served     bool       // a client was read from since the last turn
	Unwatched  bool       // this one is in epoll's set no more
	Zeroing    bool       // the process boots, and ages are the zeros that it wrote behind each other
	Ages       value.Span // a byte of the stack for each descriptor: where it is not 0 that is a client's
	Counts     value.Span // behind the ages: four bytes for each descriptor, which its client's handling alone may read
	Unset      bool       // the client was accepted, and what is in its four bytes is of another one
	Shut       bool       // the listener was closed
	MayNotWait bool       // the listener, as far as is known: see NonBlocking
	Signals    bool       // there is a descriptor that says which signal came
	Named      value.Span // the client's address, which it has over its requests
	Owes       uint16     // 1 << fd: what a child has to close yet
	FixedVecs  uint16     // vector registers that have what they had before the first client
}

// What follows the environment while booting counts events behind that.
const (
	ReportedVar = value.KnownVar   // how many events were reported
	EventVar    = value.EnvByteVar // how many of them were picked
)

// IsReported says that bytes are of what epoll reported.
func (s *State) IsReported(addr *value.Term, width uint8) bool {
	lo, hi := s.Bounds(addr)
	return s.Reported && lo >= s.Base && hi+int64(width) <= s.Base+s.Room
}

// LeaveEvents forgets what epoll reported.
func (t *Turn) LeaveEvents() { t.Reported, t.Base, t.Room = false, 0, 0 }

// Or is what is known of a turn in two states of one process.
func (t Turn) Or(u Turn) Turn {
	if t.Reported != u.Reported || t.Base != u.Base || t.Room != u.Room {
		t.LeaveEvents()
	}
	if t.Ages != u.Ages || t.Zeroing != u.Zeroing {
		t.Ages, t.Zeroing = value.Span{}, false
	}
	if t.Counts != u.Counts {
		t.Counts = value.Span{}
	}
	t.Shut = t.Shut && u.Shut
	if t.Named != u.Named {
		t.Named = value.Span{}
	}
	t.MayNotWait = t.MayNotWait || u.MayNotWait
	t.Unset, t.Signals, t.Owes = t.Unset || u.Unset, t.Signals || u.Signals, t.Owes|u.Owes
	t.Served, t.Unwatched, t.FixedVecs = t.Served || u.Served, t.Unwatched && u.Unwatched, t.FixedVecs&u.FixedVecs
	return t
}
