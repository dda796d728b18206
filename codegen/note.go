package codegen

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/plan"
	"github.com/verbosel/verbosel/codegen/spec"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/verdict"
)

// Note is what an ELF says of itself.
type Note = verdict.Note

// Listen is an address as a spec's `listen` has it.
type Listen = spec.Listen

// selfNote is the note of Options.Note.
func (r *Result) selfNote() *elf64.Note {
	if r.opts.Note == "" {
		return nil
	}
	sum := r.Spec.Sums[r.Spec.File]
	n := &elf64.Note{Compiler: r.opts.Note, Spec: [8]byte(sum[:]), Listen: r.Spec.Server.Listen.Text}
	if path := r.HealthPath(); path != "" {
		n.Path, n.Timeout = path, uint32(r.Spec.Health.Timeout/time.Microsecond)
	}
	return n
}

// SpecSum is what a note has of the spec.
func (r *Result) SpecSum() string {
	sum := r.Spec.Sums[r.Spec.File]
	return hex.EncodeToString(sum[:len(verify.Note{}.Spec)])
}

// ReadNote reads the note of an ELF of size bytes, nil where it has none. It proves nothing.
// An error is one of r, or says what is wrong with the headers or the note.
func ReadNote(r io.ReaderAt, size int64) (*Note, error) {
	n, err := verify.ReadNote(r, size)
	return verdict.NoteOf(n), err
}

// NoteAddress is where the server of a note listens. It fails where no spec could say so.
func NoteAddress(n *Note) (Listen, error) {
	l, err := spec.ParseListen(n.Listen)
	if err != nil {
		return l, fmt.Errorf("the server's note: %w", err)
	}
	return l, nil
}

// NoteProbe compiles the program that asks the server of a note for its health, as Result.Probe does: the
// same bytes. It fails for a note without a path, or with one that no spec can have.
func NoteProbe(n *Note) (*Result, error) {
	if n.Health == "" {
		return nil, errors.New("the server's note names nothing that a probe could ask for")
	}
	l, err := NoteAddress(n)
	if err != nil {
		return nil, err
	}
	timeout, err := time.ParseDuration(n.Timeout)
	if err != nil {
		return nil, fmt.Errorf("the server's note: %w", err)
	}
	h, err := spec.NewHealth(n.Health, timeout)
	if err != nil {
		return nil, fmt.Errorf("the server's note: %w", err)
	}
	s := &spec.Spec{File: "note", Health: h}
	s.Server.Listen = l
	of := &Result{Spec: s, Plan: plan.ForProbe(s), name: "the server's note"}
	return of.Probe(nil)
}
