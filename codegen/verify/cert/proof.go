package cert

import (
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/cert/x86"
)

// The variables that every state has. Those that a node has of its own begin at FirstVar.
const (
	StackBase linear.Var = iota // the stack pointer at the entry
	ImageBase                   // where the kernel put the file's address 0
	FirstVar
)

// What a state has beside general registers, as their numbers go on: of a process that waits with epoll how many events the
// last wait brought, and how many of these were picked (loop.go).
const (
	Reported = 16 + iota
	Picked
	NumRegs
)

// Node is a place of the program with what is known there. Its sums are of StackBase,
// ImageBase and Vars, which are numbered from FirstVar on.
type Node struct {
	Addr     uint64
	Phase    Phase
	Zero     Zero
	Answered bool // a response may have been written
	Head     bool // another request begins here (request.go)

	Frames  []Frame    // what calls and pushes left on the stack, outermost first
	Vars    []Variable //
	Facts   []linear.Sum
	Regs    [NumRegs]Reg
	Lows    [16]Reg // their low bytes, as numbers, where these are known by themselves
	Wraps   [16]Reg // numbers from -1<<31 to below 1<<31, of which they are the low 4 bytes
	Vecs    [16]Vector
	Cells   []Cell
	Texts   []Text
	Loads   []Loaded
	Choices []Choice // no variable is in two of them
	Bytes   []Range  // of the stack that were written
	Marks   []Mark   // those that may tell of something; all others do not
	First   []Span   // those that were written before the first client, and not since
	Booted  Booted

	Waits []Span // of the stack where nothing was written since this request began

	// Instructions bounds those that are executed before the next system call or exit, Calls
	// the system calls before the next accept or exit.
	Instructions, Calls linear.Sum

	Givens []Given // of the variables
}

// Booted is what the process has opened while it booted.
type Booted struct {
	Family  int64 // of the listener's socket; 0 before there is one
	Mode    Mode  // of that socket
	Signals bool  // there may be a descriptor that says which signal came
}

// Contains says that what is known where another one arrives is known of it, too.
func (b Booted) Contains(o Booted) bool {
	return b.Family == o.Family && (b.Mode == o.Mode || b.Mode == Unsettled) && (b.Signals || !o.Signals)
}

// Mode says whether a socket's calls wait (O_NONBLOCK of socket(2), fcntl(2)).
type Mode uint8

// The modes.
const (
	Blocking Mode = iota
	NonBlocking
	Unsettled // one of these: it was told not to wait, and whether that succeeded was not looked at
	modes
)

// Variable is what is known of a variable by itself.
type Variable struct {
	linear.Bounds
	Bits   // a variable of which some are known is from 0 on
	Result Result
	Made   Trace
	Word   bool // it is from 0 to below 1<<64, as all that 8 bytes hold is
}

// Trace is what something may tell of. What is made of several numbers tells of what the greatest of theirs does.
type Trace uint8

// The traces. What tells of a secret alone is the same wherever the kernel puts stack and image.
const (
	Nothing Trace = iota
	Secret        // bytes of the environment that nobody gets, as passwords are
	Address       // and maybe of a secret, too
	traces
)

func (t Trace) String() string { return [...]string{"nothing", "a secret", "an address"}[t] }

// Reg is what a general register holds: a sum modulo 1<<64, or anything.
type Reg struct {
	Known bool
	Sum   linear.Sum
}

// Cell is a number of Width bytes on the stack, at Off bytes from StackBase.
type Cell struct {
	Off   int64
	Width uint8
	Sum   linear.Sum // modulo 1<<(8*Width)
}

func (c Cell) span() Span { return Span{c.Off, c.Off + int64(c.Width)} }

// Span is the bytes of the stack from Lo up to Hi, not included, as they are from StackBase.
type Span struct{ Lo, Hi int64 }

// meets: they have bytes in common.
func (w Span) meets(o Span) bool { return w.Lo < o.Hi && o.Lo < w.Hi }

// in: all bytes are in another one.
func (w Span) in(o Span) bool { return o.Lo <= w.Lo && w.Hi <= o.Hi }

// Mark says what the bytes of a span may tell of.
type Mark struct {
	Span
	Made Trace
}

// Range is Span between sums.
type Range struct{ Lo, Hi linear.Sum }

func (w Span) sums() Range { return Range{linear.Const(w.Lo), linear.Const(w.Hi)} }

