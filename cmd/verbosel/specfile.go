package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/codegen"
)

// specName is the spec's name in a folder.
const specName = "routes.yaml"

// specFile is a spec as the user named it, and as codegen reads it: by its base name
// from its own folder, so that the result does not depend on the way there.
type specFile struct {
	path string // for messages
	name string
	fsys fs.FS

	noCache bool // encodings of folders' files are made anew
	quiet   bool // no progress is shown
}

// openSpec finds the spec that an argument names: a file, a folder with a routes.yaml
// in it, or standard input.
func openSpec(cmd *cobra.Command, arg string) (specFile, error) {
	if arg == fromStdin {
		return readStdin(cmd.InOrStdin())
	}
	info, err := os.Stat(arg)
	if err != nil {
		return specFile{}, err
	}
	path := arg
	if info.IsDir() {
		path = filepath.Join(arg, specName)
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return specFile{}, fmt.Errorf("%s: there is no %s in this folder; 'verbosel init %s' writes one", arg, specName, arg)
		}
	}
	dir, name := filepath.Split(path)
	return specFile{path: path, name: name, fsys: openDisk(filepath.Join(dir, "."))}, nil
}

// folder is the name of the folder that the spec is in, as the file system has it.
func (s specFile) folder() (string, error) {
	abs, err := filepath.Abs(s.path)
	if err != nil {
		return "", err
	}
	name := filepath.Base(filepath.Dir(abs))
	if name == string(filepath.Separator) {
		return "", usageError{fmt.Errorf("%s is in the root folder, which has no name for the server: name it with -o", s.path)}
	}
	return name, nil
}

// compile compiles the spec. Mistakes in it carry the path that the user gave.
func (s specFile) compile(opts codegen.Options) (*codegen.Result, error) {
	opts, done := s.options(opts)
	defer done()
	r, err := codegen.Compile(s.fsys, s.name, opts)
	return r, s.explain(err)
}

// check says what is wrong with the spec, or returns the warnings.
func (s specFile) check() (codegen.Findings, error) {
	opts, done := s.options(codegen.Options{})
	defer done()
	warnings, err := codegen.Check(s.fsys, s.name, opts)
	return warnings.Renamed(s.name, s.path), s.explain(err)
}

// warn prints the warnings about a spec that was compiled.
func (s specFile) warn(w io.Writer, r *codegen.Result) {
	printFindings(w, r.Warnings().Renamed(s.name, s.path), shownFindings, "; 'verbosel check --all' shows them")
}

// explain gives the mistakes in a spec the path that the user knows.
func (s specFile) explain(err error) error {
	if problems := codegen.Problems(err, s.name, s.path); problems != nil {
		return problems
	}
	return err
}
