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

With --json standard output gets a list of {file, line, col, message, hint}, empty for a good spec.`,
		Example: `  verbosel check routes.yaml
  verbosel check routes.yaml --json`,
		Args: between(1, 1, "SPEC"),
		RunE: func(cmd *cobra.Command, args []string) error {
			spec, err := openSpec(args[0])
			if err != nil {
				return err
			}
			err = spec.check()
			if asJSON {
				return printProblems(cmd, spec, err)
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "%s: no mistakes\n", spec.path)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the mistakes as JSON, for editors")
	return cmd
}

// printProblems prints the mistakes in a spec as a JSON list.
func printProblems(cmd *cobra.Command, spec specFile, err error) error {
	problems := codegen.Problems(err, spec.name, spec.path)
	if err != nil && problems == nil {
		return err
	}
	enc := json.NewEncoder(cmd.OutOrStdout())
	enc.SetIndent("", "  ")
	if problems == nil {
		return enc.Encode([]int{})
	}
	if err := enc.Encode(problems); err != nil {
		return err
	}
	return exitStatus(exitError)
}
