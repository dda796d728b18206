package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/cmd/internal/cache"
	"github.com/verbosel/verbosel/cmd/internal/judge"
	"github.com/verbosel/verbosel/cmd/internal/output"
	"github.com/verbosel/verbosel/cmd/internal/specfile"
	"github.com/verbosel/verbosel/cmd/internal/summary"
	"github.com/verbosel/verbosel/cmd/internal/terminal"
	"github.com/verbosel/verbosel/cmd/internal/usage"
	"github.com/verbosel/verbosel/codegen"
)

// toStdout is the name of a file that stands for standard output.
const toStdout = "-"

// buildFlags are the flags of build.
type buildFlags struct {
	out, listing, dump     string
	sbom, provenance, sign string
	probe, proof           string
	json, symbols, note    bool
	activated              bool
	verbose, quiet         bool
	noCache                bool
}

func newBuild() *cobra.Command {
	var f buildFlags
	cmd := &cobra.Command{
		Use:   "build SPEC",
		Short: "Compile a spec into a server",
		Long: `Compiles a spec into a server and prints what came out: that it is proved, its size, routes and system
calls; with -v also its hash, and what each system call is for.

The server is verified before it takes its place: it is written to a temporary file that is renamed.
Without -o it gets the name of the folder that the spec is in, in the current folder.
The same spec and files give the same bytes on any machine, from any folder.

--sbom writes a bill of materials, CycloneDX 1.6 in JSON: the spec, each file and encoding in the server
with its SHA-256 and, as the property verbosel:range, the bytes of the ELF that it fills (OFFSET+SIZE), and
as tools the compiler and its modules. --provenance writes an in-toto statement with a SLSA v1 provenance;
--sign KEY has it in a DSSE envelope, signed by a private key in PEM (Ed25519, ECDSA or RSA). Like the
server they say nothing of when, where or by whom it was built.`,
		Example: `  verbosel build examples/hello -o server
  verbosel build routes.yaml --listing server.asm
  verbosel build routes.yaml --json | jq .syscalls
  verbosel build routes.yaml --dump program
  verbosel build site -o server --sbom server.cdx.json --provenance server.intoto.json --sign key.pem
  verbosel build routes.yaml -o - > server`,
		Args: usage.Between(1, 1, "SPEC"),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	flags := cmd.Flags()
	flags.StringVarP(&f.out, "output", "o", "", "write the server to `FILE`; - is standard output")
	flags.StringVar(&f.listing, "listing", "", "write the assembly to `FILE` too; - is standard output")
	flags.StringVar(&f.sbom, "sbom", "", "write a bill of materials to `FILE` too, CycloneDX in JSON")
	flags.StringVar(&f.provenance, "provenance", "", "write to `FILE` too what the server was made from, and by what: in-toto, SLSA v1")
	flags.StringVar(&f.sign, "sign", "", "sign the provenance by the private key in `FILE`, in PEM")
	flags.StringVar(&f.probe, "probe", "", "write a program to `FILE` that asks the server for its health, see health in the spec, and ends with 0 or 1")
	flags.StringVar(&f.proof, "proof", "", "write a certificate of the server to `FILE`, for verify --proof; nothing is written where there is none")
	flags.BoolVar(&f.json, "json", false, "print the summary as JSON")
	flags.StringVar(&f.dump, "dump", "", "print a `STAGE` instead of building: "+strings.Join(codegen.Stages(), ", "))
	specfile.AddNoCache(flags, &f.noCache)
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "print the hash too, and what each system call is for")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "print warnings and mistakes only")
	flags.BoolVar(&f.symbols, "symbols", false, "add section headers and symbols, for objdump, nm, gdb and perf")
	usage.AddActivated(flags, &f.activated)
	flags.BoolVar(&f.note, "note", false, "add a note of the compiler's version, the spec's hash and the health address, for image, reproduce, seccomp --probe, verify and version")
	return cmd
}

func (f buildFlags) run(cmd *cobra.Command, arg string) error {
	f.out, f.listing, f.sbom, f.provenance = openName(f.out), openName(f.listing), openName(f.sbom), openName(f.provenance)
	f.probe, f.proof = openName(f.probe), openName(f.proof)
	if err := f.validate(cmd); err != nil {
		return err
	}
	spec, err := specfile.Open(cmd, arg)
	if err != nil {
		return err
	}
	spec.NoCache, spec.Quiet = f.noCache, f.quiet
	switch {
	case f.dump != "":
		return f.printStage(cmd, spec)
	case f.out == toStdout:
		return f.stream(cmd, spec)
	}
	return f.write(cmd, spec)
}

// openName is the name of an output, which has more than one for standard output.
func openName(name string) string {
	if name == "/dev/stdout" || name == "/dev/fd/1" || name == "/proc/self/fd/1" {
		return toStdout
	}
	return name
}

