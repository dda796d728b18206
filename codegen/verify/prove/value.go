package prove

import (
	"math/bits"

	"github.com/verbosel/verbosel/codegen/verify/prove/meaning"
	"github.com/verbosel/verbosel/codegen/verify/zone"
)

// fd says which descriptor a system call returned, if that did not fail, or which other
// result it is that says how the process goes on.
type fd uint8

const (
	noFD fd = iota
	listener
	client
	bindResult // these are no descriptors: what follows depends on them
	listenResult
	forkResult
	connectResult
	argCount
	poller
	signals // says which signal came
	aged    // in a child: a client of the process that made it
	sibling // such a one that is not the child's
	pipeResult
	cloneResult
	lifeline // the side of the pipe that writes, where workers wait for the end of the other one
	nameResult
	fcntlResult
)

var fdNames = [...]string{"no descriptor of this server", "the listener", "the client", "the result of bind", "the result of listen", "the result of fork", "the result of connect", "argc", "epoll's set", "the signals' descriptor", "a client, perhaps its own", "another one's client", "the result of pipe2", "the result of clone", "the side that writes of the workers' pipe", "the result of getpeername", "the result of fcntl"}

// value is what is known of a register or variable by itself. How it relates to
// others, its bounds included, is in the zone, under its zone.Var.
type value struct {
	meaning.Meaning
	fd    fd     // the low 32 bits are this descriptor
	zeros uint64 // bits known to be 0, of a number
	ones  uint64 // bits known to be 1, of a number
	org   origin
	array arrayAt // of a pointer to the environment's array
}

// arrayAt is how far an element of the environment's array was looked at.
type arrayAt uint8

const (
	notReadable arrayAt = iota
	readable            // all elements before it are not null
	loaded              // as readable, and its own was loaded
	behind              // the one behind the loaded one
)

// term is a value on its way through an instruction: lin plus anything from lo to hi.
type term struct {
	value
	lin    zone.Lin
	lo, hi int64
	prov   *provenance
	table  *lookup
	mask   *laneMask
	reg    zone.Var // unless 0, the register whose low bytes it is
	from   zone.Var // unless 0, the register from which it has the bits in same
	same   uint64
}

func constant(c int64) term {
	return term{value: value{zeros: ^uint64(c), ones: uint64(c)}, lin: zone.Const(c)}
}

// between is a number of which only bounds are known.
func between(lo, hi int64) term { return term{lo: lo, hi: hi}.withBits() }

// unknown is any number of width bytes, zero-extended.
func unknown(width uint8) term {
	if width >= 8 {
		return term{lo: -zone.Inf, hi: zone.Inf}
	}
	return between(0, int64(limit(width)-1))
}

// bitsOnly is a number of width bytes of which some bits are known.
func bitsOnly(width uint8, zeros, ones uint64) term {
	if width < 8 {
		zeros |= ^(limit(width) - 1)
		ones &= limit(width) - 1
	}
	if int64(^zeros) < 0 || ^zeros >= zone.Inf {
		t := term{lo: -zone.Inf, hi: zone.Inf}
		t.zeros, t.ones = zeros, ones
		return t
	}
	t := term{lo: int64(ones), hi: int64(^zeros)}
	if t.lo == t.hi {
		return constant(t.lo)
	}
	t.zeros, t.ones = zeros, ones
	return t
}

// limit is 1 shifted by width bytes, for widths below 8.
func limit(width uint8) uint64 { return 1 << (8 * width) }

// withBits adds the zeros that the bounds imply, where there is no variable.
func (t term) withBits() term {
	if t.lin.IsConst() && t.lin.C+t.lo >= 0 && t.hi < zone.Inf {
		t.zeros |= above(t.lin.C + t.hi)
	}
	return t
}

// above is the mask of the bits that no number from 0 to hi has.
func above(hi int64) uint64 { return ^uint64(0) << bits.Len64(uint64(hi)) }

// isVar says that the term is a variable as it is.
func (t *term) isVar() (zone.Var, bool) {
	ts := t.lin.Terms()
	if len(ts) != 1 || ts[0].Coef != 1 || t.lin.C != 0 || t.lo != 0 || t.hi != 0 {
		return 0, false
	}
	return ts[0].Var, true
}
