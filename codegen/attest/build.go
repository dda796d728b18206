package attest

import (
	"encoding/hex"
	"runtime/debug"
	"slices"

	"github.com/verbosel/verbosel/codegen"
)

// compilerModule is the module that the compiler is of.
const compilerModule = "github.com/verbosel/verbosel"

// Build is a server that was made, and by what.
type Build struct {
	Server  File
	Symbols bool // it has section headers and symbols
	Note    bool // it has a note

	Activated bool // its socket is handed over, whatever the spec says of listening
	Spec      File
	Imports   []File // that the spec reads: redirects, and files with slots
	Assets    []codegen.Asset
	Compiler  Compiler
}

// File is a file by its content.
type File struct {
	Name   string
	SHA256 string // in hexadecimal
}

// Compiler is the program that made the server.
type Compiler struct {
	Version string // as `verbosel version` prints it
	Go      string // version of Go that it was compiled by
	Modules []*debug.Module
}

// New describes the server of a compilation, which is called name.
func New(r *codegen.Result, name string, opts codegen.Options, by Compiler) (*Build, error) {
	assets, err := r.Assets()
	if err != nil {
		return nil, err
	}
	b := &Build{
		Server: File{name, r.SHA256()}, Symbols: opts.Symbols, Note: opts.Note != "", Activated: opts.Activated, Spec: read(r, r.Spec.File), Assets: assets, Compiler: by,
	}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(r.Spec.Imports))) {
		b.Imports = append(b.Imports, read(r, name))
	}
	return b, nil
}

// read is a file as the spec's parser read it.
func read(r *codegen.Result, name string) File {
	sum := r.Spec.Sums[name]
	return File{name, hex.EncodeToString(sum[:])}
}

// module is what a module is made from: where it is replaced, its replacement.
func module(m *debug.Module) *debug.Module {
	if m.Replace != nil {
		return m.Replace
	}
	return m
}
