package value

import (
	"math/bits"

	"github.com/verbosel/verbosel/codegen/verify/prove/data"
	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// FD says which descriptor a system call returned, if that did not fail, or which other
// result it is that says how the process goes on.
type FD uint8

const (
	NoFD FD = iota
	Listener
	Client
	BindResult // these are no descriptors: what follows depends on them
	ListenResult
	ForkResult
	ConnectResult
	ArgCount
	Poller
	Signals // says which signal came
	Aged    // in a child: a client of the process that made it
	Sibling // such a one that is not the child's
	PipeResult
	CloneResult
	Lifeline // the side of the pipe that writes, where workers wait for the end of the other one
	NameResult
	FcntlResult
)

// FDNames say what descriptors are, in messages.
var FDNames = [...]string{"no descriptor of this server", "the listener", "the client", "the result of bind", "the result of listen", "the result of fork", "the result of connect", "argc", "epoll's set", "the signals' descriptor", "a client, perhaps its own", "another one's client", "the result of pipe2", "the result of clone", "the side that writes of the workers' pipe", "the result of getpeername", "the result of fcntl"}

// Value is what is known of a register or variable by itself. How it relates to
// others, its bounds included, is in the zone, under its zone.Var.
type Value struct {
	meaning.Meaning
	FD     FD      // the low 32 bits are this descriptor
	Array  arrayAt // of a pointer to the environment's array
	Zeros  uint64  // bits known to be 0, of a number
	Ones   uint64  // bits known to be 1, of a number
	Origin data.Origin
}

// arrayAt is how far an element of the environment's array was looked at.
type arrayAt uint8

const (
	NotReadable arrayAt = iota
	Readable            // all elements before it are not null
	Loaded              // as readable, and its own was loaded
	Behind              // the one behind the loaded one
)

// Term is a value on its way through an instruction: lin plus anything from lo to hi.
type Term struct {
	Value
	Lin    zone.Lin
	Lo, Hi int64
	Prov   *Provenance
	Table  *Lookup
	Mask   *LaneMask
	Reg    zone.Var // unless 0, the register whose low bytes it is
	From   zone.Var // unless 0, the register from which it has the bits in same
	Same   uint64
}

// Constant is the number c.
func Constant(c int64) Term {
	return Term{Value: Value{Zeros: ^uint64(c), Ones: uint64(c)}, Lin: zone.Const(c)}
}

// Between is a number of which only bounds are known.
func Between(lo, hi int64) Term { return Term{Lo: lo, Hi: hi}.withBits() }

// Unknown is any number of width bytes, zero-extended.
func Unknown(width uint8) Term {
	if width >= 8 {
		return Term{Lo: -zone.Inf, Hi: zone.Inf}
	}
	return Between(0, int64(Limit(width)-1))
}

// BitsOnly is a number of width bytes of which some bits are known.
func BitsOnly(width uint8, zeros, ones uint64) Term {
	if width < 8 {
		zeros |= ^(Limit(width) - 1)
		ones &= Limit(width) - 1
	}
	if int64(^zeros) < 0 || ^zeros >= zone.Inf {
		t := Term{Lo: -zone.Inf, Hi: zone.Inf}
		t.Zeros, t.Ones = zeros, ones
		return t
	}
	t := Term{Lo: int64(ones), Hi: int64(^zeros)}
	if t.Lo == t.Hi {
		return Constant(t.Lo)
	}
	t.Zeros, t.Ones = zeros, ones
	return t
}

// Limit is 1 shifted by width bytes, for widths below 8.
func Limit(width uint8) uint64 { return 1 << (8 * width) }

// withBits adds the zeros that the bounds imply, where there is no variable.
func (t Term) withBits() Term {
	if t.Lin.IsConst() && t.Lin.C+t.Lo >= 0 && t.Hi < zone.Inf {
		t.Zeros |= above(t.Lin.C + t.Hi)
	}
	return t
}

// above is the mask of the bits that no number from 0 to hi has.
func above(hi int64) uint64 { return ^uint64(0) << bits.Len64(uint64(hi)) }

// IsVar says that the term is a variable as it is.
func (t *Term) IsVar() (zone.Var, bool) {
	ts := t.Lin.Terms()
	if len(ts) != 1 || ts[0].Coef != 1 || t.Lin.C != 0 || t.Lo != 0 || t.Hi != 0 {
		return 0, false
	}
	return ts[0].Var, true
}

// nextElement is the array's pointer after adding to it.
func (a arrayAt) Next(by int64) arrayAt {
	if a == Loaded && by == 8 {
		return Behind
	}
	return NotReadable
}

// Minus is c - v.
func Minus(c int64, v zone.Var) zone.Lin {
	l, _ := zone.Const(c).Plus(zone.Of(v), -1)
	return l
}

// AddLeast is the sum of two lower bounds, -zone.Inf where one of them is none. One that is
// too great to be told is the greatest that can: so there is no constant that far away.
func AddLeast(a, b int64) int64 {
	if a <= -zone.Inf || b <= -zone.Inf {
		return -zone.Inf
	}
	return max(-zone.Inf, min(zone.Inf-1, min(a, zone.Inf)+min(b, zone.Inf)))
}

// AddMost is AddLeast for upper bounds, zone.Inf being none.
func AddMost(a, b int64) int64 { return -AddLeast(-a, -b) }
