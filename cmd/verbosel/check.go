package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/codegen"
)

func newCheck() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check SPEC",
		Short: "Report every mistake in a spec",
		Long: `Reports every mistake in a spec, with file, line, column and the line itself, and exits with 1 if there is one.

What is hardly meant is a warning, and the status stays 0. With --json standard output gets a list of
{file, line, col, severity, message, hint}, empty for a good spec; severity is "error" or "warning".`,
		Example: `  verbosel check routes.yaml
  verbosel check routes.yaml --json`,
		Args: between(1, 1, "SPEC"),
		RunE: func(cmd *cobra.Command, args []string) error {
			spec, err := openSpec(args[0])
			if err != nil {
				return err
			}
			warnings, err := spec.check()
			if asJSON {
				return printProblems(cmd, spec, warnings, err)
			}
			if err != nil {
				return err
			}
			printWarnings(cmd.ErrOrStderr(), warnings)
			fmt.Fprintf(cmd.ErrOrStderr(), "%s: no mistakes\n", spec.path)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the mistakes as JSON, for editors")
	return cmd
}

// printProblems prints what is wrong with a spec as a JSON list.
func printProblems(cmd *cobra.Command, spec specFile, warnings codegen.Findings, err error) error {
	problems := codegen.Problems(err, spec.name, spec.path)
	if err != nil && problems == nil {
		return err
	}
	enc := json.NewEncoder(cmd.OutOrStdout())
	enc.SetIndent("", "  ")
	if err == nil {
		return enc.Encode(append(codegen.Findings{}, warnings...))
	}
	if err := enc.Encode(problems); err != nil {
		return err
	}
	return exitStatus(exitError)
}
