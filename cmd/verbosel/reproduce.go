package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/cmd/internal/cache"
	"github.com/verbosel/verbosel/cmd/internal/judge"
	"github.com/verbosel/verbosel/cmd/internal/specfile"
	"github.com/verbosel/verbosel/cmd/internal/usage"
	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/verify/verdict"
)

// reproduceFlags are the flags of reproduce.
type reproduceFlags struct {
	symbols, json, noCache bool
	activated              bool
}

func newReproduce() *cobra.Command {
	var f reproduceFlags
	cmd := &cobra.Command{
		Use:   "reproduce ELF SPEC",
		Short: "Tell whether a spec makes a server, byte for byte",
		Long: `Compiles a spec and compares the result with a server, byte for byte. Where they differ it says at which
byte first, what it belongs to in the server that the spec makes (header, segment, label, place in the
spec, file), and exits with 1.

Another version of verbosel may make other bytes of a spec: 'verbosel version' prints this one, and a
provenance ('verbosel build --provenance') names the one that made a server, and so does a note
('verbosel build --note'), by which it is told too whether the spec is another one. What is compared has a
note where the server has one. One that was built with --symbols or --socket-activation takes these.

With --json standard output gets one object of reproduced, sha256 {made, given} and, where they differ,
difference {offset, place, made, given}; with a note, of compiler {made, given} and spec {made, given} too,
or of note_fault where it cannot be read.`,
		Example: `  verbosel reproduce server examples/hello
  verbosel reproduce server site --json | jq .difference`,
		Args: usage.Between(2, 2, "ELF or SPEC"),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0], args[1]) },
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.symbols, "symbols", false, "the server has section headers and symbols")
	usage.AddActivated(flags, &f.activated)
	flags.BoolVar(&f.json, "json", false, "print the result as JSON")
	specfile.AddNoCache(flags, &f.noCache)
	return cmd
}

// reproduced is the result, for machines.
type reproduced struct {
	Reproduced bool                `json:"reproduced"`
	SHA256     pair                `json:"sha256"`
	Compiler   *pair               `json:"compiler,omitempty"` // of a server with a note
	Spec       *pair               `json:"spec,omitempty"`     // likewise
	NoteFault  string              `json:"note_fault,omitempty"`
	Difference *codegen.Difference `json:"difference,omitempty"`
}

type pair struct {
	Made  string `json:"made"`
	Given string `json:"given"`
}

func (f reproduceFlags) run(cmd *cobra.Command, path, arg string) error {
	given, size, err := judge.OpenELF(path, path+": not an ELF file: the server is named first, then the spec")
	if err != nil {
		return err
	}
	defer given.Close()
	spec, err := specfile.Open(cmd, arg)
	if err != nil {
		return err
	}
	spec.NoCache = f.noCache
	store, err := cache.Spool()
	if err != nil {
		return err
	}
	defer store.Close()
	note, fault := codegen.ReadNote(given, size)
	opts := codegen.Options{Symbols: f.symbols, Activated: f.activated, Out: store}
	if note != nil {
		opts.Note = noteVersion()
	}
	r, err := spec.Compile(opts)
	if err != nil {
		return err
	}
	spec.Warn(cmd.ErrOrStderr(), r)
	sum, err := specfile.HashFile(given)
	if err != nil {
		return err
	}
	out := reproduced{SHA256: pair{r.SHA256(), sum}}
	if fault != nil {
		out.NoteFault = fault.Error()
	}
	if note != nil {
		out.Compiler, out.Spec = &pair{opts.Note, note.Compiler}, &pair{r.SpecSum(), note.Spec}
	}
	if out.Difference, err = r.Compare(given, size); err != nil {
		return err
	}
	out.Reproduced = out.Difference == nil
	return f.print(cmd, path, spec, out)
}

// print says what came out: for people a difference is an error.
func (f reproduceFlags) print(cmd *cobra.Command, path string, spec specfile.File, out reproduced) error {
	var err error
	switch d := out.Difference; {
	case f.json:
		enc := json.NewEncoder(cmd.OutOrStdout())
		enc.SetIndent("", "  ")
		err = enc.Encode(out)
	case d == nil:
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is what %s makes, byte for byte\n\n  sha256    %s\n", path, spec.Path, out.SHA256.Made)
	default:
		printDifference(cmd.ErrOrStderr(), path, spec.Path, out)
	}
	if err == nil && !out.Reproduced {
		return usage.ExitStatus(usage.ExitError)
	}
	return err
}

// printDifference says where the difference is, and what the server's note has to do with it.
func printDifference(w io.Writer, path, spec string, out reproduced) {
	d := out.Difference
	fmt.Fprintf(w, "%s is not what %s makes\n\n  differs   at byte %s first, of %s\n  made      %s\n  given     %s\n",
		path, spec, verdict.Thousands(d.Offset), d.Place, d.Made, d.Given)
	if out.NoteFault != "" {
		fmt.Fprintf(w, "  note      cannot be read, so that none was made: %s\n", out.NoteFault)
	}
	if c := out.Compiler; c != nil && c.Made != c.Given {
		fmt.Fprintf(w, "  compiler  it says that verbosel %s made it, this one is %s\n", c.Given, c.Made)
	}
	if s := out.Spec; s != nil && s.Made != s.Given {
		fmt.Fprintf(w, "  spec      it says that it was made from one of SHA-256 %s..., this one has %s...\n", s.Given, s.Made)
	}
	if c, s := out.Compiler, out.Spec; c != nil && c.Made == c.Given && s.Made == s.Given {
		fmt.Fprintf(w, "  note      it says that this verbosel made it, from this spec: what that names, or the server, is another\n")
	}
}
