package verify

import (
	"io"

	"github.com/verbosel/verbosel/codegen/verify/gate"
)

// What a server passes first, and what is said of it there, is package gate's.
type (
	Segment = gate.Segment
	Syscall = gate.Syscall
	Span    = gate.Span
	Note    = gate.Note
	Error   = gate.Error
	Line    = gate.Line
	Branch  = gate.Branch
	Names   = gate.Names
	Set     = gate.Set
)

// The sets of what may be promised.
func Ten() Set      { return gate.Ten() }
func Hardened() Set { return gate.Hardened() }
func Loop() Set     { return gate.Loop() }
func Workers() Set  { return gate.Workers() }
func Probe() Set    { return gate.Probe() }
func Any() Set      { return gate.Any() }

// SyscallName returns the name of a system call that a server may make, or "syscall N" for any other.
func SyscallName(number int) string { return gate.SyscallName(number) }

// ReadNote reads the note of a server of size bytes, nil where it has none, and judges nothing
// else. An *Error says what is wrong with it.
func ReadNote(r io.ReaderAt, size int64) (*Note, error) { return gate.ReadNote(r, size) }

// gated is a server that has passed the gate.
type gated struct {
	*gate.Server
	r      io.ReaderAt
	report *Report
	seen   *witness // of what the proof reads; or nil
}

// passing is a gate.
type passing func(r io.ReaderAt, size int64, promised Set) (*gate.Server, error)

// pass brings a server through a gate.
func pass(r io.ReaderAt, size int64, promised Set, through passing) (*gated, error) {
	s, err := through(r, size, promised)
	if err != nil {
		return nil, err
	}
	return &gated{Server: s, r: r, report: &Report{Report: s.Report}}, nil
}
