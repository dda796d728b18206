package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
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
		Args: noCommand,
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
	root.SetFlagErrorFunc(explainFlag)
	root.SetHelpCommand(newHelp())
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

// noCommand is reached with arguments only where the first one names no command.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	msg := fmt.Sprintf("there is no command %q", args[0])
	if similar := cmd.SuggestionsFor(args[0]); len(similar) > 0 {
		msg += "; did you mean " + strings.Join(similar, " or ") + "?"
	}
	return usageError{fmt.Errorf("%s", msg)}
}

// between demands from least to most arguments, which are called what.
func between(least, most int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return usageError{fmt.Errorf("%s is missing", what)}
		case len(args) > most:
			return usageError{fmt.Errorf("unexpected argument %q", args[most])}
		}
		return nil
	}
}
