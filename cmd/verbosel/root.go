package main

import (
	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/cmd/internal/usage"
)

// extraCommands are commands of builds with a tag of their own.
var extraCommands []func() *cobra.Command

// newRoot makes the command tree.
func newRoot() *cobra.Command {
	var version bool
	root := &cobra.Command{
		Use:   "verbosel",
		Short: "Compile routes and responses into a tiny web server",
		Long: `verbosel compiles a spec of routes and responses, routes.yaml, into a web server:
one freestanding x86-64 Linux ELF of a few kilobytes, without libc, runtime or file access.

Where a command takes a SPEC, a folder stands for the routes.yaml or routes.yml in it, and - for standard
input. A folder without one is served as the site that it looks like.`,
		Example: `  verbosel init site && verbosel run site
  verbosel build site -o server`,
		Args: usage.NoCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if version {
				return runVersion(cmd, nil)
			}
			return cmd.Help()
		},
		SilenceErrors: true,
		// One edit may be a transposition, which counts as two.
		SuggestionsMinimumDistance: 2,
		SilenceUsage:               true,
	}
	root.SetFlagErrorFunc(usage.ExplainFlag)
	root.SetHelpCommand(usage.NewHelp())
	root.Flags().BoolVar(&version, "version", false, "print the versions that decide about a server's bytes")
	root.AddCommand(
		newBuild(), newRun(), newDev(), newBench(), newCheck(), newVerify(), newReproduce(), newListing(), newSeccomp(), newImage(), newDeploy(),
		newInit(), newSchema(), newVersion(),
	)
	for _, extra := range extraCommands {
		root.AddCommand(extra())
	}
	return root
}
