package value

import (
	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// Where the kernel put the stack and the image is nobody's business but the process's own
// (ASLR). A pointer's kind says that it is an address; what was made of one is followed
// beside the values, by register and by byte of the stack: a number that is computed of a
// pointer, read where such a number says, or loaded from bytes that have a pointer. How far
// two places of a kind are apart tells nothing. What a process begins with in its registers
// may be an address as well (AMD64 psABI, 3.4.1: unspecified). Of all this nothing may be
// written, and no branch may go by it.
//
// Bytes of the environment, which may be passwords, are followed in the same way, those that
// each instruction reads apart. Of them and what was made of them nothing may be written once
// the boot is done, but what the instructions read that are promised to read for clients;
// branches may go by it, as a server that compares a password has to.

// Made says what something may have been made of: a bit for each.
type Made uint8

const (
	OfAddress Made = 1 << iota
	FirstRead      // what the first instruction reads that reads the environment, and so on

	OfNothing     Made = 0
	OfAnything         = ^OfNothing
	OfEnvironment      = OfAnything &^ OfAddress
)

// MadeKinds is how many are followed apart; instructions that are too many share the last one.
const MadeKinds = 8

// Has says whether it may be of a kind.
func (m Made) Has(kind int) bool { return m>>kind&1 == 1 }

// Traces says what may have been made of what: of registers the low byte and the rest apart,
// as a byte is written alone; of a pointer, its distance.
type Traces struct {
	Low, Rest [16]Made
	Vecs      [16]Made
	Flags     Made
}

// Or has what either has.
func (t Traces) Or(u Traces) Traces {
	for i := range t.Low {
		t.Low[i] |= u.Low[i]
		t.Rest[i] |= u.Rest[i]
		t.Vecs[i] |= u.Vecs[i]
	}
	t.Flags |= u.Flags
	return t
}

// Source is what a step takes: something made of something else, or an address itself.
type Source struct {
	Trace   Made
	Pointer bool
}

// Or is what may be of one of the two.
func (a Source) Or(b Source) Source { return Source{a.Trace | b.Trace, a.Pointer || b.Pointer} }

// All is what the source is made of, an address itself included.
func (a Source) All() Made {
	if a.Pointer {
		return a.Trace | OfAddress
	}
	return a.Trace
}

// Reg is what the low width bytes of a register may be made of.
func (t *Traces) Reg(r isa.Reg, width uint8) Made {
	if width == 1 {
		return t.Low[r]
	}
	return t.Low[r] | t.Rest[r]
}