// fixed is the span that a range is, if its ends are constants.
func (w Range) fixed() (Span, bool) { return Span{w.Lo.C, w.Hi.C}, w.Lo.IsConst() && w.Hi.IsConst() }

// fixed are those of a list.
func fixed(list []Range) (out []Span) {
	for _, w := range list {
		if at, ok := w.fixed(); ok {
			out = append(out, at)
		}
	}
	return out
}

// Frame is what a call or a push left on the stack, at Off bytes from StackBase: the address
// where the call returns to, 0 for a saved register, or where no way returns.
type Frame struct {
	Off int64
	To  uint64
}

// Guide says what a certificate says beside its nodes. Nothing that it says is believed: what is
// wrong leads to a refusal.
type Guide interface {
	// Premises are those by which goal <= 0 follows; false where it does not.
	Premises(s *State, goal linear.Sum) ([]linear.Premise, bool)

	// Most is a number that a sum never exceeds, with the premises that show it.
	Most(s *State, sum linear.Sum) (int64, []linear.Premise, bool)

	// Bytes is the number of the range of bytes that were written in which those from lo to hi
	// lie.
	Bytes(s *State, lo, hi linear.Sum) (int, bool)

	// Stands says whether a comparison with what stands at a place of the stack is to be
	// remembered.
	Stands(s *State, at linear.Sum) bool

	// Chooses says whether an address of the data is to be looked at for each of the values that
	// its variables can have.
	Chooses(s *State, addr linear.Sum) bool

	// Node is one of those at a place that the state belongs to, and what each of the node's
	// variables is in terms of the state's; -1 where the way goes on.
	Node(s *State, candidates []int) (node int, images []linear.Sum)
}

// Wrap is a number from -1<<31 to below 1<<31 of which a register holds the low 4 bytes, where one
// is known.
func (s *State) Wrap(r x86.Reg) (linear.Sum, bool) {
	a := s.regs[r]
	for _, c := range s.cuts {
		if of := s.reduced(c.of, 4); c.width == 4 && linear.Equal(c.is, a) && s.isInt32(of) {
			return of, true
		}
	}
	of, ok := s.within(a, -1<<31, 1<<31-1, 1<<32)
	b := s.rangeOf(a)
	return of, ok && b.Lo >= 0 && b.Hi < 1<<32
}

func (s *State) isInt32(a linear.Sum) bool {
	r := s.rangeOf(a)
	return r.Lo >= -1<<31 && r.Hi < 1<<31
}

// Low is the low byte of what a register holds, where it is known by itself.
func (s *State) Low(r x86.Reg) (linear.Sum, bool) { return s.cutOf(s.regs[r], 1) }

// ResultOf is which call's result a sum is.
func (s *State) ResultOf(a linear.Sum) Result {
	if s.isElement(a) {
		return Element
	}
	v, ok := plain(a)
	if !ok {
		return noResult
	}
	return s.vars[v].Result
}

// What a Guide may ask of a state beside: its fields as they stand there, what a register or a vector holds, and of
// sums what they may tell of, which of their bits are known, and their bounds without premises. From is the node where
// the way began, or -1: at the entry, or at a signal's handler.
func (s *State) From() int                         { return s.from }
func (s *State) Addr() uint64                      { return s.pc }
func (s *State) Reg(r x86.Reg) linear.Sum          { return s.regs[r] }
func (s *State) Facts() []linear.Sum               { return s.facts }
func (s *State) Bounds(v linear.Var) linear.Bounds { return s.vars[v].Bounds }
func (s *State) Cells() []Cell                     { return s.cells }
func (s *State) Written() []Range                  { return s.bytes }
func (s *State) Phase() Phase                      { return s.phase }
func (s *State) Booted() Booted                    { return s.booted }
func (s *State) Frames() []Frame                   { return s.frames }
func (s *State) Marks() []Mark                     { return s.marks }
func (s *State) First() []Span                     { return s.first }
func (s *State) Waits() []Span                     { return s.waits }
func (s *State) Answered() bool                    { return s.answered }
func (s *State) Made(a linear.Sum) Trace           { return s.made(a) }
func (s *State) Texts() []Text                     { return s.texts }
func (s *State) Vec(i int) Vector                  { return s.vecs[i].Vector }
func (s *State) BitsOf(a linear.Sum) Bits          { return s.bitsOf(a, 8) }
func (s *State) Range(a linear.Sum) linear.Bounds  { return s.rangeOf(a) }
