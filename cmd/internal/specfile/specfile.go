package specfile

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
	"github.com/verbosel/verbosel/cmd/internal/terminal"
	"github.com/verbosel/verbosel/cmd/internal/unchanged"
	"github.com/verbosel/verbosel/cmd/internal/usage"
	"github.com/verbosel/verbosel/codegen"
)

// Name is the spec's name in a folder.
const Name = "routes.yaml"

// Names are the names that are looked for.
var Names = []string{Name, "routes.yml"}

// File is a spec as the user named it, and as codegen reads it: by its base name
// from its own folder, so that the result does not depend on the way there.
type File struct {
	Path string // for messages
	Name string
	Root string // folder of fsys
	Fsys fs.FS

	Guessed bool // a folder without a spec: nobody has said where to listen
	NoCache bool // encodings of folders' files are made anew
	Quiet   bool // no progress is shown

	Watched *unchanged.Watched // what fsys is asked; nil where nobody wants to know
	Plain   fs.FS              // fsys where nothing is noted
}

// Open finds the spec that an argument names: a file, a folder with a routes.yaml
// in it, or standard input. A folder without one is a site, and the spec is written for it;
// how it is served is said.
func Open(cmd *cobra.Command, arg string) (File, error) {
	if arg == Stdin {
		return readStdin(cmd.InOrStdin())
	}
	path, err := Find(arg)
	if none := (*noSpec)(nil); errors.As(err, &none) {
		return openSite(cmd, none)
	}
	if err != nil {
		return File{}, err
	}
	dir, name := filepath.Split(path)
	dir = filepath.Join(dir, ".")
	return File{Path: path, Name: name, Root: dir, Fsys: openDisk(dir)}, nil
}

// Find finds the file that an argument names, alone or by its folder.
func Find(arg string) (string, error) {
	info, err := os.Stat(arg)
	if err != nil || !info.IsDir() {
		return arg, err
	}
	var found []string
	for _, name := range Names {
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
	return fmt.Sprintf("%s: there is no %s in this folder; 'verbosel init %s' writes one", e.dir, Name, e.dir)
}

// openSite makes the spec of a folder that has none. It stands, for nobody but the
// compiler, in the folder above.
func openSite(cmd *cobra.Command, none *noSpec) (File, error) {
	guess := folder.Look(os.DirFS(none.dir))
	if guess.Empty {
		return File{}, none
	}
	dir, err := filepath.Abs(none.dir)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return File{}, err
	}
	above, name := filepath.Split(dir)
	if name == "" {
		return File{}, usage.Mistake(fmt.Errorf("%s is the root folder, which is no site", none.dir))
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%s has no %s: %s; 'verbosel init %s' writes that down\n", none.dir, Name, guess.Says(), none.dir)
	above = filepath.Join(above, ".")
	return File{
		Path: filepath.Join(none.dir, Name), Name: Name, Root: above, Guessed: true,
		Fsys: overlayFS{fsys: openDisk(above), name: Name, text: guess.Spec(name)},
	}, nil
}

// Folder is the name of the folder that the spec is in, as the file system has it.
func (s File) Folder() (string, error) {
	abs, err := filepath.Abs(s.Path)
	if err != nil {
		return "", err
	}
	name := filepath.Base(filepath.Dir(abs))
	if name == string(filepath.Separator) {
		return "", usage.Mistake(fmt.Errorf("%s is in the root folder, which has no name for the server: name it with -o", s.Path))
	}
	return name, nil
}

// Compile compiles the spec. Mistakes in it carry the path that the user gave.
func (s File) Compile(opts codegen.Options) (*codegen.Result, error) {
	opts, done := s.options(opts)
	defer done()
	if !s.NoCache {
		opts.Proofs = proofMemo()
	}
	r, err := codegen.Compile(s.Fsys, s.Name, opts)
	return r, s.explain(err)
}

// Probe compiles the probe of a server that was compiled from the spec.
func (s File) Probe(r *codegen.Result, out codegen.Store) (*codegen.Result, error) {
	p, err := r.Probe(out)
	return p, s.explain(err)
}

// Check says what is wrong with the spec, or returns the warnings.
func (s File) Check() (codegen.Findings, error) {
	opts, done := s.options(codegen.Options{})
	defer done()
	warnings, err := codegen.Check(s.Fsys, s.Name, opts)
	return warnings.Renamed(s.Name, s.Path), s.explain(err)
}

// Warn prints the warnings about a spec that was compiled.
func (s File) Warn(w io.Writer, r *codegen.Result) { s.PrintWarnings(w, r.Warnings()) }

func (s File) PrintWarnings(w io.Writer, warnings codegen.Findings) {
	terminal.PrintFindings(w, warnings.Renamed(s.Name, s.Path), terminal.ShownFindings, "; 'verbosel check --all' shows them")
}

// explain gives the mistakes in a spec the path that the user knows.
func (s File) explain(err error) error {
	if problems := codegen.Problems(err, s.Name, s.Path); problems != nil {
		return problems
	}
	return err
}
