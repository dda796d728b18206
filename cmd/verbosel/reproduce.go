package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/codegen"
)

// reproduceFlags are the flags of reproduce.
type reproduceFlags struct {
	symbols, json, noCache bool
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
provenance ('verbosel build --provenance') names the one that made a server. One that was built with
--symbols takes --symbols.

With --json standard output gets one object of reproduced, sha256 {made, given} and, where they differ,
difference {offset, place, made, given}.`,
		Example: `  verbosel reproduce server examples/hello
  verbosel reproduce server site --json | jq .difference`,
		Args: between(2, 2, "ELF or SPEC"),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0], args[1]) },
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.symbols, "symbols", false, "the server has section headers and symbols")
	flags.BoolVar(&f.json, "json", false, "print the result as JSON")
	addNoCache(flags, &f.noCache)
	return cmd
}

// reproduced is the result, for machines.
type reproduced struct {
	Reproduced bool                `json:"reproduced"`
	SHA256     pair                `json:"sha256"`
	Difference *codegen.Difference `json:"difference,omitempty"`
}

type pair struct {
	Made  string `json:"made"`
	Given string `json:"given"`
}

func (f reproduceFlags) run(cmd *cobra.Command, path, arg string) error {
	isELF, err := hasMagic(path)
	if err == nil && !isELF {
		err = fmt.Errorf("%s: not an ELF file: the server is named first, then the spec", path)
	}
	if err != nil {
		return err
	}
	given, size, err := openFile(path)
	if err != nil {
		return err
	}
	defer given.Close()
	spec, err := openSpec(cmd, arg)
	if err != nil {
		return err
	}
	spec.noCache = f.noCache
	store, err := spool()
	if err != nil {
		return err
	}
	defer store.Close()
	r, err := spec.compile(codegen.Options{Symbols: f.symbols, Out: store})
	if err != nil {
		return err
	}
	spec.warn(cmd.ErrOrStderr(), r)
	sum, err := hashFile(given)
	if err != nil {
		return err
	}
	out := reproduced{SHA256: pair{r.SHA256(), sum}}
	if out.Difference, err = r.Compare(given, size); err != nil {
		return err
	}
	out.Reproduced = out.Difference == nil
	return f.print(cmd, path, spec, out)
}

// print says what came out: for people a difference is an error.
func (f reproduceFlags) print(cmd *cobra.Command, path string, spec specFile, out reproduced) error {
	var err error
	switch d := out.Difference; {
	case f.json:
		enc := json.NewEncoder(cmd.OutOrStdout())
		enc.SetIndent("", "  ")
		err = enc.Encode(out)
	case d == nil:
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is what %s makes, byte for byte\n\n  sha256    %s\n", path, spec.path, out.SHA256.Made)
	default:
		printDifference(cmd.ErrOrStderr(), path, spec.path, *d)
	}
	if err == nil && !out.Reproduced {
		return exitStatus(exitError)
	}
	return err
}

func printDifference(w io.Writer, path, spec string, d codegen.Difference) {
	fmt.Fprintf(w, "%s is not what %s makes\n\n  differs   at byte %s first, of %s\n  made      %s\n  given     %s\n",
		path, spec, thousands(d.Offset), d.Place, d.Made, d.Given)
}
