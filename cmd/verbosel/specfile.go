package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/cmd/internal/folder"
	"github.com/verbosel/verbosel/cmd/internal/unchanged"
	"github.com/verbosel/verbosel/codegen"
)

// specName is the spec's name in a folder.
const specName = "routes.yaml"

// specNames are the names that are looked for.
var specNames = []string{specName, "routes.yml"}

// specFile is a spec as the user named it, and as codegen reads it: by its base name
// from its own folder, so that the result does not depend on the way there.
type specFile struct {
	path string // for messages
	name string
	root string // folder of fsys
	fsys fs.FS

	guessed bool // a folder without a spec: nobody has said where to listen
	noCache bool // encodings of folders' files are made anew
	quiet   bool // no progress is shown

	watched *unchanged.Watched // what fsys is asked; nil where nobody wants to know
	plain   fs.FS              // fsys where nothing is noted
}

// openSpec finds the spec that an argument names: a file, a folder with a routes.yaml
// in it, or standard input. A folder without one is a site, and the spec is written for it;
// how it is served is said.
func openSpec(cmd *cobra.Command, arg string) (specFile, error) {
	if arg == fromStdin {
		return readStdin(cmd.InOrStdin())
	}
	path, err := findSpec(arg)
	if none := (*noSpec)(nil); errors.As(err, &none) {
		return openSite(cmd, none)
	}
	if err != nil {
		return specFile{}, err
	}
	dir, name := filepath.Split(path)
	dir = filepath.Join(dir, ".")
	return specFile{path: path, name: name, root: dir, fsys: openDisk(dir)}, nil
}

// findSpec finds the file that an argument names, alone or by its folder.
func findSpec(arg string) (string, error) {
	info, err := os.Stat(arg)
	if err != nil || !info.IsDir() {
		return arg, err
	}
	var found []string
	for _, name := range specNames {
		if _, err := os.Stat(filepath.Join(arg, name)); err == nil {
			found = append(found, name)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	switch len(found) {
	case 0:
		return "", &noSpec{arg}
	case 1:
		return filepath.Join(arg, found[0]), nil
	}
	return "", fmt.Errorf("%s: there are a %s: remove one, or name one", arg, strings.Join(found, " and a "))
}

// noSpec is the error of a folder without a spec.
type noSpec struct{ dir string }

// Error names the remedy.
func (e *noSpec) Error() string {
	return fmt.Sprintf("%s: there is no %s in this folder; 'verbosel init %s' writes one", e.dir, specName, e.dir)
}

// openSite makes the spec of a folder that has none. It stands, for nobody but the
// compiler, in the folder above.
func openSite(cmd *cobra.Command, none *noSpec) (specFile, error) {
	guess := folder.Look(os.DirFS(none.dir))
	if guess.Empty {
		return specFile{}, none
	}
	dir, err := filepath.Abs(none.dir)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return specFile{}, err
	}
	above, name := filepath.Split(dir)
	if name == "" {
		return specFile{}, usageError{fmt.Errorf("%s is the root folder, which is no site", none.dir)}
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%s has no %s: %s; 'verbosel init %s' writes that down\n", none.dir, specName, guess.Says(), none.dir)
	above = filepath.Join(above, ".")
	return specFile{
		path: filepath.Join(none.dir, specName), name: specName, root: above, guessed: true,
		fsys: overlayFS{fsys: openDisk(above), name: specName, text: guess.Spec(name)},
	}, nil
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
	if !s.noCache {
		opts.Proofs = proofMemo()
	}
	r, err := codegen.Compile(s.fsys, s.name, opts)
	return r, s.explain(err)
}

// probe compiles the probe of a server that was compiled from the spec.
func (s specFile) probe(r *codegen.Result, out codegen.Store) (*codegen.Result, error) {
	p, err := r.Probe(out)
	return p, s.explain(err)
}

// check says what is wrong with the spec, or returns the warnings.
func (s specFile) check() (codegen.Findings, error) {
	opts, done := s.options(codegen.Options{})
	defer done()
	warnings, err := codegen.Check(s.fsys, s.name, opts)
	return warnings.Renamed(s.name, s.path), s.explain(err)
}

// warn prints the warnings about a spec that was compiled.
func (s specFile) warn(w io.Writer, r *codegen.Result) { s.printWarnings(w, r.Warnings()) }

func (s specFile) printWarnings(w io.Writer, warnings codegen.Findings) {
	printFindings(w, warnings.Renamed(s.name, s.path), shownFindings, "; 'verbosel check --all' shows them")
}

// explain gives the mistakes in a spec the path that the user knows.
func (s specFile) explain(err error) error {
	if problems := codegen.Problems(err, s.name, s.path); problems != nil {
		return problems
	}
	return err
}
