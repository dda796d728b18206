package prove

import (
	"maps"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/prove/code"
	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/domain"
	"github.com/verbosel/verbosel/codegen/verify/prove/flow"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/prove/value"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// Place is what is known where states meet, for who writes a certificate. Nothing rests on it.
type Place struct {
	Addr        uint64
	Phase       uint8 // as package cert numbers them
	Answered    bool
	Head        bool  // another request begins here
	Family      int64 // of the listener's socket
	Mode        uint8 // of it, as package cert numbers them
	Signals     bool  // there is a descriptor that says which signal came
	Frames      []Left
	Things      []Thing
	Facts       []linear.Sum // of things, by their index; each is at most 0
	Loads       []Load
	Vectors     [16]int // the byte that is in all places, or -1
	Written     []Piece
	Marked      []Piece  // they may be made of an address
	Environment []Piece  // they may be made of the environment
	Shown       []uint64 // instructions of which clients may get what they read of the environment: the same at each place
	First       []Piece  // they were written before the first client
	Givens      []Given
	Inner       bool     // it is behind one instruction, and nothing else leads there, or goes by flags, or a routine ends there
	Zero        uint8    // ZF, where it may be asked for: 1 if it is set, 2 if clear
	Ages        Piece    // of such a process: a byte for each descriptor
	Counts      Piece    // and four
	Events      [2]Event // of a process that waits with epoll: how many there are, and how many were picked
}

// Event is a number of events in terms of things, where it is known.
type Event struct {
	Known bool
	Is    linear.Sum
}

// Equal is an earlier thing that another one is, but for a constant: facts say so.
func (p *Place) Equal(i int) (j int, c int64, ok bool) {
	v := linear.Var(i)
	for _, f := range p.Facts {
		if len(f.Terms) != 2 || f.Terms[1] != (linear.Term{Var: v, Coef: 1}) || f.Terms[0].Coef != -1 {
			continue
		}
		if back, fits := f.Times(-1); fits && slices.ContainsFunc(p.Facts, func(g linear.Sum) bool { return linear.Equal(g, back) }) {
			return int(f.Terms[0].Var), -f.C, true
		}
	}
	return 0, 0, false
}

// Given says that bytes of the stack are written if a bit of a thing, by its index, is set, or what another one is then.
type Given struct {
	Thing int
	Bit   uint8 // from 64 on the one of 64 less, if it is clear
	Piece
	Picks  bool // it says what Of is, and nothing of the stack
	Of     int
	Values []int64 // ascending
}

// Load says of a thing, by its index, that its low Width bytes are those at a place of the stack.
type Load struct {
	Thing int
	At    linear.Sum // of things, from rsp at the entry
	Width uint8
}

// Left is what a call or push left on the stack, Off bytes from rsp at the entry: where it
// returns to, 0 for a saved register.
type Left struct {
	Off int64
	To  uint64
}

// Piece is the bytes of the stack from Lo up to Hi, not included, as they are from rsp at the entry.
type Piece struct{ Lo, Hi int64 }

// Thing is what a register holds, what stands at a place of the stack, or where a region of
// bytes ends that were written.
type Thing struct {
	Holder
	Base   Base // what the number is added to
	Lo, Hi int64
	Result uint8 // of a call, as package cert numbers them
	Made   bool  // of an address, maybe
	Low    bool  // then the low byte of the register is not
	Record uint8 // which of the choices of the place it is of; 0 for none

	Zeros, Ones uint64 // bits that are known
}

// Holder says where a thing is.
type Holder struct {
	In    HolderKind
	Reg   isa.Reg
	Off   int64 // of a slot, or where the region begins
	Width uint8 // of a slot
}

// HolderKind is the kind of a Holder.
type HolderKind uint8

// The kinds of holders.
const (
	InReg HolderKind = iota
	InSlot
	EndOfRegion
	RestIn  // how far into the region input waits for this request: nothing in front of it may be read
	AtZeros // where 16 zeros stand
	AtLine  // where CR and LF stand
	LowByte // of a register
	Wrapped // it is what a register holds, modulo 1<<32
	AString // the pointer to the string of the environment that a register points into
	IsKnown // how many of this string's bytes are known to be no NUL
)

// Base is what a thing's number is a distance from.
type Base uint8

// The bases: 0, rsp at the entry, where the file's address 0 is, and the pointer to a string of the environment.
const (
	FromZero Base = iota
	FromStack
	FromImage
	FromString
)

var bases = map[meaning.Kind]Base{meaning.Number: FromZero, meaning.Stack: FromStack, meaning.Image: FromImage}

// numbered are the results of calls as package cert numbers them.
var numbered = map[value.FD]uint8{value.Listener: 1, value.Client: 2, value.BindResult: 3, value.ListenResult: 4, value.ForkResult: 5, value.Poller: 9, value.Signals: 10, value.Aged: 11, value.Sibling: 12, value.FcntlResult: 13, value.NameResult: 14, value.PipeResult: 15, value.CloneResult: 16, value.Lifeline: 17}

// anElement is a place of the environment's array, as package cert numbers it among results.
const anElement = 7

// Input is where what is read from the client may be stored.
func (r *Result) Input() Piece { return Piece{r.engine.Input.Lo, r.engine.Input.Hi} }

// Places are where states meet, with what is known there. They are gone behind Bounds.
func (r *Result) Places() []Place {
	var out []Place
	program := r.engine.Program
	targets := program.Targets()
	var shown []uint64
	for _, s := range r.Shown {
		shown = append(shown, s.Addr)
	}
	for _, v := range r.flow.Vertices {
		if v.Node != nil {
			p := summary(v.State, v.PC)
			p.Shown = shown
			for _, m := range v.State.Marked[1:] {
				p.Environment = append(p.Environment, bytesOf(m)...)
			}
			before, in := program.Before[v.PC], program.Insts[v.PC]
			p.Inner = !targets[v.PC] && before != nil && before.Op != isa.CALL || in.Op == isa.RET || in.Op == isa.JCC
			p.Head = slices.ContainsFunc(r.engine.Requests, func(l code.RequestLoop) bool { return l.Head == v.PC })
			out = append(out, p)
		}
	}
	return out
}

func summary(s *domain.State, pc uint64) Place {
	p := Place{Addr: pc, Phase: certPhase(s), Answered: s.Answered, Family: s.Family, Signals: s.Signals}
	if s.NonBlocking {
		p.Mode = 1
	} else if s.MayNotWait {
		p.Mode = 2
	}
	for _, f := range s.Frames {
		to := f.To
		if f.Saved {
			to = 0
		}
		p.Frames = append(p.Frames, Left{f.Off, to})
	}
	number := map[zone.Var]linear.Var{}
	for v := value.FirstReg; v < zone.Vars; v++ {
		t, low, ok := thing(s, v)
		if !ok {
			continue
		}
		if low && t.In == InReg {
			p.Things = append(p.Things, t)
			t = Thing{Holder: Holder{In: Wrapped, Reg: t.Reg}, Lo: s.Zone.Lo(v), Hi: s.Zone.Hi(v), Made: t.Made}
			low = t.Lo < -1<<31 || t.Hi >= 1<<31
		}
		if !low {
			number[v] = linear.Var(len(p.Things))
		}
		if !low || t.In != Wrapped {
			p.Things = append(p.Things, t)
		}
	}
	sorted := slices.Sorted(maps.Keys(number)) // so that the same server has the same places
	for _, a := range sorted {
		for _, b := range sorted {
			if c := s.Zone.Most(a, b); a != b && c < zone.Inf && c < value.AddMost(s.Zone.Hi(a), -s.Zone.Lo(b)) {
				p.add(number, zone.Of(a), zone.Of(b), c)
			}
		}
	}
	for _, f := range s.Zone.Facts() {
		p.add(number, f, zone.Lin{}, 0)
	}
	for v := value.FirstReg; v < value.FirstSlot; v++ {
		i, ok := number[v]
		if from := s.Prov[v]; ok && from != nil && *from == *value.LoadedFrom(from.Addr, from.N) {
			if at, ok := sumOf(number, from.Addr); ok {
				p.Loads = append(p.Loads, Load{int(i), at, from.N})
			}
		}
	}
	p.Zero = uint8(s.Flags.Zero)
	p.Events, p.Ages, p.Counts = events(s, number), Piece{s.Ages.Lo, s.Ages.Hi}, Piece{s.Counts.Lo, s.Counts.Hi}
	for _, g := range s.Guards {
		if i, ok := number[g.Var]; ok && g.Set {
			p.Givens = append(p.Givens, Given{Thing: int(i), Bit: g.Bit, Piece: Piece{g.Lo, g.Hi}})
		}
	}
	for _, q := range s.Prefers {
		i, ok := number[q.Var]
		of, okOf := number[q.Reg]
		if !ok || !okOf {
			continue
		}
		if !q.Set {
			q.Bit += 64
		}
		p.Givens = append(p.Givens, Given{Thing: int(i), Bit: q.Bit, Picks: true, Of: int(of), Values: q.To.Vals})
	}
	for i, v := range s.Vecs {
		p.Vectors[i] = -1
		if v.IsByte {
			p.Vectors[i] = int(v.Byte)
		}
	}
	p.Written, p.Marked, p.First = bytesOf(s.Written), bytesOf(s.Marked[0]), bytesOf(s.First)
	return p
}

// events are how many there are and were picked, as constants or in terms of what is equal to them but for a constant.
func events(s *domain.State, number map[zone.Var]linear.Var) (out [2]Event) {
	for i, n := range []zone.Var{domain.ReportedVar, domain.EventVar} {
		if lo := s.Zone.Lo(n); s.Reported && lo == s.Zone.Hi(n) {
			out[i] = Event{true, linear.Const(lo)}
		}
		for v := value.FirstReg; v < value.FirstSlot+value.Slots && s.Reported && !out[i].Known; v++ {
			if c, equal := s.Zone.Equal(n, v); equal {
				is, known := number[v]
				sum, ok := linear.Of(is).PlusConst(c)
				out[i] = Event{known && ok, sum}
			}
		}
	}
	return out
}

// certPhase is the phase as package cert numbers it.
func certPhase(s *domain.State) uint8 {
	const inWaiting, taking, taken, chosen, answering, done, dividing, divided, released, unset, shut = 14, 15, 16, 17, 18, 19, 20, 21, 22, 26, 27
	const making, splitting, born = 28, 29, 30
	switch {
	case s.Phase == domain.Making:
		return making
	case s.Phase == domain.Splitting:
		return splitting
	case s.Phase == domain.Listening && s.Owes != 0:
		return born
	case s.Loop == domain.HandedOver && s.Phase == domain.Forked:
		return handedPhase(s)
	case s.Loop == domain.Looping:
		switch s.Phase {
		case domain.Waiting, domain.Picked:
			switch {
			case s.Served: // its client is closed, or was added behind its answers
				return done
			case s.Phase == domain.Picked:
				return chosen
			case s.Shut:
				return shut
			}
			return inWaiting
		case domain.Accepting:
			return taking
		case domain.Accepted:
			if s.Unset && s.Counts != (value.Span{}) {
				return unset
			}
			return taken
		case domain.Serving, domain.Reading:
			if s.Unwatched {
				return released
			}
			return answering
		case domain.Forking:
			return dividing
		case domain.Parent:
			return divided
		case domain.Busy:
			return released
		}
	}
	return uint8(s.Phase)
}

// handedPhase says what such a child has to close yet, in the order in which it does.
func handedPhase(s *domain.State) uint8 {
	switch {
	case s.Owes>>value.Listener&1 != 0:
		return 23
	case s.Owes>>value.Poller&1 != 0:
		return 24
	}
	return 25
}

// add notes that a - b is at most c, unless something is in it that is no thing.
func (p *Place) add(number map[zone.Var]linear.Var, a, b zone.Lin, c int64) {
	x, ok := sumOf(number, a)
	y, okY := sumOf(number, b)
	if !ok || !okY {
		return
	}
	sum, _ := x.Plus(y, -1)
	sum, _ = sum.PlusConst(-c)
	p.Facts = append(p.Facts, sum)
}

// sumOf is one of things; false where something is in it that is none.
func sumOf(number map[zone.Var]linear.Var, l zone.Lin) (linear.Sum, bool) {
	sum := linear.Const(l.C)
	for _, t := range l.Terms() {
		v, ok := number[t.Var]
		if !ok {
			return linear.Sum{}, false
		}
		sum, _ = sum.Plus(linear.Of(v), int64(t.Coef))
	}
	return sum, true
}

// thing is what a variable of the state stands for, if that is plain. Of one that is low facts say
// nothing.
func thing(s *domain.State, v zone.Var) (t Thing, low, ok bool) {
	val := s.Vals[v]
	lo, hi := s.Zone.Lo(v), s.Zone.Hi(v)
	for kind, base := range bases {
		if val.Is(kind) || kind == meaning.Number && val.IsBetween(lo, hi) {
			t.Base, ok = base, true
		}
	}
	switch {
	case val.Is(meaning.EnvArray) && val.Array == value.Readable:
		t.Base, lo, hi, ok = FromStack, 2*8, flow.MaxEnvironment+3*8, true // argc, and the two nulls that end the pointers
	case val.Is(meaning.EnvString):
		t.Base, ok = FromString, true
	}
	if val.IsLow() && val.IsNumber() && !ok { // the variable is equal to it modulo 1<<32 alone
		lo, hi, val.Origin, ok, low = 0, 1<<32-1, data.Origin{}, true, true
	}
	if most := int64(^val.Zeros); val.Is(meaning.Number) && most >= 0 { // bits may say more
		lo, hi = max(lo, int64(val.Ones)), min(hi, most)
	}
	t.Lo, t.Hi = lo, hi
	if t.Lo <= -zone.Inf {
		t.Lo = -linear.NoBound
	}
	if t.Hi >= zone.Inf {
		t.Hi = linear.NoBound
	}
	t.Result, t.Record = numbered[val.FD], val.Origin.Sym
	if val.Array == value.Readable {
		t.Result = anElement
	}
	if val.Is(meaning.Number) && lo >= 0 {
		t.Zeros, t.Ones = val.Zeros, val.Ones
	}
	switch {
	case v < value.FirstSlot:
		t.Holder = Holder{In: InReg, Reg: isa.Reg(v - value.FirstReg)}
		t.Made = s.Traces.Reg(t.Reg, 8)&value.OfAddress != 0
		t.Low = t.Made && s.Traces.Reg(t.Reg, 1)&value.OfAddress == 0
	case v < value.FirstRegion:
		sl := s.Slots[v-value.FirstSlot]
		if ok = ok && sl.Size != 0; !ok {
			return t, low, false
		}
		t.Holder = Holder{In: InSlot, Off: sl.Off, Width: sl.Size}
	case v < value.FirstRegion+value.Regions:
		r := s.Regions[v-value.FirstRegion]
		t.Holder = Holder{In: EndOfRegion, Off: r.Base}
		ok = ok && r.Live
	case v == value.RestVar:
		t.Holder, ok = Holder{In: RestIn, Off: s.RestOf}, s.Rest
	case v == value.ZerosVar:
		t.Holder = Holder{In: AtZeros}
		t.Base, ok = FromStack, s.Zeros
	case v == value.LineVar:
		t.Holder = Holder{In: AtLine}
		t.Base, ok = FromStack, s.Line
	case v == value.KnownVar:
		t.Holder, ok = Holder{In: IsKnown}, slices.ContainsFunc(s.Vals[:], func(w value.Value) bool { return w.Is(meaning.EnvString) })
	default:
		ok = false
	}
	return t, low, ok
}

func bytesOf(list []value.Span) (out []Piece) {
	for _, w := range list {
		out = append(out, Piece{w.Lo, w.Hi})
	}
	return out
}
