package main

import (
	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/cmd/internal/usage"
	"github.com/verbosel/verbosel/codegen"
)

func newSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the spec, for editors",
		Long: `Prints the JSON Schema of the spec, made from the compiler's own types.
Editors complete and check a spec whose first line names it.`,
		Example: "  verbosel schema > routes.schema.json",
		Args:    usage.Between(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			schema, err := codegen.Schema()
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(schema)
			return err
		},
	}
}
