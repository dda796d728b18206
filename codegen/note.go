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
)

// Note is what an ELF says of itself. It is of the right form; whether it is true, only the
// spec can tell: see Compare.
type Note struct {
	Compiler string `json:"compiler"`          // its version
	Spec     string `json:"spec"`              // the first 8 bytes of the SHA-256 of the spec's file, in hexadecimal
	Listen   string `json:"listen"`            // where it listens, as in the spec
	Health   string `json:"health,omitempty"`  // the path that a probe asks for; empty: there is no probe
	Timeout  string `json:"timeout,omitempty"` // that a probe has, such as 1s
}

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
	return noteOf(n), err
}

func noteOf(n *verify.Note) *Note {
	if n == nil {
		return nil
	}
	out := &Note{Compiler: n.Compiler, Spec: hex.EncodeToString(n.Spec[:]), Listen: n.Listen, Health: n.Path}
	if n.Path != "" {
		out.Timeout = (time.Duration(n.Timeout) * time.Microsecond).String()
	}
	return out
}

// Address is where the server listens. It fails where no spec could say so.
func (n *Note) Address() (Listen, error) {
	l, err := spec.ParseListen(n.Listen)
	if err != nil {
		return l, fmt.Errorf("the server's note: %w", err)
	}
	return l, nil
}

// Probe compiles the program that asks the server for its health, as Result.Probe does: the
// same bytes. It fails for a note without a path, or with one that no spec can have.
func (n *Note) Probe() (*Result, error) {
	if n.Health == "" {
		return nil, errors.New("the server's note names nothing that a probe could ask for")
	}
	l, err := n.Address()
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
