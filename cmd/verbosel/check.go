package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/cmd/internal/specfile"
	"github.com/verbosel/verbosel/cmd/internal/terminal"
	"github.com/verbosel/verbosel/cmd/internal/usage"
	"github.com/verbosel/verbosel/codegen"
)

func newCheck() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check SPEC...",
		Short: "Report every mistake in specs",
		Long: `Reports the mistakes in specs, with file, line, column and the line itself, and exits with 1 if there is one:
the first ten of a spec, and how many there are; --all reports them all. On a terminal they are coloured,
unless NO_COLOR is set.

What is hardly meant is a warning, and the status stays 0. With --json standard output gets a list of
{file, line, col, severity, message, hint}, empty for good specs; severity is "error" or "warning".`,
		Example: `  verbosel check routes.yaml
  verbosel check site docs/routes.yaml --all
  verbosel check routes.yaml --json`,
		Args: usage.Between(1, math.MaxInt, "SPEC"),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	cmd.Flags().BoolVar(&f.json, "json", false, "print the mistakes as JSON, for editors")
	cmd.Flags().BoolVar(&f.all, "all", false, "report every mistake, and not only the first ten")
	return cmd
}

// checkFlags are the flags of check.
type checkFlags struct{ json, all bool }

func (f checkFlags) run(cmd *cobra.Command, args []string) error {
	found := codegen.Findings{}
	good := true
	for _, arg := range args {
		list, ok, err := f.check(cmd, arg)
		if err != nil {
			terminal.PrintError(cmd.ErrOrStderr(), err)
		}
		found = append(found, list...)
		good = good && ok
	}
	if f.json && (good || len(found) > 0) {
		enc := json.NewEncoder(cmd.OutOrStdout())
		enc.SetIndent("", "  ")
		if err := enc.Encode(found); err != nil {
			return err
		}
	}
	if !good {
		return usage.ExitStatus(usage.ExitError)
	}
	return nil
}

// check says what is wrong with one spec. The error is that of a spec which cannot be had.
func (f checkFlags) check(cmd *cobra.Command, arg string) (found codegen.Findings, good bool, err error) {
	if arg != specfile.Stdin {
		if _, err := specfile.Find(arg); err != nil {
			return nil, false, err
		}
	}
	spec, err := specfile.Open(cmd, arg)
	if err != nil {
		return nil, false, err
	}
	warnings, err := spec.Check()
	var problems codegen.Findings
	if err != nil && !errors.As(err, &problems) {
		return nil, false, err
	}
	found = append(warnings, problems...)
	if f.json {
		return found, err == nil, nil
	}
	most := terminal.ShownFindings
	if f.all {
		most = len(found)
	}
	terminal.PrintFindings(cmd.ErrOrStderr(), found, most, "; --all shows them")
	if err == nil {
		fmt.Fprintf(cmd.ErrOrStderr(), "%s: no mistakes\n", spec.Path)
	}
	return found, err == nil, nil
}