// validate refuses flags that cannot be meant together.
func (f buildFlags) validate(cmd *cobra.Command) error {
	switch {
	case f.dump != "" && !slices.Contains(codegen.Stages(), f.dump):
		return usage.Mistake(fmt.Errorf("--dump=%s: the stages are %s", f.dump, strings.Join(codegen.Stages(), ", ")))
	case f.dump != "" && (f.out != "" || f.json || f.writesMore()):
		return usage.Mistake(fmt.Errorf("--dump builds nothing: -o, --listing, --sbom, --provenance, --probe, --proof and --json do not go with it"))
	case f.probe == toStdout:
		return usage.Mistake(fmt.Errorf("--probe -: a probe goes to a file: name one"))
	case f.proof == toStdout:
		return usage.Mistake(fmt.Errorf("--proof -: a certificate goes to a file: name one"))
	case f.sign != "" && f.provenance == "":
		return usage.Mistake(errors.New("--sign signs a provenance: name a file for it with --provenance"))
	case len(f.printed()) > 1:
		return usage.Mistake(fmt.Errorf("%s both want standard output", strings.Join(f.printed()[:2], " and ")))
	case f.out == toStdout && terminal.IsTerminal(cmd.OutOrStdout()):
		return usage.Mistake(fmt.Errorf("-o -: standard output is a terminal, and a server is no text: redirect it, or name a file"))
	case f.quiet && (f.verbose || f.json):
		return usage.Mistake(errors.New("-q prints nothing: -v and --json do not go with it"))
	}
	return nil
}

// printStage prints what a stage made. A later stage may fail: then its error comes
// behind, as this is where one looks for the reason.
func (f buildFlags) printStage(cmd *cobra.Command, spec specfile.File) error {
	r, err := spec.Compile(f.options())
	if dumpErr := r.Dump(cmd.OutOrStdout(), f.dump); err == nil {
		return dumpErr
	}
	return err
}

// options are those of the ELF's form.
func (f buildFlags) options() codegen.Options {
	opts := codegen.Options{Symbols: f.symbols, Activated: f.activated}
	if f.note {
		opts.Note = noteVersion()
	}
	return opts
}

// stream builds to standard output; the summary goes to standard error. Nothing is
// written before the server has been verified.
func (f buildFlags) stream(cmd *cobra.Command, spec specfile.File) error {
	spool, err := cache.Spool()
	if err != nil {
		return err
	}
	defer spool.Close()
	files := output.New()
	defer files.Close()
	files.AddOpen(cmd.OutOrStdout())
	name, err := f.name(spec)
	if err != nil {
		return err
	}
	r, probe, err := f.compile(cmd, spec, files, spool, name)
	if err != nil {
		return err
	}
	if err := r.WriteELF(cmd.OutOrStdout()); err != nil {
		return err
	}
	return f.summarise(cmd.ErrOrStderr(), spec, summary.New(r, probe, summary.StandardOutput))
}

// write builds to a file.
func (f buildFlags) write(cmd *cobra.Command, spec specfile.File) error {
	target, err := f.target(spec)
	if err != nil {
		return err
	}
	talk := cmd.OutOrStdout()
	if len(f.printed()) > 0 && !f.json {
		talk = cmd.ErrOrStderr()
	}
	last := f.lastBuild(spec, target)
	if known, ok := last.find(cmd.Context(), spec); ok {
		spec.PrintWarnings(cmd.ErrOrStderr(), known.Warnings)
		return f.summarise(talk, spec, summary.Built{Summary: known, Target: target, Same: true})
	}
	spec = last.watch(spec)
	files := output.New()
	defer files.Close()
	out, err := files.Add(target, fileMode)
	if err != nil {
		return err
	}
	r, probe, err := f.compile(cmd, spec, files, out, filepath.Base(target))
	if err != nil {
		return err
	}
	last.put(spec, r)
	return f.summarise(talk, spec, summary.New(r, probe, target))
}

// fileMode is that of servers.
const fileMode = 0o755

// name is what the server is called where it goes to standard output.
func (f buildFlags) name(spec specfile.File) (string, error) {
	if f.sbom == "" && f.provenance == "" {
		return "", nil // nobody asks
	}
	return spec.Folder()
}

// target is where the server goes.
func (f buildFlags) target(spec specfile.File) (string, error) {
	if f.out != "" {
		return f.out, nil
	}
	name, err := spec.Folder()
	if err != nil {
		return "", err
	}
	info, err := os.Stat(name)
	switch {
	case err != nil: // it is not there
		return name, nil
	case info.IsDir():
		return "", fmt.Errorf("%s, the default name of the server, is a folder here: name a file with -o, for example -o %s.server", name, name)
	}
	if !info.Mode().IsRegular() {
		return name, nil
	}
	if isELF, err := judge.HasMagic(name); err == nil && !isELF {
		return "", fmt.Errorf("%s, the default name of the server, is a file here that is no server: name another with -o, for example -o %s.server", name, name)
	}
	return name, nil
}

func (f buildFlags) summarise(w io.Writer, spec specfile.File, b summary.Built) error {
	b.ProbeAt, b.Verbose = f.probe, f.verbose
	switch {
	case f.quiet:
		return nil
	case !f.json:
		return b.Print(w)
	}
	b.Warnings = b.Warnings.Renamed(spec.Name, spec.Path)
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(b.Summary)
}
